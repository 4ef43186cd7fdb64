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
from accountability.lifecycle.supervision import SUPERVISION, TRIGGERS

LIFECYCLES = (
    FINDING,
    MONTH_REPORT,
    SUPERVISION,
)

__all__ = [
    "CAUSES",
    "FAULTS",
    "FINDING",
    "LIFECYCLES",
    "MONTH_REPORT",
    "LIMITS",
    "OFFERED_REASONS",
    "READS",
    "READ_KINDS",
    "SUPERVISION",
    "TAKEN_OUT",
    "TRIGGERS",
    "UNMASKED",
    "UNUSUAL",
    "Limits",
]
