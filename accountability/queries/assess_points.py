"""What a line is worth: pure arithmetic over an item, its figures, and the events that count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

_CENT, _FOUR = Decimal("0.01"), Decimal("0.0001")
ZERO = Decimal(0)


class Item(Protocol):
    """The part of a `SchemeItem` that is calculated with."""

    kind: str
    full: Decimal
    floor: Decimal
    ceiling: Decimal
    cap: Decimal | None


def share_of(numerator: int, denominator: int) -> Decimal | None:
    """4 decimals, HALF_UP; None where there is nothing to divide by."""
    return (Decimal(numerator) / denominator).quantize(_FOUR, ROUND_HALF_UP) if denominator else None


def rate_points(item: Item, numerator: int, denominator: int) -> Decimal:
    """From nothing at `floor` to all points at `ceiling`. Nothing to measure costs nothing: there is no evidence."""
    share = share_of(numerator, denominator)
    if share is None:
        return item.full.quantize(_CENT)
    part = (share - item.floor) / (item.ceiling - item.floor)
    return (item.full * min(max(part, ZERO), Decimal(1))).quantize(_CENT, ROUND_HALF_UP)


def deducted_points(item: Item, costs: Iterable[Decimal]) -> Decimal:
    """All points less what the events cost, which is no more than the cap, which is no more than all points."""
    most = item.full if item.cap is None else min(item.cap, item.full)
    return (item.full - min(sum(costs, ZERO), most)).quantize(_CENT, ROUND_HALF_UP)


def line_points(
    item: Item, numerator: int | None, denominator: int | None, *, let_go: int, costs: Sequence[Decimal]
) -> Decimal:
    """`let_go`: how many misses of a rate count no more; they leave its denominator. `costs`: of what still counts."""
    if item.kind == "rate":
        return rate_points(item, numerator or 0, (denominator or 0) - let_go)
    return deducted_points(item, costs)
