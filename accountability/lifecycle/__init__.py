"""The lives of supervision, findings and what follows from them: states, moves, roles, articles, code lists. Pure."""

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
)
from accountability.lifecycle.supervision import SUPERVISION, TRIGGERS

LIFECYCLES = (
    FINDING,
    SUPERVISION,
)

__all__ = [
    "CAUSES",
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
    "SUPERVISION",
    "TRIGGERS",
]
