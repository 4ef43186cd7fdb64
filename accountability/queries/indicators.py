"""A figure: one indicator, for somebody, for a time; with what it is counted from and how old that is.

    figure(code, scope, period, now=now)            one figure, with 环比 and 同比 beside it
    figures(codes, scope, periods, now=now)         many at once: two statements where the months are counted
    figures_by("department", codes, scope, period)  the same for each hall, unit, channel or category
    cases_behind(code, scope, period, …)            (module `behind`) the list that the figure is the number of

Whole months are read from the months that the worker has counted; other days, and months not counted yet, are counted
on the spot, by the same statements. A share is rounded to 4 decimals HALF_UP; nothing to divide by is None, shown "–".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from accountability.models import CountedMonth
from accountability.queries.indicator_sources import HIDDEN, RULES, items
from accountability.queries.indicator_table import (
    COUNT,
    INDICATORS,
    LONGEST,
    MEAN,
    MEDIAN,
    SHARE,
    SUM,
    Indicator,
    Version,
)
from accountability.queries.periods import Period, Scope
from hall.citations import in_english

EMPTY = "–"
_DIMENSIONS = {"hall": "hall_id", "department": "department_id", "channel": "channel", "category": "category"}
_MEDIANS = ", ".join(f"'{one.code}'" for one in INDICATORS.values() if one.kind == MEDIAN)
_FOUR = Decimal("0.0001")


@dataclass(slots=True)
class Tally:
    """What items add up to; tallies of two times add up to that of both."""

    denominator: int = 0
    numerator: int = 0
    excluded: int = 0
    total: int = 0
    longest: int | None = None
    measures: list[int] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.denominator += other.denominator
        self.numerator += other.numerator
        self.excluded += other.excluded
        self.total += other.total
        self.longest = max((one for one in (self.longest, other.longest) if one is not None), default=None)
        self.measures += other.measures


def _tally(sums: Sequence[Any]) -> Tally:
    """Of the six columns of a row: four numbers, the longest, the measures."""
    den, num, exc, total, longest, measures = sums
    return Tally(int(den), int(num), int(exc), int(total), longest, list(measures or []))


def rounded(top: int | Decimal, bottom: int) -> Decimal:
    """4 decimals, HALF_UP."""
    return (Decimal(top) / bottom).quantize(_FOUR, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Figure:
    """`value`: share (0.9375), days, minutes or number; None where there is nothing to count or divide by.

    `as_of`: what happened later is not in it. `previous` and `last_year` stand beside it when they were asked for.
    """

    indicator: Indicator
    scope: Scope
    period: Period
    value: Decimal | None
    denominator: int
    numerator: int
    excluded: int
    as_of: dt.datetime
    previous: Figure | None = None
    last_year: Figure | None = None

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def name(self) -> str:
        return self.indicator.name[in_english()]

    @property
    def versions(self) -> tuple[Version, ...]:
        return self.indicator.versions_in(self.period.start, self.period.end)

    @property
    def shown(self) -> str:
        """`93.75%`, `12.5`, `31`, `–`."""
        if self.value is None:
            return EMPTY
        if self.indicator.kind == SHARE:
            return f"{(self.value * 100).quantize(Decimal('0.01'))}%"
        if self.indicator.kind in (MEAN, MEDIAN) or self.indicator.unit == "minutes":
            return str(self.value.quantize(Decimal("0.1"), ROUND_HALF_UP))
        return str(int(self.value))

    @property
    def is_cut(self) -> bool:
        """Whether what stands beside it is cut to the days that have begun."""
        return self.previous is not None and self.previous.period != self.period.previous()

    def change_from(self, other: Figure | None) -> Decimal | None:
        """By how much it differs: in percentage points for a share, else in its unit; None where either is empty."""
        if other is None or self.value is None or other.value is None:
            return None
        return (self.value - other.value) * (100 if self.indicator.kind == SHARE else 1)

    def fares(self, other: Figure | None) -> str:
        """`better`, `worse`, or "" where it is the same or no way is better."""
        change = self.change_from(other)
        if not change or self.indicator.good == "none":
            return ""
        return "better" if (change > 0) == (self.indicator.good == "high") else "worse"


def value_of(one: Indicator, tally: Tally) -> Decimal | None:
    """What the tally says under that indicator."""
    minutes = 60 if one.unit == "minutes" else 1
    if one.kind == COUNT:
        return Decimal(tally.denominator)
    if one.kind == SUM:
        return Decimal(tally.total)
    if not tally.denominator:
        return None
    if one.kind == SHARE:
        return rounded(tally.numerator, tally.denominator)
    if one.kind == MEAN:
        return rounded(tally.total, tally.denominator * minutes)
    if one.kind == LONGEST:
        return None if tally.longest is None else rounded(tally.longest, minutes)
    ordered, middle = sorted(tally.measures), len(tally.measures) // 2
    twice = ordered[middle] * 2 if len(ordered) % 2 else ordered[middle - 1] + ordered[middle]
    return rounded(twice, 2 * minutes)


# -- counting -----------------------------------------------------------------------------------------------------

SUMS = """count(*) FILTER (WHERE den), count(*) FILTER (WHERE num), count(*) FILTER (WHERE exc),
    coalesce(sum(value) FILTER (WHERE den), 0)::bigint, max(value) FILTER (WHERE den)"""
MEASURED = f"array_agg(value ORDER BY value) FILTER (WHERE den AND indicator IN ({_MEDIANS}))"


def facts_of(scope: Scope, start: dt.date, end: dt.date, *, now: dt.datetime) -> dict[str, Any]:
    """The parameters of `items` for these days."""
    tz = timezone.get_current_timezone()
    return {
        "halls": list(scope.hall_ids), "start": start, "end": end, "now": now, "today": timezone.localdate(now),
        "from_at": dt.datetime.combine(start, dt.time.min, tz), "to_at": dt.datetime.combine(end, dt.time.min, tz),
        "tz": str(tz), "department": scope.department_id, "channel": scope.channel, "category": scope.category,
        "hidden": list(scope.hidden.case_ids),
    }  # fmt: skip


def unhidden(scope: Scope) -> str:
    """The condition that leaves out what is kept from the reader; the counted months know no case."""
    return f" AND (case_id IS NULL OR case_id <> ALL({HIDDEN}))" if scope.hidden.case_ids else ""


def narrowed(scope: Scope) -> str:
    """The conditions of the scope besides its halls."""
    asked = {
        "department_id = %(department)s": scope.department_id is not None,
        "channel = %(channel)s": bool(scope.channel),
        "category = %(category)s": bool(scope.category),
    }
    return "".join(f" AND {condition}" for condition, is_asked in asked.items() if is_asked)


Key = tuple[str, Any]
"""Indicator, and the hall, unit, channel or category (None where it is asked for all of them together)."""


Days = tuple[dt.date, dt.date]
"""From a day up to another, which is not in it."""


def counted_live(
    codes: Sequence[str], scope: Scope, spans: Sequence[Days], *, by: str = "", now: dt.datetime
) -> dict[Days, dict[Key, Tally]]:
    """Counted from the facts, for each of these spans: one statement for those that touch each other. Its cost grows
    with what lies in these days.
    """
    key = _DIMENSIONS[by] if by else "NULL"
    found: dict[Days, dict[Key, Tally]] = {span: {} for span in spans}
    for block in _touching(spans):
        rows = ", ".join(f"({n}, date '{start}', date '{end}')" for n, (start, end) in enumerate(block))
        sql = f"""SELECT n, indicator, {key} AS key, {SUMS}, {MEASURED} FROM {items(codes)}
            JOIN (VALUES {rows}) span(n, since, until) ON day >= since AND day < until
            WHERE indicator = ANY(%(codes)s){narrowed(scope)}{unhidden(scope)} GROUP BY 1, 2, 3"""  # noqa: S608 - of our own constants
        facts = facts_of(scope, block[0][0], max(end for _start, end in block), now=now)
        with connection.cursor() as cursor:
            cursor.execute(sql, facts | {"codes": list(codes)})
            for n, indicator, name, *sums in cursor.fetchall():
                found[block[n]][indicator, name] = _tally(sums)
    return found


def _touching(spans: Iterable[Days]) -> list[list[Days]]:
    blocks: list[list[Days]] = []
    for span in sorted(set(spans)):
        if blocks and span[0] <= max(end for _start, end in blocks[-1]):
            blocks[-1].append(span)
        else:
            blocks.append([span])
    return blocks


Ages = Mapping[dt.date, dt.datetime]


def ages_of(scope: Scope, periods: Iterable[Period]) -> Ages:
    """What a page that asks for several things of one scope reads once: which months are counted, how old each is."""
    return _counted_months(scope, {month for one in periods for month in one.months()})


def _counted_months(scope: Scope, months: Iterable[dt.date]) -> dict[dt.date, dt.datetime]:
    """Months that are counted for all halls of the scope, by today's rules, and how old the oldest of them is."""
    wanted = set(months)
    if not wanted:
        return {}
    found: dict[dt.date, list[dt.datetime]] = {}
    rows = CountedMonth.objects.filter(hall__in=scope.hall_ids, month__in=wanted, rules=RULES)
    for month, as_of in rows.values_list("month", "as_of"):
        found.setdefault(month, []).append(as_of)
    return {month: min(ages) for month, ages in found.items() if len(ages) == len(set(scope.hall_ids))}


def _stored(
    codes: Sequence[str], scope: Scope, months: Iterable[dt.date], *, by: str
) -> list[tuple[dt.date, Key, list[Any]]]:
    """From the coarsest rows that can say it. Rows that carry measures stay apart: two may carry the same."""
    wanted = sorted(set(months))
    if not wanted:
        return []
    fine = bool(scope.channel or scope.category) or by in ("channel", "category")
    level = 2 if fine else 1 if scope.department_id is not None or by == "department" else 0
    key = _DIMENSIONS[by] if by else "NULL"
    sql = f"""SELECT month, indicator, {key} AS key, sum(denominator), sum(numerator), sum(excluded),
            sum(total)::bigint, max(longest), measures
        FROM accountability_indicatorcount
        WHERE hall_id = ANY(%(halls)s) AND level = %(level)s AND month = ANY(%(months)s)
            AND indicator = ANY(%(codes)s){narrowed(scope)}
        GROUP BY month, indicator, key, measures, CASE WHEN measures IS NOT NULL THEN id END"""  # noqa: S608 - of our own constants
    facts: dict[str, Any] = {
        "halls": list(scope.hall_ids), "level": level, "months": wanted, "codes": list(codes),
        "department": scope.department_id, "channel": scope.channel, "category": scope.category,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return [(row[0], (row[1], row[2]), list(row[3:])) for row in cursor.fetchall()]


def _gaps(period: Period, counted: Collection[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """The days of the period that no counted month covers, as ranges."""
    gaps, start = [], period.start
    for month in period.months():
        if month in counted:
            if start < month:
                gaps.append((start, month))
            start = (month + dt.timedelta(days=31)).replace(day=1)
    return [*gaps, (start, period.end)] if start < period.end else gaps


def tallies(
    codes: Sequence[str],
    scope: Scope,
    periods: Sequence[Period],
    *,
    by: str = "",
    now: dt.datetime,
    live: bool = False,
    ages: Ages | None = None,
) -> list[tuple[dict[Key, Tally], dt.datetime]]:
    """For each period what it counts and how old that is. `live`: from the facts alone; `ages`: known already. Months
    in which something of a case that is kept from the reader may lie are counted on the spot; they are told as old as
    others are told them.
    """
    codes = [code for code in codes if _answers(INDICATORS[code], scope, by)]
    wanted = {month for one in periods for month in one.months()}
    counted: dict[dt.date, dt.datetime] = {}
    if ages is not None:
        counted = {month: ages[month] for month in sorted(wanted) if month in ages}
    elif not live:
        counted = _counted_months(scope, wanted)
    usable = {month for month in counted if scope.hidden.since is None or month < scope.hidden.since}
    stored = _stored(codes, scope, usable, by=by)
    tomorrow = timezone.localdate(now) + dt.timedelta(days=1)
    gaps = [  # what lies ahead has no items
        [(start, min(end, tomorrow)) for start, end in _gaps(period, usable) if start < tomorrow]
        for period in periods
    ]
    measured = (
        counted_live(codes, scope, [gap for own in gaps for gap in own], by=by, now=now) if codes else {}
    )
    results = []
    for period, own in zip(periods, gaps, strict=True):
        inside = set(period.months())
        found: dict[Key, Tally] = {}
        for month, key, sums in stored:
            if month in inside:
                found.setdefault(key, Tally()).add(_tally(sums))
        for gap in own:
            for key, one in measured.get(gap, {}).items():
                found.setdefault(key, Tally()).add(one)
        results.append((found, min((counted[month] for month in inside if month in counted), default=now)))
    return results


def _answers(one: Indicator, scope: Scope, by: str) -> bool:
    """Whether its items can be told apart as asked: a reception has no channel."""
    asked = {"u": scope.department_id is not None or by == "department", "c": scope.channel or by == "channel",
             "k": scope.category or by == "category"}  # fmt: skip
    return all(letter in one.dims for letter, is_asked in asked.items() if is_asked)


def answers(code: str, scope: Scope) -> bool:
    """Whether that indicator can be asked for that scope."""
    return _answers(INDICATORS[code], scope, "")


# -- figures ------------------------------------------------------------------------------------------------------


def _figure(one: Indicator, scope: Scope, period: Period, tally: Tally | None, as_of: dt.datetime) -> Figure:
    tally = tally or Tally()
    value = value_of(one, tally) if answers(one.code, scope) else None
    return Figure(one, scope, period, value, tally.denominator, tally.numerator, tally.excluded, as_of)


def figures(
    codes: Sequence[str],
    scope: Scope,
    periods: Sequence[Period],
    *,
    now: dt.datetime,
    live: bool = False,
    ages: Ages | None = None,
) -> list[dict[str, Figure]]:
    """For each period, each indicator's figure."""
    return [
        {
            code: _figure(INDICATORS[code], scope, period, found.get((code, None)), as_of)
            for code in codes
        }
        for period, (found, as_of) in zip(
            periods, tallies(codes, scope, periods, now=now, live=live, ages=ages), strict=True
        )
    ]  # fmt: skip


def compared(
    codes: Sequence[str], scope: Scope, period: Period, *, now: dt.datetime, ages: Ages | None = None
) -> dict[str, Figure]:
    """Each with the period before and the same one a year ago beside it. While the period is not over, both are cut
    to as many days as have begun of it.
    """
    today = timezone.localdate(now)
    beside = (period.previous().cut_like(period, today), period.last_year().cut_like(period, today))
    own, before, year_ago = figures(codes, scope, (period, *beside), now=now, ages=ages)
    return {code: _beside(own[code], before[code], year_ago[code]) for code in codes}


def _beside(own: Figure, previous: Figure, last_year: Figure) -> Figure:
    facts = (
        own.indicator,
        own.scope,
        own.period,
        own.value,
        own.denominator,
        own.numerator,
        own.excluded,
        own.as_of,
    )
    return Figure(*facts, previous=previous, last_year=last_year)


def figure(code: str, scope: Scope, period: Period, *, now: dt.datetime) -> Figure:
    """One figure, with 环比 and 同比 beside it."""
    return compared((code,), scope, period, now=now)[code]


def figures_by(
    by: str,
    codes: Sequence[str],
    scope: Scope,
    period: Period,
    *,
    now: dt.datetime,
    ages: Ages | None = None,
) -> dict[Any, dict[str, Figure]]:
    """For each hall id (`by="hall"`), unit id (`by="department"`), channel or category that has any item, its figures.
    What has no unit stands under None.
    """
    ((found, as_of),) = tallies(codes, scope, (period,), by=by, now=now, ages=ages)
    field_of = {"department": "department_id", "hall": "hall_ids"}.get(by, by)
    table: dict[Any, dict[str, Figure]] = {}
    for name in {key[1] for key in found}:
        asked: dict[str, Any] = {field_of: (name,) if by == "hall" else name}
        own = replace(scope, **asked)
        table[name] = {
            code: _figure(INDICATORS[code], own, period, found.get((code, name)), as_of) for code in codes
        }
    return table
