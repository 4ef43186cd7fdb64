"""Whose figures somebody may ask for: the pages and the doors for machines narrow them by the same class."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accountability import rules
from accountability.queries import Scope
from accountability.queries.boards import units_of
from accountability.queries.hidden import hidden_from
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_HEAD
from staffing.models import Hall


class Reader:
    """Whose figures the reader may ask for: those of the halls, or of the own units alone, one at a time; never with a
    case in them that is kept from the reader.
    """

    def __init__(self, actor: Actor) -> None:
        rules.check_sees_indicators(actor)
        self.actor = actor
        self.halls = actor.halls(*rules.HALL_READERS)
        self.whole = bool(self.halls)
        self.halls = self.halls or actor.halls(DEPARTMENT_HEAD)
        units = units_of(self.halls)
        if not self.whole:
            own = actor.departments(DEPARTMENT_HEAD)
            units = {pk: unit for pk, unit in units.items() if pk in own}
            if not units:
                raise Refused(_("您的单位没有进驻大厅，没有可以查看的指标。"), "role")
        self.units = {pk: unit.label for pk, unit in units.items()}
        self.hidden = hidden_from(actor)
        self.hall_names: dict[int, str] = {}
        if len(self.halls) > 1:
            rows = Hall.objects.filter(pk__in=self.halls).order_by("code")
            self.hall_names = {hall.pk: hall.label for hall in rows}

    def scope(
        self, unit: int | None = None, channel: str = "", category: str = "", hall: int | None = None
    ) -> Scope:
        """Who heads a unit in one of the halls alone asks for it there."""
        halls = (hall,) if hall is not None and hall in self.halls else self.halls
        if not self.whole:
            known = [pk for pk in self.units if self._headed(pk, halls)] or list(self.units)
            unit = unit if unit in self.units else known[0]
            halls = self._headed(unit, halls) or halls
        return Scope(halls, unit, channel, category, self.hidden)

    def _headed(self, unit: int, halls: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(pk for pk in halls if self.actor.has(DEPARTMENT_HEAD, hall_id=pk, department_id=unit))
