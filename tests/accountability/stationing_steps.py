"""A history of the line by the thousand: rows as the actions write them, put in at once."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pgtrigger

from intake.models import Queue, Segment, Ticket, Visit
from staffing.models import Window
from tests.cast import TZ, Cast

OCTOBER = (dt.date(2026, 10, 1), dt.date(2026, 10, 31))
SINCE = dt.date(2026, 9, 21)
"""A Monday, eight weeks and two days before the cast's `NOW`."""


@dataclass(frozen=True)
class Come:
    """Somebody came at `came`, was called after `wait` minutes and took `service`; without it they went by then."""

    queue: Queue
    window: Window
    came: dt.datetime
    wait: float
    service: float | None


def workdays(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Monday to Friday without the holidays of the autumn."""
    day = first
    while day <= last:
        holiday = dt.date(2026, 10, 1) <= day <= dt.date(2026, 10, 7) or day == dt.date(2026, 9, 25)
        if day.weekday() < 5 and not holiday:
            yield day
        day += dt.timedelta(days=1)


def moment(day: dt.date, minute: float) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, TZ) + dt.timedelta(minutes=minute)


def plant(cast: Cast, comes: list[Come]) -> None:
    """Each with its visit, its number and its segments."""
    visits = Visit.objects.bulk_create(Visit(hall=cast.hall, arrived_at=one.came) for one in comes)
    serials: dict[tuple[object, dt.date], int] = {}
    tickets, phases = [], []
    for one, visit in zip(comes, visits, strict=True):
        day = one.came.astimezone(TZ).date()
        key = (one.queue.pk, day)
        serials[key] = serials.get(key, 0) + 1
        called = one.came + dt.timedelta(minutes=one.wait)
        steps = [("waiting", one.came)]
        if one.service is None:
            steps.append(("left", called))
        else:
            end = called + dt.timedelta(minutes=one.service)
            steps += [("called", called), ("serving", called), ("done", end)]
        phases.append(steps)
        tickets.append(
            Ticket(
                visit=visit, hall=cast.hall, queue=one.queue, day=day, serial=serials[key],
                number=f"{one.queue.letter}{serials[key]:03d}", status=steps[-1][0], queued_at=one.came,
                line_at=one.came, called_at=None if one.service is None else called, seq=len(steps),
                since=steps[-1][1], staff=cast.clerk,
            )
        )  # fmt: skip
    Ticket.objects.bulk_create(tickets)
    with pgtrigger.ignore("intake.Segment:follows_its_ticket"):
        Segment.objects.bulk_create(
            Segment(
                ticket=ticket, seq=seq, phase=phase, started_at=at, queue=one.queue, staff=cast.clerk,
                window=one.window if phase in ("called", "serving") else None,
            )
            for one, ticket, steps in zip(comes, tickets, phases, strict=True)
            for seq, (phase, at) in enumerate(steps, 1)
        )  # fmt: skip


def busy_days(
    queue: Queue,
    windows: list[Window],
    days: list[dt.date],
    *,
    every: float = 15,
    service: float = 12,
    seed: int = 1,
    leave_after: float | None = None,
) -> list[Come]:
    """Comers at random, each taken by the window that is free first, first come, first served."""  # fmt: skip
    dice, found = random.Random(seed), []
    for day in days:
        for opens, closes in ((510, 720), (840, 1050)):
            free = {window.pk: float(opens) for window in windows}
            by_id = {window.pk: window for window in windows}
            at = float(opens)
            while (at := at + dice.expovariate(1 / every)) < closes:
                window = min(free, key=lambda pk: free[pk])
                start = max(at, free[window])
                if leave_after is not None and start - at > leave_after:
                    found.append(Come(queue, by_id[window], moment(day, at), leave_after, None))
                    continue
                took = dice.expovariate(1 / service)
                free[window] = start + took
                found.append(Come(queue, by_id[window], moment(day, at), start - at, took))
    return found


def rare_days(queue: Queue, window: Window, days: list[dt.date], every: int = 10) -> list[Come]:
    """One comer every so many days."""
    return [Come(queue, window, moment(day, 600), 0, 20) for day in days[::every]]
