"""Who sits where: now, for the staff and for the rule that a window without staff does not call; and for the public."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from hall.models import User, worded
from staffing.models import Attendance, CallIn, Department, Duty, Hall, LeaderReception, Posting, Window
from staffing.queries.hours import HalfDay, day_bounds, half_of, halves_of
from staffing.queries.receptions import Notice, notices
from staffing.queries.rota import duties_of, people_on

HERE = ("in", "back")
"""Attendance after which somebody is at their place."""


def last_seen(hall_id: int, day: dt.date) -> dict[int, Attendance]:
    """The last row of each person's day."""
    rows = Attendance.objects.filter(hall=hall_id, day=day).order_by("user", "-seq").distinct("user")
    return {row.user_id: row for row in rows}


def in_force(duties: Sequence[Duty], now: dt.datetime) -> Duty | None:
    """Of a place's duties in a half-day the one that holds: the last begun, before the first the first.

    So whoever sat there until noon still calls the visitor who came at two minutes to twelve.
    """
    begun = [duty for duty in duties if duty.starts_at <= now]
    if begun:
        return max(begun, key=lambda one: (one.starts_at, one.pk))
    return min(duties, key=lambda one: (one.starts_at, one.pk), default=None)


def window_duties(hall_id: int, now: dt.datetime) -> list[Duty]:
    """The hall's duties at windows on this half-day. One query; empty where no rota is kept for it."""
    return list(
        Duty.objects.planned()
        .filter(hall=hall_id, day=timezone.localdate(now), half=half_of(now), kind="window")
        .select_related("sitter", "person", "window")
    )


@dataclass(frozen=True, slots=True)
class Sitting:
    """A place now: who sits there, and whether they have come. `state`: here, away, not_in, out, gap."""

    duty: Duty
    state: str
    call: CallIn | None = None

    @property
    def user(self) -> User | None:
        return self.duty.sitter


@dataclass(frozen=True, slots=True)
class SitsNow:
    """The half-day's places. `is_kept`: a rota was written for it; else the postings are all that is known."""

    is_kept: bool
    windows: dict[int, Sitting] = field(default_factory=dict)
    desk: list[Sitting] = field(default_factory=list)
    on_call: list[Sitting] = field(default_factory=list)


def who_sits(hall: Hall, now: dt.datetime) -> SitsNow:
    """Who sits where at this moment. Three queries."""
    today, half = timezone.localdate(now), half_of(now)
    duties = [duty for duty in duties_of(hall, today, today) if duty.half == half]
    seen = last_seen(hall.pk, today)
    calls = {
        call.duty_id: call
        for call in CallIn.objects.filter(duty__hall=hall, duty__day=today).order_by("called_at")
    }
    places: dict[tuple[str, int | None], list[Duty]] = defaultdict(list)
    for duty in duties:
        places[duty.kind, duty.window_id or (duty.unit_id if duty.kind == "on_call" else duty.pk)].append(
            duty
        )
    found = SitsNow(is_kept=any(duty.kind == "window" for duty in duties))
    for (kind, place), here in places.items():
        holds = in_force(here, now)
        if holds is None or (kind == "desk" and holds.ends_at <= now):
            continue
        sitting = Sitting(holds, _state(holds, seen), calls.get(holds.pk))
        if kind == "window" and place is not None:
            found.windows[place] = sitting
        else:
            (found.desk if kind == "desk" else found.on_call).append(sitting)
    return found


def _state(duty: Duty, seen: dict[int, Attendance]) -> str:
    if duty.sitter_id is None:
        return "gap"
    row = seen.get(duty.sitter_id)
    if row is None:
        return "not_in"
    return {"in": "here", "back": "here", "away": "away", "out": "out"}[row.kind]


# -- for the public ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class OnDuty:
    """One person as the public reads of them: name, post, where, and when (no times: the whole day)."""

    name: str
    title: str
    place: str
    times: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class UnitOnDuty:
    unit: Department | None
    people: list[OnDuty]


@dataclass(frozen=True, slots=True)
class DayOnDuty:
    """A day of the public page. `is_kept`: from the rota; else whoever is posted."""

    day: dt.date
    halves: tuple[HalfDay, ...]
    is_kept: bool
    units: list[UnitOnDuty]
    receptions: list[Notice]


AHEAD = 30
"""Days in which the next opening is looked for; a hall closed for longer says so on its own page."""


def on_duty(hall: Hall, now: dt.datetime) -> list[DayOnDuty]:
    """Today and the next day on which the hall is open: from the rota where one is kept, else from the postings."""
    today = timezone.localdate(now)
    halves = halves_of(hall, [today + dt.timedelta(days=n) for n in range(AHEAD)])
    dates = [today, *[day for day, spans in halves.items() if day > today and spans][:1]]
    start, end = day_bounds(today, dates[-1])
    ahead = list(
        LeaderReception.objects.public()
        .filter(hall=hall, starts_at__gte=start, starts_at__lt=end)
        .exclude(status="cancelled")
        .select_related("leader", "room")
        .order_by("starts_at", "id")
    )
    told = notices(ahead, now)
    duties: dict[dt.date, list[Duty]] = defaultdict(list)
    for duty in duties_of(hall, dates[0], dates[-1]):
        if duty.kind != "on_call":
            duties[duty.day].append(duty)
    return [
        DayOnDuty(
            day=day,
            halves=halves[day],
            is_kept=bool(duties[day]),
            units=_units(hall, day, duties[day]) if halves[day] else [],
            receptions=[one for one in told if one.date == day],
        )
        for day in dates
    ]


def _units(hall: Hall, day: dt.date, duties: list[Duty]) -> list[UnitOnDuty]:
    posts = {post.user_id: post for post in people_on(hall.pk, day)}
    groups: dict[int | None, dict[tuple[int, str], OnDuty]] = defaultdict(dict)
    units: dict[int | None, Department | None] = {None: None}

    def add(post: Posting | None, user: User, place: str, time: str) -> None:
        unit = post.department if post else None
        key = unit.pk if unit else None
        units[key] = unit
        title = worded(post, "title") if post else ""
        line = groups[key].setdefault((user.pk, place), OnDuty(user.label, title, place))
        if time:
            line.times.append(time)

    if duties:
        for duty in duties:
            if duty.sitter is not None:
                add(posts.get(duty.sitter.pk), duty.sitter, duty.place_label, duty.time)
    else:
        for post in posts.values():
            place: Window | None = post.window
            if place is not None or post.role == "guide":
                add(post, post.user, place.label if place else "", "")
    order = sorted(groups, key=lambda key: (key is not None, units[key].code if units[key] else ""))  # type: ignore[union-attr]
    return [UnitOnDuty(units[key], list(groups[key].values())) for key in order]
