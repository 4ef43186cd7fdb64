"""What happens to bookings by itself: reminders, changes told, places let go, places filled, who did not come.

Everything is taken that is due by now, so an outage only delays; nothing is said twice, because each message has its
occasion as its key.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet

from hall import outbox
from hall.access import SYSTEM, Refused
from hall.erasing import in_batches
from intake.actions import booking_parts as parts
from intake.lifecycle import BOOKING
from intake.models import Booking, BookingRule
from staffing.models import LeaderReception

log = logging.getLogger("intake.bookings")
KEPT = dt.timedelta(days=90)
"""So long after the reception the booking's name and telephone are kept; what was heard is in the case file."""
FINAL = [state.code for state in BOOKING.states if state.ends]
FORGET = dt.timedelta(days=1)
"""So long an unproven telephone is counted by its keyed hash; name and number go at once."""

DAY, HOURS = dt.timedelta(days=1), dt.timedelta(hours=2)
"""Before the reception: a first and a second reminder."""

# -- reminders ---------------------------------------------------------------------------------------------------

_REMIND = """
WITH moments (which, before, until) AS (
    VALUES ('day', interval '1 day', interval '2 hours'), ('hours', interval '2 hours', interval '0')
)
INSERT INTO hall_message (kind, channel, address, language, context, url, urgent, once, state, created_at,
    next_attempt_at, attempts, last_error)
SELECT 'booking_reminder', 'sms', b.phone, b.language, jsonb_build_object(
        'which', m.which, 'hall', h.name, 'hall_en', coalesce(nullif(h.name_en, ''), h.name), 'phone', h.phone,
        'who', u.name, 'who_en', coalesce(nullif(u.name_en, ''), u.name),
        'starts_at', to_char(r.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'),
        'place', coalesce(nullif(room.name, ''), r.place),
        'place_en', coalesce(nullif(room.name_en, ''), nullif(room.name, ''), nullif(r.place_en, ''), r.place),
        'code', substr(b.code, 1, 4) || '-' || substr(b.code, 5), 'page', replace(%(page)s, %(zero)s, b.token::text)),
    '', false, 'booking_reminder/' || b.id || '/' || m.which || '/' || extract(epoch FROM r.starts_at)::bigint
        || '/phone/sms',
    'pending', %(now)s, %(now)s, 0, ''
FROM intake_booking b
JOIN staffing_leaderreception r ON r.id = b.reception_id AND r.status = 'published'
JOIN staffing_hall h ON h.id = r.hall_id
JOIN hall_user u ON u.id = r.leader_id
LEFT JOIN staffing_room room ON room.id = r.room_id
CROSS JOIN moments m
WHERE b.status = 'booked' AND b.phone <> ''::bytea
    AND r.starts_at - m.before <= %(now)s AND r.starts_at - m.until > %(now)s AND b.placed_at < r.starts_at - m.before
ON CONFLICT (once) DO NOTHING
"""
_ZERO = "00000000-0000-0000-0000-000000000000"


@transaction.atomic
def remind_bookings(*, now: dt.datetime) -> int:
    """The day before and two hours before, each once for the time it is set for; one statement for all.

    What an outage let pass is left out once the next one is due; who booked later than that needs none.
    """
    page = outbox.address_of("intake:booking", _ZERO)
    with connection.cursor() as cursor:
        cursor.execute(_REMIND, {"now": now, "page": page, "zero": _ZERO})
        reminded = int(cursor.rowcount)
    reminded += _remind_who_booked_for_them(now)
    if reminded:
        transaction.on_commit(outbox.nudge)
    return reminded


def _remind_who_booked_for_them(now: dt.datetime) -> int:
    """Of visitors without a telephone the clerk is reminded who booked for them; the same moments, each once."""
    reminded = 0
    for which, before, until in (("day", DAY, HOURS), ("hours", HOURS, dt.timedelta())):
        due = (
            Booking.objects.filter(
                status="booked",
                phone_index=None,
                taken_by__isnull=False,
                placed_at__lt=F("reception__starts_at") - before,
                reception__status="published",
                reception__starts_at__lte=now + before,
                reception__starts_at__gt=now + until,
            )
            .select_related("reception__hall", "reception__leader", "reception__room", "taken_by")
            .order_by("pk")
        )
        for booking in due:
            once = f"{which}/{int(booking.reception.starts_at.timestamp())}"
            reminded += parts.tell("booking_reminder", booking, once=once, now=now, which=which)
    return reminded


# -- settling ----------------------------------------------------------------------------------------------------

_DUE = """
SELECT DISTINCT r.id FROM intake_booking b JOIN staffing_leaderreception r ON r.id = b.reception_id
WHERE b.status = 'checked_in' AND b.told_of IS DISTINCT FROM r.changed_at AND r.ends_at > %(now)s
    OR b.status IN ('booked', 'waiting', 'held') AND (
    r.status = 'cancelled' OR b.told_of IS DISTINCT FROM r.changed_at OR r.ends_at <= %(now)s
    OR b.status = 'held' AND b.held_until <= %(now)s
    OR b.status IN ('waiting', 'held') AND r.starts_at <= %(now)s
    OR b.status = 'waiting' AND r.status = 'published' AND r.capacity > (
        SELECT count(*) FROM intake_booking o
        WHERE o.reception_id = r.id AND o.status IN ('booked', 'held', 'checked_in', 'no_show')))
ORDER BY r.id
"""


def settle_bookings(*, now: dt.datetime) -> int:
    """Bring every booking to what its reception and the clock say; returns how many receptions were looked at.

    A reception is one transaction: what somebody holds at the moment is taken the next time.
    """
    _forget(now)
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": now})
        due = [row[0] for row in cursor.fetchall()]
    return sum(_settled(reception_id, now) for reception_id in due)


def _settled(reception_id: int, now: dt.datetime) -> bool:
    """One reception that cannot be settled holds up no other; it is tried again the next time."""
    try:
        return _settle(reception_id, now)
    except (Refused, DatabaseError):
        log.exception("reception %s: its bookings were not settled", reception_id)
        return False


def _forget(now: dt.datetime) -> None:
    """Who never proved the telephone leaves no name and no number behind."""
    Booking.objects.filter(status="asked", proof_until__lte=now).update(
        status="released", end="unproven", ended_at=now, name="", phone="", subject="", proof=None
    )
    forgotten = Booking.objects.filter(end="unproven", phone_index__isnull=False, asked_at__lte=now - FORGET)
    forgotten.update(phone_index=None)


def due_bookings(*, now: dt.datetime, kept: dt.timedelta = KEPT) -> QuerySet[Booking]:
    return Booking.objects.filter(reception__ends_at__lte=now - kept, status__in=FINAL).exclude(name="")


def forget_bookings(*, now: dt.datetime, kept: dt.timedelta = KEPT) -> int:
    """Every night: of bookings long past the name and the telephone go."""
    due = due_bookings(now=now, kept=kept)
    return in_batches(due, lambda rows: rows.update(name="", phone="", phone_index=None))


@transaction.atomic
def _settle(reception_id: int, now: dt.datetime) -> bool:
    free = LeaderReception.objects.select_for_update(of=("self",), skip_locked=True)
    reception = free.select_related("hall", "leader").filter(pk=reception_id).first()
    if reception is None:
        return False
    rule = parts.rule_for(reception)
    bookings = list(
        Booking.objects.select_for_update(of=("self",))
        .open()
        .filter(reception=reception)
        .order_by("line_at", "pk")
    )
    here = list(
        Booking.objects.select_for_update(of=("self",))
        .filter(reception=reception, status="checked_in")
        .order_by("pk")
    )
    for booking in (*bookings, *here):
        booking.reception = reception
    _tell_who_is_here(reception, rule, here, now)
    if reception.status == "cancelled":
        facts = parts.next_facts(reception, rule, now=now)
        for booking in bookings:
            parts.let_go(
                booking, "called_off", "booking_called_off", now=now, reason=reception.change_note, **facts
            )
        return True
    _tell_changes(reception, bookings, now)
    _let_go(reception, rule, bookings, now)
    parts.fill_places(reception, rule, now=now)
    return True


def _tell_who_is_here(
    reception: LeaderReception, rule: BookingRule, here: list[Booking], now: dt.datetime
) -> None:
    """Who has checked in keeps the number and is served; but nobody waits for a leader who does not come."""
    if reception.status != "cancelled":
        _tell_changes(reception, here, now)
        return
    facts = parts.next_facts(reception, rule, now=now)
    for booking in here:
        if booking.told_of != reception.changed_at:
            parts.tell(
                "booking_called_off",
                booking,
                once="called_off",
                now=now,
                reason=reception.change_note,
                **facts,
            )
            booking.told_of = reception.changed_at
            booking.save(update_fields=["told_of"])


def _tell_changes(reception: LeaderReception, bookings: list[Booking], now: dt.datetime) -> None:
    """Time, place or leader are others than they were told."""
    for booking in bookings:
        if booking.told_of != reception.changed_at and reception.changed_at is not None:
            once = reception.changed_at.isoformat()
            parts.tell("booking_changed", booking, once=once, now=now, reason=reception.change_note)
        if booking.told_of != reception.changed_at:
            booking.told_of = reception.changed_at
            booking.save(update_fields=["told_of"])


def _let_go(reception: LeaderReception, rule: BookingRule, bookings: list[Booking], now: dt.datetime) -> None:
    """Unanswered offers, a line that was not reached, and after the end whoever did not come."""
    facts: dict[str, Any] | None = None
    for booking in bookings:
        begun = reception.starts_at <= now
        if booking.status == "booked" and reception.ends_at <= now:
            parts.move(booking, "miss_booking", SYSTEM, now=now)
        elif (booking.status == "waiting" and begun) or (
            booking.status == "held"
            and (begun or (booking.held_until is not None and booking.held_until <= now))
        ):
            facts = parts.next_facts(reception, rule, now=now) if facts is None else facts
            end = "unreached" if booking.status == "waiting" else "unanswered"
            parts.let_go(booking, end, f"booking_{end}", now=now, **facts)
