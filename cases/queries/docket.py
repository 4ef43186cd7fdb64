"""The docket: receptions with their matters, as the leader and the hall's staff read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import CaseParty, DocketItem, DocketItemQuerySet, Instruction, ReceptionRecord
from hall.access import Actor
from staffing.lifecycle import CLERK, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import LeaderReception

HALL_SIDE = (CLERK, HALL_MANAGER, SUPERVISOR)
AHEAD, BEHIND = 20, 10


@dataclass(frozen=True, slots=True)
class Line:
    """One matter on the docket. `who` is the name for a registered case, masked before that."""

    item: DocketItem
    title: str
    who: str
    is_recorded: bool
    instructions: int


def receptions_near(actor: Actor) -> QuerySet[LeaderReception]:
    """Those that are the reader's as a leader, and those of the halls where they sit; only what was published."""
    near = Q(hall__in=actor.halls(*HALL_SIDE))
    if actor.has(LEADER):
        near |= Q(leader=actor.user_id)
    rows = LeaderReception.objects.filter(near).exclude(published_at=None)
    return rows.select_related("hall", "room", "leader")


def docket_days(actor: Actor, now: dt.datetime) -> dict[str, list[LeaderReception]]:
    """`today`, the next ones `ahead`, and the last ones `behind`."""
    tz = timezone.get_current_timezone()
    midnight = dt.datetime.combine(timezone.localdate(now), dt.time.min, tz)
    tomorrow = midnight + dt.timedelta(days=1)
    rows = receptions_near(actor)
    return {
        "today": list(
            rows.filter(starts_at__gte=midnight, starts_at__lt=tomorrow).order_by("starts_at", "id")
        ),
        "ahead": list(rows.filter(starts_at__gte=tomorrow).order_by("starts_at", "id")[:AHEAD]),
        "behind": list(rows.filter(starts_at__lt=midnight).order_by("-starts_at", "-id")[:BEHIND]),
    }


def docket_items(actor: Actor) -> DocketItemQuerySet:
    """What stands on dockets, with all that a page says of it."""
    rows = DocketItem.objects.visible_to(actor)
    rows = rows.select_related(
        "case", "case__hall", "reception__hall", "reception__room", "reception__leader"
    )
    return rows.defer("case__search", "case__content")


def lines_of(actor: Actor, reception_ids: Iterable[int]) -> dict[int, list[Line]]:
    """The matters of these receptions in their order, in one statement; of a case only for who may see it."""
    principal = CaseParty.objects.filter(case=OuterRef("case"), role="principal").values("petitioner__name")
    records = ReceptionRecord.objects.filter(item=OuterRef("pk"))
    given = Instruction.objects.filter(item=OuterRef("pk")).exclude(status="withdrawn")
    rows = docket_items(actor).live().filter(reception__in=list(reception_ids))
    rows = rows.annotate(
        principal=Subquery(principal[:1]), recorded=Exists(records), instructed=Exists(given)
    )
    found: dict[int, list[Line]] = {}
    for item in rows.order_by("reception", "place"):
        found.setdefault(item.reception_id, []).append(_line(item))
    return found


def _line(item: DocketItem) -> Line:
    facts = item.__dict__
    case = item.case
    who = (_("匿名") if case.is_anonymous else facts["principal"] or item.who) if case else item.who
    title = case.title if case else item.headline
    return Line(item, title, who, facts["recorded"], int(facts["instructed"]))


def last_record(item: DocketItem) -> ReceptionRecord | None:
    return item.records.select_related("by").order_by("-version").first()
