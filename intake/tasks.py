"""The worker's part at the door: what a day left open is closed after midnight, people are reminded."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from intake.actions import (
    close_day,
    remind_bookings,
    remind_service_referrals,
    settle_bookings,
    work_off,
)
from staffing.models import Hall


@shared_task(name="intake.close_days")
def close_days() -> int:
    """Close the open numbers of every earlier day in every hall. Does nothing when there are none; misses nothing."""
    now = timezone.now()
    return sum(
        close_day(hall_id=pk, now=now) for pk in Hall.objects.order_by("pk").values_list("pk", flat=True)
    )


@shared_task(name="intake.remind_bookings")
def remind_booked() -> int:
    """Remind whoever has a place, the day before and two hours before."""
    return remind_bookings(now=timezone.now())


@shared_task(name="intake.settle_bookings")
def settle_booked() -> int:
    """Tell every change, let go what was not answered, give free places to the line, note who did not come."""
    return settle_bookings(now=timezone.now())


@shared_task(name="intake.print_tickets")
def print_tickets() -> int:
    """Print the slips that are due at the hall's printers."""
    return work_off(now=timezone.now())


@shared_task(name="intake.remind_referred")
def remind_referred() -> int:
    """Tell who sent a visitor on that no answer came in time."""
    return remind_service_referrals(now=timezone.now())
