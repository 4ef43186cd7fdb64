"""The lives of a case and of what hangs on it: states, moves, roles, articles, and the code lists. Pure."""

from cases.lifecycle.case import CASE, HANDLER_ROLES, OFFICE_ROLES, TRIAGE_ROLES
from cases.lifecycle.grounds import GROUNDS, Ground, grounds_for
from cases.lifecycle.others import (
    EXTENSION,
    FOLLOW_UP,
    INSTRUCTION,
    LEADER_ROLES,
    OBJECTION,
    OPINION,
    RATING,
    REVIEW,
)
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

LIFECYCLES = (CASE, OBJECTION, EXTENSION, OPINION, REVIEW, RATING, FOLLOW_UP, INSTRUCTION)

__all__ = [
    "ADOPTIONS", "CASE", "CHANNELS", "CHANNEL_CODES", "CLASSES", "CLASS_OF_PURPOSE", "CONCLUSIONS", "EXTENSION",
    "FOLLOW_UP", "GRADES", "GROUNDS", "HANDLER_ROLES", "ID_KINDS", "INSTRUCTION", "LEADER_ROLES",
    "LIFECYCLES", "LINKS", "LOW", "NOTE_KINDS",
    "OBJECTION", "OFFICE_ROLES", "OPINION", "OUTCOMES", "PARTS", "PURPOSES", "RATING", "REVIEW", "REVIEW_OUTCOMES",
    "SERVICE_METHODS", "SERVICE_OUTCOMES", "TRIAGE_ROLES", "Ground", "grounds_for",
]  # fmt: skip
