"""The day's figures against a day made by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from intake.actions import (
    call_next,
    call_ticket,
    finish_ticket,
    leave_hall,
    miss_ticket,
    park_ticket,
    recall_ticket,
    reinstate_ticket,
    serve_ticket,
    transfer_ticket,
)
from intake.models import Ticket
from intake.queries.stays import arrivals_by_hour, day_by_queue, day_by_window
from tests.cast import NOW, Cast, queues, take

MINUTE = dt.timedelta(minutes=1)


def minute(n: float) -> dt.datetime:
    return NOW + n * MINUTE


def test_a_day_made_by_hand(cast: Cast) -> None:
    """
    A001  waits 0–10, called 10, served 12–20                                             wait 10  serve  8
    A002  waits 0–20, called 20, recalled 21, missed 22, back 30, waits –40, served 41–51  wait 30  serve 10
    A003  waits 0–25, gone                                                                 wait 25  gave up
    A004  waits 5–60, served 60–63, to queue D, waits –70, served 70–90                    wait 55  serve  3 (D: 7, 20)
    A005  waits 6–61, served 61–62, parked –70, served 71–75                               wait 55  serve  5
    A006  waits since 80, the clock stands at 100                                          wait 20  waiting
    """
    line = queues(cast)
    clerk, clerk2, guide, liaison = (
        cast.act(p) for p in (cast.clerk, cast.clerk2, cast.guide, cast.liaison2)
    )
    one, two, four = cast.windows[0].pk, cast.windows[1].pk, cast.windows[3].pk
    a1, a2, a3 = (take(cast, line["A"], minute(0), head_count=n) for n in (1, 1, 6))
    a4, a5 = take(cast, line["A"], minute(5)), take(cast, line["A"], minute(6))
    call_next(actor=clerk, window_id=one, now=minute(10))
    serve_ticket(actor=clerk, ticket_id=a1.pk, now=minute(12))
    finish_ticket(actor=clerk, ticket_id=a1.pk, now=minute(20))
    call_next(actor=clerk, window_id=one, now=minute(20))
    recall_ticket(actor=clerk, ticket_id=a2.pk, now=minute(21))
    miss_ticket(actor=clerk, ticket_id=a2.pk, now=minute(22))
    leave_hall(actor=guide, ticket_id=a3.pk, now=minute(25))
    reinstate_ticket(actor=guide, ticket_id=a2.pk, now=minute(30))
    call_ticket(actor=clerk, ticket_id=a2.pk, window_id=one, confirmed=True, now=minute(40))
    serve_ticket(actor=clerk, ticket_id=a2.pk, now=minute(41))
    finish_ticket(actor=clerk, ticket_id=a2.pk, now=minute(51))
    call_next(actor=clerk, window_id=one, now=minute(60))
    serve_ticket(actor=clerk, ticket_id=a4.pk, now=minute(60))
    call_next(actor=clerk2, window_id=two, now=minute(61))
    serve_ticket(actor=clerk2, ticket_id=a5.pk, now=minute(61))
    park_ticket(actor=clerk2, ticket_id=a5.pk, now=minute(62))
    transfer_ticket(actor=clerk, ticket_id=a4.pk, queue_id=line["D"].pk, now=minute(63))
    call_next(actor=liaison, window_id=four, now=minute(70))
    serve_ticket(actor=liaison, ticket_id=a4.pk, now=minute(70))
    call_ticket(actor=clerk2, ticket_id=a5.pk, window_id=two, now=minute(70))
    serve_ticket(actor=clerk2, ticket_id=a5.pk, now=minute(71))
    finish_ticket(actor=clerk2, ticket_id=a5.pk, now=minute(75))
    take(cast, line["A"], minute(80))
    finish_ticket(actor=liaison, ticket_id=a4.pk, now=minute(90))

    registration, housing, whole = day_by_queue(cast.hall.pk, NOW.date(), now=minute(100))

    assert registration.queue_id == line["A"].pk
    assert (registration.taken, registration.people, registration.waiting) == (6, 11, 1)
    assert registration.called == 4
    assert registration.wait_median == (30 + 55) / 2 * 60, "10, 30, 55, 55: only those a call ended"
    assert registration.wait_longest == 55 * 60
    assert registration.served == 4
    assert registration.serve_mean == pytest.approx((8 + 10 + 3 + 5) / 4 * 60)
    assert registration.serve_median == (5 + 8) / 2 * 60
    assert (registration.left, registration.ended, registration.abandon_rate) == (1, 5, 0.2)

    assert housing.queue_id == line["D"].pk
    assert (housing.taken, housing.wait_median, housing.serve_mean) == (1, 7 * 60, 20 * 60)
    assert (housing.left, housing.abandon_rate) == (0, 0.0)

    assert whole.queue_id is None
    assert (whole.taken, whole.people, whole.ended) == (6, 11, 5), (
        "a transferred visitor is one visitor of the hall"
    )
    assert whole.wait_longest == 62 * 60, "55 for registration and 7 for housing were one person's wait"

    assert [(w.window_id, w.served, w.seconds / 60) for w in day_by_window(cast.hall.pk, NOW.date())] == [
        (one, 3, 21.0), (two, 1, 5.0), (four, 1, 20.0),
    ]  # fmt: skip
    assert arrivals_by_hour(cast.hall.pk, NOW.date(), tz="Asia/Shanghai") == {9: 5, 10: 1}


def test_a_longest_wait_that_still_goes_on_counts(cast: Cast) -> None:
    line = queues(cast)
    take(cast, line["A"], minute(0))
    (row, _whole) = day_by_queue(cast.hall.pk, NOW.date(), now=minute(90))
    assert (row.wait_longest, row.wait_median, row.abandon_rate) == (90 * 60, None, None)


def test_an_empty_day_has_no_rows(cast: Cast) -> None:
    queues(cast)
    assert day_by_queue(cast.hall.pk, NOW.date(), now=NOW) == []
    assert day_by_window(cast.hall.pk, NOW.date()) == []
    assert not Ticket.objects.exists()
