"""A week's rota for tests, written by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hall.models import User
from staffing.actions import approve_leave, request_leave, save_duty
from staffing.models import Duty, Leave
from staffing.rules import DutySlot
from tests.cast import NOW, Cast
from tests.kept import kept

MONDAY = dt.date(2026, 11, 23)
"""The Monday after NOW, an ordinary working week."""
TODAY = dt.date(2026, 11, 18)


def slot(
    person: User, *, window: int | None = None, cast: Cast, day: dt.date = MONDAY, **facts: Any
) -> DutySlot:
    """A cell: a window by its number, else what `facts` say."""
    stated: dict[str, Any] = {"half": "am", "kind": "window" if window else "desk"}
    if window:
        stated["window_id"] = cast.windows[window - 1].pk
    return DutySlot(day=day, person_id=person.pk, **{**stated, **facts})


@kept
def put(cast: Cast, person: User, window: int | None = None, *, now: dt.datetime = NOW, **facts: Any) -> Duty:
    """The manager puts somebody on duty."""
    return save_duty(
        actor=cast.act(cast.manager, now), hall_id=cast.hall.pk, slot=slot(person, window=window, cast=cast, **facts),
        now=now,
    )  # fmt: skip


@kept
def away(cast: Cast, person: User, day: dt.date = MONDAY, *, now: dt.datetime = NOW, **facts: Any) -> Leave:
    """Leave of somebody of the hall's own, asked for and approved."""
    stated = {"kind": "annual", "from_on": day, "until_on": day, **facts}
    leave = request_leave(actor=cast.act(person, now), hall_id=cast.hall.pk, now=now, **stated)
    return approve_leave(actor=cast.act(cast.manager, now), leave_id=leave.pk, now=now)[0]
