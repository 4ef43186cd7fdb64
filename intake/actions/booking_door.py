"""The day itself: who booked comes and gets a number, or does not come; and who asks for a telephone number."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions import invite_to_video_room
from cases.actions.query_progress import plain
from cases.models import VideoSeat
from cases.rules.video import Guest
from hall import journal
from hall.access import Actor, Refused, get_visible
from intake.actions import booking_parts as parts
from intake.actions.take_number import take_number
from intake.models import Booking, Ticket
from intake.queries.bookings import booking_of_code
from intake.rules import booking as rules
from staffing.models import Device


@transaction.atomic
def check_in_booking(
    *,
    actor: Actor,
    hall_id: int,
    code: str,
    queue_id: int,
    form_token: uuid.UUID,
    head_count: int | None = None,
    reception_id: int | None = None,
    note: str = "",
    kiosk: Device | None = None,
    language: str = "zh-hans",
    now: dt.datetime,
) -> Ticket:
    """The code of the booking becomes a number that goes first; on the day, in the hall, until the reception ends.

    The same form gives the same number. Raises Refused (input, role, state, busy).
    """
    if known := Ticket.objects.filter(form_token=form_token).select_related("queue", "visit").first():
        return known
    found = booking_of_code(plain(code), hall_id)
    if found is None or (reception_id is not None and found.reception_id != reception_id):
        raise Refused(
            _("没有找到这个预约码，请对照短信再输一次，或到引导台询问。"), "input", field="booking_code"
        )
    booking = parts.locked(found.pk)
    rules.check_can_check_in_booking(actor, booking, hall_id=hall_id, now=now)
    ticket = take_number(
        actor=actor,
        queue_id=queue_id,
        form_token=form_token,
        priority_reason="booked",
        head_count=head_count or booking.head_count,
        reception_id=booking.reception_id,
        booking=booking,
        note=note,
        kiosk=kiosk,
        language=language,
        now=now,
    )
    was_held = booking.status == "held"
    booking.visit = ticket.visit
    late = now > booking.reception.starts_at
    parts.move(booking, "check_in_booking", actor, now=now, after={"number": ticket.number, "late": late})
    if was_held or booking.docket_item is None:
        parts.set_down(booking, now=now)
    return ticket


@transaction.atomic
def miss_booking(*, actor: Actor, booking_id: int, now: dt.datetime) -> Booking:
    """Did not come. Who comes after all, on the day, is checked in all the same."""
    booking = parts.locked(booking_id)
    rules.check_can_miss_booking(actor, booking, now=now)
    parts.move(booking, "miss_booking", actor, now=now)
    return booking


@transaction.atomic
def invite_booking_to_video(*, actor: Actor, booking_id: int, now: dt.datetime) -> VideoSeat:
    """From the booking's own telephone into the room of its matter: a seat, and the personal link by SMS."""
    booking = parts.locked(booking_id)
    rules.check_can_invite_booking_to_video(actor, booking, now=now)
    room = booking.docket_item.video_rooms.live().get() if booking.docket_item else None
    guest = Guest("petitioner", name=booking.name, phone=booking.phone, language=booking.language)
    seat = invite_to_video_room(actor=actor, room_id=room.pk if room else 0, guest=guest, now=now)
    booking.video_seat = seat
    booking.save(update_fields=["video_seat"])
    journal.record(actor, "invite_booking_to_video", booking, after={"place": seat.place_number}, now=now)
    return seat


@transaction.atomic
def reveal_booking(*, actor: Actor, booking_id: int, reason: str, now: dt.datetime) -> Booking:
    """Name and telephone for the reader, once, for a reason that the booking's record keeps; never with the data."""
    booking = get_visible(
        Booking.objects.visible_to(actor).select_related("reception__hall", "reception__leader"),
        pk=booking_id,
    )
    rules.check_can_reveal_booking(actor, booking, reason=reason, now=now)
    journal.record(actor, "reveal_booking", booking, reason=reason.strip(), now=now)
    return booking
