"""What every figure means: its words, its formula, what it leaves out, from when on. Read from `indicators.toml`, pure.

A row is added there and its items in `indicator_sources`. A changed formula is a further `Version`: an item is counted
by the version in force on its day, and a page says which ones it used.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WINDOW_DAYS = 90
"""So long after its end a first matter must not come again to count as solved; no text gives a number."""

SHARE, COUNT, SUM, MEAN, MEDIAN, LONGEST = "share", "count", "sum", "mean", "median", "longest"
KINDS = (SHARE, COUNT, SUM, MEAN, MEDIAN, LONGEST)
HIGH, LOW, NONE = "high", "low", "none"
Pair = tuple[str, str]
"""Chinese, English."""


@dataclass(frozen=True, slots=True)
class Version:
    """A definition as it holds from a day on. `top` is empty where nothing is divided (a count, a median)."""

    number: int
    in_force_from: dt.date
    top: Pair
    bottom: Pair
    leaves_out: Pair


@dataclass(frozen=True, slots=True)
class Indicator:
    """`day`: on which day an item counts (the as-of rule). `dims`: which filters an item answers to besides the hall:
    u unit, c channel, k category. `things`: what stands behind it. `good`: which way is better, or neither.
    """

    code: str
    group: str
    kind: str
    unit: str
    good: str
    name: Pair
    day: Pair
    source: str
    facts: str
    versions: tuple[Version, ...]
    dims: str
    things: str

    def version_on(self, day: dt.date) -> Version:
        """The definition in force on that day; the first one for days before all of them."""
        return [v for v in self.versions if v.in_force_from <= day or v is self.versions[0]][-1]

    def versions_in(self, start: dt.date, end: dt.date) -> tuple[Version, ...]:
        """Those by which a period is counted (`end` is not in it): more than one where a formula changed in it."""
        first = self.version_on(start)
        return tuple(
            v
            for v in self.versions
            if v is first or (start < v.in_force_from < end and v.number > first.number)
        )


FILE = Path(__file__).resolve().parents[1] / "management" / "data" / "indicators.toml"


def _pair(row: Mapping[str, str], name: str) -> Pair:
    return row.get(name, ""), row.get(f"{name}_en", "")


def _version(number: int, row: Mapping[str, Any]) -> Version:
    since: dt.date = row["in_force_from"]
    return Version(number, since, _pair(row, "top"), _pair(row, "bottom"), _pair(row, "leaves_out"))


_PLAIN = ("code", "group", "kind", "unit", "good", "dims", "things", "source", "facts")


def _indicator(row: Mapping[str, Any]) -> Indicator:
    versions = tuple(_version(number, one) for number, one in enumerate(row["version"], 1))
    plain = {name: row[name] for name in _PLAIN}
    return Indicator(**plain, name=_pair(row, "name"), day=_pair(row, "day"), versions=versions)


_READ = tomllib.loads(FILE.read_text(encoding="utf-8"))
GROUPS: Mapping[str, Pair] = {code: _pair(row, "name") for code, row in _READ["group"].items()}
UNITS: Mapping[str, Pair] = {code: _pair(row, "name") for code, row in _READ["unit"].items()}
_TABLE = tuple(_indicator(row) for row in _READ["indicator"])
INDICATORS: Mapping[str, Indicator] = {one.code: one for one in _TABLE}
if len(INDICATORS) != len(_TABLE):
    raise ValueError("accountability: an indicator is listed twice")
for _one in _TABLE:
    _dates = [version.in_force_from for version in _one.versions]
    if not _dates or _dates != sorted(set(_dates)):
        raise ValueError(f"accountability: the versions of {_one.code} are not in order")
    if _one.kind not in KINDS or _one.good not in (HIGH, LOW, NONE) or _one.unit not in UNITS:
        raise ValueError(f"accountability: {_one.code} is of no known kind")


def formula(one: Indicator, version: Version) -> Pair:
    """The formula in words, in both languages."""
    if one.kind in (SHARE, MEAN):
        return f"{version.top[0]} ÷ {version.bottom[0]}", f"{version.top[1]} ÷ {version.bottom[1]}"
    how = {
        COUNT: ("件数：", "Number of: "), SUM: ("合计：", "Sum over: "), MEDIAN: ("中位数：", "Median over: "),
        LONGEST: ("最大值：", "Longest of: "),
    }[one.kind]  # fmt: skip
    return how[0] + version.bottom[0], how[1] + version.bottom[1]
