"""Which late periods are found, and when: numbers of the hall, as data. Pure.

Grace is none: a period is late from the moment in which it was due. It is found when it ends (its days are then known),
or when it still stands open `WAIT_DAYS` after its due date.
"""

from __future__ import annotations

from collections.abc import Mapping

from cases.terms import WINDOWS

WAIT_DAYS = 15
"""Natural days after the due date; until then the ladder reminds and the supervisor may supervise."""

SPARED: Mapping[str, str] = {
    **dict.fromkeys(sorted(WINDOWS), "somebody may act in it, nobody must"),
    "supplement": "the petitioner's own time",
    "statement": "the unit's right to be heard; not using it is no breach, and a finding about a finding never ends",
    "follow_up": "the supervisor's own step, who would decide on it; seen in the manager's list",
    "sponsor": "a leader's own promise, accounted for in the charge itself",
}
"""Periods that open no finding, each with its reason."""
