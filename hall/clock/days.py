"""Days: which are worked, which are not, and which nobody can know yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property

ONE_DAY = timedelta(days=1)

# What the law itself makes a holiday (全国年节及纪念日放假办法 as in force from 2025-01-01), certain before
# a year is arranged: the fixed ones, and for years ahead those of the moon and the sun: the first day of the
# first lunar month (its eve and two days after belong to it), 清明, 端午, 中秋.
FIXED: Mapping[tuple[int, int], str] = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
MOVABLE: Mapping[int, tuple[str, str, str, str]] = {
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
    2031: ("01-23", "04-05", "06-24", "10-01"),
    2032: ("02-11", "04-04", "06-12", "09-19"),
    2033: ("01-31", "04-04", "06-01", "09-08"),
    2034: ("02-19", "04-05", "06-20", "09-27"),
    2035: ("02-08", "04-05", "06-10", "09-16"),
    2036: ("01-28", "04-04", "05-30", "10-04"),
    2037: ("02-15", "04-04", "06-18", "09-24"),
    2038: ("02-04", "04-05", "06-07", "09-13"),
    2039: ("01-24", "04-05", "05-27", "10-02"),
    2040: ("02-12", "04-04", "06-14", "09-20"),
}


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day that is not what its weekday says: a holiday, or a weekend day worked to make up for one."""

    date: date
    worked: bool
    name: str = ""


@dataclass(frozen=True, eq=False)
class Calendar:
    """Which days are worked: official for the years in `sources`, assumed for every other year.

    `sources` names, for each published year, the notice that arranged it. In any other year the weekends and
    the statutory holidays are assumed, and a date that rests on them is provisional: neither the day off for
    a holiday on a weekend nor the weekend worked for a longer holiday can be foreseen.
    """

    days: Mapping[date, Day] = field(default_factory=dict)
    sources: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, days: Iterable[Day], sources: Mapping[int, str]) -> Calendar:
        return cls({day.date: day for day in days}, dict(sources))

    @cached_property
    def version(self) -> str:
        """A digest of every fact: calendars of one version give the same dates and the same reasons."""
        facts = [f"{d.isoformat()} {day.worked} {day.name}" for d, day in sorted(self.days.items())]
        facts += [f"{year} {source}" for year, source in sorted(self.sources.items())]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]

    def fact(self, day: date) -> Day | None:
        """What is special about a day; None for an ordinary weekday or weekend."""
        known = self.days.get(day)
        return assumed(day.year).get(day) if known is None and day.year not in self.sources else known

    def is_workday(self, day: date) -> bool:
        fact = self.fact(day)
        return fact.worked if fact else day.weekday() < 5

    def awaited_year(self, day: date) -> int | None:
        """The year whose arrangement a day still waits for, if any.

        The end of December waits for the next year's too: those of 2007, 2008, 2012 and 2019 reached back.
        """
        if day.year not in self.sources:
            return day.year
        if reaches_back(day) and day.year + 1 not in self.sources:
            return day.year + 1
        return None

    def is_provisional(self, day: date) -> bool:
        return self.awaited_year(day) is not None

    def next_workday(self, day: date) -> date:
        """The day itself when it is worked, else the next one that is."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def previous_workday(self, day: date) -> date:
        """The day itself when it is worked, else the last one before it that is."""
        return day if self.is_workday(day) else self.add_workdays(day, -1)

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after a day, or before it when negative; zero is the day itself."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def workdays_between(self, after: date, until: date) -> int:
        """How many working days lie after the first date, up to and including the second."""
        return sum(self.is_workday(day) for day in each_day(after + ONE_DAY, until))


@cache
def assumed(year: int) -> Mapping[date, Day]:
    """The statutory holidays of a year that is not arranged yet."""
    names = {date(year, month, number): name for (month, number), name in FIXED.items()}
    if year in MOVABLE:
        spring, *others = (date.fromisoformat(f"{year}-{day}") for day in MOVABLE[year])
        names = {spring + n * ONE_DAY: "春节" for n in (-1, 0, 1, 2)} | names
        names = dict(zip(others, ("清明节", "端午节", "中秋节"), strict=True)) | names
    return {day: Day(day, worked=False, name=name) for day, name in names.items()}


def reaches_back(day: date) -> bool:
    """29-31 December, which the next year's arrangement may claim to join New Year's Day to a weekend."""
    return (day.month, day.day) >= (12, 29)


def each_day(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included; none when the last comes before the first."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
