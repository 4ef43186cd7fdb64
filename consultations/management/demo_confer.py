"""Consultations of the demo: driven by the real actions on the demo's cases. Places and people are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from cases.models import Case
from consultations import actions
from consultations.models import Consultation
from consultations.queries.invited import people_to_invite
from consultations.rules import Answer, Seat, SittingPlan
from hall.access import SYSTEM, Refused
from staffing.models import Department, Room

TOPIC = "逾期交房的违约金和预售资金由谁公开"
QUESTIONS = (
    "监管账户的收支由哪个单位、以什么方式向购房人公开？",
    "违约金能否先由调解处理？",
    "逾期期间的临时安置由谁负责？",
)
BACKGROUND = "开发企业称外部配套没有完成，两个单位对监管账户由谁公开看法不一，购房人已多次询问。"
SAID = (
    (("agree", ""), ("agree", ""), ("not_ours", "临时安置不属于本单位职责，应由属地处理。")),
    (
        ("disagree", "账户由监管单位管理，应由监管单位公开。"),
        ("conditional", "开发企业先书面承认逾期的，可以先行调解。"),
        ("not_ours", "没有临时安置的职责和经费。"),
    ),
)


def confer(cases: Sequence[Case], units: Sequence[Department], *, now: dt.datetime) -> Consultation | None:
    """Called four days ago on the first of `cases` that may be: the first unit has answered, the second contradicts it,
    the third says nothing yet; a sitting is planned for the day after tomorrow where a room is free.
    """
    began = now - dt.timedelta(days=4)
    today = timezone.localdate(began)
    seats = [Seat(unit.pk, today + dt.timedelta(days=9 + n)) for n, unit in enumerate(units[:3])]
    for case in cases:
        try:
            one = actions.call_consultation(
                actor=SYSTEM, case_id=case.pk, title=TOPIC, background=BACKGROUND, questions=QUESTIONS,
                seats=seats, until_on=today + dt.timedelta(days=20), now=began,
            )  # fmt: skip
        except Refused:
            continue
        for n, (unit, said) in enumerate(zip(one.units.order_by("order"), SAID, strict=False)):
            asked = one.questions.order_by("number")
            answers = {row.pk: Answer(*words) for row, words in zip(asked, said, strict=True)}
            at = began + dt.timedelta(days=n + 1)
            actions.give_unit_opinion(
                actor=SYSTEM, unit_id=unit.pk, answers=answers, basis="部门职责分工规定。", now=at
            )
        _sit(one, now=now)
        return one
    return None


def _sit(one: Consultation, *, now: dt.datetime) -> None:
    start = (timezone.localtime(now) + dt.timedelta(days=2)).replace(
        hour=15, minute=0, second=0, microsecond=0
    )
    people = list(people_to_invite(one, day=timezone.localdate(now))[:4])
    room = Room.objects.filter(hall=one.hall_id).order_by("pk").first()
    if not people or room is None:
        return
    plan = SittingPlan(
        starts_at=start, ends_at=start + dt.timedelta(hours=2), agenda="\n".join(QUESTIONS),
        chair_id=people[0].pk, room_id=room.pk, invited_ids=tuple(person.pk for person in people[1:]),
    )  # fmt: skip
    try:
        actions.plan_sitting(actor=SYSTEM, consultation_id=one.pk, plan=plan, now=now)
    except Refused:
        return  # somebody or the room is taken: the demo does without it
