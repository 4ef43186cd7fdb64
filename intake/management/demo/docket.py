"""What leaders heard in the demonstration hall, what they instructed, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from cases.actions import (
    Heard,
    close_instruction,
    give_instruction,
    place_on_docket,
    record_reception,
    report_instruction,
)
from cases.models import Case, DocketItem, Instruction
from hall.access import SYSTEM
from hall.models import JournalEntry
from intake.management.demo.house import House
from staffing.lifecycle import LIAISON
from staffing.models import LeaderReception, Posting

CLERK, EACH = "linxiaowen", 2
SAID = (
    (
        "情况属实，责任单位一周内拿出办法，当面答复信访人。",
        "一周内查清事实，提出解决办法，当面答复信访人，并报告结果。",
        "已查清事实，与信访人面谈，双方商定了解决办法，本月内落实。",
    ),
    (
        "政策要讲清楚，符合条件的马上办，不符合的说明理由。",
        "逐项核对政策，符合条件的马上办理；不符合的书面说明理由。",
        "已逐项核对，符合条件的两项当场办理，其余一项已书面说明理由。",
    ),
    (
        "由责任单位牵头，有关单位配合，月底前有结果。",
        "牵头会商有关单位，月底前提出结果，并告知信访人。",
        "",
    ),
)
LOOSE = ("村口三盏路灯不亮", "褚**"), ("小区电梯停用两周", "卫**")


def docket(house: House, now: dt.datetime) -> int:
    """The last receptions heard, the next ones with matters on them; once. Returns how many matters were set down."""
    if DocketItem.objects.filter(reception__hall=house.hall).exists():
        return 0
    published = LeaderReception.objects.filter(hall=house.hall).exclude(published_at=None)
    published = published.exclude(status="cancelled").select_related("leader", "room")
    behind = list(published.filter(ends_at__lt=now).order_by("-starts_at")[:3])
    ahead = list(published.filter(starts_at__gt=now).order_by("starts_at")[:2])
    made = 0
    for reception in reversed(behind):
        for case in _quiet(house, reception.starts_at, EACH):
            _hear(house, reception, case, made, now)
            made += 1
    for reception, (headline, who) in zip(ahead, LOOSE, strict=False):
        for case in _quiet(house, now, EACH):
            place_on_docket(actor=house.act(CLERK), reception_id=reception.pk, case_id=case.pk, now=now)
            made += 1
        place_on_docket(actor=SYSTEM, reception_id=reception.pk, headline=headline, who=who, now=now)
        made += 1
    return made


def _quiet(house: House, at: dt.datetime, most: int) -> Iterator[Case]:
    """Matters in a unit's hands on which nobody has done anything since: the journal stays in order."""
    handled = Case.objects.filter(hall=house.hall, status="accepted", registered_at__lt=at, docket_items=None)
    for case in handled.filter(statutory_class="claim").order_by("registered_at")[:40]:
        if most and not JournalEntry.objects.filter(stream=f"case:{case.pk}", at__gte=at).exists():
            most -= 1
            yield case


def _hear(house: House, reception: LeaderReception, case: Case, number: int, now: dt.datetime) -> None:
    opinion, text, answer = SAID[number % len(SAID)]
    start, end = reception.starts_at, reception.ends_at
    clerk, leader = house.act(CLERK, end), house.act(reception.leader.username, end)
    item = place_on_docket(
        actor=house.act(CLERK, start), reception_id=reception.pk, case_id=case.pk, now=start
    )
    said = Heard(
        problem=case.summary or case.title, opinion=opinion, companions="责任单位分管负责人", place=case.place
    )
    record_reception(actor=clerk, item_id=item.pk, heard=said, now=end)
    unit = case.first_handler_id
    liaison = Posting.objects.filter(department=unit, role=LIAISON).select_related("user").first()
    one = give_instruction(
        actor=leader, case_id=case.pk, text=text, department_id=unit, person=liaison.user.name if liaison else "",
        due_on=timezone.localdate(end) + dt.timedelta(days=7), now=end,
    )  # fmt: skip
    if answer and liaison:
        _answer(house, one, liaison.user.username, answer, number, now)


def _answer(house: House, one: Instruction, who: str, answer: str, number: int, now: dt.datetime) -> None:
    told = one.given_at + dt.timedelta(days=2)
    if told >= now:
        return
    report_instruction(actor=house.act(who, told), case_id=one.case_id, text=answer, now=told)
    read = told + dt.timedelta(days=1)
    if number % len(SAID) == 0 and read < now:
        leader = house.act(one.leader.username, read)
        close_instruction(actor=leader, case_id=one.case_id, note="同意，请继续跟踪落实。", now=read)
