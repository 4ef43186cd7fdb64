"""One's own duties, coming and going, leave and swaps; and the requests that wait for one's word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import Refused, Request, allowed, get_visible, typed_line
from staffing import actions, queries, rules
from staffing.forms import LeaveForm, SwapForm, show
from staffing.lifecycle import HALVES, ON_DUTY_ROLES
from staffing.models import CallIn, Duty, DutySwap, Hall, Leave
from staffing.views.attendance import acts_after
from staffing.views.receptions import hall_of

RECENT = dt.timedelta(days=30)


@require_safe
def my_duty(request: Request) -> HttpResponse:
    """What waits for me, where I sit today, what is ahead, what I asked for."""
    actor, now = request.actor, timezone.now()
    user_id, today = actor.user_id or 0, timezone.localdate(now)
    halls = list(queries.posted_halls(actor).filter(pk__in=actor.halls(*ON_DUTY_ROLES)))
    days = []
    for hall in halls:
        rows = queries.my_day(user_id, hall.pk, today)
        days.append({"hall": hall, "rows": rows, "acts": acts_after(rows[-1].kind if rows else "")})
    duties = [
        {
            "duty": duty,
            "half": HALVES[duty.half],
            "is_mine": duty.sitter_id == user_id,
            "may_swap": bool(allowed(rules.check_can_request_swap, actor, duty, now=now)),
        }
        for duty in queries.my_duties(user_id, today)
    ]
    leaves = (
        Leave.objects.visible_to(actor)
        .select_related("user", "hall", "unit")
        .filter(ends_at__gt=now - RECENT)
    )
    swaps = (
        DutySwap.objects.visible_to(actor)
        .filter(asked_at__gt=now - RECENT)
        .select_related("asker", "other", "duty__hall", "duty__window", "duty__unit", "duty__person")
        .select_related("other_duty__window", "other_duty__unit", "other_duty__hall", "other_duty__person")
    )
    calls = CallIn.objects.filter(person=user_id, status="called").select_related("duty__hall", "called_by")
    context = {
        "today": today,
        "days": days,
        "duties": duties,
        "calls": list(calls),
        "reads_rota": bool(queries.posted_halls(actor)),
        "waiting": _waiting(request, leaves, swaps, now),
        "leaves": [_leave_line(request, leave, now) for leave in leaves if leave.user_id == user_id][:20],
        "swaps": [
            _swap_line(request, swap, now) for swap in swaps if user_id in (swap.asker_id, swap.other_id)
        ][:20],
        "now": now,
        "engagements": queries.my_engagements(user_id, now=now),
    }
    return render(request, "staffing/my_duty.html", context)


def _waiting(request: Request, leaves: Any, swaps: Any, now: dt.datetime) -> dict[str, list[Any]]:
    """What this person can decide at this moment."""
    actor = request.actor
    asked = [one for one in leaves if one.status in ("asked", "agreed") and one.user_id != actor.user_id]
    offered = [one for one in swaps if one.status in ("asked", "agreed") and one.asker_id != actor.user_id]
    lines = [_leave_line(request, leave, now) for leave in asked]
    offers = [_swap_line(request, swap, now) for swap in offered]
    return {
        "leaves": [line for line in lines if line["agree"] or line["approve"] or line["refuse"]],
        "swaps": [line for line in offers if line["agree"] or line["approve"] or line["refuse"]],
    }


def _leave_line(request: Request, leave: Leave, now: dt.datetime) -> dict[str, Any]:
    actor = request.actor
    return {
        "leave": leave,
        "from_half": HALVES[leave.from_half],
        "until_half": HALVES[leave.until_half],
        "agree": allowed(rules.check_can_agree_leave, actor, leave, now=now),
        "approve": allowed(rules.check_can_approve_leave, actor, leave, now=now),
        "refuse": allowed(rules.check_can_refuse_leave, actor, leave, now=now),
        "withdraw": allowed(rules.check_can_withdraw_leave, actor, leave, now=now),
    }


def _swap_line(request: Request, swap: DutySwap, now: dt.datetime) -> dict[str, Any]:
    actor = request.actor
    is_open = swap.status in ("asked", "agreed")
    return {
        "swap": swap,
        "half": HALVES[swap.duty.half],
        "other_half": HALVES[swap.other_duty.half] if swap.other_duty else "",
        "agree": is_open and allowed(rules.check_can_agree_swap, actor, swap, now=now),
        "approve": is_open and allowed(rules.check_can_approve_swap, actor, swap, now=now),
        "refuse": is_open and allowed(rules.check_can_refuse_swap, actor, swap, now=now),
        "withdraw": is_open and allowed(rules.check_can_withdraw_swap, actor, swap, now=now),
        "needs_reason": swap.other_id != actor.user_id,
    }


# -- leave -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def request_leave(request: Request) -> HttpResponse:
    now = timezone.now()
    halls = Hall.objects.filter(pk__in=request.actor.halls(*ON_DUTY_ROLES)).order_by("code")
    hall = hall_of(request, halls)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            leave = actions.request_leave(actor=request.actor, hall_id=hall.pk, now=now, **form.cleaned_data)
        except Refused as refused:
            show(form, refused)
        else:
            asked = (
                _("已提出，等单位负责人同意，再由大厅批准。") if leave.unit_id else _("已提出，等大厅批准。")
            )
            messages.success(request, asked)
            return redirect("staffing:my-duty")
    status = 422 if form.is_bound else 200
    return render(request, "staffing/request_leave.html", {"form": form, "place": hall}, status=status)


def _leave(request: Request, leave_id: int) -> Leave:
    return get_visible(Leave.objects.visible_to(request.actor), pk=leave_id)


@require_POST
def agree_leave(request: Request, leave_id: int) -> HttpResponse:
    leave = _leave(request, leave_id)
    actions.agree_leave(actor=request.actor, leave_id=leave.pk, now=timezone.now())
    messages.success(request, _("已同意，现在由大厅批准。"))
    return redirect("staffing:my-duty")


@require_POST
def approve_leave(request: Request, leave_id: int) -> HttpResponse:
    """Says at once when windows are empty because of it."""
    leave = _leave(request, leave_id)
    _done, gaps = actions.approve_leave(actor=request.actor, leave_id=leave.pk, now=timezone.now())
    messages.success(request, _("已批准，B角已收到消息。"))
    if gaps:
        said = ngettext(
            "有%(n)s个班没有人顶，请在值班表上安排。", "有%(n)s个班没有人顶，请在值班表上安排。", gaps
        )
        messages.warning(request, said % {"n": gaps})
    return redirect("staffing:my-duty")


@require_POST
def refuse_leave(request: Request, leave_id: int) -> HttpResponse:
    leave = _leave(request, leave_id)
    reason = typed_line(request, "reason")
    actions.refuse_leave(actor=request.actor, leave_id=leave.pk, reason=reason, now=timezone.now())
    messages.success(request, _("已答复。"))
    return redirect("staffing:my-duty")


@require_POST
def withdraw_leave(request: Request, leave_id: int) -> HttpResponse:
    leave = _leave(request, leave_id)
    actions.withdraw_leave(actor=request.actor, leave_id=leave.pk, now=timezone.now())
    messages.success(request, _("已撤回。"))
    return redirect("staffing:my-duty")


# -- swaps -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def request_swap(request: Request, duty_id: int) -> HttpResponse:
    actor, now = request.actor, timezone.now()
    duty = get_visible(
        Duty.objects.visible_to(actor).select_related("hall", "window", "unit", "person"), pk=duty_id
    )
    rules.check_can_request_swap(actor, duty, now=now)
    half = queries.HalfDay(duty.day, duty.half, duty.starts_at, duty.ends_at)
    ahead = queries.duties_of(duty.hall, timezone.localdate(now), duty.day + RECENT)
    others = ahead.exclude(person=actor.user_id).filter(starts_at__gt=now)[:200]
    people = rules.who_can(duty.hall, duty.kind, half)
    form = SwapForm(request.POST or None, candidates=people, duties=list(others), mine=actor.user_id or 0)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_swap(actor=actor, duty_id=duty.pk, now=now, **form.chosen())  # type: ignore[arg-type]
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("已提出，等对方同意。"))
            return redirect("staffing:my-duty")
    context = {"form": form, "duty": duty, "half": HALVES[duty.half]}
    return render(request, "staffing/request_swap.html", context, status=422 if form.is_bound else 200)


def _settle(
    request: Request, swap_id: int, act: Callable[..., DutySwap], done: str, **facts: Any
) -> HttpResponse:
    swap = get_visible(DutySwap.objects.visible_to(request.actor), pk=swap_id)
    act(actor=request.actor, swap_id=swap.pk, now=timezone.now(), **facts)
    messages.success(request, done)
    return redirect("staffing:my-duty")


@require_POST
def agree_swap(request: Request, swap_id: int) -> HttpResponse:
    return _settle(request, swap_id, actions.agree_swap, _("已同意，现在由大厅批准。"))


@require_POST
def approve_swap(request: Request, swap_id: int) -> HttpResponse:
    return _settle(request, swap_id, actions.approve_swap, _("已换班。"))


@require_POST
def refuse_swap(request: Request, swap_id: int) -> HttpResponse:
    reason = typed_line(request, "reason")
    return _settle(request, swap_id, actions.refuse_swap, _("已答复。"), reason=reason)


@require_POST
def withdraw_swap(request: Request, swap_id: int) -> HttpResponse:
    return _settle(request, swap_id, actions.withdraw_swap, _("已撤回。"))
