"""Bringing in the list of statutory routes (法定途径清单): data, so that each place can load its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db import transaction

from cases.models import StatutoryRoute
from cases.rules import check_can_load_routes
from hall import journal
from hall.access import Actor
from staffing.models import Department


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """One line of the list. `clause` is the number in Art. 31; `department` the code of a unit of ours, or ""."""

    code: str
    clause: int
    name: str
    organ: str
    basis: str
    guidance: str
    name_en: str = ""
    sector: str = ""
    sector_en: str = ""
    organ_en: str = ""
    basis_en: str = ""
    guidance_en: str = ""
    keywords: str = ""
    is_litigation: bool = False
    department: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class RoutesLoaded:
    created: int
    changed: int
    retired: int


_FACTS = tuple(field.name for field in fields(RouteRow) if field.name not in ("code", "department", "line"))


@transaction.atomic
def load_routes(*, actor: Actor, rows: Sequence[RouteRow], now: dt.datetime) -> RoutesLoaded:
    """Make the list what the file says, all of it or nothing. A route that is no longer listed is retired, never
    deleted, because decisions rest on it. The same file again changes nothing.

    Raises Refused (role; input, naming the line).
    """
    units = {unit.code: unit.pk for unit in Department.objects.all()}
    check_can_load_routes(actor, rows, units, now=now)
    known = {route.code: route for route in StatutoryRoute.objects.select_for_update()}
    created, changed = [], []
    for row in rows:
        route = known.get(row.code) or StatutoryRoute(code=row.code)
        facts = {name: getattr(row, name) for name in _FACTS} | {"is_active": True}
        fresh = row.code not in known
        if row.department or fresh:
            facts["department_id"] = units.get(row.department)
        if fresh:
            created.append(route)
        elif any(getattr(route, name) != value for name, value in facts.items()):
            changed.append(route)
        for name, value in facts.items():
            setattr(route, name, value)
    listed = {row.code for row in rows}
    retired = [route for code, route in known.items() if code not in listed and route.is_active]
    for route in retired:
        route.is_active = False
    made = StatutoryRoute.objects.bulk_create(created)
    StatutoryRoute.objects.bulk_update([*changed, *retired], [*_FACTS, "department", "is_active"])
    loaded = RoutesLoaded(len(created), len(changed), len(retired))
    touched = [*made, *changed, *retired]
    if touched:
        facts = {"created": loaded.created, "changed": loaded.changed, "retired": loaded.retired}
        journal.record(actor, "load_routes", touched[0], stream="routes", after=facts, now=now)
    return loaded
