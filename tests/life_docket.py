"""Matters that a leader receives: on the docket, heard, with an instruction; brought there by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases import actions
from cases.actions import Heard
from cases.models import Case, DocketItem, Instruction, InstructionReport
from hall.models import User
from tests.cast import NOW, TZ, Cast, reception
from tests.kept import kept
from tests.matters import accepted

HEARD = Heard(
    problem="三个月工资没有付，多次找施工单位无果。",
    opinion="请人社局牵头，月底前督促付清。",
    companions="人社局局长、住建局副局长",
    place="云溪县城关镇",
    cause="工程款没有结算",
)
TEXT, DONE = (
    "牵头督促施工单位月底前付清工资，并当面答复信访人。",
    "已督促施工单位付清全部工资，信访人已签收并表示满意。",
)
MORE = "社会保险还没有补缴，请继续督促。"


@kept
def on_docket(
    cast: Cast,
    case: Case | None = None,
    now: dt.datetime = NOW,
    *,
    leader: User | None = None,
    days_ago: int = 0,
    **facts: Any,
) -> DocketItem:
    """The case, on the docket of a reception that began an hour before `now`, or days earlier."""
    case = case or accepted(cast, now, **facts)
    starts, half = now - dt.timedelta(hours=1, days=days_ago), dt.timedelta(minutes=30)
    if starts.astimezone(TZ).date() != (starts + half).astimezone(TZ).date():
        starts -= half  # a reception does not cross midnight, whenever the tests run
    one = reception(cast, starts, leader=leader, hours=0.5, now=starts - dt.timedelta(days=3))
    return actions.place_on_docket(
        actor=cast.act(cast.clerk, now), reception_id=one.pk, case_id=case.pk, now=starts
    )


@kept
def heard(
    cast: Cast, item: DocketItem, now: dt.datetime = NOW, *, who: User | None = None, **facts: Any
) -> Any:
    said = {"heard": HEARD, **facts}
    return actions.record_reception(actor=cast.act(who or cast.clerk, now), item_id=item.pk, now=now, **said)


@kept
def given(
    cast: Cast,
    case: Case | None = None,
    now: dt.datetime = NOW,
    *,
    who: User | None = None,
    unit: str = "labour",
    days: int = 10,
    **facts: Any,
) -> Instruction:
    """An instruction to that unit on a case that the leader receives today."""
    if case is None or not case.docket_items.exists():
        case = on_docket(cast, case, now).case
    assert case is not None
    due_on = now.astimezone(TZ).date() + dt.timedelta(days=days)
    said = {"text": TEXT, "department_id": cast.units[unit].pk, "due_on": due_on, "person": "陈志远", **facts}
    return actions.give_instruction(actor=cast.act(who or cast.leader, now), case_id=case.pk, now=now, **said)


@kept
def reported(
    cast: Cast, one: Instruction, now: dt.datetime = NOW, *, who: User | None = None, text: str = DONE
) -> InstructionReport:
    return actions.report_instruction(
        actor=cast.act(who or cast.liaison, now), case_id=one.case_id, text=text, now=now
    )
