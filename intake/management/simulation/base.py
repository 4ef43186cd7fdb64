"""A matter on its way, and what every part of the play does with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from cases import actions as cases
from cases.models import Case, Deadline, StatutoryRoute
from hall.access import Actor
from intake.management.simulation.timetable import Timetable

MANNERS = {
    # unit: (share that is late, share that objects, share that quarrels once it has the matter)
    "housing": (0.10, 0.06, 0.02),
    "land": (0.03, 0.30, 0.10),
    "labour": (0.01, 0.02, 0.00),
}
USUAL = (0.03, 0.05, 0.01)


@dataclass
class Life:
    """One matter on its way; `fate` holds what was drawn for it."""

    pk: int
    number: str
    clerk: str
    unit: str
    right: str
    """Whose remit it is; the clerk may send it to another first."""
    person: cases.Person | None = None
    handled_since: dt.date | None = None
    steps: int = 0


@dataclass
class Base:
    table: Timetable
    punctual: bool = False
    """Nobody is late: every duty is done on its last day at the latest."""
    by_person: dict[str, tuple[cases.Person, int]] = field(default_factory=dict)
    lives: list[Life] = field(default_factory=list)

    def __post_init__(self) -> None:
        house = self.table.house
        self.handlers = [
            unit["code"] for unit in house.plan["units"] if "presence" in unit and unit["code"] != "petition"
        ]
        self.staff = {unit["code"]: (unit["liaison"][0], unit["head"][0]) for unit in house.plan["units"]}
        self.routes = list(StatutoryRoute.objects.filter(is_active=True).order_by("pk"))

    # -- helpers -------------------------------------------------------------------------------------------------

    def _chance(self, share: float) -> bool:
        return self.table.rng.random() < share

    def _liaison(self, unit: str, now: dt.datetime) -> Actor:
        return self.table.house.act(self.staff[unit][0], now)

    def _head(self, unit: str, now: dt.datetime) -> Actor:
        return self.table.house.act(self.staff[unit][1], now)

    def _manager(self, now: dt.datetime) -> Actor:
        return self.table.house.act("wangshouxin", now)

    def _late(self, share: float) -> bool:
        return not self.punctual and self._chance(share)

    def _then(
        self, life: Life, now: dt.datetime, days: float, verb: str, act: Callable[..., Any], *duties: str
    ) -> None:
        """Later, if the matter is then still where this step makes sense. `duties`: whose days it must keep."""
        by = self._last_day(life, duties) if self.punctual and duties else None

        def step(moment: dt.datetime) -> None:
            act(life, moment)
            life.steps += 1

        self.table.after(now, days, verb, step, by=by)

    @staticmethod
    def _last_day(life: Life, duties: tuple[str, ...]) -> dt.date | None:
        days = Deadline.objects.open().filter(case=life.pk, kind__in=duties).values_list("due_on", flat=True)
        return min((day for day in days if day is not None), default=None)

    def _plant(self, kind: str, life: Life, now: dt.datetime, *, days: int, by: str = "") -> None:
        """A fault of the unit that shows before the play is over."""
        if timezone.localdate(now) + dt.timedelta(days=days) <= self.table.last:
            self.table.plant(kind, life.number, by=by or life.unit)

    def _status(self, life: Life) -> str:
        return Case.objects.only("status").get(pk=life.pk).status

    def _do(self, verb: str, life: Life, actor: Actor, now: dt.datetime, **facts: Any) -> Any:
        done = getattr(cases, verb)(actor=actor, case_id=life.pk, now=now, **facts)
        self.table.done[verb] += 1
        return done

    def taken(self, life: Life, now: dt.datetime) -> None:
        """The unit has it: what will happen is drawn here."""
        raise NotImplementedError

    def decide_objection(self, life: Life, now: dt.datetime) -> None:
        """The office decides between units."""
        raise NotImplementedError

    def _open(self, life: Life) -> bool:
        return self._status(life) == "accepted"
