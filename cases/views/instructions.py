"""Leaders' instructions: the doors of their verbs, and the list of those that one has given or has to answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from cases.forms.instructions import (
    CloseInstructionForm,
    GiveInstructionForm,
    ReportInstructionForm,
    ReturnInstructionForm,
    WithdrawInstructionForm,
)
from cases.queries.instructions import READERS, STATES, instruction_list
from cases.views.doors import Door
from hall.access import Refused, Request, whole_number

DOORS: tuple[Door, ...] = (
    Door(
        GiveInstructionForm,
        lazy("作出领导批示"),
        lazy("交责任单位办理"),
        lazy("%(number)s 的领导批示已交责任单位，期限已开始计算。"),
        icon="edit",
    ),
    Door(
        ReportInstructionForm,
        lazy("反馈领导批示"),
        lazy("反馈"),
        lazy("%(number)s 的批示已反馈，请等待领导审阅。"),
        icon="document",
    ),
    Door(
        CloseInstructionForm,
        lazy("审阅反馈，了结批示"),
        lazy("了结"),
        lazy("%(number)s 的领导批示已了结，已通知责任单位。"),
        icon="check",
    ),
    Door(
        ReturnInstructionForm,
        lazy("退回反馈，继续办理"),
        lazy("退回"),
        lazy("%(number)s 的反馈已退回，新的期限已开始计算。"),
        icon="undo",
    ),
    Door(
        WithdrawInstructionForm,
        lazy("撤回领导批示"),
        lazy("撤回批示"),
        lazy("%(number)s 的领导批示已撤回，已通知责任单位。"),
        danger=True,
        icon="ban",
    ),
)


@require_safe
def instructions(request: Request) -> HttpResponse:
    """`/instructions/`: a leader's own, a unit's own, a hall's for its manager and supervisor."""
    actor, now = request.actor, timezone.now()
    if not actor.has(*READERS):
        raise Refused(_("您的岗位没有领导批示清单。"), "role")
    asked, after = request.GET.get("state", ""), request.GET.get("after", "")
    state = asked if asked in STATES else "open"
    number = whole_number(after)
    rows, behind = instruction_list(actor, state=state, now=now, after=number)
    context = {
        "rows": rows,
        "after": behind or "",
        "state": state,
        "states": STATES.items(),
        "is_front": number is None,
        "today": timezone.localdate(now),
    }
    return render(request, "cases/instructions.html", context)
