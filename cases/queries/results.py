"""Published results as lists show them: the staff's, and the public's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from cases.models import ResultNotice
from cases.queries.work_list import Cursor
from hall.access import Actor
from staffing.models import Hall

PAGE = 25


@dataclass(frozen=True, slots=True)
class NoticePage:
    rows: list[ResultNotice]
    after: Any


def result_notices(
    actor: Actor, *, status: str = "", kind: str = "", after: int | None = None, size: int = PAGE
) -> NoticePage:
    """What was drafted, published and taken down, the newest first."""
    found = ResultNotice.objects.visible_to(actor).select_related("hall", "drafted_by", "approved_by")
    if status:
        found = found.filter(status=status)
    if kind:
        found = found.filter(kind=kind)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.prefetch_related("links").order_by("-id")[: size + 1])
    return NoticePage(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def public_results(hall: Hall, *, after: Cursor | None = None, size: int = PAGE) -> NoticePage:
    """What the public finds, the newest first; one that was taken down is a line without its words."""
    found = ResultNotice.objects.public().filter(hall=hall)
    if after is not None and after.due_at is not None:
        found = found.filter(
            Q(published_at__lt=after.due_at) | Q(published_at=after.due_at, pk__lt=after.pk),
            published_at__lte=after.due_at,
        )
    rows = list(found.order_by("-published_at", "-id")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return NoticePage(rows[:size], Cursor(last.published_at, last.pk) if last else None)
