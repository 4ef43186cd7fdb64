"""Field visits as lists and pages show them, and who takes the leader's time already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.models import Case, FieldVisit, VisitCase
from cases.queries.work_list import Cursor
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import LEADER
from staffing.models import Hall, LeaderReception, Posting
from staffing.queries import clash

PAGE = 25
EXPORT_LIMIT = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFilter:
    """What the reader asked for; empty values ask for nothing. Days are inclusive."""

    status: str = ""
    leader_id: int | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class VisitPage:
    rows: list[FieldVisit]
    after: Cursor | None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, timezone.get_current_timezone())


def _filtered(actor: Actor, asked: VisitFilter) -> QuerySet[FieldVisit]:
    found: QuerySet[FieldVisit] = FieldVisit.objects.visible_to(actor)
    if asked.status:
        found = found.filter(status=asked.status)
    if asked.leader_id is not None:
        found = found.filter(leader=asked.leader_id)
    if asked.from_on:
        found = found.filter(planned_from__gte=_midnight(asked.from_on))
    if asked.until_on:
        found = found.filter(planned_from__lt=_midnight(asked.until_on + dt.timedelta(days=1)))
    many = VisitCase.objects.filter(visit=OuterRef("pk")).values("visit").annotate(n=Count("pk")).values("n")
    return (
        found.select_related("leader", "hall")
        .annotate(case_count=Coalesce(many[:1], Value(0)))
        .order_by("-planned_from", "-id")
    )


def field_visits(
    actor: Actor, asked: VisitFilter, *, after: Cursor | None = None, size: int = PAGE
) -> VisitPage:
    """A page of them, the latest first."""
    found = _filtered(actor, asked)
    if after is not None and after.due_at is not None:
        found = found.filter(
            Q(planned_from__lt=after.due_at) | Q(planned_from=after.due_at, pk__lt=after.pk),
            planned_from__lte=after.due_at,
        )
    rows = list(found.prefetch_related("links")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return VisitPage(rows[:size], Cursor(last.planned_from, last.pk) if last else None)


def every_visit(actor: Actor, asked: VisitFilter) -> Iterator[FieldVisit]:
    yield from _filtered(actor, asked).prefetch_related("units", "links")[:EXPORT_LIMIT]


def leaders_here(hall_ids: tuple[int, ...], day: dt.date) -> QuerySet[User]:
    """Who is, or will be, posted as a leader in these halls."""
    posts = Posting.objects.filter(hall__in=hall_ids, role=LEADER).exclude(until_on__lt=day)
    return User.objects.filter(postings__in=posts, is_active=True).distinct().order_by("name", "pk")


def post_on(leader_id: int, hall: Hall, day: dt.date) -> Posting | None:
    """The leader's post in that hall on that day."""
    return (
        Posting.objects.filter(user=leader_id, role=LEADER, hall=hall)
        .on(day)
        .select_related("user")
        .order_by("from_on")
        .first()
    )


def receives_then(leader_id: int, starts: dt.datetime, ends: dt.datetime) -> LeaderReception | None:
    """A reception of this leader at that time."""
    return clash(leader_id=leader_id, room_id=None, starts_at=starts, ends_at=ends, but=None)


def travels_then(
    leader_id: int, starts: dt.datetime, ends: dt.datetime, *, but: int | None = None
) -> FieldVisit | None:
    """Another visit of this leader at that time."""
    found = FieldVisit.objects.filter(leader=leader_id, planned_from__lt=ends, planned_to__gt=starts)
    return (
        found.exclude(status="cancelled")
        .exclude(pk=but or 0)
        .select_related("leader")
        .order_by("planned_from")
        .first()
    )


def seen_of(actor: Actor, case_ids: list[int]) -> tuple[list[Case], bool]:
    """Those cases that the reader sees, in that order, and whether that is all of them."""
    visible = Case.objects.visible_to(actor).filter(pk__in=case_ids).select_related("hall", "first_handler")
    found = {one.pk: one for one in visible.defer("search", "content")}
    return [found[pk] for pk in case_ids if pk in found], len(found) == len(case_ids)


def whole_for(actor: Actor, rows: Iterable[Any]) -> set[int]:
    """Of these visits or charges, with their links read: the ids of those whose every case the reader sees."""
    linked = {one.pk: {link.case_id for link in one.links.all()} for one in rows}
    asked = {pk for ids in linked.values() for pk in ids}
    seen = set(Case.objects.visible_to(actor).filter(pk__in=asked).values_list("pk", flat=True))
    return {pk for pk, ids in linked.items() if ids <= seen}
