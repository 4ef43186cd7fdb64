"""Which trigger holds in which hall, with which number: the house's own data, and what a hall has set beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from accountability.lifecycle import SWEPT
from accountability.models import SupervisionRule
from staffing.models import Hall

DATA = Path(__file__).resolve().parent.parent / "management" / "data" / "supervision_triggers.toml"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One entry of the data."""

    code: str
    threshold: int
    least: int
    most: int
    unit: str
    clocks: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


def _read() -> dict[str, Trigger]:
    said = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {
        code: Trigger(
            code=code,
            threshold=one["threshold"],
            least=one["least"],
            most=one["most"],
            unit=one["unit"],
            clocks=tuple(one.get("clocks", ())),
            states=tuple(one.get("states", ())),
        )
        for code in SWEPT
        for one in [said[code]]
    }


TRIGGER_DATA: Mapping[str, Trigger] = _read()


@dataclass(frozen=True, slots=True)
class Held:
    """A trigger as it holds in one hall."""

    hall_id: int
    trigger: Trigger
    threshold: int
    is_active: bool
    is_own: bool


def rules_of(hall_ids: Sequence[int]) -> list[Held]:
    """Every trigger of every one of these halls, in the order of the table."""
    own = {(one.hall_id, one.trigger): one for one in SupervisionRule.objects.filter(hall__in=hall_ids)}
    held = []
    for hall_id in hall_ids:
        for code, trigger in TRIGGER_DATA.items():
            set_here = own.get((hall_id, code))
            held.append(
                Held(
                    hall_id=hall_id,
                    trigger=trigger,
                    threshold=set_here.threshold if set_here else trigger.threshold,
                    is_active=set_here.is_active if set_here else True,
                    is_own=set_here is not None,
                )
            )
    return held


def active_rules() -> dict[str, list[tuple[int, int]]]:
    """For the sweep: trigger → the open halls in which it holds, each with its number."""
    halls = list(Hall.objects.filter(is_open=True).order_by("pk").values_list("pk", flat=True))
    found: dict[str, list[tuple[int, int]]] = {code: [] for code in TRIGGER_DATA}
    for one in rules_of(halls):
        if one.is_active:
            found[one.trigger.code].append((one.hall_id, one.threshold))
    return found
