"""Bookings for tests: asked for and proven by the real actions, the code read from the message as its reader would."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from hall.access import PUBLIC
from hall.models import Message
from intake.actions import book_for_visitor, book_reception, confirm_booking
from intake.models import Booking
from intake.rules.booking import Wish
from intake.templatetags.intake import opened
from staffing.models import LeaderReception
from tests.cast import NOW, Cast, at
from tests.kept import kept

NINE = at("2026-11-25 09:00")
"""The Wednesday after NOW."""
DAY = dt.timedelta(days=1)


def phone(n: int) -> str:
    return f"139{n:08d}"


def wish(n: int = 1, **facts: Any) -> Wish:
    stated: dict[str, Any] = {"name": f"约访{n}", "phone": phone(n), "subject": f"第{n}件：补偿款没有到账"}
    return Wish(**(stated | facts))


def asked(reception: LeaderReception, n: int = 1, now: dt.datetime = NOW, **facts: Any) -> Booking:
    return book_reception(
        actor=PUBLIC,
        reception_id=reception.pk,
        wish=wish(n, **facts),
        form_token=uuid.uuid4(),
        address=f"10.0.{n // 250}.{n % 250}",
        now=now,
    )


def code_of(booking: Booking) -> str:
    """What stands in the SMS."""
    message = Message.objects.get(once=f"booking_code/{booking.pk}//phone/sms")
    return opened(message.context["sealed"])


def booked(reception: LeaderReception, n: int = 1, now: dt.datetime = NOW, **facts: Any) -> Booking:
    """A place, or a place in the line, of the n-th person."""
    booking = asked(reception, n, now, **facts)
    done = confirm_booking(actor=PUBLIC, token=booking.token, code=code_of(booking), now=now)
    assert done is not None
    return done


@kept
def by_clerk(
    cast: Cast, reception: LeaderReception, n: int = 1, now: dt.datetime = NOW, **facts: Any
) -> Booking:
    return book_for_visitor(
        actor=cast.act(cast.clerk, now),
        reception_id=reception.pk,
        wish=wish(n, **facts),
        form_token=uuid.uuid4(),
        now=now,
    )


def told(booking: Booking) -> list[str]:
    """The kinds of what was said to the visitor, in order."""
    rows = Message.objects.filter(kind__startswith="booking_", once__contains=f"/{booking.pk}/").order_by(
        "pk"
    )
    return [row.kind.removeprefix("booking_") for row in rows]


def state(booking: Booking) -> str:
    return Booking.objects.get(pk=booking.pk).status
