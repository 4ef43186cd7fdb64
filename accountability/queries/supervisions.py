"""Supervisions as the list and the page show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accountability.models import Supervision
from cases.models import Case
from cases.queries.work_list import Cursor
from hall.access import Actor
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department

PAGE = 25
MOST_PROPOSED = 20
EXPORT_LIMIT = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionFilter:
    """What the reader asked for; empty values ask for nothing. `late`: feedback that is owed and over its day."""

    status: str = ""
    trigger: str = ""
    department_id: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class SupervisionPage:
    rows: list[Supervision]
    after: Cursor | None


def _rows(actor: Actor) -> QuerySet[Supervision]:
    found: QuerySet[Supervision] = Supervision.objects.visible_to(actor)
    return found.select_related("case", "department", "clock").defer("case__search", "case__content")


def _filtered(actor: Actor, asked: SupervisionFilter, *, now: dt.datetime) -> QuerySet[Supervision]:
    found = _rows(actor)
    if asked.status:
        found = found.filter(status=asked.status)
    if asked.trigger:
        found = found.filter(trigger=asked.trigger)
    if asked.department_id is not None:
        found = found.filter(department=asked.department_id)
    if asked.late:
        found = found.filter(status="open", clock__due_at__lte=now)
    return found.order_by("-opened_at", "-id")


def supervisions(
    actor: Actor,
    asked: SupervisionFilter,
    *,
    now: dt.datetime,
    after: Cursor | None = None,
    size: int = PAGE,
) -> SupervisionPage:
    """A page of them, the latest first. Unless asked for, proposals are left to `proposed`."""
    found = _filtered(actor, asked, now=now)
    if not asked.status:
        found = found.exclude(status="proposed")
    if after is not None and after.due_at is not None:
        found = found.filter(
            Q(opened_at__lt=after.due_at) | Q(opened_at=after.due_at, pk__lt=after.pk),
            opened_at__lte=after.due_at,
        )
    rows = list(found[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return SupervisionPage(rows[:size], Cursor(last.opened_at, last.pk) if last else None)


def proposed(actor: Actor, asked: SupervisionFilter, *, now: dt.datetime) -> list[Supervision]:
    """What waits for the supervisor's word, the oldest first; one more than MOST_PROPOSED says that there are more."""
    found = _filtered(actor, asked, now=now).filter(status="proposed")
    return list(found.order_by("opened_at", "id")[: MOST_PROPOSED + 1])


def every_supervision(actor: Actor, asked: SupervisionFilter, *, now: dt.datetime) -> Iterator[Supervision]:
    yield from _filtered(actor, asked, now=now)[:EXPORT_LIMIT]


def one_of(actor: Actor) -> QuerySet[Supervision]:
    """For the page of one."""
    found: QuerySet[Supervision] = Supervision.objects.visible_to(actor)
    return found.select_related(
        "case__hall", "case__first_handler", "department", "clock", "document", "hall", "opened_by",
        "confirmed_by", "closed_by",
    )  # fmt: skip


def others_of(actor: Actor, one: Supervision) -> list[Supervision]:
    """What else is, or was, supervised on the same case."""
    found = _rows(actor).filter(case=one.case_id).exclude(pk=one.pk)
    return list(found.order_by("-opened_at", "-id")[:10])


def units_to_choose(actor: Actor) -> list[Department]:
    """The units that the reader's filter offers: those that were supervised here, or the reader's own."""
    mine = actor.departments(DEPARTMENT_HEAD, LIAISON)
    halls = actor.halls(SUPERVISOR, HALL_MANAGER, LEADER)
    here = Supervision.objects.filter(hall__in=halls).order_by().values("department")
    return list(Department.objects.filter(Q(pk__in=mine) | Q(pk__in=here)).order_by("code"))


def units_with(case: Case) -> list[Department]:
    """The units that have the case, the one that handles it first."""
    given = Department.objects.filter(group__casegrouppermission__content_object=case, is_active=True)
    return sorted(given.distinct(), key=lambda unit: (unit.pk != case.first_handler_id, unit.code))
