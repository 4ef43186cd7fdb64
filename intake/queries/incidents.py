"""Incidents as their own pages list them, the hall's figures of them, and what the person's own file says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from cases.models import Case
from hall.access import Actor
from intake.lifecycle import INCIDENT_KINDS
from intake.models import Visit
from intake.models.incidents import Incident, IncidentTally
from intake.queries.services import month_bounds
from staffing.models import Hall

FEW = 3
"""Fewer are not told one from the other: where one person came, a number would name them."""


def find_incidents(
    actor: Actor, hall: Hall, *, month: dt.date | None = None, kind: str = ""
) -> QuerySet[Incident]:
    """By time, kind and place alone: there is no way to look for a person, a number or a matter."""
    found = Incident.objects.visible_to(actor).filter(hall=hall)
    if month is not None:
        start, end = month_bounds(month)
        found = found.filter(happened_at__gte=start, happened_at__lt=end)
    if kind:
        found = found.filter(kind=kind)
    return found.select_related("room", "by").order_by("-pk")


@dataclass(frozen=True, slots=True)
class MonthOf:
    """A kind's twelve months; None where fewer than `FEW` were counted, zero where none."""

    kind: str
    name: str
    months: list[int | None]


def figures(hall: Hall, year: int) -> list[MonthOf]:
    """Of the hall, by kind and month. One query."""
    counted = {
        (row["kind"], row["month"].month): row["n"]
        for row in IncidentTally.objects.filter(hall=hall, month__year=year)
        .values("kind", "month")
        .annotate(n=Sum("count"))
    }
    return [
        MonthOf(kind, name, [_shown(counted.get((kind, month), 0)) for month in range(1, 13)])
        for kind, name in INCIDENT_KINDS.items()
    ]


def _shown(count: int) -> int | None:
    return None if 0 < count < FEW else count


@dataclass(frozen=True, slots=True)
class WrittenAbout:
    """What is held of a visit; the words are left out where others came along whom they may be about."""

    incident: Incident
    is_own: bool


def written_about(actor: Actor, cases: Sequence[Case]) -> list[WrittenAbout]:
    """For the person's own file alone (个人信息保护法第四十五条). Two queries."""
    visits = Visit.objects.filter(cases__in=cases)
    rows = Incident.objects.visible_to(actor).filter(visit__in=visits).select_related("room", "visit")
    return [
        WrittenAbout(one, one.visit is not None and one.visit.head_count == 1)
        for one in rows.prefetch_related("accounts").order_by("pk")
    ]
