"""Nobody is left without a message: reminders, changes, a substitute, a cancelled reception; each exactly once."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from cases.actions import link_docket_case, record_reception
from cases.models import DocketItem
from hall.access import PUBLIC
from hall.models import Message
from hall.outbox import words
from intake.actions import (
    cancel_booking,
    check_in_booking,
    forget_bookings,
    remind_bookings,
    settle_bookings,
)
from intake.models import Booking
from staffing.actions import cancel_reception, change_reception
from staffing.models import LeaderReception
from staffing.rules import Slot
from tests.cast import NOW, Cast, queues, reception
from tests.intake.booking import DAY, NINE, booked, by_clerk, phone, state, told
from tests.life_docket import HEARD
from tests.matters import accepted

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


def change(cast: Cast, one: LeaderReception, now: dt.datetime = NOW, **facts: Any) -> LeaderReception:
    slot: dict[str, Any] = {
        "leader_id": one.leader_id, "starts_at": one.starts_at, "ends_at": one.ends_at, "room_id": one.room_id,
        "capacity": one.capacity,
    }  # fmt: skip
    return change_reception(
        actor=cast.act(cast.manager, now),
        reception_id=one.pk,
        slot=Slot(**(slot | facts)),
        reason="外出开会",
        now=now,
    )


def reminders(booking: Booking) -> list[str]:
    rows = Message.objects.filter(kind="booking_reminder", once__startswith=f"booking_reminder/{booking.pk}/")
    return [row.context["which"] for row in rows.order_by("pk")]


def test_the_day_before_and_two_hours_before_each_once(cast: Cast) -> None:
    one = reception(cast, NINE, capacity=1)
    booking, waiting = booked(one, 1), booked(one, 2)
    assert remind_bookings(now=NINE - DAY - MINUTE) == 0
    assert remind_bookings(now=NINE - DAY) == 1
    assert remind_bookings(now=NINE - DAY + 5 * MINUTE) == 0
    assert remind_bookings(now=NINE - 2 * HOUR) == 1
    assert remind_bookings(now=NINE - HOUR) == 0
    assert (reminders(booking), reminders(waiting)) == (["day", "hours"], [])
    message = Message.objects.filter(kind="booking_reminder").first()
    assert message is not None
    assert (message.address, message.channel, message.state) == (phone(1), "sms", "pending")
    subject, text = words(message)
    assert "2026年11月25日 周三 09:00" in text
    assert booking.code_spaced in text
    assert str(booking.token) in text
    assert subject.startswith("【云溪县联合接访大厅】")
    with translation.override("en"):
        assert "Zhao Mingde" in words(message)[1]


def test_an_outage_only_delays_and_the_late_need_none(cast: Cast) -> None:
    early, late = reception(cast, NINE), reception(cast, NINE + 3 * HOUR)
    first = booked(early, 1)
    second = by_clerk(cast, late, 2, NINE - 3 * HOUR)
    remind_bookings(now=NINE - HOUR)
    assert reminders(first) == ["hours"], "the day before has passed unheard, one is enough"
    remind_bookings(now=NINE + HOUR)
    assert reminders(second) == ["hours"], "booked three hours before nine: the day before was over"


def test_a_moved_reception_is_reminded_of_again(cast: Cast) -> None:
    one = reception(cast, NINE)
    booking = booked(one)
    remind_bookings(now=NINE - DAY)
    change(cast, one, NINE - 20 * HOUR, starts_at=NINE + 2 * DAY, ends_at=NINE + 2 * DAY + HOUR)
    settle_bookings(now=NINE - 20 * HOUR)
    remind_bookings(now=NINE + DAY)
    assert reminders(booking) == ["day", "day"]


def test_everybody_hears_of_a_change_exactly_once(cast: Cast) -> None:
    one = reception(cast, NINE, capacity=2)
    people = [booked(one, 1), by_clerk(cast, one, 2, phone=""), booked(one, 3)]
    assert [b.status for b in people] == ["booked", "booked", "waiting"]
    settle_bookings(now=NOW)
    assert not Message.objects.filter(kind="booking_changed").exists()
    change(cast, one, leader_id=cast.leader2.pk, starts_at=NINE + HOUR, ends_at=NINE + 3 * HOUR)
    for _n in range(3):
        settle_bookings(now=NOW + MINUTE)
    rows = Message.objects.filter(kind="booking_changed").order_by("pk")
    assert [(row.channel, row.user_id) for row in rows] == [
        ("sms", None),
        ("app", cast.clerk.pk),
        ("sms", None),
    ]
    text = words(rows[0])[1]
    for word in ("孙丽华", "10:00", "外出开会"):
        assert word in text
    change(cast, one, NOW + HOUR, starts_at=NINE + 2 * HOUR, ends_at=NINE + 3 * HOUR)
    settle_bookings(now=NOW + HOUR)
    assert Message.objects.filter(kind="booking_changed").count() == 6


def test_who_books_after_the_change_is_not_told_of_it(cast: Cast) -> None:
    one = reception(cast, NINE)
    change(cast, one, starts_at=NINE + HOUR)
    booking = booked(one)
    settle_bookings(now=NOW)
    assert told(booking) == ["code", "confirmed"]


def test_who_was_told_of_the_old_hour_hears_of_the_new_even_when_clocks_differ(cast: Cast) -> None:
    """The change's moment lies before the booking's, though the booking read the old hour: compared is what was told,
    not when.
    """
    one = reception(cast, NINE)
    booking = booked(one, 1, NOW + HOUR)
    change(cast, one, NOW, starts_at=NINE + HOUR)
    settle_bookings(now=NOW + HOUR)
    assert told(booking)[-1] == "changed"


def test_a_cancelled_reception_lets_everybody_go_with_another_offered(cast: Cast) -> None:
    one, next_one = reception(cast, NINE, capacity=1), reception(cast, NINE + DAY)
    people = [booked(one, 1), booked(one, 2), by_clerk(cast, one, 3, phone="")]
    gone = booked(one, 4)
    cancel_booking(actor=PUBLIC, booking_id=gone.pk, now=NOW)
    cancel_reception(actor=cast.act(cast.manager), reception_id=one.pk, reason="防汛抢险", now=NOW)
    for _n in range(2):
        settle_bookings(now=NOW)
    assert [state(b) for b in people] == ["released"] * 3
    assert all(told(b)[-1] == "called_off" for b in people)
    assert told(gone)[-1] == "cancelled"
    text = words(Message.objects.filter(kind="booking_called_off", channel="sms")[0])[1]
    assert "防汛抢险" in text
    assert f"/halls/yunxi/receptions/{next_one.pk}/book/" in text
    assert Message.objects.get(kind="booking_called_off", channel="app").user == cast.clerk
    assert not DocketItem.objects.filter(removed_at=None).exists()


def test_cancelled_on_the_day_with_no_other_ahead(cast: Cast) -> None:
    one = reception(cast, NINE)
    booking = booked(one)
    cancel_reception(actor=cast.act(cast.manager), reception_id=one.pk, reason="因公", now=NINE - MINUTE)
    settle_bookings(now=NINE)
    text = words(Message.objects.get(kind="booking_called_off"))[1]
    assert "下一场" not in text
    assert (state(booking), cast.hall.phone in text) == ("released", True)


def test_the_sweep_does_nothing_when_nothing_is_due(cast: Cast, django_assert_num_queries: Any) -> None:
    booked(reception(cast, NINE))
    with django_assert_num_queries(3):
        assert settle_bookings(now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once(cast: Cast) -> None:
    one = reception(cast, NINE, capacity=3)
    people = [booked(one, n) for n in range(5)]
    change(cast, one, starts_at=NINE + HOUR)
    start, faults = threading.Barrier(4), []

    def work(job: Any) -> None:
        try:
            start.wait(timeout=20)
            job()
        except Exception as fault:  # noqa: BLE001 - a fault in a thread is a fault of the test
            faults.append(fault)
        finally:
            connection.close()

    jobs = [lambda: settle_bookings(now=NOW), lambda: remind_bookings(now=NINE - HOUR / 2)] * 2
    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    settle_bookings(now=NOW)
    assert faults == []
    assert Message.objects.filter(kind="booking_changed").count() == 5
    assert Message.objects.filter(kind="booking_reminder").count() == 3
    assert len(people) == 5


def test_who_has_checked_in_hears_that_the_leader_does_not_come(cast: Cast) -> None:
    """They keep their number and are served at a window; told once, of a change as well."""
    one = reception(cast, NINE, leader=cast.leader)
    booking, queue = booked(one), queues(cast)["A"]
    check_in_booking(
        actor=cast.act(cast.guide, NINE), hall_id=cast.hall.pk, queue_id=queue.pk, code=booking.code,
        form_token=uuid.uuid4(), now=NINE - 20 * MINUTE,
    )  # fmt: skip
    change(cast, one, NINE - 15 * MINUTE, starts_at=NINE + HOUR)
    settle_bookings(now=NINE - 15 * MINUTE)
    assert told(booking)[-1] == "changed"
    cancel_reception(
        actor=cast.act(cast.manager, NINE), reception_id=one.pk, reason="防汛抢险", now=NINE - MINUTE
    )
    for _n in range(2):
        settle_bookings(now=NINE)
    assert (state(booking), told(booking).count("called_off")) == ("checked_in", 1)


def test_a_visitor_without_a_telephone_is_reminded_through_the_clerk(cast: Cast) -> None:
    one = reception(cast, NINE)
    booking = by_clerk(cast, one, 3, phone="")
    assert [remind_bookings(now=NINE - DAY + n * MINUTE) for n in (0, 5)] == [1, 0]
    assert remind_bookings(now=NINE - HOUR) == 1
    assert reminders(booking) == ["day", "hours"]
    assert Message.objects.filter(kind="booking_reminder", channel="app", user=cast.clerk).count() == 2


def test_a_matter_that_was_heard_stays_on_the_docket_when_the_rest_is_called_off(cast: Cast) -> None:
    """The sweep goes on over it; the record keeps its line in the ledger."""
    one = reception(cast, NINE)
    heard_one, other = booked(one, 1), booked(one, 2)
    case = accepted(cast, NINE)
    clerk = cast.act(cast.clerk, NINE)
    link_docket_case(actor=clerk, item_id=heard_one.docket_item_id, case_id=case.pk, now=NINE)
    record_reception(actor=clerk, item_id=heard_one.docket_item_id, heard=HEARD, now=NINE + MINUTE)
    cancel_reception(
        actor=cast.act(cast.manager, NINE), reception_id=one.pk, reason="防汛抢险", now=NINE + 2 * MINUTE
    )
    settle_bookings(now=NINE + 3 * MINUTE)
    assert [state(b) for b in (heard_one, other)] == ["released", "released"]
    assert DocketItem.objects.get(removed_at=None).pk == heard_one.docket_item_id


def test_name_and_telephone_are_forgotten_when_nobody_needs_them(cast: Cast) -> None:
    one = reception(cast, NINE)
    booking = booked(one)
    settle_bookings(now=NINE + DAY)
    assert forget_bookings(now=NINE + 89 * DAY) == 0
    booking.refresh_from_db()
    assert (booking.status, bool(booking.name)) == ("no_show", True)
    assert [forget_bookings(now=NINE + 91 * DAY) for _n in range(2)] == [1, 0]
    booking.refresh_from_db()
    assert (booking.name, booking.phone, booking.phone_index) == ("", "", None)
