"""When a hall works: its hours and the official calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from hall import clock
from hall.batch import Ask, Rows
from hall.models import statutory_calendar
from staffing.models import Hall

Span = tuple[dt.time, dt.time]
USUAL_SPANS: tuple[Span, ...] = ((dt.time(8, 30), dt.time(12)), (dt.time(14), dt.time(17, 30)))
"""The hours of a hall that has not entered its own yet."""


Week = dict[int, tuple[Span, ...]]
"""Opening hours by weekday."""


def _weeks_asked(hall_ids: Iterable[int]) -> Ask[dict[int, Week]]:
    """Opening hours by hall and weekday; a hall without any has the usual ones from Monday to Friday."""
    halls = list(hall_ids)

    def read(rows: Rows) -> dict[int, Week]:
        weeks: dict[int, Week] = {hall_id: {} for hall_id in halls}
        for hall_id, weekday, opens, closes in rows:
            days = weeks[hall_id]
            days[weekday] = (*days.get(weekday, ()), (opens, closes))
        return {hall_id: days or dict.fromkeys(range(5), USUAL_SPANS) for hall_id, days in weeks.items()}

    return Ask(
        "SELECT hall_id, weekday, opens, closes FROM staffing_openinghours WHERE hall_id = ANY(%s)"
        " ORDER BY weekday, opens",
        [halls],
        read,
    )


def _week(hall_ids: Iterable[int]) -> dict[int, Week]:
    return _weeks_asked(hall_ids).answer()


def _ordinary(week: Week) -> tuple[Span, ...]:
    """The hours of an ordinary working day: Monday's, or those of the first weekday that has any."""
    return week[min(week)]


def working_hours(hall_id: int) -> clock.Hours:
    """The hours in which reminders may go out: those of an ordinary working day of the hall."""
    return hours_asked(hall_id).answer()


def hours_asked(hall_id: int) -> Ask[clock.Hours]:
    """See `working_hours`."""
    asked = _weeks_asked([hall_id])
    return Ask(
        asked.sql,
        asked.params,
        lambda rows: clock.Hours(_ordinary(asked.read(rows)[hall_id]), ZoneInfo(settings.TIME_ZONE)),
    )


def in_working_hours(hall_ids: Iterable[int], now: dt.datetime) -> set[int]:
    """Which of these halls work at this instant. Constant queries, however many halls."""
    calendar, tz = statutory_calendar(), ZoneInfo(settings.TIME_ZONE)
    return {
        hall_id
        for hall_id, week in _week(hall_ids).items()
        if clock.in_hours(now, hours=clock.Hours(_ordinary(week), tz), calendar=calendar)
    }


@dataclass(frozen=True, slots=True)
class Opening:
    """A hall's day: its hours, whether it is open at the instant asked about, and when it opens next.

    `name` is the holiday's or the make-up day's name ("" on an ordinary day). True when open.
    """

    day: dt.date
    spans: tuple[Span, ...]
    is_open: bool
    name: str
    closes_at: dt.time | None
    opens_next: dt.datetime | None

    def __bool__(self) -> bool:
        return self.is_open


def spans_on(week: Week, day: dt.date, calendar: clock.Calendar) -> tuple[Span, ...]:
    """The hours of one date: none on a holiday; a worked weekend day has the hours of an ordinary working day."""
    fact = calendar.fact(day)
    if fact and not fact.worked:
        return ()
    return week.get(day.weekday(), _ordinary(week) if fact else ())


def working_days(hall: Hall, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days from first to last on which the hall works, make-up days included."""
    calendar, week = statutory_calendar(), _week([hall.pk])[hall.pk]
    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if spans_on(week, day, calendar)]


def open_now(hall: Hall, now: dt.datetime) -> Opening:
    """Whether the hall is open at this instant, by its hours and the official calendar, and when it opens next."""
    calendar, week = statutory_calendar(), _week([hall.pk])[hall.pk]
    local = timezone.localtime(now)
    today, at = local.date(), local.time()
    spans = spans_on(week, today, calendar)
    fact = calendar.fact(today)
    closes_at = next((closes for opens, closes in spans if opens <= at < closes), None)
    return Opening(
        day=today,
        spans=spans,
        is_open=hall.is_open and closes_at is not None,
        name=fact.name if fact else "",
        closes_at=closes_at,
        opens_next=_opens_next(week, local, calendar) if hall.is_open and closes_at is None else None,
    )


def _opens_next(week: Week, local: dt.datetime, calendar: clock.Calendar) -> dt.datetime | None:
    """The next opening within a month; None when there is none (a hall closed for works)."""
    for ahead in range(31):
        day = local.date() + dt.timedelta(days=ahead)
        for opens, _closes in spans_on(week, day, calendar):
            if ahead or opens > local.time():
                return dt.datetime.combine(day, opens, local.tzinfo)
    return None


@dataclass(frozen=True, slots=True)
class DayHours:
    """Weekdays in a row with the same hours: from and to (0 = Monday), both included."""

    first: int
    last: int
    spans: tuple[Span, ...]


def hours_in_words(hall: Hall) -> list[DayHours]:
    """The week as a notice board has it: Monday to Friday 8:30–12:00, 14:00–17:30."""
    week = _week([hall.pk])[hall.pk]
    rows: list[DayHours] = []
    for day in sorted(week):
        if rows and rows[-1].last == day - 1 and rows[-1].spans == week[day]:
            rows[-1] = DayHours(rows[-1].first, day, week[day])
        else:
            rows.append(DayHours(day, day, week[day]))
    return rows


NOON = dt.time(13)
"""Where a morning ends and an afternoon begins, for duties and for leave; halls close for lunch before it."""


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A morning or an afternoon in which a hall is open."""

    day: dt.date
    half: str
    starts_at: dt.datetime
    ends_at: dt.datetime


def half_of(now: dt.datetime) -> str:
    return "am" if timezone.localtime(now).time() < NOON else "pm"


def halves_of(hall: Hall, days: Iterable[dt.date]) -> dict[dt.date, tuple[HalfDay, ...]]:
    """The open half-days of each date; none on a day off. Two queries, however many days."""
    calendar, week = statutory_calendar(), _week([hall.pk])[hall.pk]
    return {day: _halves(spans_on(week, day, calendar), day) for day in days}


def _halves(spans: tuple[Span, ...], day: dt.date) -> tuple[HalfDay, ...]:
    tz = timezone.get_current_timezone()
    found = []
    for half, first, last in (("am", dt.time.min, NOON), ("pm", NOON, dt.time.max)):
        cut = [(max(o, first), min(c, last)) for o, c in spans if max(o, first) < min(c, last)]
        if cut:
            start, end = (dt.datetime.combine(day, edge, tz) for edge in (cut[0][0], cut[-1][1]))
            found.append(HalfDay(day, half, start, end))
    return tuple(found)


def day_bounds(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """From the first day's beginning to the last day's end."""
    tz = timezone.get_current_timezone()
    return (
        dt.datetime.combine(first, dt.time.min, tz),
        dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, tz),
    )


def leave_bounds(
    from_on: dt.date, from_half: str, until_on: dt.date, until_half: str
) -> tuple[dt.datetime, dt.datetime]:
    """Half-days as instants: a leave touches every duty of its half-days and no other."""
    tz = timezone.get_current_timezone()
    start, end = day_bounds(from_on, until_on)
    if from_half == "pm":
        start = dt.datetime.combine(from_on, NOON, tz)
    if until_half == "am":
        end = dt.datetime.combine(until_on, NOON, tz)
    return start, end
