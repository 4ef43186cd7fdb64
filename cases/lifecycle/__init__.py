"""The lives of a case and of what hangs on it: states, moves, roles, articles, and the code lists. Pure."""

from cases.lifecycle.case import CASE, HANDLER_ROLES, OFFICE_ROLES, TRIAGE_ROLES
from cases.lifecycle.field import (
    FIELD_VISIT,
    NOTICE_KINDS,
    OUTCOMES_OF_CHARGE,
    OUTCOMES_OF_VISIT,
    PUBLISHABLE,
    RESULT_NOTICE,
    SELECTIONS,
    SPONSORSHIP,
    WHO_LEADS,
)
from cases.lifecycle.grounds import GROUNDS, Ground, grounds_for
from cases.lifecycle.others import EXTENSION, FOLLOW_UP, OBJECTION, OPINION, RATING, REVIEW
from cases.lifecycle.words import (
    ADOPTIONS,
    CHANNEL_CODES,
    CHANNELS,
    CLASS_OF_PURPOSE,
    CLASSES,
    CONCLUSIONS,
    GRADES,
    ID_KINDS,
    LINKS,
    LOW,
    NOTE_KINDS,
    OUTCOMES,
    PARTS,
    PURPOSES,
    REVIEW_OUTCOMES,
    SERVICE_METHODS,
    SERVICE_OUTCOMES,
)

LIFECYCLES = (
    CASE,
    OBJECTION,
    EXTENSION,
    OPINION,
    REVIEW,
    RATING,
    FOLLOW_UP,
    FIELD_VISIT,
    SPONSORSHIP,
    RESULT_NOTICE,
)

__all__ = [
    "ADOPTIONS", "CASE", "CHANNELS", "CHANNEL_CODES", "CLASSES", "CLASS_OF_PURPOSE", "CONCLUSIONS", "EXTENSION",
    "FIELD_VISIT", "FOLLOW_UP", "GRADES", "GROUNDS", "HANDLER_ROLES", "ID_KINDS", "LIFECYCLES", "LINKS", "LOW",
    "NOTE_KINDS", "NOTICE_KINDS", "OBJECTION", "OFFICE_ROLES", "OPINION", "OUTCOMES", "OUTCOMES_OF_CHARGE",
    "OUTCOMES_OF_VISIT", "PARTS", "PUBLISHABLE", "PURPOSES", "RATING", "RESULT_NOTICE", "REVIEW", "REVIEW_OUTCOMES",
    "SELECTIONS", "SERVICE_METHODS", "SERVICE_OUTCOMES", "SPONSORSHIP", "TRIAGE_ROLES", "WHO_LEADS", "Ground",
    "grounds_for",
]  # fmt: skip
