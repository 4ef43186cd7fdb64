"""For whom and for when a figure is asked: `Scope` and `Period`, as they stand in an address."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from hall.citations import in_english

DAY, MONTH, QUARTER, YEAR, RANGE = "day", "month", "quarter", "year", "range"
_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
LONGEST_RANGE = 3 * 366
EARLIEST = dt.date(1950, 1, 1)


@dataclass(frozen=True, slots=True)
class Hidden:
    """Cases that are kept from the reader. Nothing of them lies in a month before `since`."""

    case_ids: tuple[int, ...] = ()
    since: dt.date | None = None

    @classmethod
    def since_day(cls, day: dt.date, case_ids: Iterable[int]) -> Hidden:
        """`day`: on which the first of them came in; its visit or reception may have been some days before."""
        return cls(tuple(sorted(set(case_ids))), _plus(day.replace(day=1), -1))


NOTHING = Hidden()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figure: some halls, and within them one unit, one channel, one category of the first level (`010000`).

    For a reader from whom cases are kept these are in no figure: they are `hidden`.
    """

    hall_ids: tuple[int, ...]
    department_id: int | None = None
    channel: str = ""
    category: str = ""
    hidden: Hidden = NOTHING

    def of_unit(self, department_id: int | None) -> Scope:
        return replace(self, department_id=department_id)


def _plus(day: dt.date, months: int) -> dt.date:
    """The same day so many months on; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to `end`, which is not in it."""

    start: dt.date
    end: dt.date
    grain: str

    @classmethod
    def day(cls, day: dt.date) -> Period:
        return cls(day, day + dt.timedelta(days=1), DAY)

    @classmethod
    def month(cls, day: dt.date) -> Period:
        return cls._of(day.replace(day=1), MONTH)

    @classmethod
    def quarter(cls, day: dt.date) -> Period:
        return cls._of(dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1), QUARTER)

    @classmethod
    def year(cls, day: dt.date) -> Period:
        return cls._of(dt.date(day.year, 1, 1), YEAR)

    @classmethod
    def between(cls, first: dt.date, last: dt.date) -> Period:
        """Both days are in it."""
        return cls(first, last + dt.timedelta(days=1), RANGE)

    @classmethod
    def _of(cls, start: dt.date, grain: str) -> Period:
        return cls(start, _plus(start, _MONTHS[grain]), grain)

    @classmethod
    def parse(cls, text: str) -> Period | None:
        """`2026-11-18`, `2026-11`, `2026Q4`, `2026`, `2026-11-01..2026-11-15`; None for anything else."""
        try:
            if ".." in text:
                first, last = (dt.date.fromisoformat(part) for part in text.split("..", 1))
                sound = EARLIEST <= first <= last and (last - first).days <= LONGEST_RANGE
                found: Period | None = cls.between(first, last) if sound else None
            elif match := re.fullmatch(r"([0-9]{4})Q([1-4])", text):
                found = cls.quarter(dt.date(int(match[1]), int(match[2]) * 3, 1))
            elif re.fullmatch(r"[0-9]{4}", text):
                found = cls.year(dt.date(int(text), 1, 1))
            elif re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
                found = cls.month(dt.date.fromisoformat(f"{text}-01"))
            else:
                found = cls.day(dt.date.fromisoformat(text))
        except (ValueError, OverflowError):
            return None
        return found if found and EARLIEST <= found.start < dt.date(9000, 1, 1) else None

    def __str__(self) -> str:
        if self.grain == DAY:
            return self.start.isoformat()
        if self.grain == MONTH:
            return f"{self.start:%Y-%m}"
        if self.grain == QUARTER:
            return f"{self.start.year}Q{(self.start.month + 2) // 3}"
        return f"{self.start.year}" if self.grain == YEAR else f"{self.start}..{self.last}"

    @property
    def last(self) -> dt.date:
        return self.end - dt.timedelta(days=1)

    @property
    def name(self) -> str:
        """As a heading says it."""
        if in_english() and self.grain in (DAY, MONTH):
            month = calendar.month_name[self.start.month]
            return (
                f"{self.start.day} {month} {self.start.year}"
                if self.grain == DAY
                else f"{month} {self.start.year}"
            )
        facts = {
            "year": self.start.year, "month": self.start.month, "day": self.start.day,
            "n": (self.start.month + 2) // 3, "from": self.start, "to": self.last,
        }  # fmt: skip
        return {
            DAY: _("%(year)s年%(month)s月%(day)s日"),
            MONTH: _("%(year)s年%(month)s月"),
            QUARTER: _("%(year)s年第%(n)s季度"),
            YEAR: _("%(year)s年"),
            RANGE: _("%(from)s 至 %(to)s"),
        }[self.grain] % facts

    def previous(self) -> Period:
        """环比: the one before, as long; of a day the day before."""
        if self.grain in _MONTHS:
            return self._of(_plus(self.start, -_MONTHS[self.grain]), self.grain)
        return Period(self.start - (self.end - self.start), self.start, self.grain)

    def following(self) -> Period:
        if self.grain in _MONTHS:
            return self._of(self.end, self.grain)
        return Period(self.end, self.end + (self.end - self.start), self.grain)

    def last_year(self) -> Period:
        """同比: the same period a year ago; 29 February has the 28th for its like."""
        if self.grain in _MONTHS:
            return self._of(_plus(self.start, -12), self.grain)
        if self.grain == DAY:
            return self.day(_plus(self.start, -12))
        return Period.between(_plus(self.start, -12), _plus(self.last, -12))

    def cut_like(self, other: Period, today: dt.date) -> Period:
        """As many of its days as have begun of `other`; itself where that is over, or has not begun."""
        days = (today - other.start).days + 1
        if not 0 < days < (other.end - other.start).days or self.start + dt.timedelta(days=days) >= self.end:
            return self
        return Period(self.start, self.start + dt.timedelta(days=days), RANGE)

    def months(self) -> Iterator[dt.date]:
        """The first days of the months that lie wholly in it."""
        month = self.start if self.start.day == 1 else _plus(self.start.replace(day=1), 1)
        while (following := _plus(month, 1)) <= self.end:
            yield month
            month = following


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first days of all months from that of `first` to that of `last`."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [_plus(first.replace(day=1), n) for n in range(count + 1)]
