"""Advice on stationing as the worker takes it up and as pages and sheets show it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accountability.models import StationingAdvice
from accountability.queries.stationing import Progress, advise, month_before, rules_for
from accountability.queries.stationing_history import OWN, past_of, unit_names
from accountability.queries.stationing_model import Target
from hall.access import Actor
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR
from staffing.models import Hall

Row = dict[str, Any]


def asked_advices() -> QuerySet[StationingAdvice]:
    """Not answered yet, the oldest first."""
    waiting = StationingAdvice.objects.filter(answered_at=None)
    return waiting.select_related("hall").order_by("pk")


def work_out(advice: StationingAdvice, progress: Progress = lambda _done: None) -> Row:
    """The worker's computation: the history of the period and of the last whole month before it was asked for."""
    month = month_before(timezone.localdate(advice.asked_at))
    rules = rules_for(advice.hall.code)
    whole = past_of(advice.hall, min(advice.first_on, month[0]), max(advice.last_on, month[1]))
    return advise(
        whole, first=advice.first_on, last=advice.last_on, month=month, rules=rules, seed=advice.seed,
        target=Target(advice.target_minutes, advice.ninety_minutes, rules.simulated_days), progress=progress,
    )  # fmt: skip


def stationing_halls(actor: Actor) -> QuerySet[Hall]:
    return Hall.objects.filter(pk__in=actor.halls(HALL_MANAGER, SUPERVISOR)).order_by("code")


def advices_of(actor: Actor, hall: Hall, *, after: int | None, size: int) -> list[StationingAdvice]:
    """Newest first, one more than a page holds."""
    found: QuerySet[StationingAdvice] = StationingAdvice.objects.visible_to(actor).filter(hall=hall)
    if after:
        found = found.filter(pk__lt=after)
    return list(found.defer("result").select_related("asked_by")[: size + 1])


# -- one advice --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A weekday's hour: windows open so far, windows advised, and the waits simulated with both."""

    now: float
    advised: int
    arrivals: float
    median: float | None
    ninety: float | None
    median_now: float | None

    @property
    def differs(self) -> bool:
        return round(self.now) != self.advised


@dataclass(frozen=True, slots=True)
class HourRow:
    """An hour with a cell for each weekday; None on a weekday on which the unit does not come or nobody opens."""

    hour: int
    cells: list[Cell | None]


@dataclass(frozen=True, slots=True)
class UnitShown:
    """A unit's line of the advice. `weekdays` are the heads of its table."""

    facts: Row
    label: str
    weekdays: list[int] = field(default_factory=list)
    rows: list[HourRow] = field(default_factory=list)
    least: int = 0
    most: int = 0

    @property
    def changes(self) -> bool:
        return bool(self.facts["mode"]) and self.facts["mode"] != self.facts["presence"]


@dataclass(frozen=True, slots=True)
class Bar:
    """An hour of the day over all units: windows open and advised, the mean of the weekdays, and where it is drawn."""

    hour: int
    now: float
    advised: float
    most: int
    x: int
    now_y: float
    now_height: float
    advised_y: float
    advised_height: float


CHART_HEIGHT, CHART_STEP = 160, 64


def unit_label(unit: int, names: Any, own: str) -> str:
    return own if unit == OWN else names[unit].label if unit in names else "?"


def units_shown(result: Row, own: str) -> list[UnitShown]:
    """The units: those whose presence should change first, then by visits a week."""
    names = unit_names([row["unit"] for row in result["units"]])
    shown = [_shown(row, unit_label(row["unit"], names, own)) for row in result["units"]]
    return sorted(shown, key=lambda one: (not one.changes, -one.facts["visits_week"], one.label))


def _shown(row: Row, label: str) -> UnitShown:
    if not row["windows"]:
        return UnitShown(row, label)
    cells: dict[int, dict[int, Cell]] = defaultdict(dict)
    for hour in row["windows"]["hours"]:
        cells[hour["hour"]][hour["weekday"]] = Cell(
            hour["now"], hour["advised"], hour["arrivals"], hour["median"], hour["ninety"], hour["median_now"]
        )
    weekdays = sorted({day for found in cells.values() for day in found})
    rows = [HourRow(hour, [cells[hour].get(day) for day in weekdays]) for hour in sorted(cells)]
    advised = [hour["advised"] for hour in row["windows"]["hours"]]
    return UnitShown(row, label, weekdays, rows, min(advised), max(advised))


def bars(result: Row) -> list[Bar]:
    """Windows by hour, all units together."""
    sums: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in result["units"]:
        for hour in (row["windows"] or {}).get("hours", ()):
            total = sums[hour["hour"], hour["weekday"]]
            total[0] += hour["now"]
            total[1] += hour["advised"]
    hours = sorted({hour for hour, _day in sums})
    most = max((max(total) for total in sums.values()), default=0.0) or 1.0
    scale = CHART_HEIGHT / most
    found = []
    for n, hour in enumerate(hours):
        its = [total for (at, _day), total in sums.items() if at == hour]
        now, advised = (sum(total[part] for total in its) / len(its) for part in (0, 1))
        found.append(
            Bar(
                hour, round(now, 1), round(advised, 1), int(max(total[1] for total in its)), n * CHART_STEP,
                round(CHART_HEIGHT - now * scale, 1), round(now * scale, 1),
                round(CHART_HEIGHT - advised * scale, 1), round(advised * scale, 1),
            )
        )  # fmt: skip
    return found


def compared_hours(result: Row, own: str) -> list[Row]:
    """The rows of the comparison with their unit's name, the worst first."""
    error = result["error"] or {"rows": []}
    names = unit_names(_units(error["rows"]))
    rows = [{**row, "label": unit_label(row["unit"], names, own)} for row in error["rows"]]
    return sorted(rows, key=lambda row: (-row["off"], row["label"], row["hour"]))


def _units(rows: Iterable[Row]) -> set[int]:
    return {row["unit"] for row in rows}


def day_of(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
