"""Who may book a place with a leader, until when, and what may become of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.rules import MAX_REPRESENTATIVES
from hall.access import Actor, Refused
from intake.lifecycle import BOOKING, BOOKING_ROLES, DOOR_ROLES
from intake.models import Booking, BookingRule
from intake.queries.bookings import BOOKABLE_FORMS, Places, closes_at
from intake.rules.registration import read_phone
from staffing.models import LeaderReception

PROOF_TRIES = 5
"""Wrong codes; then a new one must be asked for. Five of a million."""
SUBJECT_LENGTH = 60
EARLY = dt.timedelta(minutes=10)
"""A place is held for at least so long, or it is not offered."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. `consent`: at the desk, that the visitor agreed to have the data kept."""

    name: str
    phone: str
    subject: str
    head_count: int = 1
    consent: bool = True


# -- what is asked for -------------------------------------------------------------------------------------------


def check_wish(wish: Wish, *, phone_needed: bool) -> Wish:
    """The wish in its plain form. Raises Refused(input) at its field."""
    name, subject, phone = wish.name.strip(), " ".join(wish.subject.split()), read_phone(wish.phone)
    if not name:
        raise Refused(_("请填写姓名。"), "input", field="name")
    if phone_needed and not (len(phone) == 11 and phone.startswith("1")):
        raise Refused(_("验证码只能发到手机，请填写11位手机号。"), "input", field="phone")
    if not 2 <= len(subject) <= SUBJECT_LENGTH:
        raise Refused(
            _("请用2至%(n)s个字说明反映什么问题，详细情况到场再说。") % {"n": SUBJECT_LENGTH},
            "input",
            field="subject",
        )
    if not 1 <= wish.head_count <= MAX_REPRESENTATIVES:
        raise Refused(
            _("多人反映同一事项的，请推选代表，代表不超过%(n)s人。") % {"n": MAX_REPRESENTATIVES},
            "input",
            field="head_count",
            article="《信访工作条例》第二十条",
        )
    if not wish.consent:
        raise Refused(_("请先征得本人同意，并勾选。"), "input", field="consent")
    return Wish(name[:60], phone, subject, wish.head_count)


def check_open_for_booking(reception: LeaderReception, *, now: dt.datetime) -> None:
    """Published, not yet begun, and of a kind that one books."""
    if reception.status == "cancelled":
        raise Refused(_("这次接访已经取消，不能再预约。"), "state")
    if reception.status != "published":
        raise Refused(_("这次接访还没有公布，或者已经结束，不能预约。"), "state")
    if reception.form not in BOOKABLE_FORMS:
        raise Refused(_("这次接访由大厅约定来访人，不接受预约。"), "state")
    if reception.capacity == 0:
        raise Refused(_("这次接访不接受预约，请当天到大厅取号。"), "state")
    if reception.starts_at <= now:
        raise Refused(_("接访已经开始，请直接到大厅取号。"), "state")


def check_can_book_reception(
    actor: Actor, reception: LeaderReception, *, rule: BookingRule, now: dt.datetime
) -> None:
    """Anybody, from the publication until the hall's closing hour."""
    check_open_for_booking(reception, now=now)
    last = timezone.localtime(closes_at(reception, rule))
    if last <= now:
        raise Refused(
            _("预约已于%(at)s截止。确有需要的，请致电大厅或到窗口说明。") % {"at": f"{last:%Y-%m-%d %H:%M}"},
            "state",
        )


def check_can_book_for_visitor(actor: Actor, reception: LeaderReception, *, now: dt.datetime) -> None:
    """At the desk or on the telephone, until it begins."""
    _check_roles(actor, reception, BOOKING_ROLES)
    check_open_for_booking(reception, now=now)


def check_line(places: Places, rule: BookingRule) -> None:
    """There is a place, or the waiting line is not full."""
    if places.free == 0 and places.waiting >= rule.line_length:
        raise Refused(_("名额和候补都已满，请预约其他场次，或当天到大厅取号。"), "state")


def check_month(count: int, rule: BookingRule) -> None:
    """So many a month for one telephone, so that places are for many."""
    if count >= rule.a_month:
        raise Refused(
            ngettext(
                "这个手机号当月已有%(n)s次预约，每月最多%(n)s次。需要改期的，请先取消原来的预约。",
                "这个手机号当月已有%(n)s次预约，每月最多%(n)s次。需要改期的，请先取消原来的预约。",
                rule.a_month,
            )
            % {"n": rule.a_month},
            "state",
        )


# -- what becomes of it ------------------------------------------------------------------------------------------


def _state_words(booking: Booking) -> str:
    words = {
        "asked": _("这个预约还没有验证手机。"),
        "waiting": _("这个预约还在候补。"),
        "held": _("这个名额正在等本人确认。"),
        "booked": _("这个预约已经确认。"),
        "checked_in": _("这个预约已经报到。"),
        "no_show": _("这个预约已记为未到。"),
        "cancelled": _("这个预约已经取消。"),
        "released": _("这个预约已经失效。"),
    }
    return words[booking.status]


def _check_roles(actor: Actor, reception: LeaderReception, roles: tuple[str, ...]) -> None:
    if actor.kind != "system" and not actor.has(*roles, hall_id=reception.hall_id):
        raise Refused(_("接访预约由本大厅的登记员、大厅负责人办理。"), "role")


def _check_move(actor: Actor, booking: Booking, verb: str) -> None:
    """The table decides. The public's own door is the page that nobody else knows the address of."""
    if actor.kind != "public":
        roles = tuple(role for role in BOOKING.roles(verb) if role not in ("public", "system"))
        _check_roles(actor, booking.reception, roles)
    elif "public" not in BOOKING.roles(verb):
        raise Refused(_("接访预约由本大厅的登记员、大厅负责人办理。"), "role")
    if BOOKING.move(verb, booking.status) is None:
        raise Refused(_state_words(booking), "state")


def check_can_confirm_booking(actor: Actor, booking: Booking, *, now: dt.datetime) -> None:
    """As long as the code is good, and not after too many wrong ones."""
    if BOOKING.move("confirm_booking", booking.status) is None:
        raise Refused(_state_words(booking), "state")
    if booking.proof_until is None or booking.proof_until <= now:
        raise Refused(_("验证码已经过期，请重新预约，再收一条验证码。"), "state")
    if booking.proof_tries >= PROOF_TRIES:
        raise Refused(_("验证码错了太多次，已经作废。请重新预约，再收一条验证码。"), "busy")


def check_can_accept_place(actor: Actor, booking: Booking, *, now: dt.datetime) -> None:
    """Until the moment that the message named."""
    _check_move(actor, booking, "accept_place")
    if booking.held_until is None or booking.held_until <= now:
        raise Refused(_("保留的时间已过，名额已递补给下一位。"), "state")


def check_can_cancel_booking(
    actor: Actor, booking: Booking, *, reason: str | None = None, now: dt.datetime
) -> None:
    """Until the reception begins. Staff say why; who booked need not. `reason` None asks about the button alone."""
    _check_move(actor, booking, "cancel_booking")
    if booking.reception.starts_at <= now:
        raise Refused(_("接访已经开始，不能再取消预约。"), "state")
    if reason is not None and actor.kind == "person" and not reason.strip():
        raise Refused(_("请写明取消的原因，原因会告知来访人。"), "input", field="reason")


def check_can_advance_booking(
    actor: Actor, booking: Booking, *, reason: str | None = None, now: dt.datetime
) -> None:
    """To the head of the waiting line, for a reason that stays on record."""
    _check_move(actor, booking, "advance_booking")
    if booking.reception.starts_at <= now:
        raise Refused(_("接访已经开始，候补已经结束。"), "state")
    if reason is not None and not reason.strip():
        raise Refused(_("请写明提前的原因。"), "input", field="reason")


def check_can_check_in_booking(
    actor: Actor, booking: Booking, *, hall_id: int | None = None, now: dt.datetime
) -> None:
    """On the day of the reception, in its hall, until it ends: who comes late is still received."""
    reception = booking.reception
    if hall_id is not None and reception.hall_id != hall_id:
        raise Refused(_("这个预约不是本大厅的。"), "input", field="booking_code")
    if actor.kind == "person" and not actor.has(*DOOR_ROLES, hall_id=reception.hall_id):
        raise Refused(_("报到由本大厅的引导员、登记员或大厅负责人办理。"), "role")
    day, today = timezone.localdate(reception.starts_at), timezone.localdate(now)
    if day != today:
        raise Refused(
            _("这个预约的接访日期是%(day)s，请当天报到。") % {"day": f"{day:%Y-%m-%d}"},
            "state",
            field="booking_code",
        )
    if BOOKING.move("check_in_booking", booking.status) is None:
        raise Refused(_state_words(booking), "state", field="booking_code")
    if reception.status not in ("published", "held"):
        raise Refused(_("这次接访已经取消，请到引导台询问。"), "state", field="booking_code")
    if reception.ends_at <= now:
        raise Refused(_("这次接访已经结束，请到引导台询问。"), "state", field="booking_code")


def check_can_miss_booking(actor: Actor, booking: Booking, *, now: dt.datetime) -> None:
    """Once it has begun; the night's work does it after the end."""
    _check_move(actor, booking, "miss_booking")
    if booking.reception.starts_at > now:
        raise Refused(_("接访还没有开始，不能记为未到。"), "state")


def check_can_invite_booking_to_video(actor: Actor, booking: Booking, *, now: dt.datetime) -> None:
    """Who has a place with a leader who receives by video, once there is a room for the matter, and once."""
    _check_roles(actor, booking.reception, BOOKING_ROLES)
    if booking.reception.form != "video":
        raise Refused(_("这次接访不是视频接访。"), "state")
    if booking.status not in ("booked", "checked_in"):
        raise Refused(_("这个预约现在没有名额，不能发视频链接。"), "state")
    if booking.video_seat is not None and booking.video_seat.status != "refused":
        raise Refused(_("视频链接已经发给本人。"), "state")
    rooms = booking.docket_item.video_rooms.all() if booking.docket_item else []
    if not any(room.status in ("planned", "open") for room in rooms):
        raise Refused(_("请先在接访事项中为该事项安排视频接访室。"), "state")


def check_can_reveal_booking(
    actor: Actor, booking: Booking, *, reason: str | None = None, now: dt.datetime
) -> None:
    """For a purpose that stays on record; the guide needs no number."""
    _check_roles(actor, booking.reception, BOOKING_ROLES)
    if reason is not None and not reason.strip():
        raise Refused(_("请写明查看的用途。"), "input", field="reason")
