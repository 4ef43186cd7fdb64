"""The demonstration's numbers are enough for advice whatever was there, and a second run adds nothing."""

from __future__ import annotations

import datetime as dt

from accountability.management.demo_stationing import DAYS, ENOUGH, stationing
from accountability.models import StationingAdvice
from intake.models import Ticket
from tests.accountability.stationing_steps import SINCE, plant, rare_days, workdays
from tests.cast import NOW, Cast, queues


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


def test_a_few_numbers_on_most_days_do_not_leave_it_without_advice(cast: Cast) -> None:
    """The rest of the demonstration has one number on nine days in ten: the days between are not enough."""
    line = queues(cast)
    days = list(workdays(SINCE, dt.date(2026, 11, 12)))
    plant(cast, rare_days(line["A"], cast.windows[0], days, every=1))
    assert stationing(cast.hall, cast.act(cast.manager), NOW) == 1
    assert StationingAdvice.objects.get().result["enough"]
