"""The lives of supervision, findings and what follows from them: states, moves, roles, articles, code lists. Pure."""

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
    "SUPERVISION",
    "TRIGGERS",
]
