"""The panel of one hearing as its page shows it: seats, requests, and the protocol of every draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from hall.access import Actor
from hall.models import User
from hearings.lifecycle import CATEGORIES
from hearings.models import Hearing, PanelDraw, PanelSeat, PoolMember, RecusalRequest
from hearings.queries.conflicts import CONFLICTS, pool_conflicts, staff_conflicts
from hearings.queries.draw import Candidate, draw, lot
from hearings.queries.pool import with_sittings
from staffing.lifecycle import CLERK, DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Posting

STAFF = (HALL_MANAGER, LEADER, SUPERVISOR, CLERK, LIAISON, DEPARTMENT_HEAD)
"""Posts from which somebody may preside or record."""


@dataclass(frozen=True, slots=True)
class Field:
    """Who could be drawn now, and who not, with the codes of the reasons."""

    members: dict[int, PoolMember]
    candidates: list[Candidate]
    left_out: dict[int, list[str]]

    @property
    def categories(self) -> set[str]:
        return {one.category for one in self.candidates}

    def lines(self) -> list[dict[str, Any]]:
        """Everybody of the pool for the page: who may be drawn first, by category."""
        free = {one.id: one for one in self.candidates}
        rows = [
            {
                "member": member,
                "sittings": free[pk].sittings if pk in free else getattr(member, "sittings", 0),
                "is_free": pk in free,
                "reasons": [CONFLICTS[code] for code in self.left_out.get(pk, [])],
            }
            for pk, member in self.members.items()
        ]
        return sorted(rows, key=lambda row: (not row["is_free"], row["member"].category, row["member"].pk))


def field_of(hearing: Hearing, *, now: dt.datetime) -> Field:
    """The whole pool of the hall, divided. Whoever left the pool long ago and sits nowhere is not named."""
    pool = with_sittings(PoolMember.objects.filter(hall=hearing.hall_id))
    found = pool.filter(Q(is_active=True) | Q(seats__hearing=hearing)).distinct()
    members = {one.pk: one for one in found.select_related("participant", "employer").order_by("pk")}
    left_out = pool_conflicts(hearing, list(members.values()), now=now)
    candidates = [
        Candidate(pk, one.category, one.sittings) for pk, one in members.items() if pk not in left_out
    ]
    return Field(members, candidates, left_out)


def staff_of(hearing: Hearing, *, now: dt.datetime) -> QuerySet[User]:
    """Staff of the hall, and of the unit that holds the hearing."""
    posts = Posting.objects.filter(role__in=STAFF).on(timezone.localdate(now))
    posts = posts.filter(Q(hall=hearing.hall_id) | Q(department=hearing.organiser_id))
    return User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("name", "pk")


def free_staff(hearing: Hearing, role: str, *, now: dt.datetime) -> QuerySet[User]:
    """Of them those who may preside, or record."""
    staff = staff_of(hearing, now=now)
    ids = list(staff.values_list("pk", flat=True))
    return staff.exclude(pk__in=staff_conflicts(hearing, ids, role=role, now=now))


def free_to_hold(hearing: Hearing, *, now: dt.datetime) -> tuple[QuerySet[User], QuerySet[User]]:
    """Those who may preside and those who may record, asked for together: a hand in the matter keeps from presiding
    alone (`staff_conflicts`).
    """
    staff = staff_of(hearing, now=now)
    why = staff_conflicts(hearing, list(staff.values_list("pk", flat=True)), role="presider", now=now)
    from_both = [pk for pk, codes in why.items() if codes != ["handled"]]
    return staff.exclude(pk__in=why), staff.exclude(pk__in=from_both)


def seats_of(hearing: Hearing) -> list[PanelSeat]:
    """Everybody who sits or sat: presider, members, recorder; with the requests about each. Two statements."""
    asked = RecusalRequest.objects.select_related("decided_by")
    rows = (
        PanelSeat.objects.filter(hearing=hearing)
        .select_related(
            "user",
            "member__participant",
            "member__employer",
            "successor__user",
            "successor__member__participant",
        )
        .prefetch_related(Prefetch("recusals", queryset=asked))
    )
    order = {"presider": 0, "member": 1, "recorder": 2}
    return sorted(rows, key=lambda seat: (seat.status != "seated", order[seat.role], seat.pk))


def sits(actor: Actor, hearing: Hearing) -> bool:
    """By the own account, as staff or as a member of the pool."""
    mine = Q(user=actor.user_id) | Q(member__participant__user=actor.user_id)
    return (
        actor.user_id is not None
        and PanelSeat.objects.filter(mine, hearing=hearing, status="seated").exists()
    )


@dataclass(frozen=True, slots=True)
class Protocol:
    """A draw as it was recorded, and what the same seed gives now."""

    row: PanelDraw
    lines: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    again: tuple[str, ...] = ()
    is_same: bool = True


def _candidates(row: PanelDraw) -> list[Candidate]:
    return [Candidate(one["id"], one["category"], one["sittings"]) for one in row.candidates]


def protocols(hearing: Hearing) -> list[Protocol]:
    """Every draw of the hearing, repeated from what was recorded: the same seed, the same candidates."""
    rows = list(
        hearing.draws.select_related("drawn_by", "replaces__user", "replaces__member__participant").order_by(
            "pk"
        )
    )
    ids = {one["id"] for row in rows for one in row.candidates} | {
        int(pk) for row in rows for pk in row.left_out
    }
    known = _named(ids)
    return [_protocol(row, known) for row in rows]


def _named(ids: Collection[int]) -> dict[int, PoolMember]:
    return PoolMember.objects.select_related("participant", "employer").in_bulk(ids)


def _protocol(row: PanelDraw, known: dict[int, PoolMember]) -> Protocol:
    candidates = _candidates(row)
    again = draw(candidates, len(row.chosen), row.seed, taken=row.taken)
    place = {pk: n for n, pk in enumerate(row.chosen, 1)}
    lines = [
        {
            "member": known[one.id], "word": CATEGORIES.get(one.category, one.category), "sittings": one.sittings,
            "lot": lot(row.seed, one.id)[:12], "place": place.get(one.id),
        }
        for one in candidates
    ]  # fmt: skip
    lines.sort(key=lambda line: (line["place"] is None, line["place"] or 0, line["sittings"], line["lot"]))
    left_out = [
        {"member": known[int(pk)], "reasons": [CONFLICTS.get(code, code) for code in codes]}
        for pk, codes in row.left_out.items()
    ]
    names = tuple(known[pk].label for pk in again)
    return Protocol(row, lines, left_out, names, is_same=again == row.chosen)
