"""Medians of alternating runs, and the line that is printed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Run = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured. Times in milliseconds; `ratio` is the median of the ratios pair by pair."""

    name: str
    ours: float
    floor: float
    ratio: float
    bound: float

    def __str__(self) -> str:
        verdict = "ok" if self.ratio <= self.bound else "MISSED"
        return (
            f"{self.name:<58} {self.ours:9.2f} ms  floor {self.floor:9.2f} ms  "
            f"ratio {self.ratio:5.2f}  (bound {self.bound:.1f}) {verdict}"
        )


def once(run: Run) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def against(
    name: str,
    ours: Run,
    floor: Run,
    *,
    bound: float,
    runs: int = 30,
    warm: int = 3,
    before: Run | None = None,
) -> Figure:
    """Ours and the floor in turn. `before` runs, unmeasured, ahead of each."""

    def timed(run: Run) -> float:
        if before:
            before()
        return once(run)

    for _ in range(warm):
        timed(ours), timed(floor)
    pairs = [(timed(ours), timed(floor)) for _ in range(runs)]
    return Figure(
        name,
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
        bound,
    )
