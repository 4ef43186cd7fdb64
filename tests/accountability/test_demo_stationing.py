"""The demonstration's numbers are enough for advice, and a second run adds nothing."""

from __future__ import annotations

from accountability.management.demo_stationing import DAYS, stationing
from accountability.models import StationingAdvice
from intake.models import Ticket
from tests.cast import NOW, Cast, queues


def test_the_demonstration_has_advice(cast: Cast) -> None:
    queues(cast)
    manager = cast.act(cast.manager)
    assert stationing(cast.hall, manager, NOW) == 1
    advice = StationingAdvice.objects.get()
    assert advice.result["enough"] and advice.result["used_days"] == DAYS
    assert any(row["windows"] for row in advice.result["units"])
    tickets = Ticket.objects.count()
    assert stationing(cast.hall, manager, NOW) == 0
    assert Ticket.objects.count() == tickets
