"""What the rules of rhythm ask of a month: facts and demands, of which `planner` makes slots and gaps. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Leader:
    """`days`: posted on; `absent`: away on; `past`: receptions in the two months before."""

    id: int
    rank: str
    days: frozenset[dt.date]
    absent: frozenset[dt.date] = frozenset()
    past: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A reception that stands: it keeps its leader and its room; `here`: in this hall, so that it serves a rule. A
    consultation or a hearing keeps them in the same way, and is no reception (`receives`).
    """

    leader: int
    room: int | None
    day: dt.date
    starts: dt.time
    ends: dt.time
    here: bool = True
    receives: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    id: int
    rhythm: str
    who: str
    rank: str
    starts: dt.time
    ends: dt.time
    room_kind: str
    from_on: dt.date
    leader: int | None = None
    every: int = 1
    weekday: int | None = None

    def takes(self, leader: Leader) -> bool:
        return leader.id == self.leader if self.who == "named" else self.rank in ("", leader.rank)


@dataclass(frozen=True, slots=True)
class Month:
    """All that a month is planned from. `workdays`: of this month; `standing`: of its whole quarter."""

    first: dt.date
    workdays: tuple[dt.date, ...]
    after: dt.datetime
    leaders: tuple[Leader, ...]
    places: tuple[Place, ...]
    rules: tuple[Rule, ...]
    standing: tuple[Standing, ...] = ()
    at_most: int = 8


@dataclass(frozen=True, slots=True)
class Slot:
    leader: int
    room: int
    day: dt.date
    starts: dt.time
    ends: dt.time
    rules: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why one leader cannot fill a slot: `not_posted`, `absent`, `busy`, `room`, `maximum`, `chosen`; on which days."""

    leader: int
    reasons: tuple[tuple[str, tuple[dt.date, ...]], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """What a rule asks for and nobody can do. `reason` where it is not about single leaders: `no_workday`, `nobody`,
    `no_room`.
    """

    rule: int
    first: dt.date
    last: dt.date
    missing: int
    reason: str
    leaders: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    slots: tuple[Slot, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """`need` receptions, each of another leader, on any of `days`; what stands within `period` serves it."""

    rule: Rule
    period: frozenset[dt.date]
    days: tuple[dt.date, ...]
    leaders: tuple[int, ...]
    need: int = 1

    def served_by(self, one: Standing | Slot, days: Iterable[dt.date]) -> bool:
        if one.leader not in self.leaders or one.day not in days:
            return False
        timed = self.rule.rhythm in ("daily", "weekly")
        return not timed or (one.starts < self.rule.ends and self.rule.starts < one.ends)

    def served(self, standing: Iterable[Standing | Slot]) -> set[int]:
        """The leaders that serve it already."""
        return {one.leader for one in standing if self.served_by(one, self.period)}


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def days_of(first: dt.date, months: int = 1) -> list[dt.date]:
    """Every day of so many months from that first one on."""
    end = first
    for _n in range(months):
        end = (end + dt.timedelta(days=31)).replace(day=1)
    return [first + dt.timedelta(days=n) for n in range((end - first).days)]


def quarter_of(first: dt.date) -> dt.date:
    return first.replace(month=(first.month - 1) // 3 * 3 + 1, day=1)


def demands(month: Month) -> list[Demand]:
    """What the rules ask of this month, less what is over."""
    return [demand for rule in month.rules for demand in _of_rule(month, rule)]


def _of_rule(month: Month, rule: Rule) -> Iterator[Demand]:
    leaders = tuple(one.id for one in month.leaders if rule.takes(one))
    inside = set(days_of(month.first))
    for period in _periods(month, rule):
        ahead = [day for day in period if day in inside and _to_come(month, rule, day)]
        if not ahead:
            continue
        days = tuple(day for day in month.workdays if day in ahead)
        demand = Demand(rule, frozenset(period), days, leaders)
        if rule.rhythm == "daily":
            yield from [demand] if days else []
        elif rule.rhythm == "quarterly":
            yield from _of_quarter(month, demand)
        elif rule.who == "each" and leaders:
            yield from (replace(demand, leaders=(leader,)) for leader in leaders)
        else:
            yield demand


def _to_come(month: Month, rule: Rule, day: dt.date) -> bool:
    return day >= rule.from_on and dt.datetime.combine(day, rule.starts) > month.after


def _periods(month: Month, rule: Rule) -> Iterator[list[dt.date]]:
    """The days, weeks or the month in which the rule asks for a reception."""
    whole = days_of(month.first)
    if rule.rhythm == "daily":
        yield from ([day] for day in whole if rule.weekday in (None, day.weekday()))
    elif rule.rhythm == "weekly":
        week = monday(month.first)
        while week <= whole[-1]:
            # A week over two months belongs to that of its wished day, else of its Thursday.
            pivot = week + dt.timedelta(days=3 if rule.weekday is None else rule.weekday)
            turn, rest = divmod((week - monday(rule.from_on)).days, 7 * rule.every)
            if pivot in whole and turn >= 0 and not rest:
                yield [week + dt.timedelta(days=n) for n in range(7)]
            week += WEEK
    else:
        yield whole


def _of_quarter(month: Month, whole: Demand) -> Iterator[Demand]:
    """Each once in three months: a third in the first, half of those left in the second, the rest in the last."""
    start = quarter_of(month.first)
    others = set(days_of(start, 3)) - whole.period
    elsewhere = {one.leader for one in month.standing if one.here and one.day in others}
    lacking = tuple(leader for leader in whole.leaders if leader not in elsewhere)
    if whole.rule.who == "each" and whole.leaders:
        left = 3 - (month.first.month - start.month)
        if lacking:
            yield replace(whole, leaders=lacking, need=-(-len(lacking) // left))
    elif len(lacking) == len(whole.leaders):
        yield whole
