"""The week's rota as the board shows it: places down, half-days across, and where nobody sits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from hall.models import User, statutory_calendar
from staffing.lifecycle import DUTY_KINDS, HALVES, ON_DUTY_ROLES
from staffing.models import Department, Duty, Hall, Leave, Posting, Station, Window
from staffing.queries.hours import HalfDay, day_bounds, halves_of

WEEK = dt.timedelta(days=7)
KEPT_WITHIN = dt.timedelta(days=14)
"""A hall keeps a rota when it has a duty no longer ago, or no further ahead, than this."""


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def week_named(text: str, today: dt.date) -> dt.date:
    """The Monday of the week in which `2026-12-03` lies; of this week when the text is none, or of another century."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = today
    return monday_of(day if abs(day.year - today.year) < 100 else today)


def half_on(hall: Hall, day: dt.date, half: str) -> HalfDay | None:
    """That half-day with its hours; None when the hall is closed then."""
    return next((one for one in halves_of(hall, [day])[day] if one.half == half), None)


def duties_of(hall: Hall, first: dt.date, last: dt.date) -> QuerySet[Duty]:
    """What is planned in a hall from day to day, with everything a page names."""
    return (
        Duty.objects.planned()
        .filter(hall=hall, day__gte=first, day__lte=last)
        .select_related("person", "substitute", "sitter", "window", "unit", "hall")
        .order_by("starts_at", "id")
    )


def people_on(hall_id: int, day: dt.date) -> list[Posting]:
    """Who may be put on duty in the hall that day: one posting each, the window's people first."""
    posts = (
        Posting.objects.on(day)
        .filter(hall=hall_id, role__in=ON_DUTY_ROLES, user__is_active=True)
        .select_related("user", "department", "window")
        .order_by("window__number", "department__code", "pk")
    )
    return list({post.user_id: post for post in posts}.values())


@dataclass(frozen=True, slots=True)
class Engaged:
    """Who is away and who sits where in a stretch of time: why somebody cannot be put on duty."""

    leaves: dict[int, Leave]
    sittings: dict[int, Duty]


def engaged(starts_at: dt.datetime, ends_at: dt.datetime, *, but: Iterable[int] = ()) -> Engaged:
    """Two queries. `but`: duties that are about to change and do not count."""
    leaves = Leave.objects.approved(starts_at, ends_at).select_related("user")
    duties = (
        Duty.objects.planned()
        .overlapping(starts_at, ends_at)
        .exclude(sitter=None)
        .exclude(pk__in=list(but))
        .select_related("window", "unit", "sitter", "hall")
    )
    return Engaged(
        leaves={leave.user_id: leave for leave in leaves},
        sittings={duty.sitter_id: duty for duty in duties if duty.sitter_id},
    )


# -- the board ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A half-day of the board, or a day on which the hall is closed (`span` None)."""

    day: dt.date
    half: str
    span: HalfDay | None
    is_over: bool
    is_kept: bool

    @property
    def half_label(self) -> str:
        return HALVES.get(self.half, "")


@dataclass(frozen=True, slots=True)
class DayHead:
    day: dt.date
    name: str
    is_today: bool
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One duty in a cell: who sits, for whom, and whether anybody."""

    duty: Duty
    on_leave: bool

    @property
    def state(self) -> str:
        if self.duty.sitter_id is None:
            return "gap"
        return "stood_in" if self.duty.stood_in else "planned"


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column
    entries: tuple[Entry, ...]
    is_gap: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A place, and its week."""

    kind: str
    label: str
    cells: tuple[Cell, ...]
    window: Window | None = None
    unit: Department | None = None


@dataclass(frozen=True, slots=True)
class Board:
    monday: dt.date
    days: tuple[DayHead, ...]
    rows: tuple[Row, ...]

    @property
    def gaps(self) -> int:
        return sum(cell.is_gap for row in self.rows for cell in row.cells)

    @property
    def is_empty(self) -> bool:
        return not any(cell.entries for row in self.rows for cell in row.cells)


Key = tuple[str, int | None]


def _key(duty: Duty) -> Key:
    return duty.kind, duty.window_id or (duty.unit_id if duty.kind == "on_call" else None)


def uncovered(span: HalfDay, duties: Iterable[Duty]) -> bool:
    """Whether some part of the half-day has nobody sitting."""
    reached = span.starts_at
    for duty in sorted(duties, key=lambda one: one.starts_at):
        if duty.sitter_id is not None and duty.starts_at <= reached:
            reached = max(reached, duty.ends_at)
    return reached < span.ends_at


def board(hall: Hall, monday: dt.date, now: dt.datetime) -> Board:
    """The week from Monday to Sunday. Seven queries, whatever is in it."""
    days = [monday + dt.timedelta(days=n) for n in range(7)]
    duties = list(duties_of(hall, days[0], days[-1]))
    calendar, halves, today = statutory_calendar(), halves_of(hall, days), timezone.localdate(now)
    kept = {(duty.day, duty.half) for duty in duties if duty.kind == "window"}
    heads = []
    for day in days:
        open_halves = halves[day]
        if not open_halves and day.weekday() > 4:
            continue
        columns = tuple(
            Column(day, one.half, one, is_over=one.ends_at <= now, is_kept=(day, one.half) in kept)
            for one in open_halves
        ) or (Column(day, "", None, is_over=day < today, is_kept=False),)
        fact = calendar.fact(day)
        heads.append(DayHead(day, fact.name if fact else "", day == today, columns))
    away = _away(hall, days[0], days[-1])
    by_place: dict[tuple[Key, dt.date, str], list[Duty]] = defaultdict(list)
    for duty in duties:
        by_place[_key(duty), duty.day, duty.half].append(duty)
    rows = []
    for kind, window, unit, label in _places(hall, duties):
        key: Key = (kind, window.pk if window else unit.pk if unit else None)
        cells = tuple(
            _cell(column, by_place[key, column.day, column.half], away, expected=kind == "window")
            for head in heads
            for column in head.columns
        )
        rows.append(Row(kind, label, cells, window, unit))
    return Board(monday, tuple(heads), tuple(rows))


def _away(hall: Hall, first: dt.date, last: dt.date) -> dict[int, list[Leave]]:
    found: dict[int, list[Leave]] = defaultdict(list)
    for leave in Leave.objects.approved(*day_bounds(first, last)).filter(hall=hall):
        found[leave.user_id].append(leave)
    return found


def _cell(column: Column, duties: list[Duty], away: dict[int, list[Leave]], *, expected: bool) -> Cell:
    entries = tuple(
        Entry(
            duty,
            on_leave=any(
                leave.starts_at < duty.ends_at and leave.ends_at > duty.starts_at
                for leave in away.get(duty.person_id, ())
            ),
        )
        for duty in duties
    )
    gap = expected and column.span is not None and column.is_kept and uncovered(column.span, duties)
    return Cell(column, entries, gap or any(duty.sitter_id is None for duty in duties))


def _places(hall: Hall, duties: Sequence[Duty]) -> list[tuple[str, Window | None, Department | None, str]]:
    windows = {
        window.pk: window
        for window in Window.objects.filter(hall=hall, is_active=True).select_related("department")
    }
    for duty in duties:
        if duty.window is not None:
            windows.setdefault(duty.window.pk, duty.window)
    units = {
        station.department.pk: station.department
        for station in Station.objects.filter(
            hall=hall, presence="on_call", department__is_active=True
        ).select_related("department")
    }
    for duty in duties:
        if duty.kind == "on_call" and duty.unit is not None:
            units.setdefault(duty.unit.pk, duty.unit)
    places: list[tuple[str, Window | None, Department | None, str]] = [
        ("window", window, None, window.label) for window in sorted(windows.values(), key=lambda w: w.number)
    ]
    places.append(("desk", None, None, DUTY_KINDS["desk"]))
    places += [("on_call", None, unit, unit.label) for unit in sorted(units.values(), key=lambda u: u.code)]
    return places


# -- gaps --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """A window without staff on a half-day; `window` None: nobody wrote a rota for that half-day at all.

    `is_over`: this morning's, asked in the afternoon.
    """

    day: dt.date
    half: str
    window: Window | None
    is_over: bool


def keeps_rota(hall: Hall, today: dt.date) -> bool:
    return (
        Duty.objects.planned()
        .filter(hall=hall, day__gte=today - KEPT_WITHIN, day__lte=today + KEPT_WITHIN)
        .exists()
    )


def gaps_ahead(hall: Hall, now: dt.datetime, workdays: int) -> list[Gap]:
    """Where nobody sits today and in the next working days; nothing where no rota is kept."""
    today, calendar = timezone.localdate(now), statutory_calendar()
    if workdays < 1 or not keeps_rota(hall, today):
        return []
    last = calendar.add_workdays(today, workdays)
    days = [today + dt.timedelta(days=n) for n in range((last - today).days + 1)]
    by_place: dict[tuple[dt.date, str, int | None], list[Duty]] = defaultdict(list)
    kept = set()
    for duty in duties_of(hall, today, last).filter(kind="window"):
        by_place[duty.day, duty.half, duty.window_id].append(duty)
        kept.add((duty.day, duty.half))
    windows = list(Window.objects.filter(hall=hall, is_active=True).order_by("number"))
    found = []
    for day, halves in halves_of(hall, days).items():
        for span in halves:
            is_over = span.ends_at <= now
            if (day, span.half) not in kept:
                found.append(Gap(day, span.half, None, is_over))
                continue
            found += [
                Gap(day, span.half, window, is_over)
                for window in windows
                if uncovered(span, by_place[day, span.half, window.pk])
            ]
    return found


def my_duties(user: User | int, today: dt.date, days: int = 28) -> QuerySet[Duty]:
    """What somebody has to do in the next weeks: where they sit, and where they are A and away."""
    pk = user if isinstance(user, int) else user.pk
    return (
        (Duty.objects.planned().filter(person=pk) | Duty.objects.planned().filter(sitter=pk))
        .filter(day__gte=today, day__lte=today + dt.timedelta(days=days))
        .select_related("hall", "window", "unit", "person", "sitter", "substitute")
        .order_by("starts_at", "id")
    )
