"""The lives of supervision, findings and what follows from them: states, moves, roles, articles, code lists. Pure."""

from accountability.lifecycle.findings import CAUSES, FAULTS, FINDING
from accountability.lifecycle.supervision import SUPERVISION, TRIGGERS

LIFECYCLES = (
    FINDING,
    SUPERVISION,
)

__all__ = [
    "CAUSES",
    "FAULTS",
    "FINDING",
    "LIFECYCLES",
    "SUPERVISION",
    "TRIGGERS",
]
