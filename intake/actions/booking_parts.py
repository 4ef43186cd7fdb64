"""What the verbs of booking share: locks, places, the docket, and what is said to whom.

The reception is locked first, then the telephone, then its bookings, then the docket; asking has locks of its own. So
no two acts wait for each other crosswise.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from cases.actions import place_on_docket, remove_from_docket
from hall import journal, outbox
from hall.access import SYSTEM, Actor
from hall.fields import keyed
from intake.lifecycle import BOOKING
from intake.models import Booking, BookingRule
from intake.queries.bookings import next_open, places, rule_of
from intake.rules.booking import EARLY
from staffing.models import LeaderReception

LAST_CALL = dt.timedelta(minutes=15)
"""A held place is let go so long before the beginning at the latest."""
DAY_BEGINS, DAY_ENDS = dt.time(8), dt.time(20)
"""Nobody must answer in the night."""


def locked(booking_id: int) -> Booking:
    """The booking under the lock of its reception and its own."""
    reception_id = Booking.objects.values_list("reception_id", flat=True).get(pk=booking_id)
    reception = LeaderReception.objects.locked(reception_id)
    booking = Booking.objects.locked(booking_id)
    booking.reception = reception
    return booking


def one_at_a_time(what: str, value: str) -> None:
    """Until the end of the transaction nobody else acts for this telephone (or address)."""
    index = keyed(what, value)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(index[:8], "big", signed=True)])


# -- what is said ------------------------------------------------------------------------------------------------


def page_of(booking: Booking) -> str:
    """The full address of the booking's own page."""
    return outbox.address_of("intake:booking", booking.token)


def facts_of(reception: LeaderReception) -> dict[str, Any]:
    """A reception as a message names it, in both languages; the reader's is chosen when it is sent."""
    room, leader, hall = reception.room, reception.leader, reception.hall
    return {
        "hall": hall.name,
        "hall_en": hall.name_en or hall.name,
        "phone": hall.phone,
        "who": leader.name,
        "who_en": leader.name_en or leader.name,
        "starts_at": timezone.localtime(reception.starts_at).isoformat(),
        "place": room.name if room else reception.place,
        "place_en": (room.name_en or room.name) if room else (reception.place_en or reception.place),
    }


def next_facts(reception: LeaderReception, rule: BookingRule, *, now: dt.datetime) -> dict[str, Any]:
    """The reception that somebody is sent to instead, with the address of its door; empty when there is none."""
    other = next_open(reception, rule, now=now)
    if other is None:
        return {}
    door = reverse("intake:book-reception", args=[other.hall.code, other.pk])
    facts = {f"next_{name}": value for name, value in facts_of(other).items()}
    return {**facts, "next_page": outbox.at_site(door)}


def tell(kind: str, booking: Booking, *, once: str, now: dt.datetime, **facts: Any) -> int:
    """By SMS; who left no telephone is told by the one who booked for them. Returns how many messages are new."""
    to: Any = booking.taken_by
    if booking.phone:
        to = outbox.Phone(booking.phone, booking.language)
    if to is None:
        return 0
    context = {**facts_of(booking.reception), "code": booking.code_spaced, "page": page_of(booking), **facts}
    url = reverse("intake:reception-bookings", args=[booking.reception_id]) + f"#b{booking.pk}"
    return outbox.post(kind, to=to, context=context, url=url, once=f"{kind}/{booking.pk}/{once}", now=now)


# -- places ------------------------------------------------------------------------------------------------------


def move(booking: Booking, verb: str, actor: Actor, *, now: dt.datetime, **said: Any) -> None:
    """Its state changes, and the journal says so. Saves what the verb set before."""
    before, booking.status = booking.status, BOOKING.target(verb, booking.status)
    if BOOKING.state(booking.status).final:
        booking.ended_at = now
    booking.save()
    after = {"status": booking.status, **said.pop("after", {})}
    journal.record(actor, verb, booking, before={"status": before}, after=after, now=now, **said)


def set_down(booking: Booking, *, now: dt.datetime) -> None:
    """Whoever has a place stands on the leader's docket."""
    item = place_on_docket(
        actor=SYSTEM,
        reception_id=booking.reception_id,
        headline=booking.subject,
        who=booking.name,
        head_count=booking.head_count,
        now=now,
    )
    booking.docket_item = item
    booking.save(update_fields=["docket_item"])


def take_off(booking: Booking, reason: str, *, now: dt.datetime) -> None:
    """Off the docket again, unless the hall has taken it off already, or the leader has heard the matter."""
    item = booking.docket_item
    if (
        item is not None
        and item.removed_at is None
        and not (item.records.exists() or item.instructions.exists())
    ):
        remove_from_docket(actor=SYSTEM, item_id=item.pk, reason=reason, now=now)


def fill_places(reception: LeaderReception, rule: BookingRule, *, now: dt.datetime) -> list[Booking]:
    """Free places go to the head of the line. The reception is locked.

    Long before it begins the place is simply theirs; on short notice it is held until they say that they come.
    """
    free = places(reception)
    rooms = free.capacity - free.taken
    if rooms <= 0 or not free.waiting or reception.status != "published":
        return []
    short = reception.starts_at - now < dt.timedelta(hours=rule.short_hours)
    until = held_until(reception, rule, now=now)
    if short and until - now < EARLY:
        return []
    moved = list(
        Booking.objects.select_for_update(of=("self",)).in_line().filter(reception=reception)[:rooms]
    )
    for booking in moved:
        booking.reception, booking.placed_at = reception, now
        if short:
            booking.held_until = until
            move(booking, "hold_place", SYSTEM, now=now, after={"held_until": until})
            tell(
                "booking_held",
                booking,
                once=until.isoformat(),
                until=timezone.localtime(until).isoformat(),
                now=now,
            )
        else:
            move(booking, "move_up_booking", SYSTEM, now=now)
            set_down(booking, now=now)
            tell("booking_moved_up", booking, once="", now=now)
    return moved


def held_until(reception: LeaderReception, rule: BookingRule, *, now: dt.datetime) -> dt.datetime:
    """So long as the rule says, counted in daytime; never into the last minutes before it begins."""
    local, tz = timezone.localtime(now), timezone.get_current_timezone()
    if local.time() >= DAY_ENDS:
        local = dt.datetime.combine(local.date() + dt.timedelta(days=1), DAY_BEGINS, tz)
    elif local.time() < DAY_BEGINS:
        local = dt.datetime.combine(local.date(), DAY_BEGINS, tz)
    return min(local + dt.timedelta(minutes=rule.offer_minutes), reception.starts_at - LAST_CALL)


def let_go(
    booking: Booking, end: str, kind: str, *, now: dt.datetime, reason: str = "", **facts: Any
) -> None:
    """Given back without the visitor's act, and said to the visitor."""
    was_held = booking.status in ("booked", "held")
    booking.end = end
    move(booking, "release_booking", SYSTEM, now=now, after={"end": end}, reason=reason)
    if was_held:
        take_off(booking, reason or gettext_noop("预约已释放"), now=now)
    tell(kind, booking, once=end, now=now, reason=reason, **facts)


def rule_for(reception: LeaderReception) -> BookingRule:
    return rule_of(reception.hall_id)
