"""The lives of supervision, findings and what follows from them: states, moves, roles, articles, code lists. Pure."""

from accountability.lifecycle.findings import CAUSES, FAULTS, FINDING
from accountability.lifecycle.inspection import CHECKS, INSPECTION, STRATA
from accountability.lifecycle.supervision import BY_HAND, OUTCOMES, SUPERVISION, SWEPT, TRIGGERS

LIFECYCLES = (
    FINDING,
    SUPERVISION,
    INSPECTION,
)

__all__ = [
    "BY_HAND",
    "CAUSES",
    "CHECKS",
    "FAULTS",
    "FINDING",
    "INSPECTION",
    "LIFECYCLES",
    "OUTCOMES",
    "STRATA",
    "SUPERVISION",
    "SWEPT",
    "TRIGGERS",
]
