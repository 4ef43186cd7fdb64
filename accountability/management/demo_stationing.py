"""Numbers of the past weeks for the demonstration hall, and advice on stationing that was worked out from them."""

from __future__ import annotations

import datetime as dt
import math
import random
import uuid

from django.db.models import Max
from django.utils import timezone

from accountability import actions, queries
from accountability.models import StationingAdvice
from hall.access import SYSTEM, Actor
from intake.actions import call_next, finish_ticket, leave_hall, serve_ticket, take_number
from intake.models import Queue, Segment, Ticket
from staffing.models import Hall
from staffing.queries import working_days

DEMO = uuid.UUID("5e0c7f1e-0000-4000-8000-000000530957")
DAYS, A_DAY = 20, 6
"""Fewest working days, and numbers a day of the first queue; every further one has half as many as the one before."""
WEEKS, ENOUGH = 8, 130
"""Weeks that the advice is asked for, and how many numbers they shall have at least."""


def stationing(hall: Hall, manager: Actor, now: dt.datetime) -> int:
    """The numbers of each queue, taken, called and finished by the real actions, then the advice; 0 when it is there.

    `manager` is the hall's manager, who may give out numbers, call and ask for advice.
    """
    if StationingAdvice.objects.filter(hall=hall).exists():
        return 0
    queues = (
        hall.queues.filter(is_active=True, windows__is_active=True).distinct().order_by("order", "letter")
    )
    usual = [max(A_DAY >> place, 1) for place in range(len(queues))]
    days, times = _days_to_fill(hall, sum(usual), timezone.localdate(now))
    for day in days:
        for queue, count in zip(queues, usual, strict=True):
            _day_of(queue, day, count * times, manager)
    return _advice(hall, manager, now)


def _days_to_fill(hall: Hall, a_day: int, today: dt.date) -> tuple[list[dt.date], int]:
    """The last working days, those without numbers first, so many that the period has enough; with few such days, the
    factor by which they are busier."""
    first, last = today - dt.timedelta(days=7 * WEEKS), today - dt.timedelta(days=1)
    there = Ticket.objects.filter(hall=hall, day__range=(first, last))
    used = set(there.values_list("day", flat=True))
    free = sorted(working_days(hall, first, last), key=lambda day: (day not in used, day))
    missing = max((ENOUGH - there.count()) / max(a_day, 1), 0)
    chosen = free[len(free) - min(max(DAYS - len(used), math.ceil(missing)), len(free)) :]
    return chosen, max(1, min(3, math.ceil(missing / max(len(chosen), 1))))


def _day_of(queue: Queue, day: dt.date, count: int, manager: Actor) -> None:
    """One window after the other; one in ten gives up when it has not been called after half an hour."""
    window = (
        queue.windows.filter(is_active=True)
        .exclude(tickets__status__in=("called", "serving"))
        .order_by("number")
        .first()
    )
    if window is None:
        return
    dice = random.Random(f"{queue.letter}{day}")  # noqa: S311 - invented numbers
    free = came = _when_the_line_is_empty(queue, day)
    for n in range(count):
        came += dt.timedelta(minutes=dice.expovariate(1 / 18))
        ticket = take_number(
            actor=manager,
            queue_id=queue.pk,
            form_token=uuid.uuid5(DEMO, f"{queue.letter} {day} {n}"),
            now=came,
        )
        called = max(came + dt.timedelta(minutes=1), free)
        if called - came > dt.timedelta(minutes=30) and dice.random() < 0.1:
            leave_hall(actor=manager, ticket_id=ticket.pk, now=came + dt.timedelta(minutes=30))
            continue
        call_next(actor=manager, window_id=window.pk, now=called)
        serve_ticket(actor=manager, ticket_id=ticket.pk, now=called + dt.timedelta(minutes=1))
        free = called + dt.timedelta(minutes=2 + dice.expovariate(1 / 14))
        finish_ticket(actor=manager, ticket_id=ticket.pk, now=free)


def _when_the_line_is_empty(queue: Queue, day: dt.date) -> dt.datetime:
    """The opening of that day, or after the last who came or was called then in this hall."""
    opening = dt.datetime.combine(day, dt.time(8, 35), timezone.get_current_timezone())
    last = Segment.objects.filter(ticket__hall=queue.hall, ticket__day=day).aggregate(last=Max("started_at"))[
        "last"
    ]
    return max(opening, last + dt.timedelta(minutes=5)) if last else opening


def _advice(hall: Hall, manager: Actor, now: dt.datetime) -> int:
    advice = actions.request_stationing_advice(
        actor=manager, hall_id=hall.pk, weeks=WEEKS, target_minutes=10, ninety_minutes=30, now=now
    )
    actions.start_stationing_advice(actor=SYSTEM, advice_id=advice.pk, now=now)
    actions.answer_stationing_advice(
        actor=SYSTEM, advice_id=advice.pk, result=queries.work_out(advice), now=now
    )
    return 1
