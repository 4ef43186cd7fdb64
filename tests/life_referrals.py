"""Matters about which units quarrel, or in which several of them work: brought there by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases import actions
from cases.models import Case, Referral
from hall.access import Refused
from tests.cast import NOW, TZ, Cast
from tests.kept import kept
from tests.matters import REASON, accepted, forwarded, registered

NOT_OURS = "该事项涉及房屋质量，依照三定规定属于住房和城乡建设部门职权，不属于本单位。"
DECIDED = "经核实，按照部门职责分工作出以上决定。"
REPORT = "已查清拖欠工资的人数和金额，督促企业支付完毕，并当面告知信访人，信访人表示认可。"


def days(n: float) -> dt.timedelta:
    return dt.timedelta(days=n)


def clocks(case: Case) -> dict[str, dt.date | None]:
    """The open clocks by kind; a kind that several units have is told apart by nobody here."""
    return dict(case.deadlines.open().values_list("kind", "due_on"))


def owners(case: Case) -> dict[str, int | None]:
    return dict(case.deadlines.open().values_list("kind", "department_id"))


@kept
def objected(cast: Cast, now: dt.datetime = NOW, **facts: Any) -> Case:
    """Forwarded to the labour bureau, which says that it is the housing bureau's."""
    case = forwarded(cast, now, **facts)
    actions.object_to_referral(
        actor=cast.act(cast.liaison, now), case_id=case.pk, reason=NOT_OURS,
        suggested_id=cast.units["housing"].pk, now=now,
    )  # fmt: skip
    return case


@kept
def disputed(cast: Cast, now: dt.datetime = NOW, **facts: Any) -> Case:
    """Accepted with the labour bureau as first handler, which disputes it."""
    case = accepted(cast, now, **facts)
    actions.dispute_case(actor=cast.act(cast.liaison, now), case_id=case.pk, reason=NOT_OURS, now=now)
    return case


@kept
def rerouted(cast: Cast, case: Case, now: dt.datetime = NOW, unit: str = "housing") -> Case:
    actions.reroute_case(
        actor=cast.act(cast.manager, now),
        case_id=case.pk,
        department_id=cast.units[unit].pk,
        reason=DECIDED,
        now=now,
    )
    return Case.objects.get(pk=case.pk)


@kept
def assigned(cast: Cast, now: dt.datetime = NOW, report_in: int | None = None, **facts: Any) -> Case:
    """Assigned to the labour bureau, with a demand and a report back."""
    return actions.forward_case(
        actor=cast.act(cast.clerk, now), case_id=registered(cast, now, **facts).pk,
        department_id=cast.units["labour"].pk, kind="assign", demand="查明人数和金额。\n逐项答复。", reason=REASON,
        report_by=(now.astimezone(TZ).date() + days(report_in)) if report_in else None, now=now,
    )  # fmt: skip


@kept
def involved(cast: Cast, case: Case, now: dt.datetime = NOW, **facts: Any) -> Referral:
    """The housing bureau takes part."""
    said: dict[str, Any] = {
        "department_id": cast.units["housing"].pk, "part": "take_part", "demand": "请核实房屋施工情况。", **facts
    }  # fmt: skip
    return actions.involve_unit(actor=cast.act(cast.liaison, now), case_id=case.pk, now=now, **said)


def refused(act: Any, *args: Any, **facts: Any) -> Refused:
    """The refusal that this act must meet."""
    try:
        act(*args, **facts)
    except Refused as refusal:
        return refusal
    raise AssertionError("was not refused")
