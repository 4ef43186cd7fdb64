"""The sum: always the full points less what counts, within the caps; giving back never lowers it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

import pytest

from accountability.queries.assess_points import deducted_points, line_points, rate_points, share_of


@dataclass
class Item:
    kind: str = "deduct"
    full: Decimal = Decimal(10)
    floor: Decimal = Decimal(0)
    ceiling: Decimal = Decimal(1)
    cap: Decimal | None = None


def a_scheme(dice: random.Random) -> list[Item]:
    """Items of 100 points together."""
    cuts = sorted(dice.sample(range(1, 100), dice.randint(1, 9)))
    parts = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    items = []
    for full in parts:
        if dice.random() < 0.5:
            floor = Decimal(dice.randint(0, 80)) / 100
            ceiling = min(Decimal(1), floor + Decimal(dice.randint(1, 100)) / 100)
            items.append(Item("rate", Decimal(full), floor, ceiling))
        else:
            items.append(Item("deduct", Decimal(full), cap=Decimal(dice.randint(1, full * 4)) / 4))
    return items


@pytest.mark.parametrize("seed", range(200))
def test_the_total_and_what_giving_back_does_to_it(seed: int) -> None:
    dice = random.Random(seed)
    items = a_scheme(dice)
    counted: list[list[Decimal]] = []
    figures: list[tuple[int, int]] = []
    for _item in items:
        misses = dice.randint(0, 12)
        kept = dice.randint(0, 30)
        figures.append((kept, kept + misses))
        counted.append([Decimal(dice.randint(1, 40)) / 8 for _n in range(misses)])
    let_go = [0] * len(items)

    def total() -> Decimal:
        found = Decimal(0)
        for item, (kept, due), costs, gone in zip(items, figures, counted, let_go, strict=True):
            points = line_points(item, kept, due, let_go=gone, costs=costs)
            assert 0 <= points <= item.full
            if item.kind != "rate":
                lost = min(sum(costs, Decimal(0)), item.cap or item.full)
                assert abs(item.full - lost - points) <= Decimal("0.005")
            found += points
        assert 0 <= found <= 100
        return found

    before = total()
    order = [n for n, costs in enumerate(counted) for _cost in costs]
    dice.shuffle(order)
    for n in order:
        counted[n].pop(dice.randrange(len(counted[n])))
        let_go[n] += 1
        after = total()
        assert after >= before
        before = after
    assert before == 100


def test_the_edges_of_a_rate() -> None:
    item = Item("rate", Decimal(20), Decimal("0.5"), Decimal("0.9"))
    assert share_of(0, 0) is None
    assert [rate_points(item, n, 10) for n in (0, 5, 7, 9, 10)] == [0, 0, 10, 20, 20]
    assert rate_points(item, 0, 0) == 20
    assert rate_points(Item("rate", Decimal(10)), 2, 3) == Decimal("6.67")


def test_the_edges_of_a_deduction() -> None:
    item = Item(full=Decimal(10), cap=Decimal(4))
    assert deducted_points(item, []) == 10
    assert deducted_points(item, [Decimal("1.5")] * 2) == 7
    assert deducted_points(item, [Decimal(3)] * 9) == 6
    assert deducted_points(Item(full=Decimal(5), cap=Decimal(50)), [Decimal(40)]) == 0
