"""Who may complain, how often, and who may answer."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hall.access import Actor, Refused
from staffing.lifecycle import COMPLAINT, COMPLAINT_ABOUT, HALL_MANAGER, SUPERVISOR
from staffing.models import Complaint, Hall, Window

SOONEST = dt.timedelta(seconds=4)
"""Nobody reads and fills in the form faster; a machine does."""
LATEST = dt.timedelta(hours=24)
FILED_MOST, FILED_WINDOW = 8, dt.timedelta(hours=1)
ASKED_MOST, ASKED_WINDOW = 20, dt.timedelta(minutes=15)
SHORTEST = 10
ANSWER_SHORTEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the form says. `drawn_at` and `token` are those of the form; `trap` is a field that no person fills in."""

    token: uuid.UUID
    drawn_at: dt.datetime
    about: str
    text: str
    about_manager: bool = False
    happened_on: dt.date | None = None
    happened_at: str = ""
    window_id: int | None = None
    name: str = ""
    phone: str = ""
    page: str = ""
    language: str = "zh-hans"
    trap: str = ""


def check_can_file_complaint(actor: Actor, hall: Hall, said: Said, *, now: dt.datetime) -> None:
    """Anybody, without a name; not a machine."""
    if not hall.is_open:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    if said.trap:
        raise Refused(_("没有收到。请重新打开本页填写。"), "input")
    if dt.timedelta() <= now - said.drawn_at < SOONEST:  # drawn "later": by a host whose clock is ahead
        raise Refused(_("提交得太快了。请看一遍再提交，填写的内容都还在。"), "input")
    if now - said.drawn_at > LATEST:
        raise Refused(_("本页打开得太久了。请再提交一次，填写的内容都还在。"), "input")
    if said.about not in COMPLAINT_ABOUT:
        raise Refused(_("请选择关于什么。"), "input", field="about")
    if len(said.text.strip()) < SHORTEST:
        raise Refused(
            ngettext("请写清楚发生了什么，至少%(n)s个字。", "请写清楚发生了什么，至少%(n)s个字。", SHORTEST)
            % {"n": SHORTEST},
            "input",
            field="text",
        )
    if said.happened_on and said.happened_on > timezone.localdate(now):
        raise Refused(_("日期还没有到。"), "input", field="happened_on")
    if said.window_id and not Window.objects.filter(pk=said.window_id, hall=hall).exists():
        raise Refused(_("没有这个窗口。"), "input", field="window")


def refuse_busy(wait: dt.timedelta, *, field: str = "") -> None:
    """Too often from one place."""
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    raise Refused(
        ngettext(
            "从这里来的次数过多，请在%(n)s分钟后再试；也可以拨打监督电话。",
            "从这里来的次数过多，请在%(n)s分钟后再试；也可以拨打监督电话。",
            minutes,
        )
        % {"n": minutes},
        "busy",
        field=field,
    )


def check_sees_complaints(actor: Actor) -> None:
    if not actor.halls(SUPERVISOR, HALL_MANAGER):
        raise Refused(_("服务投诉由督查员和大厅负责人办理。"), "role")


def _check_deals(actor: Actor, complaint: Complaint, move: str) -> None:
    """The supervisor; the manager, unless it is about the manager."""
    if not actor.has(SUPERVISOR, HALL_MANAGER, hall_id=complaint.hall_id):
        raise Refused(_("服务投诉由督查员和大厅负责人办理。"), "role")
    if complaint.about_manager and not actor.has(SUPERVISOR, hall_id=complaint.hall_id):
        raise Refused(_("涉及大厅负责人的，由督查员办理。"), "role")
    if COMPLAINT.move(move, complaint.status) is None:
        raise Refused(_("这件投诉已经答复或者转交。"), "state")


def _check_words(text: str) -> None:
    if len(text.strip()) < ANSWER_SHORTEST:
        raise Refused(
            ngettext("请至少写%(n)s个字。", "请至少写%(n)s个字。", ANSWER_SHORTEST) % {"n": ANSWER_SHORTEST},
            "input",
            field="answer",
        )


def check_can_answer_complaint(
    actor: Actor, complaint: Complaint, *, answer: str | None = None, now: dt.datetime
) -> None:
    _check_deals(actor, complaint, "answer_complaint")
    if answer is not None:
        _check_words(answer)


def check_can_forward_complaint(
    actor: Actor, complaint: Complaint, *, to: str | None = None, answer: str | None = None, now: dt.datetime
) -> None:
    """To the organ of discipline inspection: what may be a breach of discipline is not the hall's own to judge."""
    _check_deals(actor, complaint, "forward_complaint")
    if to is not None and not to.strip():
        raise Refused(_("请写明转交哪个机构。"), "input", field="forwarded_to")
    if answer is not None:
        _check_words(answer)
