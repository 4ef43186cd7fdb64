"""The lives of supervision, findings and what follows from them: states, moves, roles, articles, code lists. Pure."""

from accountability.lifecycle.findings import CAUSES, FAULTS, FINDING
from accountability.lifecycle.sanctions import (
    ADOPTED,
    ADOPTION_STEPS,
    ADVICE,
    ADVICE_ARTICLE,
    ADVICE_BASIS,
    ADVICE_KINDS,
    ADVICE_REPLY,
    CRITICISM,
    CRITICISM_UNIT,
    DECIDED,
    REMINDERS,
    REPLY_LEAST,
    REPLY_MOST,
)
from accountability.lifecycle.supervision import SUPERVISION, TRIGGERS

LIFECYCLES = (
    FINDING,
    SUPERVISION,
    CRITICISM,
    CRITICISM_UNIT,
    ADVICE,
)

__all__ = [
    "ADOPTED",
    "ADOPTION_STEPS",
    "ADVICE",
    "ADVICE_ARTICLE",
    "ADVICE_BASIS",
    "ADVICE_KINDS",
    "ADVICE_REPLY",
    "CAUSES",
    "CRITICISM",
    "CRITICISM_UNIT",
    "DECIDED",
    "FAULTS",
    "FINDING",
    "LIFECYCLES",
    "REMINDERS",
    "REPLY_LEAST",
    "REPLY_MOST",
    "SUPERVISION",
    "TRIGGERS",
]
