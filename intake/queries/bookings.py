"""Who has booked, who waits, what is still free, and until when one may book."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from hall.access import Actor
from intake.lifecycle import BOOKING, LIVE, TAKES_PLACE
from intake.models import Booking, BookingRule
from staffing.models import LeaderReception

BOOKABLE_FORMS = ("fixed", "video")
"""Who is invited to a 重点约访, or visited in the village, does not book a place."""
NEXT_LOOKED_AT = 30


def rule_of(hall_id: int) -> BookingRule:
    """The hall's own rule, or the defaults."""
    return BookingRule.objects.filter(hall=hall_id).first() or BookingRule(hall_id=hall_id)


def closes_at(reception: LeaderReception, rule: BookingRule) -> dt.datetime:
    """When the public can no longer book; never after the beginning."""
    day = timezone.localdate(reception.starts_at) - dt.timedelta(days=rule.closes_days)
    last = dt.datetime.combine(day, rule.closes_at, timezone.get_current_timezone())
    return min(last, reception.starts_at)


@dataclass(frozen=True, slots=True)
class Places:
    """A reception's places by number of parties."""

    capacity: int
    taken: int
    waiting: int

    @property
    def free(self) -> int:
        """What the next who asks can have: those in line come first."""
        return max(self.capacity - self.taken - self.waiting, 0)


def places(reception: LeaderReception) -> Places:
    counted = Booking.objects.filter(reception=reception).aggregate(
        taken=Count("pk", filter=Q(status__in=TAKES_PLACE)), waiting=Count("pk", filter=Q(status="waiting"))
    )
    return Places(reception.capacity, counted["taken"], counted["waiting"])


def ahead_of(booking: Booking) -> int:
    """How many stand before it in the waiting line."""
    line = Booking.objects.filter(reception=booking.reception_id, status="waiting")
    return line.filter(Q(line_at__lt=booking.line_at) | Q(line_at=booking.line_at, pk__lt=booking.pk)).count()


def live_of_phone(reception: LeaderReception, phone_index: bytes) -> Booking | None:
    """The one live booking that this telephone has for this reception."""
    found = Booking.objects.live().filter(reception=reception, phone_index=phone_index)
    return found.select_related("reception").first()


def in_month_of(reception: LeaderReception, phone_index: bytes) -> int:
    """How many live bookings this telephone has for receptions of the same hall in that month."""
    first = timezone.localtime(reception.starts_at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    return Booking.objects.filter(
        phone_index=phone_index, status__in=LIVE, reception__hall=reception.hall_id,
        reception__starts_at__gte=first, reception__starts_at__lt=after,
    ).count()  # fmt: skip


def codes_since(phone_index: bytes, since: dt.datetime) -> int:
    """How many codes were sent to this telephone."""
    return Booking.objects.filter(phone_index=phone_index, channel="public", asked_at__gt=since).count()


def next_open(reception: LeaderReception, rule: BookingRule, *, now: dt.datetime) -> LeaderReception | None:
    """Where somebody can book instead: the hall's next with a free place, else the next with a line."""
    coming = (
        LeaderReception.objects.filter(
            hall=reception.hall_id,
            status="published",
            starts_at__gt=now,
            capacity__gt=0,
            form__in=BOOKABLE_FORMS,
        )
        .exclude(pk=reception.pk)
        .select_related("leader", "room", "hall")
        .annotate(taken=Count("bookings", filter=Q(bookings__status__in=(*TAKES_PLACE, "waiting"))))
        .order_by("starts_at", "pk")[:NEXT_LOOKED_AT]
    )
    still = [one for one in coming if closes_at(one, rule) > now]
    return next((one for one in still if one.__dict__["taken"] < one.capacity), still[0] if still else None)


def with_counts(receptions: QuerySet[LeaderReception]) -> QuerySet[LeaderReception]:
    """Each with `taken`, `waiting` and `came`."""
    return receptions.annotate(
        taken=Count("bookings", filter=Q(bookings__status__in=TAKES_PLACE)),
        waiting=Count("bookings", filter=Q(bookings__status="waiting")),
        came=Count("bookings", filter=Q(bookings__status="checked_in")),
    )


def receptions_with_bookings(actor: Actor, *, since: dt.datetime) -> QuerySet[LeaderReception]:
    """The published receptions of the actor's halls from that moment on, the next first."""
    rows = LeaderReception.objects.filter(
        hall__in=actor.halls(*BOOKING.roles("check_in_booking")), starts_at__gte=since
    ).exclude(published_at=None)
    return with_counts(rows).select_related("leader", "room", "hall").order_by("starts_at", "pk")


def bookings_of(reception: LeaderReception, actor: Actor) -> QuerySet[Booking]:
    """Everybody who proved a telephone or was booked by the hall: places first, then the line, then who is out."""
    found = (
        Booking.objects.visible_to(actor)
        .filter(reception=reception, placed_at__isnull=False)
        .select_related("taken_by", "docket_item", "video_seat")
        .prefetch_related("visit__tickets")
        .order_by("line_at", "pk")
    )
    return found.prefetch_related("docket_item__video_rooms") if reception.form == "video" else found


def booking_of_code(code: str, hall_id: int) -> Booking | None:
    """By the code of the message, in any width and case, with or without its dash; of this hall alone."""
    return (
        Booking.objects.filter(code=code, reception__hall=hall_id, placed_at__isnull=False)
        .select_related("reception")
        .first()
    )
