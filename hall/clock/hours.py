"""Working hours: whether the hall works now, and when a rung of the reminder ladder is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from hall.clock.days import ONE_DAY, Calendar
from hall.clock.periods import Unit
from hall.clock.words import ClockError

HOSTS_DIFFER = timedelta(seconds=90)
"""So much the clocks of two hosts may differ: what one wrote down as now is no future to the other."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The sessions of a working day, from–to, in order, not overlapping, on the wall clock of `tz`."""

    sessions: tuple[tuple[time, time], ...]
    tz: tzinfo

    def __post_init__(self) -> None:
        edges = [edge for session in self.sessions for edge in session]
        if not edges or edges != sorted(edges) or any(opens == closes for opens, closes in self.sessions):
            raise ClockError("hours_disordered")

    @property
    def opening(self) -> time:
        return self.sessions[0][0]

    @property
    def closing(self) -> time:
        return self.sessions[-1][1]


def ends_at(day: date, *, tz: tzinfo, closing: time | None = None) -> datetime:
    """The instant a last day ends: close of business where there are hours, else 24:00 (Civil Code 203)."""
    if closing is not None:
        return datetime.combine(day, closing, tz)
    return datetime.combine(day + ONE_DAY, time.min, tz)


def in_hours(now: datetime, *, hours: Hours, calendar: Calendar) -> bool:
    """Whether the hall works at this instant; at the minute of closing it no longer does."""
    return into_hours(now, hours=hours, calendar=calendar) == now


def into_hours(instant: datetime, *, hours: Hours, calendar: Calendar) -> datetime:
    """The instant itself when the hall works then, else the next one at which it opens; always aware."""
    local = instant.astimezone(hours.tz)
    day = local.date()
    if calendar.is_workday(day):
        for opens, closes in hours.sessions:
            if local.time() < closes:
                return max(local, datetime.combine(day, opens, hours.tz))
    return datetime.combine(calendar.next_workday(day + ONE_DAY), hours.opening, hours.tz)


def moment(
    anchor: date,
    offset: int,
    *,
    unit: Unit,
    hours: Hours,
    calendar: Calendar,
    at: time | None = None,
    urgent: bool = False,
) -> datetime:
    """When a rung is reached: days before (negative), on, or after a date, `at` an hour or at opening.

    Only in working hours: a reminder that would fall on a rest day comes before it, an escalation after it;
    an hour outside the sessions moves to the next one inside. An urgent rung keeps its day and its hour.
    """
    day = anchor + timedelta(days=offset)
    if unit is Unit.WORKDAY:
        day = calendar.add_workdays(anchor, offset)
    if not urgent:
        day = calendar.previous_workday(day) if offset < 0 else calendar.next_workday(day)
    instant = datetime.combine(day, hours.opening if at is None else at, hours.tz)
    return instant if urgent else into_hours(instant, hours=hours, calendar=calendar)
