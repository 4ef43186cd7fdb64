"""The pool of a hall: who may be drawn, and how often each has sat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hall.access import Actor
from hearings.models import PanelSeat, PoolMember
from staffing.models import SocialParticipant

PAGE = 40
EXPORT_LIMIT = 5_000
NOT_HELD = ("refused", "withdrawn", "ended")
"""A seat in a hearing that was never held counts for nobody."""
OF_KIND = {
    "deputy": "deputy", "cppcc": "cppcc", "lawyer": "lawyer", "expert": "expert", "citizen": "citizen",
    "party_delegate": "party_delegate", "elder_cadre": "elder", "elder_party": "elder", "elder_model": "elder",
    "elder_teacher": "elder", "elder_soldier": "elder",
}  # fmt: skip
"""The category that a participant of that kind has in the pool, unless another is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFilter:
    """`state`: active, past, or all for ""."""

    hall_id: int
    category: str = ""
    state: str = ""


def with_sittings(members: QuerySet[PoolMember]) -> QuerySet[Any]:
    """`sittings`: the panels of hearings that were held, or are to be, on which each has sat."""
    sat = (
        PanelSeat.objects.filter(member=OuterRef("pk"), status="seated")
        .exclude(hearing__status__in=NOT_HELD)
        .order_by().values("member").annotate(n=Count("pk")).values("n")
    )  # fmt: skip
    found: QuerySet[Any] = members.annotate(sittings=Coalesce(Subquery(sat), 0))
    return found


def pool_members(actor: Actor, asked: PoolFilter) -> QuerySet[Any]:
    """Those that the reader may know of, the newest first."""
    found = PoolMember.objects.visible_to(actor).filter(hall=asked.hall_id)
    if asked.category:
        found = found.filter(category=asked.category)
    if asked.state:
        found = found.filter(is_active=asked.state == "active")
    return with_sittings(found).select_related("participant", "employer").order_by("-pk")


def every_member(actor: Actor, asked: PoolFilter) -> Iterator[Any]:
    yield from pool_members(actor, asked)[:EXPORT_LIMIT]


def not_in_pool(hall_id: int) -> QuerySet[SocialParticipant]:
    """Active participants of the hall who are not in its pool; an organisation sits on no panel."""
    listed = SocialParticipant.objects.filter(hall=hall_id, is_active=True, hearing_pool=None)
    return listed.exclude(kind="organisation").order_by("kind", "name", "pk")
