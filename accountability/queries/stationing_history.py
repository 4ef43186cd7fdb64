"""What the hall's own history says about lines and windows: read from the append-only segments of its tickets.

Two queries over a period for the stays, one each for visits, matters, stations and hours. No person is read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accountability.queries.stationing_model import Job, Spans, hours_of
from hall.models import statutory_calendar
from intake.models import Queue
from staffing.models import Department, Hall, OpeningHours, Station, Window
from staffing.queries.hours import USUAL_SPANS, Week, spans_on

OWN = 0
"""Stands for the hall's own windows, which are no other unit's."""


@dataclass
class Past:
    """A hall's history from `first` to `last`: per unit what stood in its line, and the windows that were open.

    days      open days that fell in the time the hall gives out numbers: ordinal → weekday, whose hours it has
    windows   (unit, day, hour) → windows that were open
    matters   unit → (matters it was given by visitors of the period, those of them that went on to another unit)
    visits    unit → day → visits that concern it: numbers in its line, and matters that were sent to it
    late      numbers taken after the last closing time: no window could be open for them, they are left out
    """

    first: dt.date
    last: dt.date
    days: dict[int, int] = field(default_factory=dict)
    spans: dict[int, Spans] = field(default_factory=dict)
    """Weekday → opening hours in minutes."""
    jobs: dict[int, list[Job]] = field(default_factory=lambda: defaultdict(list))
    windows: dict[tuple[int, int, int], int] = field(default_factory=dict)
    visits: dict[int, dict[int, int]] = field(default_factory=dict)
    matters: dict[int, tuple[int, int]] = field(default_factory=dict)
    presence: dict[int, str] = field(default_factory=dict)
    units: list[int] = field(default_factory=list)
    own_windows: int = 0
    late: int = 0

    def between(self, first: dt.date, last: dt.date) -> Past:
        """The same, of fewer days."""
        days = {n: weekday for n, weekday in self.days.items() if first.toordinal() <= n <= last.toordinal()}
        jobs = {unit: [job for job in found if job.day in days] for unit, found in self.jobs.items()}
        return Past(
            first, last, days, self.spans, jobs,
            {key: n for key, n in self.windows.items() if key[1] in days},
            {unit: {d: n for d, n in found.items() if d in days} for unit, found in self.visits.items()},
            self.matters, self.presence, self.units, self.own_windows, self.late,
        )  # fmt: skip

    def all_jobs(self) -> Iterable[Job]:
        return (job for found in self.jobs.values() for job in found)


_STAYS = """
WITH stay AS (
    SELECT segment.ticket_id, ticket.day, ticket.priority, segment.queue_id, segment.window_id, segment.phase,
        segment.started_at, lead(segment.started_at) OVER w AS ended_at, lead(segment.staff_id) OVER w AS ended_by,
        lead(segment.phase) OVER w AS next_phase, lead(segment.queue_id) OVER w AS next_queue
    FROM intake_segment segment JOIN intake_ticket ticket ON ticket.id = segment.ticket_id
    WHERE ticket.hall_id = %(hall)s AND ticket.day BETWEEN %(first)s AND %(last)s
    WINDOW w AS (PARTITION BY segment.ticket_id ORDER BY segment.seq)),
-- What the night ended ends at midnight and was not measured; whoever goes without staff before that did so alone.
told AS (SELECT *, ended_by IS NOT NULL OR (ended_at AT TIME ZONE %(tz)s)::date = day AS measured FROM stay)
"""
_JOBS = f"""{_STAYS}
SELECT day, queue_id, max(priority) > 0,
    min(started_at) FILTER (WHERE phase = 'waiting'),
    min(started_at) FILTER (WHERE phase = 'called'),
    max(ended_at) FILTER (WHERE phase = 'waiting' AND next_phase = 'left' AND measured),
    extract(epoch FROM sum(ended_at - started_at)
        FILTER (WHERE phase IN ('called', 'serving') AND measured))::float8 / 60,
    bool_or(phase = 'serving' AND measured),
    bool_or(next_phase = 'left') AND NOT bool_or(phase IN ('called', 'serving')),
    coalesce(bool_or(phase IN ('called', 'serving') AND next_queue <> queue_id), false)
FROM told GROUP BY ticket_id, day, queue_id ORDER BY min(started_at), ticket_id
"""  # noqa: S608 - put together from a constant of this module
_WINDOWS = f"""{_STAYS}
SELECT day, queue_id, window_id, started_at, CASE WHEN measured THEN ended_at ELSE started_at END
FROM told WHERE phase IN ('called', 'serving') AND window_id IS NOT NULL
"""  # noqa: S608 - put together from a constant of this module
_VISITS = """
SELECT unit, day, count(DISTINCT visit) FROM (
    SELECT map.unit, ticket.day, ticket.visit_id AS visit
    FROM intake_ticket ticket JOIN intake_segment segment ON segment.ticket_id = ticket.id
    JOIN unnest(%(queues)s::bigint[], %(units)s::bigint[]) AS map (queue, unit) ON map.queue = segment.queue_id
    WHERE ticket.hall_id = %(hall)s AND ticket.day BETWEEN %(first)s AND %(last)s
  UNION ALL
    SELECT referral.department_id, (visit.arrived_at AT TIME ZONE %(tz)s)::date, visit.id
    FROM intake_visit visit JOIN intake_visit_cases link ON link.visit_id = visit.id
    JOIN cases_referral referral ON referral.case_id = link.case_id
    WHERE visit.hall_id = %(hall)s AND visit.arrived_at >= %(from)s AND visit.arrived_at < %(until)s
) AS concerned GROUP BY unit, day
"""

# A matter that another unit leads later was moved on: by an accepted objection, a reroute, a correction.
_MATTERS = """
SELECT referral.department_id, count(DISTINCT referral.case_id),
    count(DISTINCT referral.case_id) FILTER (WHERE EXISTS (SELECT FROM cases_referral later
        WHERE later.case_id = referral.case_id AND later.part = 'lead' AND later.id > referral.id
            AND later.department_id <> referral.department_id))
FROM intake_visit visit JOIN intake_visit_cases link ON link.visit_id = visit.id
JOIN cases_referral referral ON referral.case_id = link.case_id AND referral.part = 'lead'
WHERE visit.hall_id = %(hall)s AND visit.arrived_at >= %(from)s AND visit.arrived_at < %(until)s
GROUP BY referral.department_id
"""


def unit_of_queues(hall: Hall) -> dict[int, int]:
    """Queue → unit: its own, else that of all its windows, else the hall's own windows."""
    units, offices = {}, _offices()
    for queue in Queue.objects.filter(hall=hall).prefetch_related("windows").order_by("pk"):
        theirs = {window.department_id or OWN for window in queue.windows.all()}
        unit = queue.department_id or (theirs.pop() if len(theirs) == 1 else OWN)
        units[queue.pk] = OWN if unit in offices else unit
    return units


def _offices() -> set[int]:
    """The petition offices: they run the hall, so that their windows are the hall's own and they are always there."""
    return set(Department.objects.filter(is_petition_office=True).values_list("pk", flat=True))


def week_of(hall: Hall) -> Week:
    """The hall's hours, or the usual ones where it has entered none."""
    week: Week = {}
    for row in OpeningHours.objects.filter(hall=hall).order_by("weekday", "opens"):
        week[row.weekday] = (*week.get(row.weekday, ()), (row.opens, row.closes))
    return week or dict.fromkeys(range(5), USUAL_SPANS)


def past_of(hall: Hall, first: dt.date, last: dt.date) -> Past:
    """Everything an advice is computed from. A constant number of queries."""
    unit_of, week = unit_of_queues(hall), week_of(hall)
    past = Past(first, last, units=sorted({*unit_of.values()}))
    past.spans = {
        weekday: [(_minutes(opens), _minutes(closes)) for opens, closes in spans]
        for weekday, spans in week.items()
    }
    values: dict[str, Any] = {"hall": hall.pk, "first": first, "last": last, "tz": settings.TIME_ZONE}
    with connection.cursor() as cursor:
        cursor.execute(_JOBS, values)
        rows = cursor.fetchall()
        cursor.execute(_WINDOWS, values)
        stays = cursor.fetchall()
        values |= {"from": _midnight(first), "until": _midnight(last + dt.timedelta(days=1))}
        cursor.execute(_VISITS, {**values, "queues": list(unit_of), "units": list(unit_of.values())})
        visits = cursor.fetchall()
        cursor.execute(_MATTERS, values)
        past.matters = {unit: (matters, moved) for unit, matters, moved in cursor.fetchall()}
    past.days = _open_days(week, first, last, {row[0] for row in rows})
    head_starts = dict(Queue.objects.filter(hall=hall).values_list("pk", "head_start"))
    for row in rows:
        if row[0].toordinal() in past.days and row[3] is not None:
            _add_job(past, row, unit_of[row[1]], head_starts[row[1]])
    _add_windows(past, [(row[0], unit_of[row[1]], *row[2:]) for row in stays])
    for unit, day, count in visits:
        if day.toordinal() in past.days:
            past.visits.setdefault(unit, {})[day.toordinal()] = count
    stations = Station.objects.filter(hall=hall, department__is_petition_office=False)
    past.presence = dict(stations.values_list("department", "presence"))
    past.own_windows = Window.objects.filter(hall=hall, is_active=True).count()
    past.units = sorted({*past.units, *past.presence, *past.visits} - _offices())
    return past


def unit_names(ids: Iterable[int]) -> Mapping[int, Department]:
    return Department.objects.in_bulk([pk for pk in ids if pk != OWN])


def _open_days(week: Week, first: dt.date, last: dt.date, used: set[dt.date]) -> dict[int, int]:
    """Open days from the first number on: before it the hall did not give out numbers. A make-up day is a Monday."""
    if not used:
        return {}
    calendar, days = statutory_calendar(), {}
    start = max(first, min(used))
    for n in range((last - start).days + 1):
        day = start + dt.timedelta(days=n)
        if spans_on(week, day, calendar):
            days[day.toordinal()] = day.weekday() if day.weekday() in week else min(week)
    return days


def _add_job(past: Past, row: tuple[object, ...], unit: int, head_start: int) -> None:
    day, _queue, is_priority, came, called, went, took, was_served, left, moved = row
    assert isinstance(day, dt.date)  # noqa: S101 - what the query gives
    weekday = past.days[day.toordinal()]
    at = _minute_of(came)
    opens = _let_in(at, past.spans[weekday])
    if opens is None:
        past.late += 1
        return
    # Who comes before the opening waits from the opening on, but keeps the place that they came for.
    start = max(at, opens)
    ended = called or went
    past.jobs[unit].append(
        Job(
            unit=unit,
            day=day.toordinal(),
            weekday=weekday,
            at=start,
            waited=max(_minute_of(ended) - start, 0.0) if ended else None,
            service=took if was_served and isinstance(took, float) else None,
            left=bool(left),
            head_start=start - at + (head_start if is_priority else 0),
            moved=bool(moved),
        )
    )


def _let_in(at: float, spans: Spans) -> float | None:
    """When somebody who comes at that minute can be called first; None after the last closing."""
    return next((max(at, opens) for opens, closes in sorted(spans) if at < closes), None)


def _add_windows(past: Past, stays: list[tuple[dt.date, int, int, object, object]]) -> None:
    """A window counts as open in every hour from that of its first call to that of its last visitor in a half-day."""
    found: dict[tuple[int, int, int, int], tuple[float, float]] = {}
    for day, unit, window, started, ended in stays:
        if day.toordinal() not in past.days:
            continue
        spans = sorted(past.spans[past.days[day.toordinal()]])
        start, end = _minute_of(started), _minute_of(ended)
        half = max((n for n, (opens, _closes) in enumerate(spans) if opens <= start), default=0)
        opens, closes = spans[half]
        start, end = min(max(start, opens), closes - 1), min(max(end, opens), closes)
        key = (day.toordinal(), unit, window, half)
        before = found.get(key, (start, end))
        found[key] = (min(before[0], start), max(before[1], end))
    count: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    for (day_n, unit, window, _half), (start, end) in found.items():
        for hour in hours_of([(start, max(end, start + 1))]):
            count[unit, day_n, hour].add(window)
    past.windows = {key: len(windows) for key, windows in count.items()}


def _minute_of(moment: object) -> float:
    assert isinstance(moment, dt.datetime)  # noqa: S101 - what the query gives
    local = timezone.localtime(moment)
    return local.hour * 60 + local.minute + local.second / 60


def _minutes(time: dt.time) -> float:
    return time.hour * 60 + time.minute


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, timezone.get_current_timezone())
