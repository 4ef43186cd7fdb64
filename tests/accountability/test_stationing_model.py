"""The simulated day against theory, against cases worked out by hand, and against itself."""

from __future__ import annotations

import itertools
import math
import random
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accountability.queries.stationing_model import (
    Arrival,
    Job,
    Patience,
    Target,
    fewest_windows,
    history_of,
    percentile,
    simulate_day,
    waits_with,
)

ALWAYS = [(0.0, 60.0 * 100_000)]
MORNING = [(9 * 60.0, 12 * 60.0)]
DAY = [(510.0, 720.0), (840.0, 1050.0)]


class Steady(dict[int, int]):
    """So many windows at every hour."""

    def __init__(self, windows: int) -> None:
        super().__init__()
        self.windows = windows

    def get(self, _hour: int, _default: int = 0) -> int:  # type: ignore[override]
        return self.windows


def mean_wait(windows: int, rate: float, service: float, seed: int, n: int = 30_000) -> float:
    dice, at, arrivals = random.Random(seed), 0.0, []
    for _n in range(n):
        at += dice.expovariate(rate)
        arrivals.append(Arrival(at, dice.expovariate(1 / service)))
    return statistics.fmean(one.minutes for one in simulate_day(arrivals, Steady(windows), ALWAYS))


def erlang_wait(windows: int, rate: float, service: float) -> float:
    """Mean wait of M/M/c: the chance to wait (Erlang C) over the spare rate."""
    load = rate * service
    top = load**windows / math.factorial(windows) * windows / (windows - load)
    waits = top / (sum(load**k / math.factorial(k) for k in range(windows)) + top)
    return waits / (windows / service - rate)


@pytest.mark.parametrize(
    ("windows", "rate", "service"),
    [(1, 0.05, 12.0), (1, 0.07, 10.0), (2, 0.15, 10.0), (4, 0.3, 10.0), (5, 0.2, 20.0)],
)
def test_the_mean_wait_is_that_of_theory(windows: int, rate: float, service: float) -> None:
    found = statistics.fmean(mean_wait(windows, rate, service, seed) for seed in (1, 2, 3))
    assert found == pytest.approx(erlang_wait(windows, rate, service), rel=0.08)


def minutes(
    arrivals: list[Arrival], plan: dict[int, int], spans: list[tuple[float, float]] = MORNING
) -> list[float]:
    return [one.minutes for one in simulate_day(arrivals, plan, spans)]


def test_one_window_by_hand() -> None:
    at = 9 * 60.0
    line = [Arrival(at, 20), Arrival(at + 5, 20), Arrival(at + 10, 10), Arrival(at + 60, 5)]
    assert minutes(line, {9: 1, 10: 1, 11: 1}) == [0, 15, 30, 0]
    assert minutes(line, {9: 2, 10: 1, 11: 1}) == [0, 0, 10, 0]


def test_who_has_priority_goes_before_and_nobody_is_taken_away_from_a_window() -> None:
    at = 9 * 60.0
    line = [Arrival(at, 30), Arrival(at + 5, 10), Arrival(at + 10, 10, head_start=60)]
    assert minutes(line, {9: 1, 10: 1, 11: 1}) == [0, 35, 20]


def test_who_has_no_patience_leaves_and_takes_no_window() -> None:
    at = 9 * 60.0
    line = [Arrival(at, 30), Arrival(at + 5, 10, patience=10), Arrival(at + 10, 10)]
    found = simulate_day(line, {9: 1}, MORNING)
    assert [(one.minutes, one.left) for one in found] == [(0, False), (10, True), (20, False)]


def test_windows_that_close_finish_whom_they_have_and_later_ones_wait_for_the_next_opening() -> None:
    line = [
        Arrival(9 * 60 + 50, 30),
        Arrival(9 * 60 + 55, 10),
        Arrival(10 * 60 + 5, 10),
        Arrival(11 * 60 + 5, 1),
    ]
    assert minutes(line, {9: 1, 10: 0, 11: 1}) == [0, 25, 55, 5]
    assert minutes(line, {9: 2, 10: 1, 11: 1}) == [0, 0, 15, 0], "one window too many at ten finishes first"


def test_the_break_and_the_end_of_the_day() -> None:
    plan = {8: 1, 9: 1, 10: 1, 11: 1, 14: 1, 15: 1, 16: 1, 17: 1}
    line = [Arrival(700, 40), Arrival(710, 10), Arrival(730, 10), Arrival(1060, 10)]
    assert minutes(line, plan, DAY) == [0, 30, 110, math.inf], "the morning's line is served, the break waits"


def test_two_kinds_of_percentile_edges() -> None:
    assert percentile([], 0.5) is None
    assert percentile([1, 2, 3, 4], 0.5) == 2.5
    assert percentile([1, math.inf], 0.9) == math.inf
    assert percentile([1, 1, math.inf], 0.5) == 1


# -- patience and days -------------------------------------------------------------------------------------------


def job(
    at: float, waited: float | None = 0.0, service: float | None = 10.0, day: int = 0, **facts: object
) -> Job:
    return Job(unit=1, day=day, weekday=day % 7, at=at, waited=waited, service=service, **facts)


def test_patience_is_estimated_with_those_who_were_called_in_time() -> None:
    """Four waits: 5 called, 10 left, 20 called, 30 left. Of the three still there at 10 one went; of one at 30 one."""
    found = Patience([job(0, 5), job(0, 10, left=True), job(0, 20), job(0, 30, left=True), job(0, None)])
    assert found.minutes == [10, 30]
    assert found.shares == pytest.approx([1 / 3, 1])
    assert Patience([job(0, 5), job(0, 9)]).draw(random.Random(1)) == math.inf


def test_a_weekday_that_was_seldom_borrows_from_all_days() -> None:
    days = {day: day % 7 for day in range(35) if day % 7 in (0, 1)}
    history = history_of([job(540 + 5, day=day) for day in days if day % 7 == 0], days)
    assert history.counts[0, 9] == [1] * 5
    assert history.counts[1, 9] == [0] * 5
    short = history_of([job(545, day=0)], {0: 0, 1: 1, 8: 1})
    assert short.counts[0, 9] == [1, 0, 0]


def days_of(seed: int, n: int = 10, rate: float = 0.1, service: float = 15) -> list[list[Arrival]]:
    dice = random.Random(seed)
    days = []
    for _n in range(n):
        at, day = 540.0, []
        while (at := at + dice.expovariate(rate)) < 720:
            day.append(Arrival(at, dice.expovariate(1 / service)))
        days.append(day)
    return days


def test_the_same_seed_is_the_same_answer() -> None:
    target = Target(10, 30)
    first, second = (fewest_windows(days_of(7), MORNING, target) for _n in range(2))
    assert first == second
    history = history_of([job(545), job(600), job(601)], {0: 0})
    assert history.draw_day(0, random.Random(3)) == history.draw_day(0, random.Random(3))


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(5, 40))
@settings(max_examples=40, deadline=None)
def test_more_windows_never_make_anybody_wait_longer(seed: int, windows: int, service: int) -> None:
    """On the same day, in the order of coming: the k-th who comes is called no later with one window more."""
    (day,) = days_of(seed, n=1, service=service)
    fewer, more = (minutes(day, dict.fromkeys((9, 10, 11), n)) for n in (windows, windows + 1))
    assert all(b <= a + 1e-6 for a, b in zip(fewer, more, strict=True))


# -- the fewest windows ------------------------------------------------------------------------------------------


def test_one_who_comes_needs_one_window_and_an_hour_of_nobody_none() -> None:
    answer = fewest_windows([[Arrival(9 * 60 + 10, 20)]], MORNING, Target(5, 10))
    assert (answer.plan, answer.held) == ({9: 1, 10: 0, 11: 0}, True)


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_with_fewer_window_hours_holds_where_all_can_be_tried(seed: int) -> None:
    """Against every plan of up to three windows an hour: none that holds has a window less in some hour and no
    more in the others; and the whole is at most one window-hour above the best there is."""
    days, target = days_of(seed, n=6), Target(8, 25)
    answer = fewest_windows(days, MORNING, target)
    assert answer.held
    holding = []
    for windows in itertools.product(range(1, max(answer.plan.values()) + 1), repeat=3):
        plan = dict(zip((9, 10, 11), windows, strict=True))
        if all(target.held(found) for found in waits_with(days, plan, MORNING).values()):
            holding.append(plan)
    best = min(sum(plan.values()) for plan in holding)
    assert best <= sum(answer.plan.values()) <= best + 1
    assert (
        not any(
            plan != answer.plan and all(plan[hour] <= answer.plan[hour] for hour in plan) for plan in holding
        )
        or sum(answer.plan.values()) == best + 1
    )


@pytest.mark.parametrize("seed", range(3))
def test_peaks_are_levelled(seed: int) -> None:
    """No window can move from an hour with two more to one with fewer: nobody needs four at three and one at two."""
    days, target = days_of(seed, n=8, rate=0.2), Target(8, 25)
    plan = fewest_windows(days, MORNING, target).plan
    for peak, low in itertools.permutations(plan, 2):
        if plan[low] <= plan[peak] - 2:
            moved = {**plan, peak: plan[peak] - 1, low: plan[low] + 1}
            assert not all(target.held(found) for found in waits_with(days, moved, MORNING).values())


def test_driving_people_away_keeps_no_target() -> None:
    """Nineteen in twenty give up after five minutes: a wait of five minutes each, and nobody is served."""
    dice = random.Random(2)
    days = [
        [Arrival(one.at, one.service, patience=5 if dice.random() < 0.95 else math.inf) for one in day]
        for day in days_of(3)
    ]
    target = Target(10, 30)
    answer = fewest_windows(days, MORNING, target)
    assert answer.held and all(answer.plan[hour] >= 1 for hour in (9, 10, 11))
    for waits in answer.waits.values():
        assert sum(map(math.isinf, waits)) <= 0.1 * len(waits), "one in ten may leave, no more"
    without = waits_with(days, dict.fromkeys((9, 10, 11), 0), MORNING)
    assert not any(target.held(waits) for waits in without.values())


def test_an_hour_in_which_somebody_comes_keeps_a_window_however_long_they_would_wait() -> None:
    days = [[Arrival(9 * 60 + 50, 5), Arrival(10 * 60 + 30, 5), Arrival(11 * 60 + 10, 5)]]
    assert fewest_windows(days, MORNING, Target(100, 200)).plan == {9: 1, 10: 1, 11: 1}


def test_a_target_out_of_reach_is_said() -> None:
    crowd = [[Arrival(9 * 60.0, 100) for _n in range(12)]]
    answer = fewest_windows(crowd, MORNING, Target(1, 1), most=3)
    assert (answer.held, answer.plan[9]) == (False, 3)
