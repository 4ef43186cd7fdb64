"""Periods: a term of the law, what may extend or pause it, the day it ends, and the reasons for that day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import groupby, islice

from hall.clock.days import ONE_DAY, Calendar, each_day
from hall.clock.words import WEEKEND, ClockError, Span, Step, Value


class Unit(StrEnum):
    NATURAL = "natural"
    WORKDAY = "workday"


@dataclass(frozen=True, slots=True)
class Term:
    """A period set by law: how long, in which days, under which article, since when.

    `rule` is the provision in plain words. `max_extension` 0: the law knows no extension. `holds_article`
    empty: nothing pauses the period.
    """

    code: str
    law: str
    name: str
    name_en: str
    days: int
    unit: Unit
    article: str
    article_en: str
    in_force_from: date
    rule: str
    rule_en: str
    max_extension: int = 0
    holds_article: str = ""
    holds_article_en: str = ""

    @property
    def labels(self) -> dict[str, Value]:
        """What a sentence about this term needs to name it."""
        return {key: getattr(self, key) for key in ("name", "name_en", "article", "article_en")}


@dataclass(frozen=True, slots=True)
class Hold:
    """A pause: the days from `start` up to but not including `end` do not count. No end: it still lasts."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ClockError("hold_reversed", start=self.start, end=self.end)


@dataclass(frozen=True)
class Due:
    """When a period ends.

    `first` is day 1, `base` the last day without the extension, `nominal` the last day with it, `due` the
    working day that it moved to. What lies beyond the start of a pause without end is None.
    `days` is what was counted: the law's number, or a hall's shorter one.
    """

    term: Term
    start: date
    days: int
    extension: int
    holds: tuple[Hold, ...]
    first: date | None
    base: date | None
    nominal: date | None
    due: date | None
    calendar: Calendar = field(repr=False, compare=False)

    @property
    def article(self) -> str:
        return self.term.article

    @cached_property
    def awaited_years(self) -> tuple[int, ...]:
        """The years whose official arrangement, not published yet, may still move this date."""
        if self.nominal is None or self.due is None:
            return ()
        # Natural days ask the calendar about the last day alone, working days about every one.
        first = self.nominal if self.term.unit is Unit.NATURAL else self.start + ONE_DAY
        years = {self.calendar.awaited_year(day) for day in each_day(first, self.due)}
        return tuple(sorted(year for year in years if year))

    @property
    def provisional(self) -> bool:
        return bool(self.awaited_years)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Why this date: day 0, day 1, pauses, rest days passed, the last day, the extension, the move."""
        return tuple(_explain(self))


def due(
    start: date,
    term: Term,
    *,
    calendar: Calendar,
    extension: int = 0,
    holds: Iterable[Hold] = (),
    own_limit: int | None = None,
) -> Due:
    """The day a period ends that began on `start` (day 0, not counted).

    An extension counts on from the nominal end, not from the day that end moved to: the regulations do not
    say which, and this is the stricter reading. A pause counts only where the law lets it stop this period,
    and takes only days that would have counted: a last day that moves over a weekend is not paused any more.
    `own_limit` is a hall's own shorter number of days, in the unit of the term.

    Raises `ClockError` for an extension or a pause the law does not know, or an own limit beyond the law's.
    """
    pauses = merged(holds)
    if not 0 <= extension <= term.max_extension:
        code = "extension_beyond" if term.max_extension else "extension_unknown"
        raise ClockError(code, **term.labels, extension=extension, limit=term.max_extension)
    if pauses and not term.holds_article:
        raise ClockError("hold_unknown", **term.labels)
    if own_limit is not None and not 1 <= own_limit <= term.days:
        raise ClockError("own_limit_beyond", **term.labels, own_limit=own_limit, days=term.days)

    days = term.days if own_limit is None else own_limit
    try:
        counted = list(islice(_counted(start, term.unit, calendar, pauses), days + extension))
        first, base, nominal = (
            counted[n - 1] if n <= len(counted) else None for n in (1, days, days + extension)
        )
        last = calendar.next_workday(nominal) if nominal else None
    except OverflowError:
        raise ClockError("beyond_calendar", start=start) from None
    return Due(term, start, days, extension, pauses, first, base, nominal, last, calendar)


def merged(holds: Iterable[Hold]) -> tuple[Hold, ...]:
    """The same pauses as separate intervals in order: those that touch become one, empty ones vanish."""
    whole: list[Hold] = []
    for hold in sorted(holds, key=lambda hold: hold.start):
        if hold.end == hold.start:
            continue
        before = whole[-1] if whole else None
        if before is None or (before.end is not None and before.end < hold.start):
            whole.append(hold)
        elif before.end is not None and (hold.end is None or hold.end > before.end):
            whole[-1] = Hold(before.start, hold.end)
    return tuple(whole)


def _counted(start: date, unit: Unit, calendar: Calendar, pauses: Iterable[Hold]) -> Iterator[date]:
    """Day 1, day 2, …: the days that count, in order. They stop where a pause without end begins."""
    ahead, day = list(pauses), start
    while True:
        day += ONE_DAY
        while ahead and ahead[0].start <= day:
            end = ahead.pop(0).end
            if end is None:
                return
            day = max(day, end)
        if unit is Unit.NATURAL or calendar.is_workday(day):
            yield day


def days_left(today: date, until: date, *, calendar: Calendar, unit: Unit = Unit.NATURAL) -> int:
    """Days from today to a date, negative once it has passed; in working days, rest days are left out."""
    if unit is Unit.NATURAL:
        return (until - today).days
    if until < today:
        return -calendar.workdays_between(until, today)
    return calendar.workdays_between(today, until)


# --- why this date: the same facts once more, as steps


def _explain(end: Due) -> Iterator[Step]:
    term, calendar = end.term, end.calendar
    unit = "个工作日" if term.unit is Unit.WORKDAY else "日"
    yield Step("basis", {**term.labels, "days": term.days, "unit": unit})
    if end.days < term.days:
        yield Step("own_limit", {"days": end.days, "statutory": term.days, "unit": unit})
    yield Step("day_zero", {"day": end.start})
    if end.first and end.days > 1:
        yield Step("day_n", {"n": 1, "unit": unit, "day": end.first})
    yield from _pauses(end)
    if end.base:
        yield from _passed(end.start, end.base, term.unit, calendar)
        yield Step("day_n", {"n": end.days, "unit": unit, "day": end.base})
        if end.extension:
            yield Step("extension", {"extension": end.extension, "base": end.base})
    if end.base is None or end.nominal is None or end.due is None:
        yield Step("no_end_yet")
        return
    if end.extension:
        yield from _passed(end.base, end.nominal, term.unit, calendar)
        yield Step("day_n", {"n": end.days + end.extension, "unit": unit, "day": end.nominal})
    yield from _moved(end.nominal, end.due, calendar)
    if end.provisional:
        yield Step("provisional", {"years": tuple(map(str, end.awaited_years))})
    yield Step("due", {"day": end.due})


def _moved(nominal: date, due: date, calendar: Calendar) -> Iterator[Step]:
    """What stands between the last counted day and the day it falls due on, and who says so."""
    for _rest, span, why in _runs(nominal, due - ONE_DAY, calendar):
        yield Step("moved", {"span": span, "why": why, "day": due})
    for makeup, span, why in _runs(due, due, calendar):
        yield Step(makeup, {"span": span, "why": why})
    if source := calendar.sources.get(due.year):
        yield Step("source", {"year": str(due.year), "source": source})


def _pauses(end: Due) -> Iterator[Step]:
    """Every pause and what it took from this period; one that lies outside took nothing."""
    authority: dict[str, Value] = {
        "article": end.term.holds_article,
        "article_en": end.term.holds_article_en,
    }
    for hold in end.holds:
        first = max(hold.start, end.start + ONE_DAY)
        last = hold.end - ONE_DAY if hold.end else None
        if (last and last < first) or (end.nominal and first > end.nominal):
            yield Step("pause_outside", {"span": (hold.start, last or hold.start)})
        elif last is None:
            yield Step("pause_open", {**authority, "day": first})
        else:
            yield Step("pause", {**authority, "span": (first, last), "days": (last - first).days + 1})


def _passed(after: date, until: date, unit: Unit, calendar: Calendar) -> Iterator[Step]:
    """The special days between two dates; natural days count them, which is worth saying of holidays."""
    for code, span, why in _runs(after + ONE_DAY, until - ONE_DAY, calendar):
        if unit is Unit.WORKDAY:
            yield Step("left_out" if code == "rest" else code, {"span": span, "why": why})
        elif code == "rest" and why != (WEEKEND,):
            yield Step("counted", {"span": span, "why": why})


def _runs(first: date, last: date, calendar: Calendar) -> Iterator[tuple[str, Span, tuple[str, ...]]]:
    """Runs of rest days and of make-up workdays, with the holidays they belong to or `WEEKEND`."""

    def kind(day: date) -> str:
        if not calendar.is_workday(day):
            return "rest"
        return "makeup" if calendar.fact(day) else ""

    for code, run in groupby(each_day(first, last), key=kind):
        if code:
            days = list(run)
            names = dict.fromkeys(fact.name for day in days if (fact := calendar.fact(day)))
            yield code, (days[0], days[-1]), tuple(names) or (WEEKEND,)
