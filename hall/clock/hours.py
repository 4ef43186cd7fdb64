"""Working hours."""

from __future__ import annotations

@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a working day: sessions from–to, in order, not overlapping. Times are on the wall of the hall."""

    sessions: tuple[tuple[time, time], ...]
    tz: tzinfo

    def __post_init__(self) -> None:
        edges = [edge for session in self.sessions for edge in session]
        if not edges or any(a >= b for a, b in self.sessions) or edges != sorted(edges):
            raise ClockError("hours_disordered")

    @property
    def opening(self) -> time:
        return self.sessions[0][0]

    @property
    def closing(self) -> time:
        return self.sessions[-1][1]


def in_hours(now: datetime, *, hours: Hours, calendar: Calendar) -> bool:
    """Whether the hall works at this instant; the closing minute itself is over."""
    local = now.astimezone(hours.tz)
    return calendar.is_workday(local.date()) and any(a <= local.time() < b for a, b in hours.sessions)


def into_hours(instant: datetime, *, hours: Hours, calendar: Calendar) -> datetime:
    """The instant itself when the hall works then, else the next one at which it does."""
    local = instant.astimezone(hours.tz)
    if calendar.is_workday(local.date()):
        for opens, closes in hours.sessions:
            if local.time() < closes:
                return max(local, datetime.combine(local.date(), opens, hours.tz))
    day = calendar.next_workday(local.date() + ONE_DAY)
    return datetime.combine(day, hours.opening, hours.tz)


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
    """When a rung of the ladder is reached: so many days before (negative), on, or after a date, at an hour.

    `at` defaults to opening. Only in working hours: a warning that would fall on a rest day comes before it, an
    escalation after it. An urgent rung keeps its day and its hour, whatever day that is.
    """
    day = calendar.add_workdays(anchor, offset) if unit is Unit.WORKDAY else anchor + timedelta(days=offset)
    if not urgent and not calendar.is_workday(day):
        day = calendar.previous_workday(day) if offset < 0 else calendar.next_workday(day)
    instant = datetime.combine(day, hours.opening if at is None else at, hours.tz)
    return instant if urgent else into_hours(instant, hours=hours, calendar=calendar)
