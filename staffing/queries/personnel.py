"""Around the postings: requests to end them, own posts, handovers, badges, duties, commitments, lists handed in."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER
from staffing.models import (
    Badge,
    Commitment,
    Department,
    DutyStatement,
    Hall,
    PersonnelFile,
    Posting,
    PostingEnd,
)


def postings_of_sides(actor: Actor) -> QuerySet[Posting]:
    """The postings on whose early end the actor has a say: those of the own hall, and of the own unit's people."""
    halls, units = actor.halls(HALL_MANAGER), actor.departments(DEPARTMENT_HEAD)
    return Posting.objects.filter(
        Q(hall__in=halls) | Q(home_department__in=units) | Q(department__in=units, hall__isnull=False)
    ).select_related("user", "hall", "department", "home_department", "window")


def posting_ends(actor: Actor, state: str = "") -> QuerySet[PostingEnd]:
    """Requests, newest first, with everything that their list shows. `state`: open, closed, or all."""
    found = PostingEnd.objects.visible_to(actor).select_related(
        "posting__user", "posting__home_department", "posting__department", "hall", "unit", "asked_by", "answered_by"
    )  # fmt: skip
    if state == "open":
        found = found.filter(status="asked")
    elif state == "closed":
        found = found.exclude(status="asked")
    return found.order_by("-pk")


def units_people(actor: Actor, today: dt.date) -> QuerySet[Posting]:
    """The people of the actor's unit who are at a hall, for its head."""
    units = actor.departments(DEPARTMENT_HEAD)
    return (
        Posting.objects.on(today)
        .filter(Q(home_department__in=units) | Q(department__in=units), hall__isnull=False)
        .exclude(user=actor.user_id)
        .select_related("user", "hall", "department", "home_department", "window")
        .prefetch_related("ends")
        .order_by("from_on", "pk")
    )


def colleagues_of(posting: Posting, today: dt.date) -> QuerySet[User]:
    """Who can take over: people with a post in the same hall or the same unit, now or from a later day."""
    places = Q(hall=posting.hall_id) if posting.hall_id else Q()
    if posting.department_id:
        places |= Q(department=posting.department_id)
    near = Posting.objects.filter(places).exclude(until_on__lt=today)
    found = User.objects.filter(postings__in=near, is_active=True).exclude(pk=posting.user_id)
    return found.distinct().order_by("name", "pk")


def duty_of(posting: Posting, day: dt.date) -> DutyStatement | None:
    """What the holder answers for that day: the posting's own statement, else that of the role in the hall."""
    found = DutyStatement.objects.filter(
        Q(posting=posting.pk) | Q(posting=None), hall=posting.hall_id, role=posting.role, from_on__lte=day
    )
    return found.order_by(F("posting").asc(nulls_last=True), "-from_on").first()


def duty_in_force(hall: Hall, role: str, posting: Posting | None, day: dt.date) -> DutyStatement | None:
    """The statement of that role, or of that posting alone, on which a new version is based."""
    own = DutyStatement.objects.filter(hall=hall, role=role, from_on__lte=day)
    return own.filter(posting=posting.pk if posting else None).first() or own.filter(posting=None).first()


def photo_of(file: PersonnelFile) -> bytes:
    """The bytes of a kept photo. Raises Refused(state) when the file is gone."""
    root = Path(settings.HALL_PRIVATE_ROOT).resolve()
    place = (root / file.photo).resolve()
    if not place.is_relative_to(root / "photos") or not place.is_file():
        raise Refused(_("照片文件不在存储中（也可能因查出病毒而隔离），请联系系统管理员。"), "state")
    return place.read_bytes()


def duty_statements_of(hall: Hall, today: dt.date) -> list[dict[str, Any]]:
    """Each role's statement in force, the one to come and the former ones."""
    rows = DutyStatement.objects.filter(hall=hall).select_related("posting__user")
    told = []
    for (role, _posting), group in groupby(
        sorted(rows, key=lambda d: (d.role, d.posting_id or 0, -d.from_on.toordinal())),
        key=lambda d: (d.role, d.posting_id),
    ):
        versions = list(group)
        behind = [one for one in versions if one.from_on <= today]
        told.append(
            {
                "role": role,
                "posting": versions[0].posting,
                "now": behind[0] if behind else None,
                "ahead": [one for one in versions if one.from_on > today],
                "former": behind[1:],
            }
        )
    return told


def standing_badge(token: uuid.UUID) -> Badge | None:
    """A badge by its secret address, with whom and what it names."""
    found = Badge.objects.filter(token=token)
    return found.select_related(
        "posting__user__personnel_file", "posting__hall", "posting__department", "posting__home_department"
    ).first()


def is_valid(badge: Badge, day: dt.date) -> bool:
    """On that day: not replaced, its posting running, the account open."""
    post = badge.posting
    runs = post.from_on <= day and (post.until_on is None or post.until_on >= day)
    return badge.withdrawn_at is None and runs and post.user.is_active


@dataclass(frozen=True, slots=True)
class Promises:
    """What one side promises: the hall (`unit` None) or a unit."""

    unit: Department | None
    rows: list[Commitment]


def commitments_of(hall: Hall) -> tuple[list[Promises], list[Commitment]]:
    """In force, the hall's first and then unit by unit; and those withdrawn after they were public. One query."""
    rows = list(
        Commitment.objects.filter(hall=hall)
        .exclude(published_at=None)
        .select_related("department")
        .order_by("order", "pk")
    )
    standing: dict[int, Promises] = {}
    for row in rows:
        if row.status == "published":
            standing.setdefault(row.department_id or 0, Promises(row.department, [])).rows.append(row)
    sides = sorted(standing.values(), key=lambda one: one.unit.code if one.unit else "")
    behind = [row for row in rows if row.status == "withdrawn"]
    behind.sort(key=lambda row: row.withdrawn_at or row.published_at, reverse=True)  # type: ignore[arg-type, return-value]
    return sides, behind
