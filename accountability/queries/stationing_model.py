"""A day at the windows as a discrete-event simulation, and the fewest windows that keep waits under a target. Pure.

Minutes since midnight everywhere. Nothing here knows a person, a number or a table: what comes in are moments,
lengths and how long somebody would stay in line. The same seed gives the same days.
"""

from __future__ import annotations

import bisect
import heapq
import math
import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Plan = Mapping[int, int]
"""Hour of the day → windows open in it."""
Spans = Sequence[tuple[float, float]]
"""Opening hours of a day as (opens, closes)."""
MOST = 20
"""More windows than this are advised to no unit: the answer then is another way of working, and is said so."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody comes at `at`, takes up a window for `service`, and leaves when not called within `patience`.

    `head_start`: as if come so much earlier (priority numbers). The service belongs to the visitor and not to the
    window, so that the same days can be tried with other windows.
    """

    at: float
    service: float
    patience: float = math.inf
    head_start: float = 0.0


class Waited(NamedTuple):
    """How long somebody who came at `at` waited, until called or until they left; inf when never called."""

    at: float
    minutes: float
    left: bool = False


STEP, DONE, COMES, LEAVES = range(4)
"""What happens, and in which order where the moment is the same: the windows change, one falls free, somebody comes,
somebody has waited long enough; so whoever is called in that last moment is called."""


def _steps(plan: Plan, spans: Spans) -> Iterator[tuple[float, int]]:
    """When the number of windows changes: (minute, windows)."""
    for opens, closes in sorted(spans):
        for hour in hours_of([(opens, closes)]):
            yield max(hour * 60.0, opens), plan.get(hour, 0)
        yield closes, 0


def hours_of(spans: Spans) -> list[int]:
    """The hours of the day that the opening hours touch."""
    return sorted({h for opens, closes in spans for h in range(int(opens // 60), math.ceil(closes / 60))})


def simulate_day(arrivals: Sequence[Arrival], plan: Plan, spans: Spans) -> list[Waited]:
    """The wait of each arrival, in the order given, with the windows of the plan.

    With fewer windows from some hour on, each still finishes whom it has. When none is left (or the half-day ends),
    those that were there stay until everybody who came before is served; who comes later waits for the next opening.
    """
    return _simulated(arrivals, list(_steps(plan, spans)))


def _simulated(arrivals: Sequence[Arrival], steps: Sequence[tuple[float, int]]) -> list[Waited]:
    events = [(moment, STEP, windows) for moment, windows in steps]
    events += [(one.at, COMES, n) for n, one in enumerate(arrivals)]
    heapq.heapify(events)
    line: list[tuple[float, int]] = []
    outside: list[tuple[float, int]] = []
    waits: dict[int, Waited] = {}
    windows = busy = 0
    is_open = False
    while events:
        now, kind, n = heapq.heappop(events)
        if kind == COMES:
            one = arrivals[n]
            heapq.heappush(line if is_open else outside, (one.at - one.head_start, n))
            if one.patience != math.inf:
                heapq.heappush(events, (now + one.patience, LEAVES, n))
        elif kind == DONE:
            busy -= 1
        elif kind == LEAVES:
            waits.setdefault(n, Waited(arrivals[n].at, arrivals[n].patience, left=True))
        else:
            is_open = n > 0
            if is_open:
                windows = n
                for place in outside:
                    heapq.heappush(line, place)
                outside.clear()
        while line and busy < windows:
            _place, called = heapq.heappop(line)
            if called not in waits:
                one = arrivals[called]
                busy += 1
                waits[called] = Waited(one.at, now - one.at)
                heapq.heappush(events, (now + one.service, DONE, called))
    return [waits.get(n) or Waited(one.at, math.inf, left=True) for n, one in enumerate(arrivals)]


# -- what a unit's days look like --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Job:
    """One stay in a unit's line as it was. `service` None: not measured; `left`: went without being called."""

    unit: int
    day: int
    weekday: int
    at: float
    waited: float | None
    service: float | None
    left: bool = False
    head_start: float = 0.0
    moved: bool = False


def percentile(values: Sequence[float], share: float) -> float | None:
    """Between the two nearest values, as PostgreSQL's percentile_cont; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = math.ceil(place)
    if low == high or ordered[high] == ordered[low]:
        return ordered[low]
    if ordered[high] == math.inf:
        return math.inf
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class Patience:
    """How long people stay in line, by the product-limit estimate (Kaplan and Meier).

    Who was called says only that they stayed at least so long. What lies beyond the longest wait seen is not
    known: whoever's turn of the dice falls there stays.
    """

    def __init__(self, jobs: Iterable[Job]) -> None:
        seen = sorted((job.waited, not job.left) for job in jobs if job.waited is not None)
        self.minutes: list[float] = []
        self.shares: list[float] = []
        """How many have left by then, growing."""
        stays = 1.0
        for n, (minutes, was_called) in enumerate(seen):
            if not was_called:
                stays *= 1 - 1 / (len(seen) - n)
                self.minutes.append(minutes)
                self.shares.append(1 - stays)

    def draw(self, dice: random.Random) -> float:
        place = bisect.bisect(self.shares, dice.random())
        return self.minutes[place] if place < len(self.minutes) else math.inf


@dataclass(frozen=True, slots=True)
class History:
    """What a unit's days are drawn from: counts by weekday and hour, moments in the hour, services, patience."""

    counts: Mapping[tuple[int, int], Sequence[int]]
    """(weekday, hour) → how many came, one number for each such day of the period."""
    moments: Mapping[int, Sequence[float]]
    """Hour → minutes past it at which somebody came."""
    services: Sequence[float]
    patience: Patience
    head_starts: Sequence[float]

    def expected(self, weekday: int) -> dict[int, float]:
        """Mean arrivals by hour, of the hours in which anybody came."""
        means = {
            hour: sum(counts) / len(counts)
            for (day, hour), counts in self.counts.items()
            if day == weekday and counts
        }
        return {hour: mean for hour, mean in sorted(means.items()) if mean}

    def draw_day(self, weekday: int, dice: random.Random) -> list[Arrival]:
        """A day as it may be: for each hour the count of one such day, each arrival at a moment seen in that hour."""
        found = [
            Arrival(
                at=hour * 60 + dice.choice(self.moments[hour]),
                service=dice.choice(self.services),
                patience=self.patience.draw(dice),
                head_start=dice.choice(self.head_starts),
            )
            for hour in sorted(hour for day, hour in self.counts if day == weekday)
            for _n in range(dice.choice(self.counts[weekday, hour]))
        ]
        return sorted(found, key=lambda one: one.at)


def history_of(
    jobs: Sequence[Job], days: Mapping[int, int], *, services: Sequence[float] = (), fewest_days: int = 4
) -> History:
    """From a unit's jobs and the open days of the period (day → weekday).

    A weekday that the period has fewer than `fewest_days` times borrows the counts of all days. `services` are
    used instead of the unit's own where it has too few of them.
    """
    by_day: dict[tuple[int, int], int] = defaultdict(int)
    moments: dict[int, list[float]] = defaultdict(list)
    for job in jobs:
        hour = int(job.at // 60)
        by_day[job.day, hour] += 1
        moments[hour].append(job.at - hour * 60)
    counts: dict[tuple[int, int], list[int]] = {}
    for weekday in sorted(set(days.values())):
        own = [day for day, its in days.items() if its == weekday]
        drawn = own if len(own) >= fewest_days else list(days)
        for hour in sorted(moments):
            counts[weekday, hour] = [by_day.get((day, hour), 0) for day in drawn]
    return History(
        counts=counts,
        moments=moments,
        services=list(services) or [job.service for job in jobs if job.service is not None],
        patience=Patience(jobs),
        head_starts=[job.head_start for job in jobs] or [0.0],
    )


# -- how many windows --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """Both hold in every hour: the median wait, and that of nine in ten. `days` simulated days decide.

    Whoever leaves has waited without end: windows that drive people away keep no target, so that the second one
    also says that no more than one in ten may leave.
    """

    median: float
    ninety: float
    days: int = 100

    def held(self, waits: Sequence[float]) -> bool:
        median, ninety = percentile(waits, 0.5), percentile(waits, 0.9)
        return median is None or (median <= self.median and (ninety or 0.0) <= self.ninety)


@dataclass(frozen=True, slots=True)
class Answer:
    """The windows found, the waits they give by hour, and whether the target is held."""

    plan: dict[int, int]
    waits: dict[int, list[float]]
    held: bool


def by_hour(waits: Iterable[Waited]) -> dict[int, list[float]]:
    """By the hour of arrival; inf for whoever left without being called."""
    hours: dict[int, list[float]] = defaultdict(list)
    for one in waits:
        hours[int(one.at // 60)].append(math.inf if one.left else one.minutes)
    return dict(hours)


def waits_with(days: Sequence[Sequence[Arrival]], plan: Plan, spans: Spans) -> dict[int, list[float]]:
    """The waits of all days together by the hour of arrival, inf for whoever left."""
    steps = list(_steps(plan, spans))
    return by_hour(one for day in days for one in _simulated(day, steps))


def fewest_windows(
    days: Sequence[Sequence[Arrival]], spans: Spans, target: Target, *, most: int = MOST
) -> Answer:
    """The fewest windows per hour with which every hour of arrival holds the target, on these very days.

    From one window in each hour in which somebody comes, the first hour that fails gets one more until none fails.
    Then windows that can be spared are taken away, and peaks are levelled: a window moves from an hour with two
    more to one with fewer where the target still holds. So no hour of the answer could have one window less; and
    an hour in which somebody comes always has one.
    """
    hours = {int(one.at // 60) for day in days for one in day}
    search = _Search(days, spans, target, hours)
    opened = hours_of(spans)
    plan = {hour: 1 if hour in hours else 0 for hour in opened}
    while failing := search.failing(plan):
        grow = next((hour for hour in opened if hour >= failing[0] and plan[hour] < most), None)
        if grow is None:
            return Answer(plan, search.waits(plan), held=False)
        plan[grow] += 1
    plan = search.spared(plan)
    while (levelled := search.levelled(plan)) is not None:
        plan = search.spared(levelled)
    return Answer(plan, search.waits(plan), held=True)


class _Search:
    """Tries plans on the same days, each plan once. `used`: the hours in which somebody comes."""

    def __init__(
        self, days: Sequence[Sequence[Arrival]], spans: Spans, target: Target, used: Collection[int]
    ) -> None:
        self.days, self.spans, self.target, self.used = days, spans, target, used
        self.known: dict[tuple[int, ...], dict[int, list[float]]] = {}

    def waits(self, plan: Plan) -> dict[int, list[float]]:
        key = tuple(plan[hour] for hour in sorted(plan))
        if key not in self.known:
            self.known[key] = waits_with(self.days, plan, self.spans)
        return self.known[key]

    def failing(self, plan: Plan) -> list[int]:
        waits = self.waits(plan)
        return [hour for hour in sorted(waits) if not self.target.held(waits[hour])]

    def spared(self, plan: dict[int, int]) -> dict[int, int]:
        """From the last hour back, every window that can go without failing the target."""
        for hour in sorted(plan, reverse=True):
            least = int(hour in self.used)
            while plan[hour] > least and not self.failing(fewer := {**plan, hour: plan[hour] - 1}):
                plan = fewer
        return plan

    def levelled(self, plan: dict[int, int]) -> dict[int, int] | None:
        """One window moved from a peak to an hour with two fewer; None where no move holds the target."""
        for peak in sorted(plan, key=lambda hour: (-plan[hour], hour)):
            for low in sorted(plan, key=lambda hour: (abs(hour - peak), hour)):
                if plan[low] <= plan[peak] - 2:
                    moved = {**plan, peak: plan[peak] - 1, low: plan[low] + 1}
                    if not self.failing(moved):
                        return moved
        return None
