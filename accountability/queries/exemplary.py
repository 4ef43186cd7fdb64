"""Exemplary cases as the list shows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from accountability.models import ExemplaryCase, InspectionCheck
from cases.models import Case
from hall.access import Actor

PAGE = 20


def found_in_order(case_id: int) -> InspectionCheck | None:
    """The last inspection that found this case in order on the spot."""
    checks = InspectionCheck.objects.filter(case=case_id, conclusion="in_order")
    return checks.exclude(inspection__status="cancelled").order_by("-at", "-id").first()


@dataclass(frozen=True, slots=True)
class ExemplaryPage:
    """`opens`: ids of the cases that the reader may open."""

    rows: list[ExemplaryCase]
    after: str
    opens: frozenset[int]


def rows_of(actor: Actor) -> QuerySet[ExemplaryCase]:
    found: QuerySet[ExemplaryCase] = ExemplaryCase.objects.visible_to(actor)
    return found.select_related(
        "case__category", "case__first_handler", "check_of__inspection", "marked_by", "withdrawn_by", "hall"
    ).defer("case__search", "case__content")


def exemplary_page(
    actor: Actor, *, status: str = "marked", category: str = "", after: int | None = None, size: int = PAGE
) -> ExemplaryPage:
    """The latest first; `category` is the first level, `010000`."""
    found = rows_of(actor).filter(status=status)
    if category:
        found = found.filter(case__category__code__startswith=category[:2])
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-id")[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    opens = Case.objects.visible_to(actor).filter(pk__in=[one.case_id for one in rows])
    return ExemplaryPage(
        rows,
        str(rows[-1].pk) if more else "",
        frozenset(opens.values_list("pk", flat=True)) if rows else frozenset(),
    )
