"""Consultations as a list: those of my units or of my halls, the latest first, page by page along a key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from cases.queries.lights import NONE, light
from cases.queries.work_list import HALL_SCOPE_ROLES, Cursor
from consultations.lifecycle import CONSULTATION, OPEN_STATES, UNIT_ROLES
from consultations.models import Consultation, ConsultedUnit
from hall.access import Actor

PAGE = 25
EXPORT_LIMIT = 5_000
AWAITED = ("asked", "silent")
HEARD = ("called", "drafting")
STATES = ("open", *(state.code for state in CONSULTATION.states))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationFilter:
    """What the reader asked for. `scope` unit or hall, "" is the usual one; `status` a state, or `open` for all that
    are not at their end; `waiting`: those that wait for an opinion, of my unit in the scope of units.
    """

    scope: str = ""
    status: str = ""
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class ConsultationRow:
    """One of them: who is at the table, who is awaited, and the next date with its light."""

    one: Consultation
    units: list[ConsultedUnit]
    awaited: list[ConsultedUnit]
    mine: ConsultedUnit | None
    due_on: dt.date | None
    light: str

    @property
    def silent(self) -> list[ConsultedUnit]:
        return [unit for unit in self.units if unit.status in ("silent", "late")]


@dataclass(frozen=True, slots=True)
class ConsultationPage:
    rows: list[ConsultationRow]
    after: Cursor | None


def scopes_of(actor: Actor) -> list[str]:
    """unit for the people of a unit, hall for the hall's own staff; the first is the usual one."""
    found = ["unit"] if actor.departments(*UNIT_ROLES) else []
    return found + (["hall"] if actor.halls(*HALL_SCOPE_ROLES) else [])


def _rows(actor: Actor, asked: ConsultationFilter) -> QuerySet[Consultation]:
    scopes = scopes_of(actor)
    scope = asked.scope if asked.scope in scopes else (scopes[0] if scopes else "")
    found: QuerySet[Consultation] = Consultation.objects.visible_to(actor)
    seats = ConsultedUnit.objects.filter(consultation=OuterRef("pk")).exclude(status="released")
    mine = actor.departments(*UNIT_ROLES)
    if scope == "unit":
        found = found.filter(Q(convenor__in=mine) | Exists(seats.filter(department__in=mine)))
    else:
        found = found.filter(hall__in=actor.halls(*HALL_SCOPE_ROLES))
    if asked.status == "open":
        found = found.filter(status__in=OPEN_STATES)
    elif asked.status:
        found = found.filter(status=asked.status)
    if asked.waiting:
        awaited = seats.filter(status__in=AWAITED)
        if scope == "unit":
            awaited = awaited.filter(department__in=mine)
        found = found.filter(Exists(awaited), status__in=HEARD)
    units = ConsultedUnit.objects.select_related("department", "deadline").order_by("order", "pk")
    return (
        found.select_related("case", "convenor", "hall")
        .defer("case__search", "case__content")
        .prefetch_related(Prefetch("units", queryset=units))
        .order_by("-called_at", "-id")
    )


def row_of(actor: Actor, one: Consultation, *, now: dt.datetime) -> ConsultationRow:
    """With its units read: the unit of the reader that is awaited, and the date of the next one."""
    units = [unit for unit in one.units.all() if unit.status != "released"]
    open_now = one.status in HEARD
    awaited = [unit for unit in units if open_now and unit.status in AWAITED]
    own = actor.departments(*UNIT_ROLES)
    mine = next((unit for unit in awaited if unit.department_id in own), None)
    clocks = [
        unit.deadline for unit in ([mine] if mine else awaited) if unit.deadline and unit.deadline.due_at
    ]
    first = min(clocks, key=lambda clock: clock.due_at or now, default=None)
    level = light(first.due_at, first.amber_at, now) if first else NONE
    return ConsultationRow(one, units, awaited, mine, first.due_on if first else None, level)


def consultations(
    actor: Actor,
    asked: ConsultationFilter,
    *,
    now: dt.datetime,
    after: Cursor | None = None,
    size: int = PAGE,
) -> ConsultationPage:
    """A page of them."""
    found = _rows(actor, asked)
    if after is not None and after.due_at is not None:
        found = found.filter(
            Q(called_at__lt=after.due_at) | Q(called_at=after.due_at, pk__lt=after.pk),
            called_at__lte=after.due_at,
        )
    rows = list(found[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    shown = [row_of(actor, one, now=now) for one in rows[:size]]
    return ConsultationPage(shown, Cursor(last.called_at, last.pk) if last else None)


def every_consultation(
    actor: Actor, asked: ConsultationFilter, *, now: dt.datetime
) -> Iterator[ConsultationRow]:
    for one in _rows(actor, asked)[:EXPORT_LIMIT]:
        yield row_of(actor, one, now=now)


def of_case(actor: Actor, case_id: int, *, now: dt.datetime) -> list[ConsultationRow]:
    """Every consultation on a case, the latest first; the caller has seen that the reader may see the case."""
    units = ConsultedUnit.objects.select_related("department", "deadline").order_by("order", "pk")
    rows = Consultation.objects.visible_to(actor).filter(case=case_id).select_related("convenor", "case")
    found = rows.defer("case__search", "case__content").prefetch_related(Prefetch("units", queryset=units))
    return [row_of(actor, one, now=now) for one in found]
