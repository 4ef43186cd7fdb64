"""What the boards show beside the indicators: what stands open, where matters come from, leaders and charges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet

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

OPEN = ("registered", "forwarded", "accepted")


def open_cases(scope: Scope, status: str = "") -> QuerySet[Case]:
    """What is open at this moment in one of these states, or in any of them."""
    cases = Case.objects.filter(hall__in=scope.hall_ids, status__in=(status,) if status else OPEN).order_by()
    if scope.hidden.case_ids:
        cases = cases.exclude(pk__in=scope.hidden.case_ids)
    return cases if scope.department_id is None else cases.filter(first_handler=scope.department_id)


def _late(scope: Scope, now: dt.datetime) -> QuerySet[Deadline]:
    clocks = (
        Deadline.objects.open().filter(hall__in=scope.hall_ids, due_at__lte=now).exclude(kind__in=WINDOWS)
    )
    if scope.hidden.case_ids:
        clocks = clocks.exclude(case__in=scope.hidden.case_ids)
    return clocks if scope.department_id is None else clocks.filter(department=scope.department_id)


def overdue_cases(scope: Scope, *, now: dt.datetime) -> QuerySet[Case]:
    """Those with a period that is over and open, of whoever owes it."""
    return Case.objects.filter(pk__in=_late(scope, now).order_by().values("case")).order_by()


def standing(scope: Scope, *, now: dt.datetime) -> dict[str, int]:
    """What is open at this moment: its cost grows with what is open. Two statements."""
    found = dict(open_cases(scope).values_list("status").annotate(n=Count("pk")))
    late = _late(scope, now).aggregate(n=Count("case", distinct=True))["n"]
    return {**{status: found.get(status, 0) for status in OPEN}, "overdue": late}


def waiting_tickets(scope: Scope, day: dt.date) -> QuerySet[Ticket]:
    """The numbers that wait in the hall; of a unit, those in its own line."""
    tickets = Ticket.objects.filter(hall__in=scope.hall_ids, day=day, status="waiting").order_by()
    return tickets if scope.department_id is None else tickets.filter(queue__department=scope.department_id)


def in_line(scope: Scope, day: dt.date) -> int:
    """How many numbers wait."""
    return waiting_tickets(scope, day).count()


def registered_in(scope: Scope, period: Period, *, now: dt.datetime) -> QuerySet[Case]:
    """The matters registered in these days, as the figure `registered` counts them."""
    facts = facts_of(scope, period.start, period.end, now=now)
    cases = Case.objects.filter(
        hall__in=scope.hall_ids, registered_at__gte=facts["from_at"], registered_at__lt=facts["to_at"],
        registered_at__lte=now,
    ).order_by()  # fmt: skip
    if scope.hidden.case_ids:
        cases = cases.exclude(pk__in=scope.hidden.case_ids)
    return cases if scope.department_id is None else cases.filter(first_handler=scope.department_id)


def regions(
    scope: Scope, period: Period, *, now: dt.datetime, limit: int = 8
) -> list[tuple[int | None, str, int]]:
    """Where the matters registered in these days arose, the most first; without a place under None."""
    rows = (
        registered_in(scope, period, now=now)
        .values_list("place_region", "place_region__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "place_region__name")
    )
    return [(pk, name or "", n) for pk, name, n in rows[:limit]]


def first_level() -> dict[str, str]:
    """Code and name of the categories that a figure can be asked for."""
    return {one.code: one.label for one in ContentCategory.objects.filter(level=1).order_by("code")}


def units_of(hall_ids: tuple[int, ...]) -> dict[int, Department]:
    """The units present in these halls, in the order of their codes."""
    rows = Department.objects.filter(stations__hall__in=hall_ids).distinct().order_by("code")
    return {unit.pk: unit for unit in rows}


def receptions_in(scope: Scope, period: Period, *, now: dt.datetime) -> QuerySet[LeaderReception]:
    """Those of these days that were published."""
    facts = facts_of(scope, period.start, period.end, now=now)
    return LeaderReception.objects.filter(
        hall__in=scope.hall_ids, starts_at__gte=facts["from_at"], starts_at__lt=facts["to_at"]
    ).exclude(published_at=None)


def items_heard() -> QuerySet[DocketItem]:
    """What has a record."""
    return DocketItem.objects.filter(
        Exists(ReceptionRecord.objects.filter(item=OuterRef("pk"))), removed_at=None
    )


def receptions_of(scope: Scope, period: Period, *, now: dt.datetime) -> list[dict[str, Any]]:
    """Each leader's receptions in these days: planned, held, matters with a record. One statement."""
    recorded = items_heard().filter(reception=OuterRef("pk"))
    if scope.hidden.case_ids:
        recorded = recorded.exclude(case__in=scope.hidden.case_ids)
    heard = recorded.order_by().values("reception").annotate(n=Count("pk")).values("n")
    rows = (
        receptions_in(scope, period, now=now)
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


CHARGES: Mapping[str, Callable[[dt.date], Q]] = {
    "running": lambda today: Q(status="running"),
    "late": lambda today: Q(status="running", planned_on__lt=today),
    "put_off": lambda today: Q(status="running", planned_on__gt=F("first_planned_on")),
}


def charges(scope: Scope, *, today: dt.date) -> dict[str, Any]:
    """How far the leaders' charges have come. One statement."""
    rows = Sponsorship.objects.filter(hall__in=scope.hall_ids)
    if scope.hidden.case_ids:
        rows = rows.exclude(
            pk__in=SponsoredCase.objects.filter(case__in=scope.hidden.case_ids).values("sponsorship")
        )
    return rows.aggregate(
        percent=Avg("percent", filter=Q(status="running")),
        **{code: Count("pk", filter=which(today)) for code, which in CHARGES.items()},
    )
