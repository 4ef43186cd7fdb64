"""What the pages of verify are about: a clerk who looked ten times within the hour, a digest, a walk at night."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accountability.actions import publish_digest, verify_journal
from hall.access import SYSTEM
from hall.models import JournalEntry
from intake.actions import reveal_booking
from intake.models import Booking
from tests.cast import Cast

LOOKED = "打电话核对到场时间"


def checks(cast: Cast, booking: Booking, now: dt.datetime) -> None:
    for n in range(10):
        reveal_booking(
            actor=cast.act(cast.clerk, now),
            booking_id=booking.pk,
            reason=LOOKED,
            now=now - dt.timedelta(milliseconds=n),  # of one day, whenever it is
        )
    publish_digest(actor=SYSTEM, day=timezone.localdate(now) - dt.timedelta(days=1), now=now)
    verify_journal(actor=SYSTEM, now=now)


def receipt() -> dict[str, Any]:
    """The check value of the first entry, typed with its day."""
    entry = JournalEntry.objects.earliest("pk")
    return {"value": entry.hash[:16], "day": timezone.localdate(entry.at).isoformat()}


def listed(cast: Cast) -> dict[str, Any]:
    """What the clerk's listed day is called in an address."""
    last = JournalEntry.objects.filter(verb="reveal_booking").latest("pk")
    return {"user_id": cast.clerk.pk, "day": timezone.localdate(last.at).isoformat(), "kind": "many"}
