"""Who waits, in which order, for about how long, and at which window somebody is.

`hall_now` reads a hall's present state in a fixed number of queries; the kiosk, the desk, the console, the
display and the visitor's page all show parts of it.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hall.citations import in_english
from intake.models import Queue, Ticket
from staffing.models import Window

SAMPLE, ENOUGH, SAMPLE_DAYS = 20, 5, 7
"""The mean time is that of the last 20 served within a week; fewer than 5 say nothing, then `queue.minutes` holds."""
ATTENDED = dt.timedelta(hours=1)
"""A window is attended when somebody is at it, or it called somebody within the hour."""
TOO_LONG = dt.timedelta(minutes=45)
"""Who has waited this long stands out on the guide's page."""
STEP, CEILING = 5, 120
"""Estimates come in steps of five minutes; from two hours on only that is said."""

Place = tuple[dt.datetime, int]
"""A ticket's place in the line: `line_at`, and its id between equals."""


def line_at(queued_at: dt.datetime, *, priority: int, head_start: int) -> dt.datetime:
    """The moment by which a ticket stands in line: the earliest is called first.

    A priority ticket stands as if its holder had come `head_start` minutes earlier. So it goes before every
    ordinary one that has waited less than that, and before none that has waited longer: nobody starves. Within
    a class, first come, first served.
    """
    return queued_at - dt.timedelta(minutes=head_start) if priority else queued_at


# -- how long ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Estimate:
    """A wait as a range in minutes. `low` = 0: the turn may come at once."""

    low: int
    high: int

    def words(self) -> str:
        if self.low >= CEILING:
            return _("%(n)s小时以上") % {"n": CEILING // 60}
        if self.low == 0:
            return _("%(n)s分钟以内") % {"n": self.high}
        return _("%(low)s至%(high)s分钟") % {"low": self.low, "high": min(self.high, 2 * CEILING)}


def estimate(*, ahead: float, windows: int, free: int, minutes: float) -> Estimate:
    """How long somebody with `ahead` people before them waits.

    Each of c windows is done with a visitor after m minutes on average. With n people ahead and f windows free,
    k = n + 1 − f visitors must leave before one's own turn, and they leave every m / c minutes: the mean wait is
    k·m/c, and, as departures come at random, its spread is √k·m/c. Shown is mean ± spread, widened outwards
    to whole steps of five minutes: an honest range, the narrower in proportion the longer the line. At least one
    window is assumed.
    """
    windows = max(windows, 1)
    turns = max(ahead + 1 - free, 0)
    mean, spread = turns * minutes / windows, math.sqrt(turns) * minutes / windows
    low = math.floor(max(mean - spread, 0) / STEP) * STEP
    return Estimate(low, max(math.ceil((mean + spread) / STEP) * STEP, low + STEP))


_HANDLING = """
WITH sample AS (
    SELECT ticket.id, ticket.queue_id FROM unnest(%(queues)s::bigint[]) AS queue (id) CROSS JOIN LATERAL (
        SELECT id, queue_id FROM intake_ticket
        WHERE queue_id = queue.id AND status = 'done' AND staff_id IS NOT NULL AND day > %(since)s
        ORDER BY called_at DESC LIMIT %(sample)s
    ) AS ticket),
stay AS (
    SELECT sample.queue_id, segment.ticket_id, segment.phase, segment.queue_id AS spent_in, segment.started_at,
        lead(segment.started_at) OVER w AS ended_at
    FROM sample JOIN intake_segment segment ON segment.ticket_id = sample.id
    WINDOW w AS (PARTITION BY segment.ticket_id ORDER BY segment.seq))
SELECT queue_id, extract(epoch FROM sum(ended_at - started_at)) / 60 / count(DISTINCT ticket_id)
FROM stay WHERE phase IN ('called', 'serving') AND spent_in = queue_id
GROUP BY queue_id HAVING count(DISTINCT ticket_id) >= %(enough)s
"""


def handling_minutes(queue_ids: Iterable[int], *, today: dt.date) -> dict[int, float]:
    """Mean minutes that a visitor takes up a window, call included, by queue; a queue with too few has no entry.

    What the night ended (no `staff`) was not measured and does not count.
    """
    values: dict[str, Any] = {
        "queues": list(queue_ids),
        "since": today - dt.timedelta(days=SAMPLE_DAYS),
        "sample": SAMPLE,
        "enough": ENOUGH,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HANDLING, values)
        return {int(queue_id): max(float(minutes), 1.0) for queue_id, minutes in cursor.fetchall()}


# -- the hall now ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WindowNow:
    """A window, and who is at it. `seen` is the id of its last call: what a page must know to call the next."""

    id: int
    number: int
    name: str
    name_en: str
    is_active: bool
    seen: int
    last_call_at: dt.datetime | None
    ticket_id: int | None
    ticket_number: str
    status: str
    since: dt.datetime | None
    staff_name: str

    def attended(self, now: dt.datetime) -> bool:
        recent = self.last_call_at is not None and now - self.last_call_at <= ATTENDED
        return self.is_active and (self.ticket_id is not None or recent)


_WINDOWS = """
SELECT w.id, w.number, w.name, w.name_en, w.is_active, coalesce(call.id, 0), call.started_at,
    t.id, coalesce(t.number, ''), coalesce(t.status, ''), t.since,
    coalesce(CASE WHEN %(english)s THEN nullif(u.name_en, '') END, u.name, '')
FROM staffing_window w
LEFT JOIN intake_ticket t ON t.window_id = w.id AND t.status IN ('called', 'serving') AND t.day = %(today)s
LEFT JOIN hall_user u ON u.id = t.staff_id
LEFT JOIN LATERAL (
    SELECT id, started_at FROM intake_segment
    WHERE window_id = w.id AND phase = 'called' ORDER BY id DESC LIMIT 1) AS call ON true
WHERE w.hall_id = %(hall)s ORDER BY w.number
"""


def windows_now(hall_id: int, *, today: dt.date) -> list[WindowNow]:
    with connection.cursor() as cursor:
        english = in_english()
        cursor.execute(_WINDOWS, {"hall": hall_id, "today": today, "english": english})
        return [WindowNow(*row) for row in cursor.fetchall()]


def last_call(window_id: int) -> int:
    """The id of the window's last call, 0 before the first: a page that knows an older one is stale."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM intake_segment WHERE window_id = %s AND phase = 'called' ORDER BY id DESC LIMIT 1",
            [window_id],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """One queue at this moment. `minutes` is the mean handling time that the estimate stands on."""

    queue: Queue
    waiting: int
    people: int
    longest: dt.timedelta | None
    windows: int
    minutes: float
    estimate: Estimate


@dataclass(frozen=True)
class HallNow:
    """The present state of a hall: windows, queues, everybody who waits, in the order of the line."""

    hall_id: int
    now: dt.datetime
    windows: list[WindowNow]
    queues: list[Queue]
    waiting: list[Ticket]
    served_by: dict[int, set[int]] = field(repr=False)
    """Queue id → ids of the windows that serve it."""
    means: dict[int, float] = field(repr=False)

    @cached_property
    def serving(self) -> dict[int, set[int]]:
        """Queue id → the attended windows that serve it; before the first call of the day, all that may."""
        attended = {w.id for w in self.windows if w.attended(self.now)}
        active = {w.id for w in self.windows if w.is_active}
        return {
            queue.pk: (linked & attended) or (linked & active)
            for queue in self.queues
            for linked in [self.served_by.get(queue.pk, set())]
        }

    def minutes(self, queue: Queue) -> float:
        return self.means.get(queue.pk, float(queue.minutes))

    def ahead(self, ticket: Ticket) -> int:
        """Tickets of the same queue that are called before this one."""
        return sum(t.queue_id == ticket.queue_id and _place(t) < _place(ticket) for t in self.waiting)

    def estimate(self, queue: Queue, place: Place | None = None) -> Estimate:
        """The wait at a place in the queue's line; without a place, of an ordinary visitor who comes now.

        Whoever the same windows would call earlier stands ahead, in whatever queue; somebody whom other windows
        may take as well, in proportion: with one of their two windows, as half a person.
        """
        windows, place = self.serving[queue.pk], place or (self.now, 2**62)
        ahead = sum(self._share(t, windows, queue) for t in self.waiting if _place(t) < place)
        free = sum(w.ticket_id is None for w in self.windows if w.id in windows)
        return estimate(ahead=ahead, windows=len(windows), free=free, minutes=self.minutes(queue))

    def _share(self, ticket: Ticket, windows: set[int], queue: Queue) -> float:
        """How much of a waiting visitor falls to these windows."""
        if ticket.window_id:
            return float(ticket.window_id in windows)
        if ticket.queue_id == queue.pk:
            return 1.0
        theirs = self.serving[ticket.queue_id]
        return len(theirs & windows) / len(theirs) if theirs else 0.0

    def estimate_for(self, ticket: Ticket) -> Estimate:
        return self.estimate(ticket.queue, _place(ticket))

    def loads(self) -> list[QueueLoad]:
        by_queue: dict[int, list[Ticket]] = defaultdict(list)
        for ticket in self.waiting:
            by_queue[ticket.queue_id].append(ticket)
        return [
            QueueLoad(
                queue=queue,
                waiting=len(mine),
                people=sum(ticket.visit.head_count for ticket in mine),
                longest=max((self.now - ticket.queued_at for ticket in mine), default=None),
                windows=len(self.serving[queue.pk]),
                minutes=self.minutes(queue),
                estimate=self.estimate(queue),
            )
            for queue in self.queues
            if queue.is_active or by_queue[queue.pk]
            for mine in [by_queue[queue.pk]]
        ]

    def line_for(self, window: WindowNow | Window) -> list[Ticket]:
        """Everybody this window may call, the next one first."""
        window_id = window.id
        mine = {queue_id for queue_id, linked in self.served_by.items() if window_id in linked}
        return [
            t
            for t in self.waiting
            if t.window_id == window_id or (t.window_id is None and t.queue_id in mine)
        ]

    def window(self, window_id: int) -> WindowNow:
        return next(w for w in self.windows if w.id == window_id)


def _place(ticket: Ticket) -> Place:
    return ticket.line_at, ticket.pk


def hall_now(hall_id: int, *, now: dt.datetime, today: dt.date) -> HallNow:
    """Five queries, however many wait."""
    queues = list(Queue.objects.filter(hall=hall_id).order_by("order", "letter"))
    by_id = {queue.pk: queue for queue in queues}
    waiting = list(
        Ticket.objects.filter(queue__in=by_id, day=today, status="waiting")
        .select_related("visit")
        .order_by("line_at", "id")
    )
    for ticket in waiting:
        ticket.queue = by_id[ticket.queue_id]
    served_by: dict[int, set[int]] = defaultdict(set)
    links: Any = Queue.windows.through.objects.filter(queue__in=by_id)
    for queue_id, window_id in links.values_list("queue_id", "window_id"):
        served_by[queue_id].add(window_id)
    return HallNow(
        hall_id=hall_id,
        now=now,
        windows=windows_now(hall_id, today=today),
        queues=queues,
        waiting=waiting,
        served_by=dict(served_by),
        means=handling_minutes(by_id, today=today),
    )


# -- the version of the board ------------------------------------------------------------------------------------


def board_key(hall_id: int) -> str:
    """The counter of a hall's moves: every move adds one, so it tells whether a page is still true."""
    return f"board/{hall_id}"


FRESH_SECONDS = 15
"""A page that asks again is told "nothing new" for at most so long: waits and estimates grow without a move."""

_STAMPS = {
    "hall": "SELECT h.id, c.value FROM staffing_hall h LEFT JOIN hall_counter c ON c.key = 'board/' || h.id"
    " WHERE h.code = %s",
    "window": "SELECT w.id, c.value FROM staffing_window w LEFT JOIN hall_counter c ON c.key = 'board/' || w.hall_id"
    " WHERE w.id = %s",
    "ticket": "SELECT t.id, c.value FROM intake_ticket t LEFT JOIN hall_counter c ON c.key = 'board/' || t.hall_id"
    " WHERE t.token = %s",
}


def stamp(kind: str, key: str | int | uuid.UUID, *, now: dt.datetime) -> str | None:
    """What a polling page compares: changes with every move in the hall, and four times a minute.

    `kind` says what the page is about: a `hall` by code, a `window` by id, a `ticket` by token. One query over
    two unique indexes. None when there is no such thing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAMPS[kind], [key])
        row = cursor.fetchone()
    if row is None:
        return None
    return f"{kind}-{row[0]}-{row[1] or 0}-{int(now.timestamp()) // FRESH_SECONDS}-{get_language()}"
