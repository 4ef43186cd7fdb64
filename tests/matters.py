"""Matters for tests: invented, and brought to a state by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.actions import NewCase, Person, accept_case, forward_case, register_case
from cases.models import Case, LadderRung, LightThreshold
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LIAISON, SUPERVISOR
from tests.cast import NOW, TZ, Cast
from tests.kept import kept

ZHANG = Person(
    name="张秀英",
    id_kind="resident",
    id_number="530999196805120043",
    sex="female",
    birth_date=dt.date(1968, 5, 12),
    phone="13800010001",
    address="云溪县城关镇人民路1号",
)
REASON = "该事项属于人力资源和社会保障局职权。"
LADDER = [
    # before (-) or after (+) the due date in working days, to whom
    ("三个工作日前提醒", "Reminder three working days before", -3, LIAISON),
    ("到期当日提醒", "Reminder on the due date", 0, DEPARTMENT_HEAD),
    ("逾期一个工作日", "One working day late", 1, HALL_MANAGER),
    ("逾期三个工作日", "Three working days late", 3, SUPERVISOR),
]


def ladder() -> list[LadderRung]:
    """The escalation ladder and one threshold for amber, as reference data."""
    LightThreshold.objects.create(term="", amber_days=7)
    return [
        LadderRung.objects.create(name=name, name_en=name_en, offset=offset, role=role)
        for name, name_en, offset, role in LADDER
    ]


def matter(now: dt.datetime = NOW, **facts: Any) -> NewCase:
    """A visitor's claim for unpaid wages; any fact can be replaced."""
    stated: dict[str, Any] = {
        "channel": "visit",
        "purpose": "request",
        "title": "请求协调支付拖欠的工资",
        "content": "在某工地做工三个月，工资至今未付，请求协调支付。",
        "received_on": now.astimezone(TZ).date(),
        "people": (ZHANG,),
        "claims": ("支付三个月工资", "补缴社会保险"),
        "place": "云溪县城关镇",
    }
    return NewCase(**{**stated, **facts})


@kept
def registered(cast: Cast, now: dt.datetime = NOW, **facts: Any) -> Case:
    return register_case(
        actor=cast.act(cast.clerk, now), hall_id=cast.hall.pk, new=matter(now, **facts), now=now
    )


@kept
def accepted(cast: Cast, now: dt.datetime = NOW, unit: str = "labour", **facts: Any) -> Case:
    """Registered and accepted, with that unit as first handler."""
    case = registered(cast, now, **facts)
    return accept_case(
        actor=cast.act(cast.clerk, now),
        case_id=case.pk,
        department_id=cast.units[unit].pk,
        reason=REASON,
        now=now,
    )


@kept
def forwarded(cast: Cast, now: dt.datetime = NOW, unit: str = "labour", **facts: Any) -> Case:
    """Registered and forwarded to that unit, which has not received it yet."""
    case = registered(cast, now, **facts)
    return forward_case(
        actor=cast.act(cast.clerk, now),
        case_id=case.pk,
        department_id=cast.units[unit].pk,
        reason=REASON,
        now=now,
    )
