"""The rules of keeping as they stand: the house's own periods, and where somebody has set another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from accountability.lifecycle.retention import KINDS, Kind
from accountability.models import RetentionRule, RetentionRun


@dataclass(frozen=True, slots=True)
class Standing:
    """One kind, the period in force, and what the sweeps did: the last one, and the last that erased something."""

    kind: Kind
    days: int | None
    rule: RetentionRule | None
    last: RetentionRun | None = None
    last_erased: RetentionRun | None = None

    @property
    def kept(self) -> dt.timedelta | None:
        return None if self.days is None else dt.timedelta(days=self.days)


def days_in_force() -> Mapping[str, int | None]:
    own = dict(RetentionRule.objects.values_list("kind", "days"))
    return {code: own.get(code, kind.days) if kind.is_set else None for code, kind in KINDS.items()}


def standing_rules() -> list[Standing]:
    """Three statements, however many sweeps there were."""
    rules = {rule.kind: rule for rule in RetentionRule.objects.select_related("set_by")}
    runs = RetentionRun.objects.order_by("kind", "-id").distinct("kind")
    last = {run.kind: run for run in runs}
    erased = {run.kind: run for run in runs.filter(count__gt=0)}
    return [
        Standing(kind, rule.days if rule else kind.days, rule, last.get(code), erased.get(code))
        for code, kind in KINDS.items()
        for rule in (rules.get(code),)
    ]
