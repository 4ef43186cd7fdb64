"""The demonstration's numbers are enough for advice whatever was there, and a second run adds nothing."""

from __future__ import annotations

import datetime as dt

from accountability.management.demo_stationing import DAYS, ENOUGH, stationing
from accountability.models import StationingAdvice
from intake.actions import leave_hall
from intake.models import Ticket
from tests.accountability.stationing_steps import SINCE, moment, workdays
from tests.cast import NOW, Cast, queues, take


def test_the_demonstration_has_advice(cast: Cast) -> None:
    queues(cast)
    manager = cast.act(cast.manager)
    assert stationing(cast.hall, manager, NOW) == 1
    advice = StationingAdvice.objects.get()
    assert advice.result["enough"] and advice.result["used_days"] >= DAYS
    assert advice.result["tickets"] >= ENOUGH
    assert any(row["windows"] for row in advice.result["units"])
    tickets = Ticket.objects.count()
    assert stationing(cast.hall, manager, NOW) == 0
    assert Ticket.objects.count() == tickets


def test_a_number_on_every_day_does_not_leave_it_without_advice(cast: Cast) -> None:
    """The rest of the demonstration has a number or two on each working day: too few for advice, and no day is free."""
    line = queues(cast)
    for day in workdays(SINCE, dt.date(2026, 11, 12)):
        came = moment(day, 600)
        ticket = take(cast, line["A"], came)
        leave_hall(actor=cast.act(cast.guide, came), ticket_id=ticket.pk, now=came)
    assert stationing(cast.hall, cast.act(cast.manager), NOW) == 1
    assert StationingAdvice.objects.get().result["enough"]
