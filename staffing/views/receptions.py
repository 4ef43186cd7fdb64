"""The month of leaders' receptions, for the hall manager: plan, publish, change, cancel, confirm."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Refused, Request, allowed, get_visible
from staffing import actions, queries, rules
from staffing.forms import CancelReceptionForm, ReceptionForm, show
from staffing.models import Hall, LeaderReception


def hall_of(request: Request, halls: QuerySet[Hall] | None = None) -> Hall:
    """The hall asked for, or the first of those given (by default: that the actor answers for)."""
    among = queries.managed_halls(request.actor) if halls is None else halls
    hall = queries.asked_hall(among, request.GET.get("hall", ""))
    if hall is None:
        raise Refused(_("只有负责这个大厅的人员可以查看和安排。"), "role")
    return hall


def month_of(request: Request, today: dt.date) -> dt.date:
    """`?month=2026-12`; this month when it is missing, no month, or in another century."""
    return queries.month_named(request.GET.get("month", ""), today)


def managed_reception(request: Request, reception_id: int) -> LeaderReception:
    visible = LeaderReception.objects.filter(hall__in=queries.managed_halls(request.actor))
    return get_visible(visible.select_related("hall", "leader", "room"), pk=reception_id)


def back_to_plan(reception: LeaderReception) -> str:
    day = timezone.localtime(reception.starts_at)
    plan = reverse("staffing:reception-plan")
    return f"{plan}?hall={reception.hall.code}&month={day:%Y-%m}#r{reception.pk}"


@require_GET
def reception_plan(request: Request) -> HttpResponse:
    """The month: what is planned, published, changed, cancelled and held."""
    now, hall = timezone.now(), hall_of(request)
    today = timezone.localdate(now)
    first = month_of(request, today)
    rows = queries.notices(queries.receptions_of(hall, first), now)
    actor, away = request.actor, {one.pk for one in queries.without_leader(hall, now)}
    lines = [
        {
            "notice": row,
            "short": row.reception.status == "planned" and queries.due_publish_at(row.reception) < now,
            "away": row.reception.pk in away,
            "may_publish": allowed(rules.check_can_publish_reception, actor, row.reception, now=now),
            "may_change": allowed(rules.check_can_change_reception, actor, row.reception, now=now),
            "may_substitute": allowed(rules.check_can_substitute_leader, actor, row.reception, now=now),
            "may_postpone": allowed(rules.check_can_postpone_reception, actor, row.reception, now=now),
            "may_cancel": allowed(rules.check_can_cancel_reception, actor, row.reception, now=now),
            "may_hold": allowed(rules.check_can_hold_reception, actor, row.reception, now=now),
        }
        for row in rows
    ]
    planned = sum(row.reception.status == "planned" and row.reception.starts_at > now for row in rows)
    return render(
        request,
        "staffing/reception_plan.html",
        {
            "place": hall,
            "halls": queries.managed_halls(actor),
            "lines": lines,
            "entries": [row.entry for row in rows],
            "planned": planned,
            "publish_label": ngettext("公布本月%(n)s场", "公布本月%(n)s场", planned) % {"n": planned},
            "first": first,
            "today": today,
            "waiting": sum(
                row.reception.status == "planned"
                and row.reception.starts_at > now
                and row.reception.approved_at is None
                for row in rows
            )
            if hall.receptions_need_approval
            else 0,
            "away": [line for line in lines if line["away"]],
            "proposal": queries.latest_proposal(hall, first),
            "may_propose": allowed(rules.check_can_propose_month, actor, hall, month=first, now=now),
            "previous": first - dt.timedelta(days=1),
            "next": first + dt.timedelta(days=31),
        },
    )


@require_http_methods(["GET", "POST"])
def plan_reception(request: Request) -> HttpResponse:
    now, hall = timezone.now(), hall_of(request)
    today = timezone.localdate(now)
    form = ReceptionForm(
        request.POST or None,
        hall=hall,
        leaders=queries.leaders_of(hall, today),
        initial=_usual(request, hall),
    )
    if request.method == "POST" and form.is_valid():
        try:
            reception = actions.plan_reception(
                actor=request.actor, hall_id=hall.pk, slot=form.slot(), now=now
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("已安排，尚未公布。"))
            return redirect(back_to_plan(reception))
    return render(
        request,
        "staffing/plan_reception.html",
        {"form": form, "place": hall},
        status=422 if form.is_bound else 200,
    )


def _usual(request: Request, hall: Hall) -> dict[str, object]:
    """A morning in the leader's room."""
    room = hall.rooms.filter(kind="leader").first()
    return {
        "starts": dt.time(9),
        "ends": dt.time(11, 30),
        "room": room.pk if room else None,
        "day": request.GET.get("day", ""),
    }


@require_http_methods(["GET", "POST"])
def change_reception(request: Request, reception_id: int) -> HttpResponse:
    now, reception = timezone.now(), managed_reception(request, reception_id)
    rules.check_can_change_reception(request.actor, reception, now=now)
    form = ReceptionForm(
        request.POST or None,
        hall=reception.hall,
        leaders=queries.leaders_of(reception.hall, timezone.localdate(now)),
        changing=reception,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_reception(
                actor=request.actor,
                reception_id=reception.pk,
                slot=form.slot(),
                reason=form.cleaned_data.get("reason", ""),
                now=now,
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(
                request,
                _("已变更。") if reception.published_at is None else _("已变更，并已在公开页面标明。"),
            )
            return redirect(back_to_plan(reception))
    return render(
        request,
        "staffing/change_reception.html",
        {"form": form, "reception": reception, "place": reception.hall},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def cancel_reception(request: Request, reception_id: int) -> HttpResponse:
    now, reception = timezone.now(), managed_reception(request, reception_id)
    rules.check_can_cancel_reception(request.actor, reception, now=now)
    form = CancelReceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_reception(
                actor=request.actor, reception_id=reception.pk, reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("已取消。"))
            return redirect(back_to_plan(reception))
    (notice,) = queries.notices([reception], now)
    return render(
        request,
        "staffing/cancel_reception.html",
        {"form": form, "notice": notice, "reception": reception, "place": reception.hall},
        status=422 if form.is_bound else 200,
    )


@require_POST
def publish_reception(request: Request, reception_id: int) -> HttpResponse:
    reception = managed_reception(request, reception_id)
    actions.publish_reception(actor=request.actor, reception_id=reception.pk, now=timezone.now())
    messages.success(request, _("已公布。"))
    return redirect(back_to_plan(reception))


@require_POST
def publish_month(request: Request) -> HttpResponse:
    hall, now = hall_of(request), timezone.now()
    first = month_of(request, timezone.localdate(now))
    done = actions.publish_month(actor=request.actor, hall_id=hall.pk, month=first, now=now)
    messages.success(
        request, ngettext("已公布%(n)s场接访。", "已公布%(n)s场接访。", len(done)) % {"n": len(done)}
    )
    return redirect(f"{reverse('staffing:reception-plan')}?hall={hall.code}&month={first:%Y-%m}")


@require_POST
def hold_reception(request: Request, reception_id: int) -> HttpResponse:
    """The manager from the month, the leader from the docket."""
    actor = request.actor
    mine = LeaderReception.objects.filter(leader=actor.user_id or 0)
    managed = LeaderReception.objects.filter(hall__in=queries.managed_halls(actor))
    reception = get_visible((mine | managed).select_related("hall"), pk=reception_id)
    actions.hold_reception(actor=actor, reception_id=reception.pk, now=timezone.now())
    messages.success(request, _("已确认接访。"))
    return redirect("cases:docket" if reception.leader_id == actor.user_id else back_to_plan(reception))
