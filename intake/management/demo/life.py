"""What happens in the demonstration hall: receptions, the matters of eleven weeks, the numbers of today."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator

from django.utils import timezone

from cases.models import Case
from hall.clock import Calendar
from hall.models import User, statutory_calendar
from intake.actions import call_next, finish_ticket, miss_ticket, serve_ticket, take_number
from intake.management.demo.house import House
from intake.management.simulation.front import Front
from intake.management.simulation.lives import Lives
from intake.management.simulation.timetable import Timetable
from intake.models import Queue, Ticket
from staffing.actions import (
    cancel_reception,
    change_reception,
    hold_reception,
    plan_reception,
    publish_month,
)
from staffing.lifecycle import LEADER
from staffing.models import LeaderReception
from staffing.queries import receptions_of
from staffing.rules import Slot

DEMO = uuid.UUID("5e0c7f1e-0000-4000-8000-000000530999")
"""Every form of the demonstration has a token made from this, so that nothing comes in twice."""


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), timezone.get_current_timezone())


# -- leaders' receptions -----------------------------------------------------------------------------------------


def receptions(house: House, now: dt.datetime) -> int:
    """Tuesdays and Thursdays, mornings and one afternoon, of this month and the next; published before they begin."""
    made, today, calendar = 0, timezone.localdate(now), statutory_calendar()
    this = today.replace(day=1)
    for month in (this, (this + dt.timedelta(days=31)).replace(day=1)):
        if not receptions_of(house.hall, month).exists():
            made += _month(house, month, now, calendar)
    return made


def _month(house: House, month: dt.date, now: dt.datetime, calendar: Calendar) -> int:
    leaders, manager = house.by_role(LEADER), "wangshouxin"
    room = house.hall.rooms.get(name="领导接访室")
    # The table of a month goes out before it begins; one that has begun already is entered as of then.
    planned_at = min(now, _at(calendar.previous_workday(month - dt.timedelta(days=1)), 16))
    days = [day for day in _days_of(month) if day.weekday() in (1, 3) and calendar.is_workday(day)]
    for number, day in enumerate(days):
        start, end = (_at(day, 9), _at(day, 11, 30)) if number % 3 else (_at(day, 14, 30), _at(day, 17))
        slot = Slot(leaders[number % len(leaders)].pk, start, end, room_id=room.pk)
        plan_reception(actor=house.act(manager, planned_at), hall_id=house.hall.pk, slot=slot, now=planned_at)
    publish_month(actor=house.act(manager, planned_at), hall_id=house.hall.pk, month=month, now=planned_at)
    published = list(receptions_of(house.hall, month))
    for reception in published:
        if reception.ends_at < now:
            done = reception.ends_at
            hold_reception(actor=house.act(manager, done), reception_id=reception.pk, now=done)
    _surprises(house, [one for one in published if one.starts_at > now + dt.timedelta(days=1)], leaders, now)
    return len(published)


def _surprises(house: House, ahead: list[LeaderReception], leaders: list[User], now: dt.datetime) -> None:
    """One that is moved and one that is cancelled, so that the page shows how that looks."""
    manager = house.act("wangshouxin", now)
    if len(ahead) > 2:
        moved = ahead[1]
        slot = Slot(
            moved.leader_id,
            moved.starts_at.replace() + dt.timedelta(hours=1),
            moved.ends_at + dt.timedelta(hours=1),
            room_id=moved.room_id,
        )
        change_reception(
            actor=manager, reception_id=moved.pk, slot=slot, reason="上午有防汛调度会议", now=now
        )
    if len(ahead) > 4:
        cancel_reception(actor=manager, reception_id=ahead[4].pk, reason="因公外出，改由下周接访", now=now)


def _days_of(month: dt.date) -> Iterator[dt.date]:
    day = month
    while day.month == month.month:
        yield day
        day += dt.timedelta(days=1)


# -- matters -----------------------------------------------------------------------------------------------------

DAYS, VISITS, SEED = 75, 2, 7


def matters(house: House, now: dt.datetime) -> int:
    """The last eleven weeks of a small hall, played through the real actions (`manage.py simulate`); once."""
    if Case.objects.filter(hall=house.hall).exists():
        return 0
    first = timezone.localdate(now) - dt.timedelta(days=DAYS)
    table = Timetable(house, random.Random(SEED), first, DAYS)  # noqa: S311 - a play, not a secret
    front = Front(table, Lives(table), VISITS, SEED)
    front.fill()
    table.run()
    return table.done["register_visit"]


# -- today -------------------------------------------------------------------------------------------------------


TODAY: tuple[tuple[str, str, int, str, int], ...] = (
    # letter, what became of it, minutes ago, why it goes first, heads
    ("A", "done", 95, "", 1),
    ("B", "done", 88, "", 1),
    ("A", "done", 80, "elderly", 1),
    ("D", "done", 74, "", 2),
    ("A", "missed", 61, "", 1),
    ("D", "serving", 40, "", 1),
    ("A", "serving", 33, "", 3),
    ("B", "waiting", 21, "", 1),
    ("A", "waiting", 17, "", 1),
    ("A", "waiting", 12, "infant", 2),
    ("D", "waiting", 8, "", 1),
    ("A", "waiting", 5, "", 6),
)


def today(house: House, now: dt.datetime) -> int:
    """A morning's numbers, in the order in which they were taken; nothing when numbers were taken today already."""
    day = timezone.localdate(now)
    if Ticket.objects.filter(hall=house.hall, day=day).exists():
        return 0
    first = _at(day, 0)
    queues = {queue.letter: queue for queue in Queue.objects.filter(hall=house.hall)}
    guide = house.act("heyulan")
    for number, (letter, fate, minutes, why, heads) in enumerate(TODAY):
        at = max(now - dt.timedelta(minutes=minutes), first + dt.timedelta(seconds=number))
        ticket = take_number(
            actor=guide, queue_id=queues[letter].pk, form_token=uuid.uuid5(DEMO, f"ticket {day} {number}"),
            priority_reason=why, head_count=heads, now=at,
        )  # fmt: skip
        if fate != "waiting":
            _serve(house, ticket, fate, at, now)
    return len(TODAY)


def _serve(house: House, ticket: Ticket, fate: str, at: dt.datetime, now: dt.datetime) -> None:
    """Called five minutes after it was taken, at the first window of its queue, and what came of that."""
    staff, window = {"A": ("linxiaowen", 1), "B": ("zhouzihan", 2), "D": ("chenzhiyuan", 3)}[
        ticket.queue.letter
    ]
    actor, step = house.act(staff), dt.timedelta(minutes=4)
    called = min(at + step, now)
    call_next(actor=actor, window_id=house.windows[window].pk, now=called)
    if fate == "missed":
        miss_ticket(actor=actor, ticket_id=ticket.pk, now=min(called + step, now))
        return
    serve_ticket(actor=actor, ticket_id=ticket.pk, now=min(called + step / 4, now))
    if fate == "done":
        finish_ticket(actor=actor, ticket_id=ticket.pk, now=min(called + 2 * step, now))
