"""Arrangements: what the State Council publishes for a year, from a package or a file, set into a calendar.

A year's arrangement is whole: it names New Year's Day, Labour Day and National Day, and replaces whatever was
known or assumed of that year. It may also reach back to the last days of the December before.
"""

from __future__ import annotations

import csv
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version

from chinese_calendar import Holiday, constants

from hall.clock.days import Calendar, Day, reaches_back
from hall.clock.words import ClockError

PACKAGE = "chinesecalendar"
COLUMNS = ("date", "kind", "name")
KINDS = {"holiday": False, "workday": True}
LANDMARKS = ((1, 1), (5, 1), (10, 1))


@dataclass(frozen=True)
class Arrangement:
    """The special days of one or more whole years, and for each of these years the notice they come from."""

    days: tuple[Day, ...]
    sources: Mapping[int, str]

    def only(self, years: Container[int]) -> Arrangement:
        """The part of it that concerns these years."""
        days = tuple(day for day in self.days if _year_of(day.date, self.sources) in years)
        return Arrangement(days, {year: name for year, name in self.sources.items() if year in years})


class BadArrangement(ValueError):
    """A file that is no arrangement of whole years; every problem that was found, not the first alone."""

    def __init__(self, problems: Iterable[ClockError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@cache
def packaged() -> Arrangement:
    """Every year that the installed `chinesecalendar` publishes."""
    names = {holiday.value: holiday.chinese for holiday in Holiday}
    kinds = ((constants.holidays, False), (constants.workdays, True))
    days = [
        Day(day, worked=worked, name=_festival(names[name]))
        for table, worked in kinds
        for day, name in table.items()
    ]
    edition = f"{PACKAGE} {version(PACKAGE)}"
    years = {day.date.year for day in days if (day.date.month, day.date.day) == (1, 1)}
    sources = {year: f"国务院办公厅{year}年节假日安排（{edition}）" for year in sorted(years)}
    return Arrangement(tuple(sorted(days)), sources)


def _festival(name: str) -> str:
    """`清明` as the notices write it: `清明节`."""
    return f"{name}节" if name in {"清明", "端午", "中秋"} else name


def from_csv(data: bytes, *, source: str) -> Arrangement:
    """The arrangement in a CSV file with the columns date (YYYY-MM-DD), kind (holiday or workday) and name.

    UTF-8, or GB 18030 as Excel writes it. Raises `BadArrangement` with the line of every row that is wrong.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    rows = csv.DictReader(text.splitlines(), strict=True)
    problems: list[ClockError] = []
    days: dict[date, Day] = {}
    whole = 0  # lines read without trouble
    try:
        rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
        if missing := tuple(name for name in COLUMNS if name not in rows.fieldnames):
            raise BadArrangement([ClockError("csv_columns", missing=missing)])
        for row in rows:
            whole = rows.line_num
            try:
                day = _read(row, days, line=whole)
                days[day.date] = day
            except ClockError as error:
                problems.append(error)
    except csv.Error:
        problems.append(ClockError("csv_broken", line=whole + 1))
    if not problems:
        problems.extend(_gaps(days))
    if problems:
        raise BadArrangement(problems)
    return Arrangement(tuple(sorted(days.values())), dict.fromkeys(_years(days), source))


def _read(row: Mapping[str, str | None], days: Container[date], *, line: int) -> Day:
    values = {name: (row[name] or "").strip() for name in COLUMNS}
    try:
        day = date.fromisoformat(values["date"])
    except ValueError:
        raise ClockError("csv_date", line=line, text=values["date"]) from None
    if values["kind"] not in KINDS:
        raise ClockError("csv_kind", line=line, text=values["kind"])
    if not values["name"]:
        raise ClockError("csv_name", line=line)
    if day in days:
        raise ClockError("csv_twice", line=line, day=day)
    worked = KINDS[values["kind"]]
    if worked and day.weekday() < 5:
        raise ClockError("csv_no_weekend", line=line, day=day)
    return Day(day, worked=worked, name=values["name"])


def _years(days: Iterable[date]) -> list[int]:
    """The years that a file arranges; the end of a December alone is the next year's reaching back."""
    return sorted({day.year for day in days if not reaches_back(day)})


def _gaps(days: Mapping[date, Day]) -> Iterator[ClockError]:
    """A year without its great holidays was cut off, or is not an arrangement at all."""
    years = _years(days)
    if not years:
        yield ClockError("csv_empty")
    for year in years:
        for month, number in LANDMARKS:
            day = date(year, month, number)
            if day not in days or days[day].worked:
                yield ClockError("csv_gap", year=str(year), day=day)


def arranged(calendar: Calendar, news: Arrangement) -> Calendar:
    """The calendar with the years of an arrangement in place of whatever it held for them."""
    published = calendar.sources.keys() | news.sources.keys()
    kept = [day for day in calendar.days.values() if _year_of(day.date, published) not in news.sources]
    return Calendar.of([*kept, *news.days], {**calendar.sources, **news.sources})


def _year_of(day: date, published: Container[int]) -> int:
    """Whose arrangement a day belongs to: the end of December goes with the next year once that is out."""
    return day.year + 1 if reaches_back(day) and day.year + 1 in published else day.year
