"""What of a late period falls to each unit that had it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from accountability.queries.causes import (
    ONE,
    TAKING_PART,
    Clock,
    File,
    Life,
    Period,
    Span,
    days_by_cause,
    is_office,
)


@dataclass(frozen=True, slots=True)
class Share:
    """The account of a period for one of the units that had it: every day up to the one on which it lost the matter,
    of which those alone are late that the period spent with it. No day is late in two shares.
    """

    lives: tuple[Life, ...]
    spans: tuple[Span, ...]
    until: dt.date
    is_running: bool
    is_office: bool

    @property
    def clock(self) -> Clock:
        """The unit's last."""
        return self.lives[-1].clock

    @property
    def is_met(self) -> bool:
        ended = self.lives[-1].ended
        return not self.is_running and ended is not None and ended.verb == "meet_deadline"

    @property
    def days_late(self) -> int:
        return sum(span.days for span in self.spans if span.is_late)

    @property
    def own_late(self) -> int:
        """The late days that nobody else took."""
        own = own_cause(self.clock.kind, is_hall=self.is_office)
        return sum(
            span.days for span in self.spans if span.is_late and is_own(span, own, self.clock.department_id)
        )


def own_cause(kind: str, *, is_hall: bool) -> str:
    """Under which cause stand the days that the unit of such a period took itself."""
    if is_hall:
        return "hall"
    return "taking_part" if kind in TAKING_PART else "handler"


def is_own(span: Span, cause: str, department_id: int | None) -> bool:
    return span.cause == cause and (cause == "hall" or span.department_id == department_id)


def shares_of(file: File, period: Period, *, until: dt.date) -> list[Share]:
    """One for each unit, in the order in which they had it; an end after `until` is not known yet."""
    last = min(period.ended_on or until, until)
    spans = days_by_cause(file, period, until=until)
    windows: list[tuple[Life, dt.date, dt.date]] = []
    after = period.started_on
    for number, life in enumerate(period.lives):
        is_last = number + 1 == len(period.lives)
        end = last if is_last or life.ended is None else max(after, min(life.ended.on, last))
        windows.append((life, after, end))
        after = end
    shares = []
    for unit in dict.fromkeys(life.clock.department_id for life in period.lives):
        mine = [(life, begin, end) for life, begin, end in windows if life.clock.department_id == unit]
        ended = mine[-1][0].ended
        shares.append(
            Share(
                lives=tuple(life for life, _begin, _end in mine),
                spans=tuple(_seen_by(spans, [(begin, end) for _life, begin, end in mine])),
                until=mine[-1][2],
                is_running=ended is None or ended.on > until,
                is_office=is_office(file, unit),
            )
        )
    return shares


def _seen_by(spans: Sequence[Span], windows: Sequence[tuple[dt.date, dt.date]]) -> Iterator[Span]:
    """Up to the end of the unit's last window; what was late outside of its windows is not its lateness."""
    for span in spans:
        day, last = span.from_on, min(span.to_on, windows[-1][1])
        while day <= last:
            begin, end = next(((one, two) for one, two in windows if day <= two), windows[-1])
            is_mine = begin < day
            stop = min(last, end if is_mine else begin)
            if not span.is_late:
                stop = last
            yield replace(span, from_on=day, to_on=stop, is_late=span.is_late and is_mine)
            day = stop + ONE
