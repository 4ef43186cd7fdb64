"""The week board: everybody posted in the hall reads it, the hall manager writes it, from a cell or a whole week."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import Refused, Request, allowed, get_visible, typed_line, whole_number
from hall.models import statutory_calendar
from staffing import actions, queries, rules
from staffing.forms import DutyForm, attached, show
from staffing.lifecycle import DUTY_KINDS, HALVES
from staffing.models import CallIn, Department, Duty, Hall, Window
from staffing.views.receptions import hall_of
from staffing.views.sheets import week_book


def week_of(request: Request, today: dt.date) -> dt.date:
    return queries.week_named(request.GET.get("week", ""), today)


def board_url(hall: Hall, day: dt.date) -> str:
    return f"{reverse('staffing:rota')}?hall={hall.code}&week={queries.monday_of(day)}"


def back_to(request: Request, otherwise: str) -> str:
    """Where the form stood; another site's address is not believed."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if safe and wanted.startswith("/"):
        return wanted
    return otherwise


@require_safe
def rota(request: Request) -> HttpResponse:
    """Places down, half-days across; who sits there, who stands in for whom, and where nobody is."""
    halls, now = queries.posted_halls(request.actor), timezone.now()
    hall, today = hall_of(request, halls), timezone.localdate(now)
    monday = week_of(request, today)
    board = queries.board(hall, monday, now)
    context = {
        "place": hall,
        "halls": halls,
        "board": board,
        "today": today,
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "previous": monday - dt.timedelta(days=7),
        "next": monday + dt.timedelta(days=7),
        "this_week": queries.monday_of(today),
        "manages": rules.manages(request.actor, hall.pk),
        "sees_attendance": allowed(rules.check_can_see_attendance, request.actor, hall),
        "may_fill": allowed(rules.check_can_fill_week, request.actor, hall, monday=monday, now=now),
        "skipped": request.session.pop("rota_skipped", []),
        "sits": queries.who_sits(hall, now) if monday == queries.monday_of(today) else None,
        "me": request.actor.user_id,
    }
    return render(request, "staffing/rota.html", context)


@require_safe
def rota_export(request: Request) -> HttpResponse:
    """The week as an Excel file."""
    now, hall = timezone.now(), hall_of(request, queries.posted_halls(request.actor))
    monday = week_of(request, timezone.localdate(now))
    book = week_book(hall, queries.board(hall, monday, now))
    return attached(book, _("值班表%(week)s.xlsx") % {"week": monday})


# -- one cell ----------------------------------------------------------------------------------------------------


def _number(text: str | None) -> int | None:
    return whole_number(text or "")


def _cell(request: Request, hall: Hall) -> tuple[dict[str, Any], Duty | None]:
    """What the address asks for: a duty that is there, or an empty cell."""
    duty_id = _number(request.GET.get("duty"))
    if duty_id is not None:
        duties = (
            Duty.objects.planned()
            .filter(hall=hall)
            .select_related("window", "unit", "person", "hall", "sitter")
        )
        duty = get_visible(duties, pk=duty_id)
        place = {"window": duty.window_id, "unit": duty.unit_id, "kind": duty.kind}
        return {"day": duty.day, "half": duty.half, **place}, duty
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = statutory_calendar().next_workday(timezone.localdate(timezone.now()))
    kind, half = (
        request.GET.get("kind", "window" if "window" in request.GET else "desk"),
        request.GET.get("half", "am"),
    )
    return {
        "day": day,
        "half": half if half in HALVES else "am",
        "kind": kind if kind in DUTY_KINDS else "desk",
        "window": _number(request.GET.get("window")),
        "unit": _number(request.GET.get("unit")),
    }, None


def _place_label(hall: Hall, cell: dict[str, Any]) -> str:
    if cell["kind"] == "window":
        return get_visible(Window.objects.filter(hall=hall), pk=cell["window"] or 0).label
    if cell["kind"] == "on_call":
        return get_visible(Department.objects.filter(stations__hall=hall), pk=cell["unit"] or 0).label
    desk = DUTY_KINDS["desk"]
    return _(desk)


@require_http_methods(["GET", "HEAD", "POST"])
def save_duty(request: Request) -> HttpResponse:
    """A cell: who can be chosen, and why the others cannot."""
    now, hall = timezone.now(), hall_of(request)
    cell, changing = _cell(request, hall)
    spot = _place_label(hall, cell)
    half = queries.half_on(hall, cell["day"], cell["half"])
    if half is None:
        raise Refused(_("%(day)s大厅不开放，不用排班。") % {"day": cell["day"]}, "state")
    form = DutyForm(
        request.POST or None,
        kind=cell["kind"],
        half=half,
        candidates=rules.who_can(hall, cell["kind"], half, changing=changing),
        changing=changing,
        minutes=hall.on_call_minutes,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_duty(
                actor=request.actor, hall_id=hall.pk, slot=form.slot(**cell),
                duty_id=changing.pk if changing else None, now=now,
            )  # fmt: skip
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("已排班。"))
            return redirect(board_url(hall, cell["day"]))
    context = {
        "form": form,
        "place": hall,
        "spot": spot,
        "half": half,
        "half_label": HALVES[half.half],
        "changing": changing,
        "may_remove": allowed(rules.check_can_remove_duty, request.actor, changing, now=now)
        if changing
        else None,
        "back": board_url(hall, cell["day"]),
    }
    return render(request, "staffing/save_duty.html", context, status=422 if form.is_bound else 200)


def _duty(request: Request, duty_id: int) -> Duty:
    return get_visible(Duty.objects.visible_to(request.actor).select_related("hall"), pk=duty_id)


@require_POST
def remove_duty(request: Request, duty_id: int) -> HttpResponse:
    duty = _duty(request, duty_id)
    actions.remove_duty(actor=request.actor, duty_id=duty.pk, now=timezone.now())
    messages.success(request, _("已撤下。"))
    return redirect(board_url(duty.hall, duty.day))


# -- a week ------------------------------------------------------------------------------------------------------


@require_POST
def fill_week(request: Request) -> HttpResponse:
    """From the pattern or the week before; what was left out is listed above the board."""
    now, hall = timezone.now(), hall_of(request)
    monday = week_of(request, timezone.localdate(now))
    source = "previous" if request.POST.get("source") == "previous" else "pattern"
    filled = actions.fill_week(actor=request.actor, hall_id=hall.pk, monday=monday, source=source, now=now)
    if filled.made:
        done = ngettext("已排%(n)s个班。", "已排%(n)s个班。", filled.made)
        messages.success(request, done % {"n": filled.made})
    elif not filled.skipped:
        messages.info(request, _("没有可以照搬的班：请先排好一周，存为固定班表。"))
    request.session["rota_skipped"] = [
        {
            "day": one.day.isoformat(),
            "half": one.half,
            "place": one.place,
            "person": one.person,
            "reason": one.reason,
        }
        for one in filled.skipped
    ]
    return redirect(board_url(hall, monday))


@require_POST
def keep_pattern(request: Request) -> HttpResponse:
    now, hall = timezone.now(), hall_of(request)
    monday = week_of(request, timezone.localdate(now))
    count = actions.keep_pattern(actor=request.actor, hall_id=hall.pk, monday=monday, now=now)
    done = ngettext("已把这一周的%(n)s个班存为固定班表。", "已把这一周的%(n)s个班存为固定班表。", count)
    messages.success(request, done % {"n": count})
    return redirect(board_url(hall, monday))


# -- standing in, on call ----------------------------------------------------------------------------------------


@require_POST
def stand_in(request: Request, window_id: int) -> HttpResponse:
    """Take a window over, from its console or from the board."""
    now = timezone.now()
    windows = Window.objects.filter(hall__in=queries.posted_halls(request.actor)).select_related("hall")
    window = get_visible(windows, pk=window_id)
    actions.stand_in(actor=request.actor, window_id=window.pk, now=now)
    messages.success(request, _("已由您在%(window)s值班，到岗已记录。") % {"window": window.label})
    return redirect(back_to(request, board_url(window.hall, timezone.localdate(now))))


@require_POST
def call_in(request: Request, duty_id: int) -> HttpResponse:
    duty, now = _duty(request, duty_id), timezone.now()
    call = actions.call_in(
        actor=request.actor, duty_id=duty.pk, note=typed_line(request, "note", 120), now=now
    )
    due = timezone.localtime(call.due_at)
    messages.success(request, _("已呼叫，应在%(due)s前到场。请同时打电话。") % {"due": f"{due:%H:%M}"})
    return redirect(back_to(request, board_url(duty.hall, duty.day)))


@require_POST
def answer_call_in(request: Request, call_id: int) -> HttpResponse:
    duties = Duty.objects.visible_to(request.actor).values("pk")
    call = get_visible(CallIn.objects.filter(duty__in=duties).select_related("duty__hall"), pk=call_id)
    actions.answer_call_in(actor=request.actor, call_id=call.pk, now=timezone.now())
    messages.success(request, _("已记录到场。"))
    return redirect(back_to(request, board_url(call.duty.hall, call.duty.day)))
