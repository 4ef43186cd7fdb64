"""Supervisions and an inspection for the demo hall: what the system finds, and what people made of it.

`supervise_demo(now=…)` drives the real actions on the demo's own cases; running it again adds nothing.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accountability import actions
from accountability.models import ExemplaryCase, Inspection, Supervision
from cases.lifecycle import PUBLISHABLE
from cases.models import Case, Deadline
from hall.access import Actor, Refused
from hall.models import User
from staffing.lifecycle import HALL_MANAGER, LIAISON, SUPERVISOR
from staffing.models import Hall
from staffing.queries import actor_of, holders

WORDS = (
    (
        "perfunctory",
        "书面答复只写“正在研究”，没有说明查到什么、什么时候办完。",
        "五日内当面向信访人说明进展。\n逐项写明办理结果。",
    ),
    (
        "delay",
        "两次约定的现场查看都没有进行，没有说明原因。",
        "三日内到现场查看并作记录。\n把下一步安排书面告诉信访人。",
    ),
    (
        "passed_on",
        "让信访人自己去找另一个单位，没有转交材料。",
        "由本单位牵头联系，不得让信访人往返。",
    ),
)
ANSWER = "已经约见信访人，当面说明了情况，下周一到现场一起查看，结果三日内书面告知。"
RETURN = "没有说明书面材料什么时候交给信访人，请补充。"
VERIFIED = "电话回访信访人，单位已经当面说明并书面告知，信访人表示认可。"
EXEMPLARY = {
    "title": "先约谈、再查证，一次说清楚",
    "reasons": "受理后很快与信访人见面，把诉求一项一项记下来；查证以后逐项答复，每一项都写明依据，信访人没有再来。",
    "lesson": "先听完再登记诉求；查证时把结果随手告诉信访人；答复按诉求的顺序写，不合并、不漏项。",
}


def supervise_demo(*, now: dt.datetime) -> None:
    """Proposals as they stand, and three supervisions by hand: one open, one answered, one closed; an inspection."""
    actions.propose_supervisions(now=now)
    for hall in Hall.objects.filter(is_open=True):
        day = timezone.localdate(now)
        deciders = list(holders(SUPERVISOR, day=day, hall_id=hall.pk)) or list(
            holders(HALL_MANAGER, day=day, hall_id=hall.pk)
        )
        if deciders and not Supervision.objects.filter(hall=hall, occasion__startswith="hand:").exists():
            _by_hand(hall, deciders[0], now=now)
        if deciders and not Inspection.objects.filter(hall=hall).exists():
            _inspected(hall, _actor(deciders[0], now), now=now)
        if deciders and not ExemplaryCase.objects.filter(hall=hall).exists():
            _exemplary(hall, _actor(deciders[0], now), now=now)


def _actor(user: User, now: dt.datetime) -> Actor:
    return actor_of(user, today=timezone.localdate(now))


def _by_hand(hall: Hall, decider: User, *, now: dt.datetime) -> None:
    actor, today = _actor(decider, now), timezone.localdate(now)
    open_cases = Case.objects.visible_to(actor).filter(
        hall=hall, status="accepted", first_handler__isnull=False
    )
    for step, (case, words) in enumerate(zip(open_cases.order_by("id")[: len(WORDS)], WORDS, strict=False)):
        trigger, problem, demand = words
        try:
            one = actions.open_supervision(
                actor=actor, case_id=case.pk, department_id=case.first_handler_id, trigger=trigger, problem=problem,
                demand=demand, feedback_on=today + dt.timedelta(days=7), now=now - dt.timedelta(hours=3),
            )  # fmt: skip
        except Refused:
            continue  # the case complains of this unit, or of whoever decides
        people = list(holders(LIAISON, day=today, department_id=one.department_id))
        if step == 0 or not people:
            continue
        unit = _actor(people[0], now)
        actions.answer_supervision(
            actor=unit, supervision_id=one.pk, text=ANSWER, now=now - dt.timedelta(hours=2)
        )
        if step == 2:
            actions.return_supervision(
                actor=actor, supervision_id=one.pk, reason=RETURN, feedback_on=today + dt.timedelta(days=5),
                now=now - dt.timedelta(hours=2),
            )  # fmt: skip
            actions.answer_supervision(
                actor=unit, supervision_id=one.pk, text=ANSWER, now=now - dt.timedelta(hours=1)
            )
            actions.close_supervision(
                actor=actor, supervision_id=one.pk, outcome="done", result=VERIFIED, now=now
            )


def _exemplary(hall: Hall, actor: Actor, *, now: dt.datetime) -> None:
    """The first concluded matter in which nothing stands against anybody."""
    late = Deadline.objects.filter(case=OuterRef("pk"), met_at__gte=F("due_at"))
    ended = Case.objects.visible_to(actor).filter(~Exists(late), hall=hall, status__in=PUBLISHABLE)
    ended = ended.order_by("-status_since", "id")
    for pk in ended.values_list("pk", flat=True)[:20]:
        try:
            actions.mark_exemplary(actor=actor, case_id=pk, now=now, **EXEMPLARY)
        except Refused:
            continue  # late, supervised, secret
        return


def _inspected(hall: Hall, actor: Actor, *, now: dt.datetime) -> None:
    """Planned over the last month, and drawn where something ended."""
    today = timezone.localdate(now)
    one = actions.plan_inspection(
        actor=actor, hall_id=hall.pk, title=f"{today.year}年{today.month}月办结事项实地督查",
        from_on=today - dt.timedelta(days=31), to_on=today - dt.timedelta(days=1), unit_ids=[],
        sizes={"resolved": 3, "low_rated": 2}, now=now,
    )  # fmt: skip
    try:
        actions.draw_sample(actor=actor, inspection_id=one.pk, now=now)
    except Refused:
        return  # nothing ended yet
