"""The guide desk: a number in two keys, who waits too long, who is back; and the hall manager's day in figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST, require_safe

from hall.access import Refused, Request, allowed, get_visible
from intake import actions, rules
from intake.actions import check_in_booking
from intake.actions import take_number as take
from intake.forms.queue import TakeNumberForm, fresh_token
from intake.lifecycle import DESK_ROLES, PRIORITY_REASONS
from intake.models import Ticket
from intake.queries.board import away, bookable_receptions, priority_words
from intake.queries.queue import TOO_LONG, HallNow, hall_now, stamp
from intake.queries.stays import Day, arrivals_by_hour, day_by_queue, day_by_window
from staffing.models import Device, Hall, Window


def _hall(request: Request, hall: str) -> Hall:
    place = get_visible(Hall.objects.filter(pk__in=request.actor.halls()), code=hall)
    rules.check_works_at_desk(request.actor, place.pk)
    return place


@require_safe
def guide_choice(request: Request) -> HttpResponse:
    """The desk of the hall one works in; a choice for who works in several."""
    halls = list(Hall.objects.filter(pk__in=request.actor.halls(*DESK_ROLES)).order_by("code"))
    if not halls:
        raise Refused(_("引导台由本大厅的引导员或窗口人员使用。"), "role")
    if len(halls) == 1:
        return redirect("intake:guide-desk", halls[0].code)
    return render(request, "intake/guide_choice.html", {"halls": halls})


def _board(request: Request, hall: Hall, now: dt.datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
    state = hall_now(hall.pk, now=now, today=today)
    return {
        "hall": hall,
        "now": now,
        "loads": state.loads(),
        **_longest(state),
        "attended": sum(window.attended(now) for window in state.windows),
        "busy_words": _("%(n)s个正在接待")
        % {"n": sum(window.ticket_id is not None for window in state.windows)},
        "waiting": [_row(request, ticket, now) for ticket in state.waiting],
        "missed": [_row(request, ticket, now) for ticket in away(hall.pk, today, "missed")],
        "parked": [_row(request, ticket, now) for ticket in away(hall.pk, today, "parked")],
        "queues": [queue for queue in state.queues if queue.is_active],
        "windows": [window for window in state.windows if window.is_active],
    }


def _longest(state: HallNow) -> dict[str, Any]:
    """The longest wait in words, and whether it is too long."""
    first = min((ticket.queued_at for ticket in state.waiting), default=None)
    if first is None:
        return {"longest_words": "", "longest_tone": ""}
    return {
        "longest_words": rules.ago(first, state.now),
        "longest_tone": "amber" if state.now - first >= TOO_LONG else "",
    }


def _row(request: Request, ticket: Ticket, now: dt.datetime) -> dict[str, Any]:
    waited = now - ticket.queued_at
    return {
        "ticket": ticket,
        "waited": rules.ago(ticket.queued_at, now),
        "away": rules.ago(ticket.since, now),
        "too_long": ticket.status == "waiting" and waited >= TOO_LONG,
        "leaving": _("%(number)s作废吗？") % {"number": ticket.number},
        "reason": priority_words(ticket.visit),
        "reinstate": allowed(rules.check_can_reinstate_ticket, request.actor, ticket, now=now),
        "leave": allowed(rules.check_can_leave_hall, request.actor, ticket, now=now),
        "transfer": allowed(rules.check_can_transfer_ticket, request.actor, ticket, now=now),
    }


def _page(
    request: Request, hall: Hall, now: dt.datetime, form: TakeNumberForm, status: int = 200
) -> HttpResponse:
    context = {
        **_board(request, hall, now),
        "form": form,
        "reasons": [
            (code, _(label)) for code, label in PRIORITY_REASONS.items() if code not in ("", "booked")
        ],
        "receptions": bookable_receptions(hall.pk, timezone.localdate(now)),
        "taken": Ticket.objects.visible_to(request.actor)
        .filter(token=request.session.pop("taken", None))
        .select_related("queue", "visit")
        .first(),
        "printers": Device.objects.printers(hall.pk),
    }
    page = render(request, "intake/guide_desk.html", context, status=status)
    # A form from the cache would carry a token that was used already.
    patch_cache_control(page, no_store=True)
    return page


@require_safe
def guide_desk(request: Request, hall: str) -> HttpResponse:
    """The whole desk."""
    form = TakeNumberForm(initial={"form_token": fresh_token(), "head_count": 1})
    return _page(request, _hall(request, hall), timezone.now(), form)


@require_POST
def take_number(request: Request, hall: str) -> HttpResponse:
    """A number for somebody at the desk; back on the page it stands large, to be read out or printed."""
    place, now, form = _hall(request, hall), timezone.now(), TakeNumberForm(request.POST)
    if not form.is_valid():
        return _page(request, place, now, form, status=422)
    try:
        if form.cleaned_data["booking_code"]:
            ticket = check_in_booking(actor=request.actor, hall_id=place.pk, now=now, **form.check_in_facts())
        else:
            ticket = take(actor=request.actor, now=now, **form.facts())
    except Refused as refused:
        if refused.kind != "input" and not refused.field:
            raise
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _page(request, place, now, form, status=422)
    request.session["taken"] = str(ticket.token)
    return redirect(reverse("intake:guide-desk", args=[hall]))


@require_POST
def print_ticket(request: Request, ticket: int) -> HttpResponse:
    """On a printer of the hall: the one named, else the first there is."""
    visible = Ticket.objects.visible_to(request.actor).select_related("hall")
    one = get_visible(visible, pk=ticket)
    rules.check_works_at_desk(request.actor, one.hall_id)
    printers = Device.objects.printers(one.hall_id)
    named = request.POST.get("printer", "")
    printer = printers.filter(pk=int(named[:18])).first() if named.isdecimal() else printers.last()
    actions.print_ticket(
        actor=request.actor, ticket_id=one.pk, printer_id=printer.pk if printer else None,
        language=get_language() or "zh-hans", now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("%(number)s已送去打印。") % {"number": one.number})
    if request.POST.get("back") == "unprinted":
        return redirect("intake:unprinted-tickets", one.hall.code)
    request.session["taken"] = str(one.token)
    return redirect("intake:guide-desk", one.hall.code)


def _stamp(request: Request, hall: str) -> str | None:
    known = stamp("hall", hall, now=timezone.now())
    return f'"{known}-{request.user.pk}"' if known else None


@require_safe
@condition(etag_func=_stamp)
def guide_board(request: Request, hall: str) -> HttpResponse:
    """The lists and loads, for polling; 304 while nothing has moved."""
    page = render(request, "intake/guide_board.html", _board(request, _hall(request, hall), timezone.now()))
    patch_cache_control(page, private=True, no_cache=True)
    return page


@require_safe
def queue_day(request: Request, hall: str = "") -> HttpResponse:
    """A day of the queues in figures, each from the segments: waits, service, who gave up, the windows' work."""
    halls = Hall.objects.filter(pk__in=request.actor.halls()).order_by("code")
    place = get_visible(halls, code=hall) if hall else halls.first()
    rules.check_sees_figures(request.actor, place.pk if place else 0)
    assert place is not None  # noqa: S101 - nobody sees the figures of no hall
    now = timezone.now()
    today = timezone.localdate(now)
    day = _chosen(request.GET.get("day", ""), today)
    rows = day_by_queue(place.pk, day, now=now)
    whole = next((row for row in rows if row.queue_id is None), None)
    queues = {queue.pk: queue for queue in place.queues.all()}
    arrivals = arrivals_by_hour(place.pk, day, tz=settings.TIME_ZONE)
    windows = {window.pk: window for window in Window.objects.filter(hall=place)}
    context = {
        "hall": place,
        "day": day,
        "today": today,
        "before_url": f"?day={day - dt.timedelta(days=1):%Y-%m-%d}",
        "after_url": f"?day={day + dt.timedelta(days=1):%Y-%m-%d}" if day < today else "",
        "rows": [
            {"queue": queues[row.queue_id], "day": row, "abandon": _percent(row)}
            for row in rows
            if row.queue_id is not None
        ],
        "whole": whole,
        "whole_abandon": _percent(whole),
        "people_words": _("共%(n)s人") % {"n": whole.people} if whole else "",
        "abandon_words": _("%(left)s / %(ended)s") % {"left": whole.left, "ended": whole.ended}
        if whole
        else "",
        "windows": [(windows[row.window_id], row) for row in day_by_window(place.pk, day)],
        "arrivals": [(hour, arrivals.get(hour, 0)) for hour in range(min(arrivals), max(arrivals) + 1)]
        if arrivals
        else [],
        "busiest": max(arrivals.values(), default=0),
    }
    return render(request, "intake/queue_day.html", context)


def _percent(row: Day | None) -> str:
    """Who gave up, in percent of who left the queue; a dash where nobody has left it yet."""
    rate = row.abandon_rate if row else None
    return "—" if rate is None else f"{rate:.0%}"


def _chosen(text: str, today: dt.date) -> dt.date:
    """The day asked for; today when it is no date or lies ahead."""
    try:
        day = parse_date(text) or today
    except ValueError:
        day = today
    return min(day, today)
