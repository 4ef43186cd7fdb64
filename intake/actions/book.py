"""A place with a leader: asked for, proven, taken, accepted, cancelled."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
import uuid

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.actions.query_progress import begin_try, plain
from cases.actions.register import CODE_ALPHABET
from hall import journal
from hall.access import Actor, Refused, get_visible
from hall.fields import blind_index, sealed
from intake.actions import booking_parts as parts
from intake.models import Booking, BookingRule
from intake.queries.bookings import ahead_of, codes_since, in_month_of, live_of_phone, places
from intake.rules import booking as rules
from intake.rules.booking import Wish
from staffing.actions import count_code
from staffing.models import LeaderReception

CODE_LENGTH, PROOF_DIGITS = 8, 6
SEATED, IN_LINE = "booking_confirmed", "booking_in_line"


@transaction.atomic
def book_reception(
    *,
    actor: Actor,
    reception_id: int,
    wish: Wish,
    form_token: uuid.UUID,
    address: str,
    language: str = "zh-hans",
    now: dt.datetime,
) -> Booking:
    """Ask for a place: a code goes to the telephone, and nothing is taken before it comes back.

    Whether the telephone is known is not told here: the same answer for all, the rest once it is proven. The same
    form gives the same booking. Raises Refused (unseen, state, input, busy).
    """
    reception = get_visible(
        LeaderReception.objects.public().filter(hall__is_open=True).select_related("hall"), pk=reception_id
    )
    rule = parts.rule_for(reception)
    rules.check_can_book_reception(actor, reception, rule=rule, now=now)
    wish = rules.check_wish(wish, phone_needed=True)
    # One after the other for an address and for a telephone, so that many at once are counted like many in turn.
    # Locks of their own: who proves holds the reception and waits for "phone"; here the row waits for the reception.
    parts.one_at_a_time("ask-address", address)
    parts.one_at_a_time("ask-phone", wish.phone)
    if known := Booking.objects.filter(form_token=form_token).select_related("reception").first():
        if known.phone_index is not None and bytes(known.phone_index) == blind_index(wish.phone):
            return known
        raise Refused(_("这张表已经交过了，请重新打开预约页面。"), "input")
    begin_try("booking", wish.phone, address, now=now)
    _check_codes(wish.phone, rule, now)
    count_code(wish.phone, now=now)
    booking = _new(reception, wish, form_token, language=language, channel="public", now=now)
    code = f"{secrets.randbelow(10**PROOF_DIGITS):0{PROOF_DIGITS}}"
    booking.proof = _proof(booking, code)
    booking.proof_until = now + dt.timedelta(minutes=rule.code_minutes)
    booking.save(force_insert=True)
    journal.record(actor, "book_reception", booking, after=_facts(booking), now=now)
    parts.tell(
        "booking_code", booking, once="", now=now, sealed=sealed(code), minutes=rule.code_minutes,
    )  # fmt: skip
    return booking


def _check_codes(phone: str, rule: BookingRule, now: dt.datetime) -> None:
    sent = codes_since(blind_index(phone) or b"", now - dt.timedelta(days=1))
    if sent >= rule.codes_a_day:
        raise Refused(
            _("这个手机号今天收的验证码太多了，请明天再试，或致电大厅由工作人员代约。"), "busy", field="phone"
        )


def _new(
    reception: LeaderReception,
    wish: Wish,
    form_token: uuid.UUID,
    *,
    language: str,
    channel: str,
    now: dt.datetime,
) -> Booking:
    return Booking(
        reception=reception,
        form_token=form_token,
        code="".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH)),
        name=wish.name,
        phone=wish.phone,
        subject=wish.subject,
        head_count=wish.head_count,
        channel=channel,
        language=language,
        status="asked",
        asked_at=now,
        told_of=reception.changed_at,
    )


def _facts(booking: Booking) -> dict[str, object]:
    return {
        "reception": booking.reception_id,
        "status": booking.status,
        "head_count": booking.head_count,
        "channel": booking.channel,
    }


def _proof(booking: Booking, code: str) -> bytes:
    """What is kept of the code: its keyed hash, of this booking alone."""
    return blind_index(f"booking{booking.token.hex}x{code}") or b""


@transaction.atomic
def confirm_booking(*, actor: Actor, token: uuid.UUID, code: str, now: dt.datetime) -> Booking | None:
    """The code came back: the place is taken, or else a place in the waiting line. None: the code is wrong.

    Exactly so many as there are places: the reception is locked while they are counted, and the database counts
    again. Who has a booking for this reception already gets that one. Raises Refused (unseen, state, busy).
    """
    found = get_visible(Booking.objects.select_related("reception"), token=token)
    rule = parts.rule_for(found.reception)
    _refuse_when_full(found, code, rule)
    booking = parts.locked(found.pk)
    if booking.placed_at is not None:  # sent twice
        return booking
    rules.check_can_confirm_booking(actor, booking, now=now)
    if not hmac.compare_digest(bytes(booking.proof or b""), _proof(booking, plain(code))):
        booking.proof_tries += 1
        booking.save(update_fields=["proof_tries"])
        return None
    parts.one_at_a_time("phone", booking.phone)
    if known := live_of_phone(booking.reception, bytes(booking.phone_index or b"")):
        return known
    rules.check_open_for_booking(booking.reception, now=now)
    # Who asked in time is in time.
    rules.check_can_book_reception(actor, booking.reception, rule=rule, now=booking.asked_at)
    _take_place(booking, rule, actor, verb="confirm_booking", now=now)
    return booking


def _refuse_when_full(booking: Booking, code: str, rule: BookingRule) -> None:
    """Hundreds come at once and most of them in vain: they are refused without waiting for the lock in turn.

    Only who gave the right code is told, as behind the lock, and who has a booking already is none of them.
    """
    right = hmac.compare_digest(bytes(booking.proof or b""), _proof(booking, plain(code)))
    if right and not live_of_phone(booking.reception, bytes(booking.phone_index or b"")):
        rules.check_line(places(booking.reception), rule)


def _take_place(booking: Booking, rule: BookingRule, actor: Actor, *, verb: str, now: dt.datetime) -> None:
    """A place, or the end of the line. The reception is locked, and so is the telephone."""
    reception = booking.reception
    if booking.phone:
        rules.check_month(in_month_of(reception, blind_index(booking.phone) or b""), rule)
    parts.fill_places(reception, rule, now=now)
    free = places(reception)
    rules.check_line(free, rule)
    seated = free.free > 0
    booking.proof, booking.proof_until = None, None
    booking.told_of = reception.changed_at  # of what was read under the lock
    booking.placed_at = booking.line_at = now
    booking.status = "booked" if seated else "waiting"
    booking.save()
    journal.record(actor, verb, booking, after=_facts(booking), now=now)
    if seated:
        parts.set_down(booking, now=now)
        parts.tell(SEATED, booking, once="", now=now)
    else:
        parts.tell(IN_LINE, booking, once="", now=now, ahead=ahead_of(booking))


@transaction.atomic
def book_for_visitor(
    *, actor: Actor, reception_id: int, wish: Wish, form_token: uuid.UUID, now: dt.datetime
) -> Booking:
    """The clerk books for somebody at the desk or on the telephone, with their consent; a telephone is not needed."""
    reception = LeaderReception.objects.locked(reception_id)
    if known := Booking.objects.filter(form_token=form_token).select_related("reception").first():
        return known
    rules.check_can_book_for_visitor(actor, reception, now=now)
    wish = rules.check_wish(wish, phone_needed=False)
    if wish.phone:
        parts.one_at_a_time("phone", wish.phone)
        if live_of_phone(reception, blind_index(wish.phone) or b""):
            raise Refused(_("这个电话已经预约了这一场。"), "input", field="phone")
    booking = _new(reception, wish, form_token, language="zh-hans", channel="clerk", now=now)
    booking.taken_by_id = actor.user_id
    _take_place(booking, parts.rule_for(reception), actor, verb="book_for_visitor", now=now)
    return booking


@transaction.atomic
def accept_place(*, actor: Actor, booking_id: int, now: dt.datetime) -> Booking:
    """Whoever moved up on short notice says that they come."""
    booking = parts.locked(booking_id)
    rules.check_can_accept_place(actor, booking, now=now)
    booking.placed_at = now
    parts.move(booking, "accept_place", actor, now=now)
    parts.set_down(booking, now=now)
    parts.tell(SEATED, booking, once="accepted", now=now)
    return booking


@transaction.atomic
def cancel_booking(*, actor: Actor, booking_id: int, reason: str = "", now: dt.datetime) -> Booking:
    """The place goes to the head of the line in the same act, and all concerned are told."""
    booking = parts.locked(booking_id)
    rules.check_can_cancel_booking(actor, booking, reason=reason, now=now)
    reason = reason.strip()[:200]
    parts.move(booking, "cancel_booking", actor, now=now, reason=reason)
    parts.take_off(booking, reason or gettext_noop("来访人取消预约"), now=now)
    parts.tell("booking_cancelled", booking, once="", now=now, reason=reason)
    parts.fill_places(booking.reception, parts.rule_for(booking.reception), now=now)
    return booking


@transaction.atomic
def advance_booking(*, actor: Actor, booking_id: int, reason: str, now: dt.datetime) -> Booking:
    """To the head of the waiting line."""
    booking = parts.locked(booking_id)
    rules.check_can_advance_booking(actor, booking, reason=reason, now=now)
    line = Booking.objects.in_line().filter(reception=booking.reception_id)
    first = line.exclude(pk=booking.pk).values_list("line_at", flat=True).first()
    before = ahead_of(booking)
    if first is not None:
        booking.line_at = min(first - dt.timedelta(milliseconds=1), booking.line_at or first)
    parts.move(booking, "advance_booking", actor, now=now, reason=reason.strip(), after={"ahead": before})
    return booking
