"""Without a login: the kiosk, the page of a number for the visitor's phone, and the hall display."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from hall.access import PUBLIC, Actor, Refused, get_visible, public_address
from intake.actions import check_in_booking, print_ticket, take_number
from intake.forms.devices import at_a_device, opens
from intake.forms.queue import TakeNumberForm, fresh_token
from intake.lifecycle import PRIORITY_REASONS
from intake.models import Queue, Ticket
from intake.queries.board import bookable_receptions, called_now, display_state
from intake.queries.printing import last_job
from intake.queries.queue import hall_now, stamp
from intake.rules import FROM_STAFF_ONLY
from staffing.models import Device, Hall
from staffing.queries import open_now

ENDED = ("done", "left")


def _hall(hall: str) -> Hall:
    return get_visible(Hall.objects.filter(is_open=True), code=hall)


# -- kiosk -------------------------------------------------------------------------------------------------------


def _kiosk(request: HttpRequest, hall: Hall, form: TakeNumberForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    state = hall_now(hall.pk, now=now, today=today)
    loads = [load for load in state.loads() if load.queue.is_active and load.queue.on_kiosk]
    claimable = {
        k: label for k, label in PRIORITY_REASONS.items() if k not in ("", "booked", *FROM_STAFF_ONLY)
    }
    opening = open_now(hall, now)
    context = {
        "hall": hall,
        "form": form,
        "loads": loads,
        "reasons": [(code, gettext(label)) for code, label in claimable.items()],
        "receptions": bookable_receptions(hall.pk, today),
        "opening": opening,
        "opens_today": opening.opens_next is not None and timezone.localdate(opening.opens_next) == today,
        "paper": _paper(request),
        "now": now,
    }
    page = render(request, "intake/kiosk.html", context, status=status)
    # Every visitor gets a form of their own: a page from the cache would give the number of the one before.
    patch_cache_control(page, no_store=True)
    return page


def _paper(request: HttpRequest) -> str:
    """`1` when the kiosk was opened with ?printer=1: a printer stands beside it and prints by itself."""
    values = request.POST if request.method == "POST" else request.GET
    return "1" if values.get("printer") == "1" else ""


def _speaker(device: Device | None) -> Actor:
    """A visitor, at that kiosk."""
    return replace(PUBLIC, name=device.name) if device else PUBLIC


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@at_a_device
def kiosk(request: HttpRequest, hall: str) -> HttpResponse:
    """Take a number with one touch; priority and group are set before, by who needs them."""
    place = _hall(hall)
    device = opens(request, place, "kiosk")
    if request.method != "POST":
        return _kiosk(request, place, TakeNumberForm(initial={"form_token": fresh_token(), "head_count": 1}))
    form = TakeNumberForm(request.POST)
    if not form.is_valid():
        return _kiosk(request, place, form, status=422)
    try:
        get_visible(Queue.objects.filter(hall=place), pk=form.cleaned_data["queue"])
        if form.cleaned_data["booking_code"]:
            ticket = check_in_booking(
                actor=_speaker(device), hall_id=place.pk, kiosk=device, language=get_language() or "zh-hans",
                now=timezone.now(), **form.check_in_facts(),
            )  # fmt: skip
        else:
            ticket = take_number(
                actor=_speaker(device), kiosk=device, language=get_language() or "zh-hans", now=timezone.now(),
                **form.facts(),
            )  # fmt: skip
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _kiosk(request, place, form, status=refused.status if refused.kind != "input" else 422)
    printer = "?printer=1" if _paper(request) else ""
    return redirect(reverse("intake:kiosk-done", args=[hall, ticket.token]) + printer)


@login_not_required
@require_safe
@at_a_device
def kiosk_done(request: HttpRequest, hall: str, token: uuid.UUID) -> HttpResponse:
    """The number on the screen, on paper where there is a printer; after a while the kiosk is ready for the next."""
    place = _hall(hall)
    device = opens(request, place, "kiosk")
    ticket = _ticket(token)
    again = reverse("intake:kiosk", args=[hall]) + ("?printer=1" if _paper(request) else "")
    context = {
        **_about(request, ticket, timezone.now()),
        "hall": place,
        "again": again,
        "paper": _paper(request),
        "job": last_job(ticket) if device else None,
        "prints": bool(device and device.printer_id),
    }
    page = render(request, "intake/kiosk_done.html", context)
    patch_cache_control(page, no_store=True)
    return page


@login_not_required
@require_safe
@at_a_device
def kiosk_paper(request: HttpRequest, hall: str, token: uuid.UUID) -> HttpResponse:
    """How it stands with the paper, for polling while it is on its way."""
    ticket, device = _ticket(token), opens(request, _hall(hall), "kiosk")
    context = {"ticket": ticket, "hall": ticket.hall, "job": last_job(ticket) if device else None}
    page = render(request, "intake/_paper_state.html", context)
    patch_cache_control(page, no_store=True)
    return page


@login_not_required
@require_POST
@at_a_device
def kiosk_print(request: HttpRequest, hall: str, token: uuid.UUID) -> HttpResponse:
    """Print the number again on the printer of this kiosk."""
    place, ticket = _hall(hall), _ticket(token)
    device = opens(request, place, "kiosk")
    if device is None:
        raise Refused(_("这里没有可用的号票打印机，请记住号码，或到引导台打印。"), "role")
    try:
        print_ticket(
            actor=_speaker(device), ticket_id=ticket.pk, printer_id=device.printer_id, kiosk=device,
            language=get_language() or "zh-hans", now=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("intake:kiosk-done", hall, token)


# -- the visitor's page ------------------------------------------------------------------------------------------


def _ticket(token: uuid.UUID) -> Ticket:
    tickets = Ticket.objects.select_related("queue", "hall", "visit", "window")
    return get_visible(tickets, token=token)


def _about(request: HttpRequest, ticket: Ticket, now: dt.datetime) -> dict[str, Any]:
    """Everything the holder of a number wants to know, and nothing about anybody else."""
    today = timezone.localdate(now)
    about: dict[str, Any] = {
        "ticket": ticket,
        "hall": ticket.hall,
        "now": now,
        "valid": ticket.day == today and ticket.status not in ENDED,
        "over": ticket.day != today or ticket.status in ENDED,
        "url": public_address(request, reverse("intake:ticket", args=[ticket.token])),
    }
    if ticket.day == today and ticket.status == "waiting":
        state = hall_now(ticket.hall_id, now=now, today=today)
        about |= {
            "ahead": state.ahead(ticket),
            "estimate": state.estimate_for(ticket).words(),
            "windows": [w.number for w in state.windows if w.id in state.serving.get(ticket.queue_id, ())],
        }
    if ticket.day == today:
        about["latest"] = [t for t in called_now(ticket.hall_id, today) if t.queue_id == ticket.queue_id][:3]
    return about


@login_not_required
@require_safe
def ticket(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The page behind the QR code: how many are ahead, about how long, and what to do when the call was missed."""
    return render(request, "intake/ticket.html", _about(request, _ticket(token), timezone.now()))


def _ticket_stamp(request: HttpRequest, token: uuid.UUID) -> str | None:
    known = stamp("ticket", token, now=timezone.now())
    return f'"{known}"' if known else None


@login_not_required
@require_safe
@condition(etag_func=_ticket_stamp)
def ticket_live(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The changing part of the visitor's page, for polling."""
    page = render(request, "intake/ticket_live.html", _about(request, _ticket(token), timezone.now()))
    patch_cache_control(page, private=True, no_cache=True)
    return page


@login_not_required
@require_safe
def ticket_print(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The slip for an 80 mm printer."""
    return render(request, "intake/ticket_print.html", _about(request, _ticket(token), timezone.now()))


# -- the hall display --------------------------------------------------------------------------------------------


def _display(hall: Hall) -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localdate(now)
    state = hall_now(hall.pk, now=now, today=today)
    return {
        "hall": hall,
        "board": display_state(hall, state, today=today),
        "receptions": bookable_receptions(hall.pk, today),
        "now": now,
    }


@login_not_required
@require_safe
@at_a_device
def display(request: HttpRequest, hall: str) -> HttpResponse:
    """For the television: calls, windows, who waits. Its script asks twice a second whether anything moved."""
    place = _hall(hall)
    opens(request, place, "display")
    return render(request, "intake/display.html", _display(place))


def _hall_stamp(request: HttpRequest, hall: str) -> str | None:
    known = stamp("hall", hall, now=timezone.now())
    return f'"{known}"' if known else None


@login_not_required
@require_safe
@at_a_device
@condition(etag_func=_hall_stamp)
def display_live(request: HttpRequest, hall: str) -> HttpResponse:
    """The changing part of the display; 304 costs one query over two unique indexes, and one more for a device."""
    place = _hall(hall)
    opens(request, place, "display")
    page = render(request, "intake/display_live.html", _display(place))
    patch_cache_control(page, no_cache=True)
    return page
