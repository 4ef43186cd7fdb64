"""What the boards show beside the indicators: what stands open, where matters come from, leaders and charges."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Q

from accountability.queries.indicators import facts_of
from accountability.queries.periods import Period, Scope
from cases.models import (
    Case,
    ContentCategory,
    Deadline,
    DocketItem,
    ReceptionRecord,
    SponsoredCase,
    Sponsorship,
)
from cases.terms import WINDOWS
from intake.models import Ticket
from staffing.models import Department, LeaderReception


def standing(scope: Scope, *, now: dt.datetime) -> dict[str, int]:
    """What is open at this moment: its cost grows with what is open. Two statements."""
    cases = Case.objects.filter(
        hall__in=scope.hall_ids, status__in=("registered", "forwarded", "accepted")
    ).order_by()
    clocks = (
        Deadline.objects.open().filter(hall__in=scope.hall_ids, due_at__lte=now).exclude(kind__in=WINDOWS)
    )
    if scope.hidden.case_ids:
        cases = cases.exclude(pk__in=scope.hidden.case_ids)
        clocks = clocks.exclude(case__in=scope.hidden.case_ids)
    if scope.department_id is not None:
        cases = cases.filter(first_handler=scope.department_id)
        clocks = clocks.filter(department=scope.department_id)
    found = dict(cases.values_list("status").annotate(n=Count("pk")))
    return {
        "registered": found.get("registered", 0),
        "forwarded": found.get("forwarded", 0),
        "accepted": found.get("accepted", 0),
        "overdue": clocks.aggregate(n=Count("case", distinct=True))["n"],
    }


def in_line(scope: Scope, day: dt.date) -> int:
    """How many numbers wait in the hall."""
    return Ticket.objects.filter(hall__in=scope.hall_ids, day=day, status="waiting").count()


def regions(scope: Scope, period: Period, *, now: dt.datetime, limit: int = 8) -> list[tuple[str, int]]:
    """Where the matters registered in these days arose, the most first."""
    facts = facts_of(scope, period.start, period.end, now=now)
    cases = Case.objects.filter(
        hall__in=scope.hall_ids, registered_at__gte=facts["from_at"], registered_at__lt=facts["to_at"]
    ).order_by()
    if scope.hidden.case_ids:
        cases = cases.exclude(pk__in=scope.hidden.case_ids)
    if scope.department_id is not None:
        cases = cases.filter(first_handler=scope.department_id)
    rows = (
        cases.values_list("place_region__name").annotate(n=Count("pk")).order_by("-n", "place_region__name")
    )
    return [(name or "", n) for name, n in rows[:limit]]


def first_level() -> dict[str, str]:
    """Code and name of the categories that a figure can be asked for."""
    return {one.code: one.label for one in ContentCategory.objects.filter(level=1).order_by("code")}


def units_of(hall_ids: tuple[int, ...]) -> dict[int, Department]:
    """The units present in these halls, in the order of their codes."""
    rows = Department.objects.filter(stations__hall__in=hall_ids).distinct().order_by("code")
    return {unit.pk: unit for unit in rows}


def receptions_of(scope: Scope, period: Period, *, now: dt.datetime) -> list[dict[str, Any]]:
    """Each leader's receptions in these days: planned, held, matters with a record. One statement."""
    facts = facts_of(scope, period.start, period.end, now=now)
    recorded = DocketItem.objects.filter(
        Exists(ReceptionRecord.objects.filter(item=OuterRef("pk"))), reception=OuterRef("pk"), removed_at=None
    )
    if scope.hidden.case_ids:
        recorded = recorded.exclude(case__in=scope.hidden.case_ids)
    heard = recorded.order_by().values("reception").annotate(n=Count("pk")).values("n")
    rows = (
        LeaderReception.objects.filter(
            hall__in=scope.hall_ids, starts_at__gte=facts["from_at"], starts_at__lt=facts["to_at"]
        )
        .exclude(published_at=None)
        .annotate(heard=heard)
        .order_by("leader", "starts_at")
        .values("leader", "leader__name", "leader__name_en", "title", "title_en", "status", "heard")
    )
    table: dict[int, dict[str, Any]] = {}
    for row in rows:
        own = table.setdefault(row["leader"], row | {"planned": 0, "held": 0, "cancelled": 0, "cases": 0})
        own["planned"] += 1
        own["held"] += row["status"] == "held"
        own["cancelled"] += row["status"] == "cancelled"
        own["cases"] += row["heard"] or 0
    return list(table.values())


def charges(scope: Scope, *, today: dt.date) -> dict[str, Any]:
    """How far the leaders' charges have come. One statement."""
    running, rows = Q(status="running"), Sponsorship.objects.filter(hall__in=scope.hall_ids)
    if scope.hidden.case_ids:
        rows = rows.exclude(
            pk__in=SponsoredCase.objects.filter(case__in=scope.hidden.case_ids).values("sponsorship")
        )
    return rows.aggregate(
        running=Count("pk", filter=running),
        late=Count("pk", filter=running & Q(planned_on__lt=today)),
        put_off=Count("pk", filter=running & Q(planned_on__gt=F("first_planned_on"))),
        percent=Avg("percent", filter=running),
    )
