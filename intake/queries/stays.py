"""Waiting and serving, measured: every figure comes from the append-only segments.

A stay is a segment with its end: `started_at` of the ticket's next segment, by `LEAD()`. Nothing is counted up
and stored, so no figure can drift from what happened.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

STAYS = """
    SELECT segment.ticket_id, segment.seq, segment.phase, segment.queue_id, segment.window_id, segment.staff_id,
        segment.started_at,
        lead(segment.started_at) OVER w AS ended_at,
        lead(segment.staff_id) OVER w AS ended_by,
        lead(segment.phase) OVER w AS next_phase
    FROM intake_segment segment JOIN intake_ticket ticket ON ticket.id = segment.ticket_id
    WHERE ticket.hall_id = %(hall)s AND ticket.day = %(day)s
    WINDOW w AS (PARTITION BY segment.ticket_id ORDER BY segment.seq)
"""


@dataclass(frozen=True, slots=True)
class Day:
    """A queue's day, or, with `queue_id` None, the hall's. Times in seconds; None where nothing was measured.

    taken     tickets that stood in the queue, transferred ones included
    people    persons on them
    waiting   still waiting
    called    waits that a call ended; `wait_median` is over these
    wait_longest  longest wait, of those who gave up or still wait as well
    served    stays at a window that ended by the hand of staff; `serve_median` and `serve_mean` are over these
    left      gone without having been served
    ended     served or left; `abandon_rate` = left / ended
    """

    queue_id: int | None
    taken: int
    people: int
    waiting: int
    called: int
    wait_median: float | None
    wait_longest: float | None
    served: int
    serve_median: float | None
    serve_mean: float | None
    left: int
    ended: int

    @property
    def abandon_rate(self) -> float | None:
        return self.left / self.ended if self.ended else None


_DAY = f"""
WITH stay AS ({STAYS}),
ticket AS (
    SELECT stay.ticket_id, stay.queue_id,
        -- What a person ended, or what still goes on today; what the night ended was not measured.
        sum(coalesce(ended_at, %(now)s) - started_at)
            FILTER (WHERE phase = 'waiting' AND (ended_at IS NULL OR ended_by IS NOT NULL)) AS waited,
        bool_or(phase = 'waiting' AND next_phase = 'called') AS was_called,
        bool_or(phase = 'waiting' AND ended_at IS NULL) AS waits,
        sum(ended_at - started_at) FILTER (WHERE phase = 'serving' AND ended_by IS NOT NULL) AS took,
        bool_or(phase IN ('serving', 'done')) AS was_served,
        bool_or(phase = 'left') AS went
    -- By queue, and, with no queue, over the whole way of the ticket: a transferred visitor is one visitor.
    FROM stay GROUP BY GROUPING SETS ((stay.ticket_id, stay.queue_id), (stay.ticket_id))),
measured AS (
    SELECT ticket.queue_id, visit.head_count, waits, was_called, was_served, went AND NOT was_served AS gave_up,
        extract(epoch FROM waited)::float8 AS waited, extract(epoch FROM took)::float8 AS took
    FROM ticket JOIN intake_ticket t ON t.id = ticket.ticket_id JOIN intake_visit visit ON visit.id = t.visit_id)
SELECT queue_id, count(*), coalesce(sum(head_count), 0), count(*) FILTER (WHERE waits),
    count(*) FILTER (WHERE was_called),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) FILTER (WHERE was_called), max(waited),
    count(took), percentile_cont(0.5) WITHIN GROUP (ORDER BY took), avg(took),
    count(*) FILTER (WHERE gave_up), count(*) FILTER (WHERE gave_up OR was_served)
FROM measured GROUP BY queue_id ORDER BY queue_id NULLS LAST
"""  # noqa: S608 - put together from a constant of this module


def day_by_queue(hall_id: int, day: dt.date, *, now: dt.datetime) -> list[Day]:
    """The day of each queue, and, last, of the whole hall. A queue or a day without a ticket has no row."""
    with connection.cursor() as cursor:
        cursor.execute(_DAY, {"hall": hall_id, "day": day, "now": now})
        return [Day(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Attendance:
    """A window's day: visitors served and the seconds they took, when it first called and last let go."""

    window_id: int
    served: int
    seconds: float
    first_at: dt.datetime
    last_at: dt.datetime


_WINDOWS = f"""
WITH stay AS ({STAYS})
SELECT window_id, count(DISTINCT ticket_id) FILTER (WHERE phase = 'serving' AND ended_by IS NOT NULL),
    coalesce(extract(epoch FROM sum(ended_at - started_at) FILTER (
        WHERE phase = 'serving' AND ended_by IS NOT NULL)), 0)::float8,
    min(started_at), max(coalesce(ended_at, started_at)) FILTER (WHERE ended_at IS NULL OR ended_by IS NOT NULL)
FROM stay WHERE phase IN ('called', 'serving') GROUP BY window_id ORDER BY window_id
"""  # noqa: S608 - put together from a constant of this module


def day_by_window(hall_id: int, day: dt.date) -> list[Attendance]:
    with connection.cursor() as cursor:
        cursor.execute(_WINDOWS, {"hall": hall_id, "day": day})
        return [Attendance(*row) for row in cursor.fetchall()]


_ARRIVALS = """
SELECT extract(hour FROM visit.arrived_at AT TIME ZONE %(tz)s)::int, count(*)
FROM intake_ticket ticket JOIN intake_visit visit ON visit.id = ticket.visit_id
WHERE ticket.hall_id = %(hall)s AND ticket.day = %(day)s GROUP BY 1 ORDER BY 1
"""


def arrivals_by_hour(hall_id: int, day: dt.date, *, tz: str) -> dict[int, int]:
    """How many numbers were taken in each hour of the day that had any."""
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVALS, {"hall": hall_id, "day": day, "tz": tz})
        return {int(hour): int(count) for hour, count in cursor.fetchall()}
