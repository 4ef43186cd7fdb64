"""Supervisions as the list and the page show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

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
    """What the reader asked for; empty values ask for nothing. `late`: feedback that is owed and over its day; the days
    are those on which it was opened.
    """

    status: str = ""
    trigger: str = ""
    department_id: int | None = None
    late: bool = False
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class SupervisionPage:
    rows: list[Supervision]
    after: Cursor | None


def _begin_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def owes(actor: Actor) -> bool:
    """A reader of a unit alone, who answers: what is due next comes first."""
    return not actor.has(SUPERVISOR, HALL_MANAGER, LEADER)


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
    if asked.from_on:
        found = found.filter(opened_at__gte=_begin_of(asked.from_on))
    if asked.until_on:
        found = found.filter(opened_at__lt=_begin_of(asked.until_on + dt.timedelta(days=1)))
    if asked.number:
        found = found.filter(case__number=asked.number)
    return found.order_by("-opened_at", "-id")


def supervisions(
    actor: Actor,
    asked: SupervisionFilter,
    *,
    now: dt.datetime,
    after: Cursor | None = None,
    size: int = PAGE,
) -> SupervisionPage:
    """A page of them, the latest first. Unless asked for, proposals are left to `proposed`, and to a unit what it owes
    to `owed`; a unit that asks for what is open reads it by the day of its feedback.
    """
    found = _filtered(actor, asked, now=now)
    if owes(actor) and asked.status == "open":
        return _by_feedback_day(found, after, size)
    if not asked.status:
        found = found.exclude(status="open" if owes(actor) else "proposed")
    if after is not None and after.due_at is not None:
        found = found.filter(
            Q(opened_at__lt=after.due_at) | Q(opened_at=after.due_at, pk__lt=after.pk),
            opened_at__lte=after.due_at,
        )
    rows = list(found[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return SupervisionPage(rows[:size], Cursor(last.opened_at, last.pk) if last else None)


def _by_feedback_day(found: QuerySet[Supervision], after: Cursor | None, size: int) -> SupervisionPage:
    """Keyed by the day of the feedback; the cursor has its first moment."""
    if after is not None and after.due_at is not None:
        day = timezone.localdate(after.due_at)
        later = Q(feedback_due_on__gt=day) | Q(feedback_due_on=day, pk__gt=after.pk)
        found = found.filter(later, feedback_due_on__gte=day)
    rows = list(found.order_by("feedback_due_on", "id")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    cursor = Cursor(_begin_of(last.feedback_due_on), last.pk) if last and last.feedback_due_on else None
    return SupervisionPage(rows[:size], cursor)


def owed(actor: Actor, asked: SupervisionFilter, *, now: dt.datetime) -> list[Supervision]:
    """What a unit still has to answer, the nearest day first; one more than MOST_PROPOSED says that there are more."""
    found = _filtered(actor, asked, now=now).filter(status="open")
    return list(found.order_by("feedback_due_on", "id")[: MOST_PROPOSED + 1])


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
