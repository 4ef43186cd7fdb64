"""Incidents in the hall: the list by time and kind, one of them, its words for a stated purpose, its paper, figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hall.access import Refused, Request, allowed, get_visible, whole_number
from hall.outbox import address_of
from intake.actions import incidents as actions
from intake.forms.incidents import (
    AccountForm,
    EraseForm,
    HandOverForm,
    IncidentFilter,
    IncidentForm,
    ReadForm,
    ReceiptForm,
)
from intake.lifecycle import DESK_ROLES
from intake.models.incidents import Incident
from intake.queries import incidents as queries
from intake.rules import incidents as rules
from staffing.forms import show
from staffing.lifecycle import HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Hall
from staffing.queries import asked_hall, month_named

PAGE = 30


def _hall(request: Request, *roles: str) -> Hall:
    halls = Hall.objects.filter(pk__in=request.actor.halls(*roles)).order_by("code")
    found = asked_hall(halls, request.GET.get("hall", ""))
    if found is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    return found


def _typed_now() -> dict[str, Any]:
    local = timezone.localtime(timezone.now())
    return {"day": local.date(), "starts": local.replace(second=0, microsecond=0).time()}


@never_cache
@require_safe
def incidents(request: Request) -> HttpResponse:
    """What the reader may see of the hall, newest first; by month and kind, by nothing else."""
    rules.check_sees_incidents(request.actor)
    place = _hall(request, SUPERVISOR, *DESK_ROLES)
    form = IncidentFilter(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    month = month_named(data["month"], timezone.localdate()) if data.get("month") else None
    found = queries.find_incidents(request.actor, place, month=month, kind=data.get("kind", ""))
    if (last := whole_number(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    context = {
        "place": place,
        "form": form,
        "rows": rows[:PAGE],
        "cursor": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "filtered": bool(data.get("month") or data.get("kind")),
        "own_only": not request.actor.has(HALL_MANAGER, SUPERVISOR, hall_id=place.pk),
        "may_record": allowed(rules.check_can_record_incident, request.actor, place.pk, now=timezone.now()),
        "sees_figures": allowed(rules.check_sees_incident_figures, request.actor),
    }
    return render(request, "intake/incidents.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record_incident(request: Request) -> HttpResponse:
    rules.check_sees_incidents(request.actor)
    place, now = _hall(request, SUPERVISOR, *DESK_ROLES), timezone.now()
    rules.check_can_record_incident(request.actor, place.pk, now=now)
    form = IncidentForm(request.POST or None, hall=place, initial=_typed_now())
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_incident(
                actor=request.actor,
                hall_id=place.pk,
                facts=form.facts(),
                visit_id=form.visit_id,
                now=now,
            )
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("已记录。本人可以随时补充自己的说法。"))
            return redirect("intake:incident", made.pk)
    context = {"form": form, "place": place}
    return render(request, "intake/record_incident.html", context, status=422 if form.is_bound else 200)


def _incident(request: Request, pk: int) -> Incident:
    visible = Incident.objects.visible_to(request.actor)
    return get_visible(visible.select_related("hall", "room", "by", "handed_by"), pk=pk)


@never_cache
@require_safe
def incident(request: Request, pk: int) -> HttpResponse:
    """When, where, of which kind, what was done; the words are opened for a stated purpose."""
    return _page(request, _incident(request, pk))


def _page(
    request: Request, one: Incident, *, status: int = 200, opened: bool = False, **forms: Any
) -> HttpResponse:
    now = timezone.now()
    checks: dict[str, Callable[..., object]] = {
        "may_hand_over": rules.check_can_hand_over_incident,
        "may_receive": rules.check_can_receive_incident,
        "may_add": rules.check_can_add_account,
        "may_erase": rules.check_can_erase_incident,
    }
    context = {
        "incident": one,
        "place": one.hall,
        "now": now,
        "opened": opened,
        "accounts": list(one.accounts.all()) if opened else [],
        "told": one.accounts.count(),
        "read_form": ReadForm(),
        **{name: allowed(check, request.actor, one, now=now) for name, check in checks.items()},
        **forms,
    }
    return render(request, "intake/incident.html", context, status=status)


@never_cache
@require_http_methods(["POST"])
def read_incident(request: Request, pk: int) -> HttpResponse:
    one, form = _incident(request, pk), ReadForm(request.POST)
    if form.is_valid():
        try:
            actions.read_incident(
                actor=request.actor,
                incident_id=one.pk,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            return _page(request, one, opened=True)
    return _page(request, one, read_form=form, status=422)


def _ask(
    request: Request, one: Incident, form: Any, *, title: str, lead: str, button: str, danger: bool = False
) -> HttpResponse:
    context = {
        "incident": one, "form": form, "title": title, "lead": lead, "button": button, "danger": danger,
    }  # fmt: skip
    return render(request, "intake/incident_act.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_incident(request: Request, pk: int) -> HttpResponse:
    """To the police room; the paper with its code comes next."""
    one, now = _incident(request, pk), timezone.now()
    rules.check_can_hand_over_incident(request.actor, one, now=now)
    form = HandOverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.hand_over_incident(
                actor=request.actor, incident_id=one.pk, danger=form.cleaned_data["danger"], now=now
            )
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("已移交。请打印移交单，交警务室签收。"))
            return redirect("intake:incident", one.pk)
    lead = _("劝阻、批评、教育无效，或者有人身危险的，移交警务室；采取什么措施由公安机关依法决定。")
    return _ask(request, one, form, title=_("移交警务室"), lead=lead, button=_("移交"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receive_incident(request: Request, pk: int) -> HttpResponse:
    """From the police room's own paper; on its screen it says so itself."""
    one, now = _incident(request, pk), timezone.now()
    rules.check_can_receive_incident(request.actor, one, now=now)
    form = ReceiptForm(request.POST or None, initial=_typed_now())
    if request.method == "POST" and form.is_valid():
        try:
            actions.receive_incident(actor=request.actor, incident_id=one.pk, now=now, **form.facts())
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("接收单已记录。"))
            return redirect("intake:incident", one.pk)
    lead = _("按警务室出具的纸质接收单填写；警务室扫移交单上的二维码确认的，不用填。")
    return _ask(request, one, form, title=_("登记接收单"), lead=lead, button=_("保存"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_account(request: Request, pk: int) -> HttpResponse:
    one, now = _incident(request, pk), timezone.now()
    rules.check_can_add_account(request.actor, one, now=now)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_account(actor=request.actor, incident_id=one.pk, now=now, **form.cleaned_data)
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("本人的说法已附上。"))
            return redirect("intake:incident", one.pk)
    lead = _("照本人的原话写，念给本人听或者给本人看；本人可以多次补充，原来的不改。")
    return _ask(request, one, form, title=_("补充本人陈述"), lead=lead, button=_("附上"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_incident(request: Request, pk: int) -> HttpResponse:
    one, now = _incident(request, pk), timezone.now()
    rules.check_can_erase_incident(request.actor, one, now=now)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.erase_incident(actor=request.actor, incident_id=one.pk, now=now, **form.cleaned_data)
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("记录已删除，不能恢复。"))
            return redirect("intake:incidents")
    lead = _("记错了，或者本人依法要求删除的，可以在到期之前删除。删除后不能恢复。")
    return _ask(request, one, form, title=_("删除记录"), lead=lead, button=_("删除记录"), danger=True)


@never_cache
@require_safe
def incident_slip(request: Request, pk: int) -> HttpResponse:
    """The paper that goes to the police room: when, where, of which kind, what staff did, and the code to confirm."""
    one = _incident(request, pk)
    if one.handed_at is None:
        raise Refused(_("还没有移交警务室。"), "state")
    context = {
        "incident": one,
        "place": one.hall,
        "where": address_of("intake:incident-receipt", one.receipt_token),
    }
    return render(request, "intake/incident_slip.html", context)


@never_cache
@require_safe
def incident_figures(request: Request) -> HttpResponse:
    """By kind and month; a count of one or two is not told."""
    rules.check_sees_incident_figures(request.actor)
    place, today = _hall(request, HALL_MANAGER, SUPERVISOR, LEADER), timezone.localdate()
    asked = whole_number(request.GET.get("year", ""), today.year)
    year = asked if asked and asked >= 2015 else today.year
    context = {
        "place": place,
        "year": year,
        "months": [dt.date(year, month, 1) for month in range(1, 13)],
        "rows": queries.figures(place, year),
        "few": queries.FEW,
        "later": year + 1 if year < today.year else None,
        "earlier": year - 1 if year > 2015 else None,
    }
    return render(request, "intake/incident_figures.html", context)
