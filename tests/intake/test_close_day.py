"""The night closes what the day left open, and takes no night for work."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from hall.access import SYSTEM, Refused
from intake.actions import call_next, close_day, finish_ticket, miss_ticket, park_ticket, serve_ticket
from intake.models import Ticket
from intake.queries.queue import handling_minutes
from intake.queries.stays import day_by_queue
from intake.tasks import close_days
from tests.cast import NOW, Cast, at, queues, take

MINUTE = dt.timedelta(minutes=1)
NIGHT = at("2026-11-19 00:30")


def test_every_open_number_is_closed_once(cast: Cast) -> None:
    line = queues(cast)
    clerk, window = cast.act(cast.clerk), cast.windows[0].pk
    tickets = [take(cast, line["A"]) for _ in range(5)]
    for verb in (miss_ticket, park_ticket, serve_ticket):
        ticket = call_next(actor=clerk, window_id=window, now=NOW)
        verb(actor=clerk, ticket_id=ticket.pk, now=NOW + MINUTE)
    call_next(actor=cast.act(cast.clerk2), window_id=cast.windows[1].pk, now=NOW)
    assert close_day(hall_id=cast.hall.pk, now=NOW + MINUTE) == 0, "today is still open"
    assert close_day(hall_id=cast.hall.pk, now=NIGHT) == 5
    assert close_day(hall_id=cast.hall.pk, now=NIGHT) == 0
    states = [Ticket.objects.get(pk=ticket.pk).status for ticket in tickets]
    assert states == ["left", "left", "done", "left", "left"]
    assert not Ticket.objects.filter(visit__left_at=None).exists()


def test_the_night_is_not_taken_for_work(cast: Cast) -> None:
    line = queues(cast)
    clerk, window = cast.act(cast.clerk), cast.windows[0].pk
    for n in range(6):
        take(cast, line["A"], NOW + n * MINUTE)
    for n in range(5):
        ticket = call_next(actor=clerk, window_id=window, now=NOW + 10 * (n + 1) * MINUTE)
        serve_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + 10 * (n + 1) * MINUTE)
        finish_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + (10 * (n + 1) + 6) * MINUTE)
    forgotten = call_next(actor=clerk, window_id=window, now=NOW + 70 * MINUTE)
    serve_ticket(actor=clerk, ticket_id=forgotten.pk, now=NOW + 70 * MINUTE)
    close_day(hall_id=cast.hall.pk, now=NIGHT)
    (day, _whole) = day_by_queue(cast.hall.pk, NOW.date(), now=NIGHT)
    assert (day.served, day.serve_mean, day.ended) == (5, 360.0, 6)
    assert handling_minutes([line["A"].pk], today=NIGHT.date()) == {line["A"].pk: 6.0}


def test_the_worker_closes_every_hall(cast: Cast) -> None:
    ticket = take(cast, queues(cast)["A"], timezone.now() - dt.timedelta(days=2))
    assert close_days() == 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.staff) == ("left", None)


def test_the_manager_may_do_it_by_hand_and_nobody_else(cast: Cast) -> None:
    with pytest.raises(Refused, match="大厅负责人"):
        close_day(actor=cast.act(cast.clerk), hall_id=cast.hall.pk, now=NIGHT)
    assert close_day(actor=cast.act(cast.manager), hall_id=cast.hall.pk, now=NIGHT) == 0
    assert close_day(actor=SYSTEM, hall_id=cast.hall.pk, now=NIGHT) == 0
