"""Inspections as the list, the page of one and the public see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accountability.models import Inspection, InspectionCheck
from accountability.queries.hidden import hidden_from
from cases.models import Case
from cases.queries.work_list import Cursor
from hall.access import Actor
from staffing.models import Department, Hall, Station

PAGE = 25


@dataclass(frozen=True, slots=True)
class InspectionPage:
    rows: list[Inspection]
    after: str


def inspections(
    actor: Actor, *, status: str = "", after: int | None = None, size: int = PAGE
) -> InspectionPage:
    """A page of them, the latest first, with how many were drawn and looked at."""
    found = Inspection.objects.visible_to(actor)
    if status:
        found = found.filter(status=status)
    if after is not None:
        found = found.filter(pk__lt=after)
    seen = ~Q(checks__case__in=hidden_from(actor).case_ids)
    rows = list(
        found.annotate(
            drawn=Count("checks", filter=seen),
            done=Count("checks", filter=seen & Q(checks__at__isnull=False)),
        )
        .defer("frame")
        .order_by("-id")[: size + 1]
    )
    return InspectionPage(rows[:size], f"{rows[size - 1].pk}" if len(rows) > size else "")


def one_of(actor: Actor) -> QuerySet[Inspection]:
    found: QuerySet[Inspection] = Inspection.objects.visible_to(actor)
    return found.select_related(
        "hall", "planned_by", "drawn_by", "concluded_by", "approved_by"
    ).prefetch_related("units")


def is_kept(actor: Actor, one: Inspection) -> bool:
    """Whether a case among those drawn, or drawn from, is kept from the reader: then results, numbers and seed are
    too, and what is meant for the public until it is (第二十八条、第三十条).
    """
    among = {pk for ids in one.frame.values() for pk in ids}
    return not among.isdisjoint(hidden_from(actor).case_ids)


def checks_of(actor: Actor, one: Inspection) -> list[InspectionCheck]:
    """What was drawn, of the cases that the reader sees."""
    seen = Case.objects.visible_to(actor).order_by()
    rows = (
        one.checks.filter(case__in=seen)
        .select_related("case__first_handler", "case__place_region", "by")
        .prefetch_related("files")
    )
    return list(rows.defer("case__search", "case__content").order_by("place"))


def check_of(actor: Actor) -> QuerySet[InspectionCheck]:
    """For the door of a check: the inspection is the reader's to see, and so is the case."""
    found: QuerySet[InspectionCheck] = InspectionCheck.objects.filter(
        inspection__in=Inspection.objects.visible_to(actor).order_by(),
        case__in=Case.objects.visible_to(actor),
    )
    return found.select_related("inspection__hall", "case__hall", "case__first_handler")


def units_of(hall: Hall) -> QuerySet[Department]:
    """The units at the hall."""
    return Department.objects.filter(
        is_active=True, pk__in=Station.objects.filter(hall=hall).values("department")
    ).order_by("code")


def public_inspections(
    hall: Hall, *, after: Cursor | None = None, size: int = PAGE
) -> tuple[list[Inspection], str]:
    """What the public finds, the newest first; one that was taken down is a line without its words."""
    found = Inspection.objects.public().filter(hall=hall).defer("frame", "result", "problems")
    if after is not None and after.due_at is not None:
        found = found.filter(
            Q(published_at__lt=after.due_at) | Q(published_at=after.due_at, pk__lt=after.pk),
            published_at__lte=after.due_at,
        )
    rows = list(found.order_by("-published_at", "-id")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return rows[:size], str(Cursor(last.published_at, last.pk)) if last else ""
