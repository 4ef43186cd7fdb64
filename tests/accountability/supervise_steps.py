"""Supervisions brought to a state by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accountability import actions
from accountability.models import Supervision, SupervisionFeedback
from cases.models import Case
from hall.models import User
from tests.cast import NOW, TZ, Cast
from tests.kept import kept
from tests.matters import accepted

PROBLEM = "受理以来没有与信访人联系，也没有调查核实。"
DEMAND = "三日内与信访人联系。\n查明欠薪人数和金额，逐项答复。"
DONE = "已经约谈信访人和施工单位，查明拖欠三个月工资，本周内付清。"
MORE = "没有说明社会保险怎样补缴，请继续整改。"
VERIFIED = "电话核实信访人，工资已经收到。"


def days(n: float) -> dt.timedelta:
    return dt.timedelta(days=n)


def day(now: dt.datetime, n: int) -> dt.date:
    return now.astimezone(TZ).date() + days(n)


def idle(cast: Cast, now: dt.datetime = NOW, **facts: Any) -> tuple[Case, dt.datetime]:
    """A case of the labour bureau on which nothing was recorded, and the moment when half of its period has passed."""
    return accepted(cast, now, **facts), now + days(30)


@kept
def proposed(cast: Cast, now: dt.datetime = NOW, **facts: Any) -> tuple[Supervision, dt.datetime]:
    """Proposed because half of the period has passed; and when."""
    case, then = idle(cast, now, **facts)
    assert actions.propose_supervisions(now=then) >= 1
    return Supervision.objects.get(case=case), then


def confirmed(
    cast: Cast, one: Supervision, now: dt.datetime, *, who: User | None = None, **facts: Any
) -> Supervision:
    said = {"problem": PROBLEM, "demand": DEMAND, "feedback_on": day(now, 7), **facts}
    return actions.confirm_supervision(
        actor=cast.act(who or cast.supervisor, now), supervision_id=one.pk, now=now, **said
    )


@kept
def opened(
    cast: Cast,
    case: Case | None = None,
    now: dt.datetime = NOW,
    *,
    who: User | None = None,
    unit: str = "labour",
    **facts: Any,
) -> Supervision:
    """By hand, for perfunctory handling."""
    case = case or accepted(cast, now)
    said = {
        "trigger": "perfunctory", "department_id": cast.units[unit].pk, "problem": PROBLEM, "demand": DEMAND,
        "feedback_on": day(now, 7), **facts,
    }  # fmt: skip
    return actions.open_supervision(
        actor=cast.act(who or cast.supervisor, now), case_id=case.pk, now=now, **said
    )


def answered(
    cast: Cast,
    one: Supervision,
    now: dt.datetime = NOW,
    *,
    who: User | None = None,
    text: str = DONE,
    **facts: Any,
) -> SupervisionFeedback:
    return actions.answer_supervision(
        actor=cast.act(who or cast.liaison, now), supervision_id=one.pk, text=text, now=now, **facts
    )


def returned(
    cast: Cast, one: Supervision, now: dt.datetime = NOW, *, who: User | None = None, **facts: Any
) -> SupervisionFeedback:
    said = {"reason": MORE, "feedback_on": day(now, 5), **facts}
    return actions.return_supervision(
        actor=cast.act(who or cast.supervisor, now), supervision_id=one.pk, now=now, **said
    )


def closed(
    cast: Cast, one: Supervision, now: dt.datetime = NOW, *, who: User | None = None, **facts: Any
) -> Supervision:
    said = {"outcome": "done", "result": VERIFIED, **facts}
    return actions.close_supervision(
        actor=cast.act(who or cast.supervisor, now), supervision_id=one.pk, now=now, **said
    )
