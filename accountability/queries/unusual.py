"""Looking that is worth a look: pure functions over a person's looks of a day. A list to go through, not a verdict.

Nothing here knows names, and nothing compares people with petitioners.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from accountability.lifecycle import LIMITS, OFFERED_REASONS, UNMASKED, Limits
from accountability.queries.access_log import Look

HOUR = dt.timedelta(hours=1)
Opening = tuple[dt.datetime, dt.datetime]
Openings = Mapping[tuple[int, dt.date], Opening | None]
"""For a hall and a day: first opening and last closing; None for a day on which it is closed."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """One reason to look: whose day, which kind, and the looks that made it."""

    reader_id: int
    day: dt.date
    kind: str
    looks: tuple[Look, ...]

    @property
    def count(self) -> int:
        return len(self.looks)

    @property
    def reader(self) -> str:
        return self.looks[0].reader


def unusual(looks: Iterable[Look], openings: Openings, limits: Limits = LIMITS) -> list[Unusual]:
    """What is listed, the latest day first; each kind at most once for a person's day."""
    found = []
    ordered = sorted(looks, key=lambda look: (look.reader_id, look.at, look.entry_id))
    for (reader_id, day), group in groupby(ordered, key=attrgetter("reader_id", "day")):
        mine = list(group)
        for kind, some in (
            ("many", many_in_an_hour(mine, limits)),
            ("hours", outside_hours(mine, openings, limits)),
            ("foreign", foreign(mine)),
            ("reason", same_reason(mine, limits)),
        ):
            if some:
                found.append(Unusual(reader_id, day, kind, tuple(some)))
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.reader_id, one.kind))


def many_in_an_hour(looks: Sequence[Look], limits: Limits = LIMITS) -> list[Look]:
    """The fullest hour, when it holds as many unmaskings as the limit; `looks` are in the order of their time."""
    seen = [look for look in looks if look.kind == UNMASKED]
    best: list[Look] = []
    start = 0
    for end, look in enumerate(seen):
        while look.at - seen[start].at >= HOUR:
            start += 1
        if end - start + 1 > len(best):
            best = seen[start : end + 1]
    return best if len(best) >= limits.in_an_hour else []


def outside_hours(looks: Sequence[Look], openings: Openings, limits: Limits = LIMITS) -> list[Look]:
    """Looks of any kind on a closed day, or well before the first opening or after the last closing of the hall.

    Of whom no hall is known, nothing is said.
    """
    found = []
    for look in looks:
        if look.hall_id is None or (look.hall_id, look.day) not in openings:
            continue
        opening = openings[look.hall_id, look.day]
        if opening is None:
            found.append(look)
            continue
        first, last = opening
        if look.at < first - limits.before_opening or look.at >= last + limits.after_closing:
            found.append(look)
    return found


def foreign(looks: Sequence[Look]) -> list[Look]:
    """Unmaskings in matters that neither the person's hall registered nor their unit handles."""
    return [look for look in looks if look.kind == UNMASKED and look.is_foreign]


def same_reason(looks: Sequence[Look], limits: Limits = LIMITS) -> list[Look]:
    """Unmaskings of different matters for one and the same text; texts that the house writes itself do not count."""
    by_text: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        text = " ".join(look.reason.split())
        if look.kind == UNMASKED and text and text not in OFFERED_REASONS:
            by_text[text].append(look)

    def matters(some: list[Look]) -> int:
        return len({look.case_id or -look.entry_id for look in some})

    fullest = max(by_text.values(), key=matters, default=[])
    return fullest if matters(fullest) >= limits.same_reason else []


__all__ = [
    "Openings",
    "Unusual",
    "foreign",
    "many_in_an_hour",
    "outside_hours",
    "same_reason",
    "unusual",
]
