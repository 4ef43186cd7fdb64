"""The lives of supervision, findings and what follows from them: states, moves, roles, articles, code lists. Pure."""

from accountability.lifecycle.findings import CAUSES, FAULTS, FINDING
from accountability.lifecycle.supervision import BY_HAND, OUTCOMES, SUPERVISION, SWEPT, TRIGGERS

LIFECYCLES = (
    FINDING,
    SUPERVISION,
)

__all__ = [
    "BY_HAND",
    "CAUSES",
    "FAULTS",
    "FINDING",
    "LIFECYCLES",
    "OUTCOMES",
    "SUPERVISION",
    "SWEPT",
    "TRIGGERS",
]
