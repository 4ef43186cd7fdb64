"""Periods."""

from __future__ import annotations

@dataclass(frozen=True, slots=True)
class Term:
    """A period set by law: how long, in which days, under which article, since when.

    `max_extension` 0: the law knows no extension. `holds_article` empty: nothing stops the period.
    `rule` is the provision in plain words.
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
    rule: str = ""
    rule_en: str = ""
    max_extension: int = 0
    holds_article: str = ""
    holds_article_en: str = ""

    @property
    def labels(self) -> dict[str, Value]:
        return {key: getattr(self, key) for key in ("name", "name_en", "article", "article_en")}


@dataclass(frozen=True, slots=True)
class Hold:
    """A pause: the days from `start` up to but not including `end` do not count. No end: it still lasts."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ClockError("hold_reversed", start=self.start, end=self.end)


def merged(holds: Iterable[Hold]) -> tuple[Hold, ...]:
    """The same pauses as disjoint intervals in order; touching ones become one, empty ones vanish."""
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


def _counted(start: date, unit: Unit, calendar: Calendar, holds: Iterable[Hold]) -> Iterator[date]:
    """Day 1, day 2, … of a period: the days that count, in order. It ends where a pause without end begins."""
    pauses, day = list(merged(holds)), start
    while True:
        day += ONE_DAY
        while pauses and pauses[0].start <= day:
            end = pauses.pop(0).end
            if end is None:
                return
            day = max(day, end)
        if unit is Unit.NATURAL or calendar.is_workday(day):
            yield day


@dataclass(frozen=True)
class Step:
    """One sentence of the explanation: what happened (`code`) and with which dates and numbers."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """When a period ends. `due` and `nominal` are None while a pause without end keeps it from ending.

    `base` is the last counted day without the extension, `nominal` with it, `due` the working day it rolled to.
    `provisional`: it rests on days whose official arrangement is not published yet. `days` is what was counted:
    the law's number, or a hall's shorter one.
    """

    term: Term
    start: date
    days: int
    extension: int
    holds: tuple[Hold, ...]
    calendar: Calendar = field(repr=False, compare=False)
    first: date | None
    base: date | None
    nominal: date | None
    due: date | None

    @property
    def article(self) -> str:
        return self.term.article

    @cached_property
    def awaited_years(self) -> tuple[int, ...]:
        """The years whose official arrangement may still move this date."""
        if self.nominal is None or self.due is None:
            return ()
        # Natural days need no calendar until the last one; working days need it from the first.
        first = self.nominal if self.term.unit is Unit.NATURAL else self.start + ONE_DAY
        return tuple(sorted({y for day in _days(first, self.due) if (y := self.calendar.unpublished(day))}))

    @property
    def provisional(self) -> bool:
        return bool(self.awaited_years)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Why this date: day 0, day 1, rest days passed, pauses, the last day, the extension, the roll."""
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

    An extension counts on from the nominal end, not from the day that end rolled to: the regulations do not say
    (law.md §8), and this is the stricter reading. A pause counts only where the law lets it stop this period.
    `own_limit` is a hall's own shorter number of days, in the unit of the term.

    Raises `ClockError` for an extension or a pause that the law does not know, and for an own limit longer than it.
    """
    whole = merged(holds)
    if not 0 <= extension <= term.max_extension:
        code = "extension_beyond" if term.max_extension else "extension_unknown"
        raise ClockError(code, **term.labels, extension=extension, limit=term.max_extension)
    if whole and not term.holds_article:
        raise ClockError("hold_unknown", **term.labels)
    if own_limit is not None and not 1 <= own_limit <= term.days:
        raise ClockError("own_limit_beyond", **term.labels, own_limit=own_limit, days=term.days)

    days = term.days if own_limit is None else own_limit
    try:
        counted = _counted(start, term.unit, calendar, whole)
        first = next(counted, None)
        base = first if days == 1 else next(islice(counted, days - 2, None), None)
        nominal = next(islice(counted, extension - 1, None), None) if extension else base
        last = None if nominal is None else calendar.next_workday(nominal)
    except OverflowError:
        raise ClockError("beyond_calendar", start=start) from None
    return Due(term, start, days, extension, whole, calendar, first, base, nominal, last)


def days_left(today: date, until: date, *, calendar: Calendar, unit: Unit = Unit.NATURAL) -> int:
    """Days from today to a date, negative once it has passed; working days leave out rest days on either side."""
    if unit is Unit.NATURAL:
        return (until - today).days
    if until >= today:
        return calendar.workdays_between(today, until)
    return -calendar.workdays_between(until, today)


def ends_at(day: date, *, tz: tzinfo, closing: time | None = None) -> datetime:
    """The instant a last day ends: close of business where there are hours, else 24:00 (Civil Code 203 para. 2)."""
    if closing is not None:
        return datetime.combine(day, closing, tz)
    return datetime.combine(day + ONE_DAY, time.min, tz)


WEEKEND = "周末"


def _explain(end: Due) -> Iterator[Step]:
    term, calendar = end.term, end.calendar
    unit = "个工作日" if term.unit is Unit.WORKDAY else "日"
    yield Step("basis", {**term.labels, "days": term.days, "unit": unit})
    if end.days < term.days:
        yield Step("own_limit", {"days": end.days, "statutory": term.days})
    yield Step("day_zero", {"day": end.start})
    if end.first and end.days > 1:
        yield Step("day_n", {"n": 1, "unit": unit, "day": end.first})
    yield from _pauses(end)
    if end.base:
        yield from _between(end.start, end.base, term.unit, calendar)
        yield Step("day_n", {"n": end.days, "unit": unit, "day": end.base})
    if end.base and end.extension:
        yield Step("extension", {"extension": end.extension, "base": end.base})
    if end.nominal is None or end.due is None:
        yield Step("no_end_yet")
        return
    if end.base and end.extension:
        yield from _between(end.base, end.nominal, term.unit, calendar)
        yield Step("day_n", {"n": end.days + end.extension, "unit": unit, "day": end.nominal})
    for span, why in _rests(end.nominal, end.due - ONE_DAY, calendar):
        yield Step("rolled", {"span": span, "why": why, "day": end.due})
    yield from _makeups(end.due, end.due, calendar)
    if source := calendar.sources.get(end.due.year):
        yield Step("source", {"year": end.due.year, "source": source})
    if end.awaited_years:
        yield Step("provisional", {"years": tuple(str(year) for year in end.awaited_years)})
    yield Step("due", {"day": end.due})


def _pauses(end: Due) -> Iterator[Step]:
    """Every pause, and how many days of this period it took; one that lies outside took none."""
    authority: dict[str, Value] = {"article": end.term.holds_article, "article_en": end.term.holds_article_en}
    for hold in end.holds:
        first = max(hold.start, end.start + ONE_DAY)
        last = hold.end - ONE_DAY if hold.end else None
        if (last and last < first) or (end.nominal and first > end.nominal):
            yield Step("pause_outside", {"span": (hold.start, last or hold.start)})
        elif last is None:
            yield Step("pause_open", {**authority, "day": first})
        else:
            yield Step("pause", {**authority, "span": (first, last), "days": (last - first).days + 1})


def _between(after: date, until: date, unit: Unit, calendar: Calendar) -> Iterator[Step]:
    """The rest days in between: in natural days they count, which is told of holidays; else they are left out."""
    for span, why in _rests(after + ONE_DAY, until - ONE_DAY, calendar):
        if unit is Unit.WORKDAY:
            yield Step("left_out", {"span": span, "why": why})
        elif why != (WEEKEND,):
            yield Step("counted", {"span": span, "why": why})
    if unit is Unit.WORKDAY:
        yield from _makeups(after + ONE_DAY, until - ONE_DAY, calendar)


def _makeups(first: date, last: date, calendar: Calendar) -> Iterator[Step]:
    for day in _days(first, last):
        if (fact := calendar.fact(day)) and fact.worked:
            yield Step("makeup", {"day": day, "why": (fact.name,)})


def _rests(first: date, last: date, calendar: Calendar) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Runs of rest days, each with the names of what is kept; a weekend beside a holiday goes unnamed."""
    for rest, run in groupby(_days(first, last), key=lambda day: not calendar.is_workday(day)):
        if rest:
            days = list(run)
            names = dict.fromkeys(fact.name for day in days if (fact := calendar.fact(day)))
            yield (days[0], days[-1]), tuple(names) or (WEEKEND,)
