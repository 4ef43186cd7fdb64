"""Leaders in charge of matters: the list, the matters proposed for one, who can be the contact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.lifecycle import CASE, SELECTIONS
from cases.models import Case, Referral, SelectionRule, SponsoredCase, Sponsorship, SponsorshipUnit
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import HALL_MANAGER
from staffing.models import Department, Hall, Posting

PAGE = 25
EXPORT_LIMIT = 5_000
USUAL: Mapping[str, int] = {"assigned": 1, "repeats": 3, "people": 30, "years": 5}
"""The numbers of a common template of selection; a row of `SelectionRule` replaces one, or puts it out of use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SponsorshipFilter:
    """What the reader asked for; empty values ask for nothing."""

    status: str = ""
    leader_id: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    after: int | None


def _filtered(actor: Actor, asked: SponsorshipFilter, today: dt.date) -> QuerySet[Sponsorship]:
    found: QuerySet[Sponsorship] = Sponsorship.objects.visible_to(actor)
    if asked.status:
        found = found.filter(status=asked.status)
    if asked.leader_id is not None:
        found = found.filter(leader=asked.leader_id)
    if asked.late:
        found = found.filter(status="running", planned_on__lt=today)
    lead = SponsorshipUnit.objects.filter(sponsorship=OuterRef("pk"), position=0)
    return (
        found.select_related("leader", "hall", "contact")
        .annotate(
            lead_name=lead.values("department__name")[:1],
            lead_name_en=lead.values("department__name_en")[:1],
            case_count=Coalesce(
                SponsoredCase.objects.filter(sponsorship=OuterRef("pk"))
                .values("sponsorship")
                .annotate(n=Count("pk"))
                .values("n")[:1],
                Value(0),
            ),
        )
        .order_by("-id")
    )


def sponsorships(
    actor: Actor, asked: SponsorshipFilter, *, today: dt.date, after: int | None = None, size: int = PAGE
) -> Page:
    """A page of them, the newest first."""
    found = _filtered(actor, asked, today)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.prefetch_related("links")[: size + 1])
    return Page(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def every_sponsorship(actor: Actor, asked: SponsorshipFilter, *, today: dt.date) -> Iterator[Sponsorship]:
    yield from _filtered(actor, asked, today).prefetch_related("links")[:EXPORT_LIMIT]


# -- proposed -------------------------------------------------------------------------------------------------------


def selection() -> dict[str, int]:
    """Condition → from which number on; without those that are put out of use."""
    rows = {row.kind: row for row in SelectionRule.objects.all()}
    return {
        kind: rows[kind].threshold if kind in rows else USUAL[kind]
        for kind in SELECTIONS
        if kind not in rows or rows[kind].is_active
    }


@dataclass(frozen=True, slots=True)
class Candidate:
    """A matter that a condition proposes, and why."""

    case: Case
    reasons: tuple[str, ...]


def candidates(actor: Actor, *, today: dt.date, after: int | None = None, size: int = PAGE) -> Page:
    """Matters of the halls that the reader manages which a leader might take charge of, the oldest first.

    Not what is finished by law, nor what is on its way through the courts, nor an accusation, nor what has its leader.
    """
    asked, conditions = selection(), Q(pk__in=[])
    repeats = (
        Case.objects.filter(repeat_of=OuterRef("pk"))
        .values("repeat_of")
        .annotate(n=Count("pk"))
        .values("n")[:1]
    )
    assigned = Referral.objects.filter(case=OuterRef("pk"), kind="assign", ended_at=None)
    found = Case.objects.visible_to(actor).filter(
        hall__in=actor.halls(HALL_MANAGER), is_law_related=False, first_handler__isnull=False
    )
    found = found.annotate(times=Coalesce(repeats, Value(0)) + 1, is_assigned=Exists(assigned))
    since = _years_before(today, asked.get("years", 0))
    if "assigned" in asked:
        conditions |= Q(is_assigned=True)
    if "repeats" in asked:
        conditions |= Q(times__gte=asked["repeats"])
    if "people" in asked:
        conditions |= Q(head_count__gte=asked["people"])
    if "years" in asked:
        conditions |= Q(received_on__lte=since)
    found = (
        found.filter(conditions)
        .exclude(status__in=CASE.ends)
        .exclude(Q(statutory_class="accusation") | Q(purpose="accusation"))
        .exclude(Exists(SponsoredCase.objects.filter(case=OuterRef("pk"), is_running=True)))
        .select_related("first_handler", "hall")
        .defer("search", "content")
        .order_by("id")
    )
    if after is not None:
        found = found.filter(pk__gt=after)
    rows = list(found[: size + 1])
    shown = [Candidate(one, tuple(_reasons(one, asked, since))) for one in rows[:size]]
    return Page(shown, rows[size - 1].pk if len(rows) > size else None)


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _reasons(case: Case, asked: Mapping[str, int], since: dt.date) -> Iterator[str]:
    facts: Any = case
    if "assigned" in asked and facts.is_assigned:
        yield _("交办并要求反馈")
    if "repeats" in asked and facts.times >= asked["repeats"]:
        yield ngettext("重复信访%(n)s次", "重复信访%(n)s次", facts.times) % {"n": facts.times}
    if "people" in asked and case.head_count >= asked["people"]:
        yield ngettext("涉及%(n)s人", "涉及%(n)s人", case.head_count) % {"n": case.head_count}
    if "years" in asked and case.received_on <= since:
        yield ngettext("超过%(n)s年没有解决", "超过%(n)s年没有解决", asked["years"]) % {"n": asked["years"]}


# -- people and units -----------------------------------------------------------------------------------------------


def contacts_of(hall: Hall, day: dt.date) -> QuerySet[User]:
    """Who can be the contact: everybody at a post in the hall or in a unit stationed there, that day."""
    near = Posting.objects.on(day).filter(
        Q(hall=hall) | Q(department__stations__hall=hall), user=OuterRef("pk")
    )
    return User.objects.filter(Exists(near), is_active=True).order_by("name", "pk")


def units_here(hall: Hall) -> QuerySet[Department]:
    """The units stationed in the hall, and those that handle one of its cases."""
    return (
        Department.objects.filter(Q(stations__hall=hall) | Q(handled_cases__hall=hall), is_active=True)
        .distinct()
        .order_by("code")
    )


def units_of_sponsorship(one: Sponsorship) -> list[SponsorshipUnit]:
    return list(one.unit_links.select_related("department").order_by("position"))


__all__ = [
    "USUAL", "Candidate", "Page", "SponsorshipFilter", "candidates", "contacts_of", "every_sponsorship",
    "selection", "sponsorships", "units_here", "units_of_sponsorship",
]  # fmt: skip
