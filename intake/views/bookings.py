"""The hall's side of booking: who comes to a reception, booking for somebody, the line, the day itself."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import Refused, Request, allowed, get_visible
from intake import actions
from intake.forms.booking import BookForVisitorForm, CheckInForm, ReasonForm
from intake.forms.queue import fresh_token
from intake.lifecycle import BOOKING, BOOKING_ENDS, DOOR_ROLES
from intake.models import Booking, Queue
from intake.queries.bookings import (
    BOOKABLE_FORMS,
    bookings_of,
    closes_at,
    places,
    receptions_with_bookings,
    rule_of,
)
from intake.rules import booking as rules
from staffing.models import LeaderReception
from staffing.queries.receptions import place_of

PAGE = 25
TONES = {
    "booked": "blue", "held": "amber", "waiting": "line", "checked_in": "green", "no_show": "amber",
    "cancelled": "grey", "released": "grey",
}  # fmt: skip


def _check_door(request: Request) -> None:
    if not request.actor.halls(*DOOR_ROLES):
        raise Refused(_("接访预约由本大厅的引导员、登记员和大厅负责人查看。"), "role")


@require_safe
def bookings(request: Request) -> HttpResponse:
    """`/bookings/`: the receptions from today on, with what is taken; `?after=` goes on by key."""
    _check_door(request)
    now = timezone.now()
    midnight = dt.datetime.combine(timezone.localdate(now), dt.time.min, timezone.get_current_timezone())
    rows = receptions_with_bookings(request.actor, since=midnight)
    if since := _moment(request.GET.get("after", "")):
        rows = rows.filter(starts_at__gt=since)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        "rows": [(row, place_of(row), row.form in BOOKABLE_FORMS and row.capacity > 0) for row in shown],
        "today": timezone.localdate(now),
        "after": shown[-1].starts_at.isoformat() if len(found) > PAGE else "",
        "shown": len(shown),
    }
    return render(request, "intake/bookings.html", context)


def _moment(text: str) -> dt.datetime | None:
    """The cursor; what is none is left aside."""
    try:
        moment = dt.datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _reception(request: Request, reception_id: int) -> LeaderReception:
    _check_door(request)
    mine = LeaderReception.objects.filter(hall__in=request.actor.halls(*DOOR_ROLES)).exclude(
        published_at=None
    )
    return get_visible(mine.select_related("hall", "leader", "room"), pk=reception_id)


@never_cache
@require_safe
def reception_bookings(request: Request, reception_id: int) -> HttpResponse:
    """`/receptions/<id>/bookings/`: places, waiting line, and who is out; telephones masked."""
    now, reception = timezone.now(), _reception(request, reception_id)
    actor, rule = request.actor, rule_of(reception.hall_id)
    lines: dict[str, list[dict[str, Any]]] = {"seated": [], "waiting": [], "out": []}
    for one in bookings_of(reception, actor):
        one.reception = reception
        part = (
            "waiting"
            if one.status == "waiting"
            else "out"
            if one.status in ("cancelled", "released")
            else "seated"
        )
        lines[part].append(
            {
                "booking": one,
                "place": len(lines[part]) + 1,
                "tone": TONES[one.status],
                "state": _(BOOKING.state(one.status).label),
                "end": _(BOOKING_ENDS[one.end]) if one.end else "",
                "tickets": [ticket.number for ticket in one.visit.tickets.all()] if one.visit else [],
                "may_cancel": allowed(rules.check_can_cancel_booking, actor, one, now=now),
                "may_advance": allowed(rules.check_can_advance_booking, actor, one, now=now),
                "may_accept": allowed(rules.check_can_accept_place, actor, one, now=now),
                "may_check_in": allowed(rules.check_can_check_in_booking, actor, one, now=now),
                "may_miss": allowed(rules.check_can_miss_booking, actor, one, now=now),
                "may_invite": allowed(rules.check_can_invite_booking_to_video, actor, one, now=now),
                "may_reveal": allowed(rules.check_can_reveal_booking, actor, one, now=now),
            }
        )
    context = {
        "reception": reception,
        "place": place_of(reception),
        "places": places(reception),
        "closes_at": closes_at(reception, rule),
        "may_book": allowed(rules.check_can_book_for_visitor, actor, reception, now=now),
        "is_today": timezone.localdate(reception.starts_at) == timezone.localdate(now),
        **lines,
    }
    return render(request, "intake/reception_bookings.html", context)


@never_cache
@sensitive_post_parameters("name", "phone")
@require_http_methods(["GET", "HEAD", "POST"])
def book_for_visitor(request: Request, reception_id: int) -> HttpResponse:
    """A form for somebody at the desk or on the telephone; no code is sent."""
    now, reception = timezone.now(), _reception(request, reception_id)
    rules.check_can_book_for_visitor(request.actor, reception, now=now)
    form = BookForVisitorForm(request.POST or None, initial={"form_token": fresh_token(), "head_count": 1})
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.book_for_visitor(
                actor=request.actor,
                reception_id=reception.pk,
                wish=form.wish(),
                form_token=form.cleaned_data["form_token"],
                now=now,
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            said = {"code": done.code_spaced}
            messages.success(
                request,
                _("已预约，预约码%(code)s，请告诉来访人。") % said
                if done.status == "booked"
                else _("名额已满，已列入候补，预约码%(code)s，请告诉来访人。") % said,
            )
            return _back(done)
    context = {
        "form": form,
        "reception": reception,
        "place": place_of(reception),
        "places": places(reception),
    }
    return render(request, "intake/book_for_visitor.html", context, status=422 if form.is_bound else 200)


# -- one booking -------------------------------------------------------------------------------------------------


def _booking(request: Request, booking_id: int) -> Booking:
    _check_door(request)
    rows = Booking.objects.visible_to(request.actor).filter(placed_at__isnull=False)
    return get_visible(
        rows.select_related("reception__hall", "reception__leader", "reception__room"), pk=booking_id
    )


def _back(booking: Booking) -> HttpResponse:
    return redirect(reverse("intake:reception-bookings", args=[booking.reception_id]) + f"#b{booking.pk}")


def _ask_reason(
    request: Request, booking: Booking, form: ReasonForm, *, status: int = 200, **words: Any
) -> HttpResponse:
    context = {"form": form, "booking": booking, "reception": booking.reception, **words}
    return render(request, "intake/booking_reason.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_booking(request: Request, booking_id: int) -> HttpResponse:
    """With the reason, which the visitor is told."""
    found, now = _booking(request, booking_id), timezone.now()
    rules.check_can_cancel_booking(request.actor, found, now=now)
    form = ReasonForm(request.POST or None)
    words = {
        "title": _("取消预约"),
        "why": _("原因会发给来访人；名额马上给候补的下一位。"),
        "button": _("取消预约"),
        "danger": True,
    }
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_booking(
                actor=request.actor, booking_id=found.pk, reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("已取消，来访人会收到短信。"))
            return _back(found)
    return _ask_reason(request, found, form, status=422 if form.errors else 200, **words)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def advance_booking(request: Request, booking_id: int) -> HttpResponse:
    """To the head of the line, with the reason."""
    found, now = _booking(request, booking_id), timezone.now()
    rules.check_can_advance_booking(request.actor, found, now=now)
    form = ReasonForm(request.POST or None)
    words = {
        "title": _("候补提前"),
        "why": _("提到候补的第一位，其他人依次后移；谁、为什么提前，留有记录。"),
        "button": _("提到第一位"),
    }
    if request.method == "POST" and form.is_valid():
        try:
            actions.advance_booking(
                actor=request.actor, booking_id=found.pk, reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("已提到候补第一位。"))
            return _back(found)
    return _ask_reason(request, found, form, status=422 if form.errors else 200, **words)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reveal_booking(request: Request, booking_id: int) -> HttpResponse:
    """The whole number, once, for a reason on record."""
    found, now = _booking(request, booking_id), timezone.now()
    rules.check_can_reveal_booking(request.actor, found, now=now)
    form, shown = ReasonForm(request.POST or None), None
    words: dict[str, Any] = {
        "title": _("查看电话"),
        "why": _("电话平时遮住。因工作需要查看的，请写明用途；谁、何时、为什么查看，都会留下记录。"),
        "button": _("查看"),
    }
    if request.method == "POST" and form.is_valid():
        try:
            shown = actions.reveal_booking(
                actor=request.actor, booking_id=found.pk, reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    return _ask_reason(
        request, found, form, status=422 if form.errors else 200, shown=shown, now=now, **words
    )


@require_POST
def accept_place(request: Request, booking_id: int) -> HttpResponse:
    """The visitor said so on the telephone."""
    found = actions.accept_place(
        actor=request.actor, booking_id=_booking(request, booking_id).pk, now=timezone.now()
    )
    messages.success(request, _("已确认，名额归这位来访人。"))
    return _back(found)


@require_POST
def miss_booking(request: Request, booking_id: int) -> HttpResponse:
    found = actions.miss_booking(
        actor=request.actor, booking_id=_booking(request, booking_id).pk, now=timezone.now()
    )
    messages.success(request, _("已记为未到；当天来了仍可报到。"))
    return _back(found)


@require_POST
def invite_booking_to_video(request: Request, booking_id: int) -> HttpResponse:
    found = _booking(request, booking_id)
    actions.invite_booking_to_video(actor=request.actor, booking_id=found.pk, now=timezone.now())
    messages.success(request, _("视频链接已用短信发给本人。"))
    return _back(found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_booking(request: Request, booking_id: int) -> HttpResponse:
    """Who stands here without the code: identified by the staff, then a number as from the kiosk."""
    found, now = _booking(request, booking_id), timezone.now()
    rules.check_can_check_in_booking(request.actor, found, now=now)
    form = CheckInForm(
        request.POST or None, initial={"form_token": uuid.uuid4(), "head_count": found.head_count}
    )
    if request.method == "POST" and form.is_valid():
        try:
            ticket = actions.check_in_booking(
                actor=request.actor,
                hall_id=found.reception.hall_id,
                code=found.code,
                queue_id=form.cleaned_data["queue"],
                form_token=form.cleaned_data["form_token"],
                head_count=form.cleaned_data["head_count"],
                now=now,
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("已报到，号码%(number)s。") % {"number": ticket.number})
            return redirect("intake:ticket-print", ticket.token)
    context = {
        "form": form,
        "booking": found,
        "reception": found.reception,
        "place": place_of(found.reception),
        "queues": Queue.objects.filter(hall=found.reception.hall_id, is_active=True),
    }
    return render(request, "intake/check_in_booking.html", context, status=422 if form.is_bound else 200)
