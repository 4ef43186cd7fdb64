"""Booking a place with a leader without a login: ask, prove the telephone, see how it stands, cancel."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from icalendar import Alarm, Calendar, Event

from hall.access import PUBLIC, Refused, Request, allowed, get_visible, public_address
from intake import actions
from intake.forms.booking import BookReceptionForm, ConfirmBookingForm
from intake.models import Booking
from intake.queries.bookings import ahead_of, closes_at, next_open, places, rule_of
from intake.rules import booking as rules
from staffing.models import LeaderReception
from staffing.queries import open_halls
from staffing.queries.receptions import place_of

LANGUAGE = "zh-hans"


def _reception(code: str, reception_id: int) -> LeaderReception:
    hall = get_visible(open_halls(), code=code)
    rows = LeaderReception.objects.public().filter(hall=hall).select_related("hall", "leader", "room")
    return get_visible(rows, pk=reception_id)


def _about(reception: LeaderReception, now: dt.datetime) -> dict[str, Any]:
    """The reception as one who would book it reads it; another one where it cannot be booked."""
    rule = rule_of(reception.hall_id)
    verdict = allowed(rules.check_can_book_reception, PUBLIC, reception, rule=rule, now=now)
    return {
        "reception": reception,
        "hall": reception.hall,
        "place": place_of(reception),
        "places": places(reception),
        "closes_at": closes_at(reception, rule),
        "rule": rule,
        "verdict": verdict,
        "other": None if verdict else next_open(reception, rule, now=now),
        "now": now,
    }


@login_not_required
@never_cache
@sensitive_post_parameters("name", "phone")
@require_http_methods(["GET", "HEAD", "POST"])
def book_reception(request: HttpRequest, code: str, reception_id: int) -> HttpResponse:
    """`/halls/<code>/receptions/<id>/book/`: who comes, why, how many; then a code goes to the telephone."""
    now, reception = timezone.now(), _reception(code, reception_id)
    form = BookReceptionForm(request.POST if request.method == "POST" else None, now=now)
    if request.method != "POST":
        return render(request, "intake/book_reception.html", {**_about(reception, now), "form": form})
    status = 422
    if form.is_valid():
        try:
            booking = actions.book_reception(
                actor=PUBLIC,
                reception_id=reception.pk,
                wish=form.wish(),
                form_token=form.form_token,
                address=request.META.get("REMOTE_ADDR", ""),
                language=get_language() or LANGUAGE,
                now=now,
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            status = 422 if refused.kind == "input" else refused.status
        else:
            return redirect("intake:booking", booking.token)
    return render(
        request, "intake/book_reception.html", {**_about(reception, now), "form": form}, status=status
    )


# -- the page of a booking ---------------------------------------------------------------------------------------


def _booking(token: uuid.UUID) -> Booking:
    """Whoever has the address has made the booking, or got the message."""
    rows = Booking.objects.select_related("reception__hall", "reception__leader", "reception__room")
    return get_visible(rows, token=token)


def _page(
    request: HttpRequest, booking: Booking, form: ConfirmBookingForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    reception = booking.reception
    is_open = booking.status in ("booked", "waiting", "held")
    about = _about(reception, now)
    if booking.end and about["other"] is None:
        about["other"] = next_open(reception, about["rule"], now=now)
    context = {
        **about,
        "booking": booking,
        "form": form or ConfirmBookingForm(),
        "may_confirm": allowed(rules.check_can_confirm_booking, PUBLIC, booking, now=now),
        "may_accept": allowed(rules.check_can_accept_place, PUBLIC, booking, now=now),
        "may_cancel": allowed(rules.check_can_cancel_booking, PUBLIC, booking, now=now),
        "ahead": ahead_of(booking) if booking.status == "waiting" else 0,
        "is_called_off": is_open and reception.status == "cancelled",
        "is_changed": is_open
        and reception.status != "cancelled"
        and reception.changed_at is not None
        and reception.changed_at > booking.asked_at,
        "is_today": timezone.localdate(reception.starts_at) == timezone.localdate(now),
    }
    return render(request, "intake/booking.html", context, status=status)


@login_not_required
@never_cache
@require_safe
def booking(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """`/bookings/<token>/`: its state, its code, what to bring; while it is only asked for, the field for the code."""
    return _page(request, _booking(token))


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_POST
def confirm_booking(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The code of the SMS. The telephone's own booking, where there is one already, is shown instead."""
    asked, form = _booking(token), ConfirmBookingForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, form, status=422)
    try:
        done = actions.confirm_booking(
            actor=PUBLIC, token=token, code=form.cleaned_data["code"], now=timezone.now()
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, _booking(token), form, status=refused.status)
    if done is None:
        form.add_error("code", _("验证码不对，请对照最近一条短信再输一次。"))
        return _page(request, _booking(token), form, status=422)
    return redirect("intake:booking", done.token)


@login_not_required
@never_cache
@require_POST
def accept_place(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Who moved up on short notice comes."""
    actions.accept_place(actor=PUBLIC, booking_id=_booking(token).pk, now=timezone.now())
    return redirect("intake:booking", token)


@login_not_required
@never_cache
@require_POST
def cancel_booking(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Asks once; the place goes to the next in line."""
    found, now = _booking(token), timezone.now()
    if request.POST.get("confirmed") != "1":
        rules.check_can_cancel_booking(PUBLIC, found, now=now)
        context = {
            "base_template": "public_base.html",
            "question": _("取消这个预约吗？"),
            "consequence": _("名额会马上给候补的下一位，取消后不能恢复。"),
            "confirm_label": _("取消预约"),
            "action": reverse("intake:cancel-booking", args=[token]),
            "back_url": reverse("intake:booking", args=[token]),
            "danger": True,
        }
        return render(request, "components/confirm_page.html", context)
    actions.cancel_booking(actor=PUBLIC, booking_id=found.pk, now=now)
    return redirect("intake:booking", token)


@login_not_required
@never_cache
@require_safe
def booking_ics(request: Request, token: uuid.UUID) -> HttpResponse:
    """The appointment for a calendar. Its name stays the same, so that a changed one replaces it."""
    found = _booking(token)
    reception = found.reception
    if found.status not in ("booked", "held", "checked_in", "no_show"):
        raise Refused(_("这个预约现在没有名额，没有可以放进日历的安排。"), "state")
    calendar, event, alarm = Calendar(), Event(), Alarm()
    calendar.add("prodid", "-//Reception hall//Booking//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event.add("uid", f"booking-{found.token}")
    event.add("dtstamp", reception.changed_at or found.placed_at or found.asked_at)
    event.add("sequence", int(reception.changed_at.timestamp()) % 2**31 if reception.changed_at else 0)
    event.add("dtstart", timezone.localtime(reception.starts_at).astimezone(dt.UTC))
    event.add("dtend", timezone.localtime(reception.ends_at).astimezone(dt.UTC))
    event.add("summary", _("领导接访：%(who)s") % {"who": reception.leader.label})
    event.add("location", f"{reception.hall.label} {place_of(reception)}")
    event.add(
        "description",
        _("预约码 %(code)s。请带身份证件，提前15分钟到大厅报到。") % {"code": found.code_spaced},
    )
    event.add("status", "CANCELLED" if reception.status == "cancelled" else "CONFIRMED")
    event.add("url", public_address(request, reverse("intake:booking", args=[token])))
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("领导接访"))
    alarm.add("trigger", dt.timedelta(hours=-2))
    event.add_component(alarm)
    calendar.add_component(event)
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="reception-{found.code}.ics"'
    return response
