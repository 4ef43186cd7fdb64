"""Seats for the public: taken without a login, given back, let in at the door; names go when the hearing is over.

None of these touches the case: the hearing alone is locked, and the database counts the seats again. They stand in the
hearing's own stream, so that a full room does not fill the case's file.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hall import journal, outbox
from hall.access import SYSTEM, Actor, Refused
from hall.batch import broken_by
from hall.fields import blind_index, keyed, origin_of
from hearings import rules
from hearings.actions.notices import facts_of, public_title
from hearings.lifecycle import PUBLIC_SEAT
from hearings.models import Hearing, PublicSeat
from hearings.queries.audience import overdue_for_erasing
from hearings.rules import SeatWish
from hearings.rules import audience as limits
from staffing.actions import code_of, count_code, count_try, plain_code, refuse_too_many

CODE = "hearing-seat"
TOLD = tuple(f"hearing_seat_{what}" for what in ("taken", "dated", "postponed", "called_off", "closed"))
"""What somebody with a seat is told by SMS: forgotten together with the name."""


@transaction.atomic
def take_seat(*, actor: Actor, hearing_id: int, wish: SeatWish, address: str, now: dt.datetime) -> PublicSeat:
    """A seat for a name and a telephone; the code is shown and texted. The same form again is the same seat.

    Raises Refused (unseen, state, input, busy).
    """
    # No lock is awaited before the tries are counted: whoever floods the door waits there alone.
    rules.check_seat_wish(wish, now=now)
    origin, caller = origin_of(address), keyed("seat-phone", wish.phone)
    refuse_too_many("seat", origin, limits.SEATS_MOST, limits.SEATS_WINDOW, now=now)
    refuse_too_many("seat-phone", caller, limits.PHONE_MOST, limits.PHONE_WINDOW, now=now, field="phone")
    hearing = Hearing.objects.locked(hearing_id)
    if known := PublicSeat.objects.filter(form_token=wish.token, hearing=hearing).first():
        return known
    rules.check_can_take_seat(actor, hearing, now=now)
    seat = PublicSeat(
        hearing=hearing,
        code=code_of(wish.token, CODE),
        form_token=wish.token,
        name=wish.name.strip(),
        phone=wish.phone,
        language=wish.language,
        asked_at=now,
    )
    if PublicSeat.objects.standing().filter(hearing=hearing, phone_index=blind_index(wish.phone)).exists():
        limits.refuse_second()
    try:
        with transaction.atomic():
            seat.save(force_insert=True)
    except IntegrityError as error:
        broken = broken_by(error)
        if broken == "public_seats_left":
            limits.refuse_full()
        if broken == "public_seat_once":
            limits.refuse_second()
        raise
    count_code(wish.phone, now=now)
    count_try("seat", origin, now=now)
    count_try("seat-phone", caller, now=now)
    page = outbox.address_of("hearings:seat")
    facts = {**facts_of(hearing), "title": public_title(hearing), "code": seat.code_spaced, "page": page}
    to = outbox.Phone(wish.phone, wish.language)
    outbox.post("hearing_seat_taken", to=to, context=facts, once=f"hearing_seat_taken/{seat.pk}", now=now)
    journal.record(actor, "take_seat", seat, stream=hearing, after={"status": seat.status}, now=now)
    return seat


def find_seat(*, code: str, address: str, now: dt.datetime) -> PublicSeat | None:
    """The seat of a code, or None. Wrong codes count against their origin. Raises Refused(busy)."""
    origin = origin_of(address)
    with transaction.atomic():
        refuse_too_many("seat-code", origin, limits.CODES_MOST, limits.CODES_WINDOW, now=now)
        found = (
            PublicSeat.objects.filter(code=plain_code(code))
            .select_related("hearing__hall", "hearing__room", "hearing__announcement")
            .first()
        )
        if found is None:
            count_try("seat-code", origin, now=now)
    return found


@transaction.atomic
def cancel_seat(*, actor: Actor, seat_id: int, now: dt.datetime) -> PublicSeat:
    """The seat is free for somebody else; name and telephone go at once. Raises Refused (unseen, role, state)."""
    hearing = Hearing.objects.locked(PublicSeat.objects.values_list("hearing_id", flat=True).get(pk=seat_id))
    seat = PublicSeat.objects.select_for_update(of=("self",)).get(pk=seat_id)
    seat.hearing = hearing
    rules.check_can_cancel_seat(actor, seat, now=now)
    before, seat.status = seat.status, PUBLIC_SEAT.target("cancel_seat", seat.status)
    seat.name, seat.phone, seat.erased_at = "", "", now
    seat.save(update_fields=["status", "name", "phone", "phone_index", "erased_at"])
    outbox.forget(*TOLD, key=f"{seat.pk}", now=now)
    after = {"status": seat.status}
    journal.record(
        actor, "cancel_seat", seat, stream=hearing, before={"status": before}, after=after, now=now
    )
    return seat


@transaction.atomic
def admit_public(*, actor: Actor, hearing_id: int, code: str, now: dt.datetime) -> PublicSeat:
    """Who shows the code comes in, once. Raises Refused (unseen, role, state, input at `code`)."""
    hearing = Hearing.objects.locked(hearing_id)
    rules.check_can_admit_public(actor, hearing, now=now)
    rows = PublicSeat.objects.select_for_update(of=("self",)).filter(hearing=hearing)
    seat = rows.filter(code=plain_code(code)).first()
    if seat is None:
        raise Refused(_("没有这个旁听码，或者不是这次听证的。"), "input", field="code")
    rules.check_can_admit_public(actor, hearing, seat=seat, now=now)
    before, seat.status = seat.status, PUBLIC_SEAT.target("admit_public", seat.status)
    seat.came_at = now
    seat.save(update_fields=["status", "came_at"])
    journal.record(
        actor,
        "admit_public",
        seat,
        stream=hearing,
        before={"status": before},
        after={"status": "came"},
        now=now,
    )
    return seat


def due_audience(*, now: dt.datetime) -> QuerySet[PublicSeat]:
    """Seats with a name, of hearings whose rules keep none any more."""
    return PublicSeat.objects.filter(hearing__in=[one.pk for one in overdue_for_erasing(now)], erased_at=None)


def erase_audience(*, now: dt.datetime) -> int:
    """Every night: names and telephones of the public whose hearing has been over for the days of its rules. Takes all
    that is due, says so once per hearing; returns how many seats.
    """
    erased = 0
    for hearing in overdue_for_erasing(now):
        with transaction.atomic():
            rows = PublicSeat.objects.filter(hearing=hearing, erased_at=None)
            for pk in hearing.audience.values_list("pk", flat=True):
                outbox.forget(*TOLD, key=f"{pk}", now=now)
            hearing.parties.exclude(kind="unit").update(phone="")
            count = rows.update(name="", phone="", phone_index=None, erased_at=now)
            if count:
                journal.record(SYSTEM, "erase_audience", hearing, after={"count": count}, now=now)
        erased += count
    return erased
