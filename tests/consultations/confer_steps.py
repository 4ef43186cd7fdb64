"""Consultations for tests, brought to where a test needs them by the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from cases.models import Case
from consultations import actions
from consultations.models import Consultation, ConsultedUnit, Sitting, UnitOpinion
from consultations.rules import Answer, Came, Roll, Seat, SittingPlan
from hall.models import User
from tests.cast import NOW, TZ, Cast
from tests.kept import kept
from tests.matters import accepted

TOPIC = "拖欠工资由谁督促支付"
QUESTIONS = ("工程款没有结清，由哪个单位督促？", "社会保险能否先行补缴？")
WHY = "因为情况有变化，需要这样办理。"
WORDS = "本单位没有这项职权，应由行业主管部门负责。"
RECORD = "各单位说明了情况，讨论了工程款结算的安排，没有形成一致意见。"


def day(n: int, now: dt.datetime = NOW) -> dt.date:
    return now.astimezone(TZ).date() + dt.timedelta(days=n)


def seats(cast: Cast, units: Sequence[str], now: dt.datetime = NOW, days: int = 9) -> list[Seat]:
    return [Seat(cast.units[code].pk, day(days, now)) for code in units]


@kept
def called(
    cast: Cast,
    case: Case | None = None,
    now: dt.datetime = NOW,
    *,
    who: User | None = None,
    units: Sequence[str] = ("labour", "housing"),
    days: int = 9,
    **facts: Any,
) -> Consultation:
    """A consultation on a case of the labour bureau, called by its liaison; the first unit leads."""
    case = case or accepted(cast, now)
    said: dict[str, Any] = {
        "title": TOPIC, "questions": QUESTIONS, "seats": seats(cast, units, now, days), "until_on": day(20, now),
        "background": "总包单位称工程款没有结清。", **facts,
    }  # fmt: skip
    actor = cast.act(who or cast.liaison, now)
    return actions.call_consultation(actor=actor, case_id=case.pk, now=now, **said)


def seat_of(cast: Cast, one: Consultation, unit: str) -> ConsultedUnit:
    return one.units.select_related("deadline", "department").get(department=cast.units[unit])


PEOPLE = {"labour": "liaison", "housing": "liaison2"}


@kept
def said(
    cast: Cast,
    one: Consultation,
    unit: str = "housing",
    now: dt.datetime = NOW,
    *,
    who: User | None = None,
    positions: Sequence[str] | str = "agree",
    **facts: Any,
) -> UnitOpinion:
    """The unit's opinion: one position for every question, or one for each."""
    asked = list(one.questions.order_by("number"))
    each = [positions] * len(asked) if isinstance(positions, str) else positions
    answers: Mapping[int, Answer] = {
        question.pk: Answer(position, "" if position == "agree" else WORDS)
        for question, position in zip(asked, each, strict=True)
    }
    actor = cast.act(who or cast.people[PEOPLE[unit]], now)
    return actions.give_unit_opinion(
        actor=actor, unit_id=seat_of(cast, one, unit).pk, now=now, **{"answers": answers, **facts}
    )


def plan(cast: Cast, now: dt.datetime = NOW, *, days: int = 3, hour: int = 9, **facts: Any) -> SittingPlan:
    start = dt.datetime.combine(day(days, now), dt.time(hour), TZ)
    stated: dict[str, Any] = {
        "starts_at": start, "ends_at": start + dt.timedelta(hours=2), "agenda": "逐项研究问题。",
        "chair_id": cast.manager.pk, "room_id": cast.room.pk, "invited_ids": (cast.liaison.pk, cast.liaison2.pk),
        **facts,
    }  # fmt: skip
    return SittingPlan(**stated)


@kept
def sat(
    cast: Cast, one: Consultation, now: dt.datetime = NOW, *, who: User | None = None, **facts: Any
) -> Sitting:
    """A sitting, planned."""
    return actions.plan_sitting(
        actor=cast.act(who or cast.liaison, now),
        consultation_id=one.pk,
        plan=plan(cast, now, **facts),
        now=now,
    )


@kept
def recorded(cast: Cast, sitting: Sitting, now: dt.datetime | None = None, **facts: Any) -> Sitting:
    """Held: everybody who was invited came, and somebody more of the housing bureau."""
    at = now or sitting.starts_at + dt.timedelta(hours=3)
    present = dict.fromkeys(sitting.attendance.values_list("pk", flat=True), True)
    roll = Roll(present, (Came(cast.units["housing"].pk, "褚工", "工程师"),))
    stated: dict[str, Any] = {"record": RECORD, "roll": roll, **facts}
    return actions.record_sitting(actor=cast.act(cast.liaison, at), sitting_id=sitting.pk, now=at, **stated)
