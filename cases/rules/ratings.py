"""Stub."""

from __future__ import annotations

import datetime as dt

from cases.models import Case
from hall.access import Actor


def check_can_close_follow_up(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    raise NotImplementedError("close_follow_up")
