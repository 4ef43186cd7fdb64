"""What advice on stationing adds to the world: one that was worked out, on a history of twenty days."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accountability import actions
from accountability.queries.stationing import advise, month_before, rules_for
from accountability.queries.stationing_history import OWN, Past
from accountability.queries.stationing_model import Job, Target
from hall.access import SYSTEM
from tests.cast import Cast


def stationing(cast: Cast, now: dt.datetime) -> int:
    """The id of an advice that the manager asked for and a worker answered."""
    advice = actions.request_stationing_advice(
        actor=cast.act(cast.manager, now), hall_id=cast.hall.pk, weeks=8, target_minutes=10, ninety_minutes=30,
        now=now,
    )  # fmt: skip
    month, labour = month_before(timezone.localdate(now)), cast.units["labour"].pk
    first = min(month[0], advice.first_on)
    days = [month[0] + dt.timedelta(days=n) for n in range(31)]
    past = Past(first, advice.last_on, presence={unit.pk: "resident" for unit in cast.units.values()})
    past.spans = {day: [(510.0, 720.0), (840.0, 1050.0)] for day in range(5)}
    past.days = {day.toordinal(): day.weekday() for day in days if day.weekday() < 5 and day <= month[1]}
    past.units = [OWN, *sorted(unit.pk for unit in cast.units.values())]
    for day, weekday in past.days.items():
        for unit in (OWN, labour):
            past.jobs[unit] += [Job(unit, day, weekday, 515.0 + 25 * n, 4.0 + n, 12.0) for n in range(8)]
            past.windows |= {(unit, day, hour): 1 for hour in (8, 9, 10, 11)}
        past.visits.setdefault(labour, {})[day] = 8
    result = advise(
        past, first=first, last=max(advice.last_on, month[1]), month=month, target=Target(10, 30, 5),
        rules=rules_for(cast.hall.code), seed=1,
    )  # fmt: skip
    assert result["enough"]
    actions.answer_stationing_advice(actor=SYSTEM, advice_id=advice.pk, result=result, now=now)
    return advice.pk
