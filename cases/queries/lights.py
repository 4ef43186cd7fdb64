"""The light of a clock: what its due date and its amber threshold say at a moment."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Q

GREEN, AMBER, RED, PAUSED, DONE, NONE = "green", "amber", "red", "paused", "done", "none"
LEVELS: Final = (RED, AMBER, GREEN, PAUSED)
"""Those of an open clock, the most urgent first."""


def light(
    due_at: dt.datetime | None,
    amber_at: dt.datetime | None,
    now: dt.datetime,
    *,
    met: bool = False,
    void: bool = False,
) -> str:
    """Red once the last day is over, amber from the threshold on, else green; a clock without end is paused.

    A clock that was met is done whether it was late or not; a void one shows nothing.
    """
    if void:
        return NONE
    if met:
        return DONE
    if due_at is None:
        return PAUSED
    if now >= due_at:
        return RED
    return AMBER if amber_at is not None and now >= amber_at else GREEN


def with_light(level: str, now: dt.datetime) -> Q:
    """The same as a condition on open deadlines; each is a range of the index on `due_at`."""
    if level == RED:
        return Q(due_at__lte=now)
    if level == AMBER:
        return Q(due_at__gt=now, amber_at__lte=now)
    if level == GREEN:
        return Q(due_at__gt=now) & (Q(amber_at=None) | Q(amber_at__gt=now))
    return Q(due_at=None)
