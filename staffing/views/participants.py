"""The list of participants from outside, and the month in which they are in the hall."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from hall.access import Actor, Refused, Request, allowed, get_visible, whole_number
from hall.models import statutory_calendar
from staffing import actions, queries, rules
from staffing.forms import (
    ChangeDutyForm,
    ParticipantFilter,
    ParticipantForm,
    PlanDutyForm,
    ReasonForm,
    RotaFilter,
    show,
)
from staffing.models import Hall, ParticipantDuty, SocialParticipant
from staffing.views.receptions import hall_of, month_of

PAGE = 40


def place_of(request: Request) -> Hall:
    """The hall asked for among those in which the actor is posted."""
    halls = Hall.objects.filter(pk__in=request.actor.halls())
    if rules.is_administrator(request.actor):
        halls = Hall.objects.all()
    return hall_of(request, halls.select_related("jurisdiction").order_by("code"))


def _may_keep(actor: Actor, hall: Hall) -> bool:
    return rules.manages(actor, hall.pk)


@require_GET
def participants(request: Request) -> HttpResponse:
    hall, now = place_of(request), timezone.now()
    form = ParticipantFilter(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    state = {"": "active", "past": "past"}.get(data.get("state", ""), "")
    found = queries.find_participants(
        request.actor, hall, kind=data.get("kind", ""), q=data.get("q", ""), state=state
    )
    after = request.GET.get("after", "")
    if (last := whole_number(after)) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    context = {
        "place": hall,
        "form": form,
        "people": rows[:PAGE],
        "cursor": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "here": queries.participants_here(hall, timezone.localdate(now), now=now),
        "keeps": _may_keep(request.actor, hall),
        "filtered": bool(request.GET.get("q") or request.GET.get("kind") or request.GET.get("state")),
    }
    return render(request, "staffing/participants.html", context)


@require_http_methods(["GET", "POST"])
def save_participant(request: Request, participant_id: int | None = None) -> HttpResponse:
    """`/participants/new/` and `/participants/<participant_id>/`."""
    now = timezone.now()
    one = None
    if participant_id is not None:
        visible = SocialParticipant.objects.visible_to(request.actor).select_related("hall")
        one = get_visible(visible, pk=participant_id)
    hall = one.hall if one else place_of(request)
    rules.check_can_keep_duties(request.actor, hall.pk)
    form = ParticipantForm(request.POST or None, hall=hall, one=one, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_participant(
                actor=request.actor,
                hall_id=hall.pk,
                facts=form.facts(),
                participant_id=participant_id,
                now=now,
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("%(name)s已保存。") % {"name": saved.label})
            return redirect(f"{reverse('staffing:participants')}?hall={hall.code}")
    context = {"form": form, "one": one, "place": hall}
    return render(request, "staffing/save_participant.html", context, status=422 if form.is_bound else 200)


@require_GET
def participant_rota(request: Request) -> HttpResponse:
    """The month: a line for each participant, a cell for each day."""
    hall, today = place_of(request), timezone.localdate()
    first = month_of(request, today)
    form = RotaFilter(request.GET, hall=hall)
    data = form.cleaned_data if form.is_valid() else {}
    grid = queries.participant_grid(
        hall, first, kind=data.get("kind", ""), organisation=data.get("organisation", ""),
        calendar=statutory_calendar(), today=today,
    )  # fmt: skip
    context = {
        "place": hall,
        "form": form,
        "grid": grid,
        "first": first,
        "today": today,
        "previous": first - dt.timedelta(days=1),
        "next": first + dt.timedelta(days=31),
        "keeps": _may_keep(request.actor, hall),
        "filtered": bool(request.GET.get("kind") or request.GET.get("organisation")),
    }
    return render(request, "staffing/participant_rota.html", context)


def _back(hall: Hall, day: dt.date) -> str:
    return f"{reverse('staffing:participant-rota')}?hall={hall.code}&month={day:%Y-%m}"


@require_http_methods(["GET", "POST"])
def plan_participant_duty(request: Request) -> HttpResponse:
    now, hall = timezone.now(), place_of(request)
    rules.check_can_keep_duties(request.actor, hall.pk)
    today = timezone.localdate(now)
    who = request.GET.get("participant", "")
    day = request.GET.get("day", "") or f"{today:%Y-%m-%d}"
    form = PlanDutyForm(
        request.POST or None, hall=hall, initial={"participant": who, "from_on": day, "until_on": day}
    )
    if request.method == "POST" and form.is_valid():
        try:
            planned = actions.plan_participant_duty(
                actor=request.actor, hall_id=hall.pk, slots=form.slots(statutory_calendar()), now=now
            )
        except Refused as refused:
            show(form, refused)
        else:
            words = ngettext("已安排%(n)s个半天。", "已安排%(n)s个半天。", len(planned))
            messages.success(request, words % {"n": len(planned)})
            return redirect(_back(hall, planned[0].day))
    context = {"form": form, "place": hall}
    return render(
        request, "staffing/plan_participant_duty.html", context, status=422 if form.is_bound else 200
    )


def _duty(request: Request, duty_id: int) -> ParticipantDuty:
    visible = ParticipantDuty.objects.filter(hall__in=queries.managed_halls(request.actor))
    return get_visible(visible.select_related("hall", "participant", "room"), pk=duty_id)


@require_http_methods(["GET", "POST"])
def change_participant_duty(request: Request, duty_id: int) -> HttpResponse:
    now, duty = timezone.now(), _duty(request, duty_id)
    form = ChangeDutyForm(request.POST or None, duty=duty)
    if request.method == "POST":
        rules.check_can_change_participant_duty(request.actor, duty, now=now)
        if form.is_valid():
            try:
                changed = actions.change_participant_duty(
                    actor=request.actor, duty_id=duty.pk, slot=form.slot(), reason=form.cleaned_data["reason"],
                    now=now,
                )  # fmt: skip
            except Refused as refused:
                show(form, refused)
            else:
                messages.success(request, _("值班已变更。"))
                return redirect(_back(duty.hall, changed.day))
    context = {
        "form": form,
        "duty": duty,
        "place": duty.hall,
        "may_change": allowed(rules.check_can_change_participant_duty, request.actor, duty, now=now),
        "may_cancel": allowed(rules.check_can_cancel_participant_duty, request.actor, duty, now=now),
    }
    return render(
        request, "staffing/change_participant_duty.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
def cancel_participant_duty(request: Request, duty_id: int) -> HttpResponse:
    now, duty = timezone.now(), _duty(request, duty_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_participant_duty(
                actor=request.actor, duty_id=duty.pk, reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refused:
            if refused.kind != "input":
                raise
            show(form, refused)
        else:
            messages.success(request, _("值班已取消。"))
            return redirect(_back(duty.hall, duty.day))
    context = {"form": form, "duty": duty, "place": duty.hall}
    return render(
        request, "staffing/cancel_participant_duty.html", context, status=422 if form.is_bound else 200
    )
