"""Given back: by the visitor, by the clerk, by time; and the head of the line moves up in the same act."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cases.models import DocketItem
from hall.access import PUBLIC, Refused
from hall.models import JournalEntry, Message, stream_of
from hall.outbox import words
from intake.actions import (
    accept_place,
    advance_booking,
    cancel_booking,
    confirm_booking,
    reveal_booking,
    settle_bookings,
)
from intake.models import Booking
from staffing.actions import change_reception
from staffing.models import LeaderReception
from staffing.rules import Slot
from tests.cast import NOW, Cast, at, reception
from tests.intake.booking import NINE, asked, booked, by_clerk, code_of, phone, state, told

HOUR = dt.timedelta(hours=1)
EVE = at("2026-11-24 12:00")
"""On short notice: less than a day before NINE."""


@pytest.fixture
def full(cast: Cast) -> tuple[LeaderReception, Booking, Booking, Booking]:
    """One place, taken; two in line."""
    one = reception(cast, NINE, capacity=1)
    return one, booked(one, 1), booked(one, 2), booked(one, 3)


def cancel(booking: Booking, now: dt.datetime = NOW, **facts: Any) -> Booking:
    return cancel_booking(**({"actor": PUBLIC, "booking_id": booking.pk, "now": now} | facts))


def test_the_first_of_the_line_moves_up_and_is_told(full: tuple[Any, ...]) -> None:
    _one, first, second, third = full
    cancel(first)
    assert [state(b) for b in (first, second, third)] == ["cancelled", "booked", "waiting"]
    assert told(second)[-1] == "moved_up"
    assert told(first)[-1] == "cancelled"
    assert [item.removed_at is None for item in DocketItem.objects.order_by("place")] == [False, True]
    with pytest.raises(Refused, match="已经取消"):
        cancel(first)


def test_on_short_notice_the_place_is_held_until_it_is_accepted(full: tuple[Any, ...]) -> None:
    one, first, second, third = full
    cancel(first, EVE)
    second.refresh_from_db()
    assert (second.status, second.held_until) == ("held", EVE + 2 * HOUR)
    text = words(Message.objects.get(kind="booking_held"))[1]
    assert "14:00" in text
    assert str(second.token) in text
    assert DocketItem.objects.filter(removed_at=None).count() == 0
    accept_place(actor=PUBLIC, booking_id=second.pk, now=EVE + HOUR)
    assert (state(second), state(third)) == ("booked", "waiting")
    assert told(second)[-1] == "confirmed"
    assert DocketItem.objects.filter(removed_at=None).count() == 1
    assert one.bookings.filter(status="booked").count() == 1


def test_what_is_not_accepted_goes_to_the_next(full: tuple[Any, ...]) -> None:
    _one, first, second, third = full
    cancel(first, EVE)
    later = EVE + 2 * HOUR
    with pytest.raises(Refused, match="保留的时间已过"):
        accept_place(actor=PUBLIC, booking_id=second.pk, now=later)
    settle_bookings(now=later)
    third.refresh_from_db()
    assert (state(second), third.status, third.held_until) == ("released", "held", later + 2 * HOUR)
    assert told(second)[-1] == "unanswered"


def test_nobody_must_answer_in_the_night(full: tuple[Any, ...]) -> None:
    _one, first, second, _third = full
    cancel(first, at("2026-11-24 21:30"))
    second.refresh_from_db()
    assert second.held_until == at("2026-11-25 08:45"), (
        "from eight on, and never past the last quarter of an hour"
    )


def test_too_late_to_offer_and_the_line_is_told_at_the_beginning(full: tuple[Any, ...]) -> None:
    _one, first, second, third = full
    cancel(first, NINE - HOUR / 3)
    assert state(second) == "waiting", "nobody can be there in five minutes"
    with pytest.raises(Refused, match="已经开始"):
        cancel(second, NINE)
    settle_bookings(now=NINE)
    assert [state(b) for b in (second, third)] == ["released", "released"]
    assert told(second)[-1] == told(third)[-1] == "unreached"


def test_more_places_are_filled_by_the_sweep(cast: Cast, full: tuple[Any, ...]) -> None:
    one, _first, second, third = full
    slot = Slot(cast.leader.pk, one.starts_at, one.ends_at, room_id=one.room_id, capacity=3)
    facts: dict[str, Any] = {"reception_id": one.pk, "slot": slot, "reason": "增加名额", "now": NOW}
    changed = change_reception(actor=cast.act(cast.manager), **facts)
    assert changed.changed_at is None, "the public reads nothing of it"
    settle_bookings(now=NOW)
    assert [state(b) for b in (second, third)] == ["booked", "booked"]
    assert told(second) == ["code", "in_line", "moved_up"]


def test_the_clerk_cancels_with_a_reason_that_the_visitor_reads(cast: Cast, full: tuple[Any, ...]) -> None:
    _one, first, *_rest = full
    clerk = cast.act(cast.clerk)
    with pytest.raises(Refused) as refused:
        cancel(first, actor=clerk)
    assert refused.value.field == "reason"
    with pytest.raises(Refused) as refused:
        cancel(first, actor=cast.act(cast.guide), reason="重复")
    assert refused.value.kind == "role"
    cancel(first, actor=clerk, reason="本人来电取消")
    assert "本人来电取消" in words(Message.objects.get(kind="booking_cancelled"))[1]
    entry = JournalEntry.objects.get(stream=stream_of(first), verb="cancel_booking")
    assert (entry.reason, entry.before, entry.after) == (
        "本人来电取消",
        {"status": "booked"},
        {"status": "cancelled"},
    )


def test_the_clerk_moves_somebody_to_the_head_of_the_line(cast: Cast, full: tuple[Any, ...]) -> None:
    _one, first, second, third = full
    clerk = cast.act(cast.clerk)
    with pytest.raises(Refused) as refused:
        advance_booking(actor=clerk, booking_id=third.pk, reason=" ", now=NOW)
    assert refused.value.field == "reason"
    with pytest.raises(Refused) as refused:
        advance_booking(actor=PUBLIC, booking_id=third.pk, reason="急", now=NOW)
    assert refused.value.kind == "role"
    advance_booking(actor=clerk, booking_id=third.pk, reason="病重，不宜再等", now=NOW)
    cancel(first)
    assert (state(third), state(second)) == ("booked", "waiting")


def test_a_number_is_shown_once_for_a_reason(cast: Cast, full: tuple[Any, ...], client: Client) -> None:
    _one, first, *_rest = full
    for who, kind in (("guide", "role"), ("leader", "unseen"), ("liaison", "unseen")):
        with pytest.raises(Refused) as refused:
            reveal_booking(actor=cast.act(cast.people[who]), booking_id=first.pk, reason="核对", now=NOW)
        assert refused.value.kind == kind
    with pytest.raises(Refused) as refused:
        reveal_booking(actor=cast.act(cast.clerk), booking_id=first.pk, reason="", now=NOW)
    assert refused.value.field == "reason"
    client.force_login(cast.clerk)
    page = client.get(f"/receptions/{first.reception_id}/bookings/")
    assert page.status_code == 200
    assert "139********" in page.text
    assert phone(1) not in page.text
    shown = client.post(f"/bookings/{first.pk}/reveal/", {"reason": "通知改期"})
    assert phone(1) in shown.text
    assert JournalEntry.objects.get(verb="reveal_booking").reason == "通知改期"


def test_the_list_costs_the_same_for_many(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    one = reception(cast, NINE, capacity=30)
    for n in range(12):
        by_clerk(cast, one, n)
    client.force_login(cast.clerk)
    with django_assert_max_num_queries(16):
        assert client.get(f"/receptions/{one.pk}/bookings/").status_code == 200


def test_cancelling_asks_once(cast: Cast, client: Client) -> None:
    now = dt.datetime.now(dt.UTC)
    one = reception(cast, now + dt.timedelta(days=5), hours=0.01, now=now)
    booking = booked(one, 1, now)
    address = f"/bookings/{booking.token}/cancel/"
    page = client.post(address)
    assert "取消这个预约吗" in page.text
    assert state(booking) == "booked"
    assert client.post(address, {"confirmed": "1"}, follow=True).status_code == 200
    assert state(booking) == "cancelled"


# -- two at once -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_cancelling_and_booking_at_once_fill_the_place_exactly_once(cast: Cast) -> None:
    """Four give back while four prove: the line comes first, no place is lost, none is given twice."""
    one = reception(cast, NINE, capacity=4)
    seated = [booked(one, n) for n in range(4)]
    line = [booked(one, n) for n in range(4, 8)]
    new = [(b, code_of(b)) for b in (asked(one, n) for n in range(8, 12))]
    start, faults = threading.Barrier(8), []

    def run(job: Any) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            job()
        except Exception as fault:  # noqa: BLE001 - a fault in a thread is a fault of the test
            faults.append(fault)
        finally:
            connection.close()

    jobs = [lambda b=b: cancel(b) for b in seated]
    jobs += [lambda b=b, c=c: confirm_booking(actor=PUBLIC, token=b.token, code=c, now=NOW) for b, c in new]
    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert [state(b) for b in line] == ["booked"] * 4
    assert [state(b) for b, _code in new] == ["waiting"] * 4
    assert Booking.objects.filter(status="booked").count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_accept_and_lapse_at_once(cast: Cast) -> None:
    """The visitor accepts in the second in which the place is let go: one of the two happens, never both."""
    one = reception(cast, NINE, capacity=1)
    first, second = booked(one, 1), booked(one, 2)
    cancel(first, EVE)
    start, results = threading.Barrier(2), []

    def accept() -> None:
        try:
            start.wait(timeout=20)
            accept_place(actor=PUBLIC, booking_id=second.pk, now=EVE + 2 * HOUR - dt.timedelta(seconds=1))
            results.append("accepted")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    def lapse() -> None:
        try:
            start.wait(timeout=20)
            settle_bookings(now=EVE + 2 * HOUR)
        finally:
            connection.close()

    threads = [threading.Thread(target=job) for job in (accept, lapse)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert results in (["accepted"], ["state"])
    assert state(second) == ("booked" if results == ["accepted"] else "released")
