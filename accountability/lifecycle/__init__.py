"""The lives of supervision, findings and what follows from them: states, moves, roles, articles, code lists. Pure."""

from accountability.lifecycle.access import (
    LIMITS,
    OFFERED_REASONS,
    READ_KINDS,
    READS,
    TAKEN_OUT,
    UNMASKED,
    UNUSUAL,
    Limits,
)
from accountability.lifecycle.findings import CAUSES, FAULTS, FINDING
from accountability.lifecycle.reports import MONTH_REPORT
from accountability.lifecycle.findings import (
    CAUSES,
    DECIDED,
    DECISIONS,
    FAULTS,
    FINDING,
    HEARD,
    LED_TO,
    REPEATS,
    REVIEWING,
    STATING,
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
from accountability.lifecycle.inspection import CHECKS, INSPECTION, STRATA
from accountability.lifecycle.supervision import BY_HAND, OUTCOMES, SUPERVISION, SWEPT, TRIGGERS

LIFECYCLES = (
    FINDING,
    MONTH_REPORT,
    SUPERVISION,
    INSPECTION,
)

__all__ = [
    "BY_HAND",
    "CAUSES",
    "CHECKS",
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
    "INSPECTION",
    "LIFECYCLES",
    "MONTH_REPORT",
    "LIMITS",
    "OFFERED_REASONS",
    "READS",
    "READ_KINDS",
    "DECIDED",
    "DECISIONS",
    "FAULTS",
    "FINDING",
    "HEARD",
    "LED_TO",
    "LIFECYCLES",
    "REPEATS",
    "REVIEWING",
    "STATING",
    "REMINDERS",
    "REPLY_LEAST",
    "REPLY_MOST",
    "SUPERVISION",
    "TAKEN_OUT",
    "OUTCOMES",
    "STRATA",
    "SUPERVISION",
    "SWEPT",
    "TRIGGERS",
    "UNMASKED",
    "UNUSUAL",
    "Limits",
]
