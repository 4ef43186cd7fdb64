"""Inspections brought to a state by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accountability import actions
from accountability.models import Inspection, InspectionCheck
from hall.models import User
from tests.cast import NOW, Cast

TITLE = "办结事项实地督查"
FOUND = "到工地见了三名工人，工资已经付清，与卷宗一致。"
RESULT = "抽查事项已经落实，信访人认可。"
PUBLIC = {
    "public_title": "办结事项督查结果",
    "public_text": "抽查的事项都到现场核对，已经落实，信访人表示认可。",
}


def planned(cast: Cast, now: dt.datetime = NOW, *, who: User | None = None, **facts: Any) -> Inspection:
    """Over the last thirty days up to yesterday."""
    today = timezone.localdate(now)
    said = {
        "title": TITLE, "from_on": today - dt.timedelta(days=30), "to_on": today - dt.timedelta(days=1),
        "unit_ids": [], "sizes": {"resolved": 2, "low_rated": 1}, **facts,
    }  # fmt: skip
    return actions.plan_inspection(
        actor=cast.act(who or cast.supervisor, now), hall_id=cast.hall.pk, now=now, **said
    )


def drawn(cast: Cast, now: dt.datetime = NOW, one: Inspection | None = None, **facts: Any) -> Inspection:
    one = one or planned(cast, now, **facts)
    return actions.draw_sample(actor=cast.act(cast.supervisor, now), inspection_id=one.pk, now=now)


def checked(
    cast: Cast, check: InspectionCheck, now: dt.datetime = NOW, *, who: User | None = None, **facts: Any
) -> InspectionCheck:
    said = {"visited_on": timezone.localdate(now), "found": FOUND, "conclusion": "in_order", **facts}
    return actions.record_check(
        actor=cast.act(who or cast.supervisor, now), check_id=check.pk, now=now, **said
    )


def concluded(cast: Cast, now: dt.datetime = NOW, one: Inspection | None = None, **facts: Any) -> Inspection:
    """Every case looked at, and the result written by the supervisor."""
    one = one or drawn(cast, now)
    for check in one.checks.filter(at=None):
        checked(cast, check, now)
    said = {"result": RESULT, **PUBLIC, **facts}
    return actions.conclude_inspection(
        actor=cast.act(cast.supervisor, now), inspection_id=one.pk, now=now, **said
    )


def published(
    cast: Cast, now: dt.datetime = NOW, one: Inspection | None = None, *, who: User | None = None
) -> Inspection:
    one = one or concluded(cast, now)
    return actions.publish_inspection(
        actor=cast.act(who or cast.manager, now), inspection_id=one.pk, revision=one.revision, now=now
    )
