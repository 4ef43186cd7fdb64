"""The draw: from a seed and a list of candidates always the same members, by whomever it is repeated. Pure.

Every candidate has a lot: the SHA-256 of "<seed>:<number in the pool>". Seats are given one after the other. Each goes
to the category that has got the fewest so far; in it to who has sat the fewest times; among equals to the lowest lot.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

LEAST_CATEGORIES = 2
"""Of one category alone, a panel speaks for that category."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of the pool: `sittings` are the panels that they sat on before."""

    id: int
    category: str
    sittings: int = 0

    def packed(self) -> dict[str, Any]:
        return asdict(self)


def lot(seed: str, member_id: int) -> str:
    return hashlib.sha256(f"{seed}:{member_id}".encode()).hexdigest()


def draw(candidates: Iterable[Candidate], size: int, seed: str, *, taken: Sequence[str] = ()) -> list[int]:
    """The members in the order in which they were drawn. `taken`: the categories of who sits already.

    Raises ValueError when there are too few candidates; the rule asks first.
    """
    given = Counter(taken)
    left = {one.id: one for one in candidates}
    if len(left) < size:
        raise ValueError(f"{len(left)} candidates for {size} seats")
    chosen = []
    for _n in range(size):
        next_one = min(
            left.values(), key=lambda one: (given[one.category], one.sittings, lot(seed, one.id), one.id)
        )
        chosen.append(left.pop(next_one.id).id)
        given[next_one.category] += 1
    return chosen
