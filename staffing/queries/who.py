"""Who holds which post on a day."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from hall.access import Actor, Held
from hall.models import User
from staffing.models import Posting


def actor_of(user: User, *, today: dt.date) -> Actor:
    """Who acts: the account with every post it holds today. One query."""
    rows = (
        Posting.objects.filter(user=user)
        .on(today)
        .order_by("id")
        .values_list(
            "role", "department_id", "hall_id", "hall__jurisdiction__code", "department__jurisdiction__code"
        )
    )
    held: list[Held] = []
    codes: set[str] = set()
    for role, department_id, hall_id, *places in rows:
        held.append(Held(role, department_id, hall_id))
        codes.update(code for code in places if code)
    return Actor(
        name=user.name,
        user_id=user.pk,
        held=tuple(held),
        jurisdiction_codes=tuple(sorted(codes)),
        is_superuser=user.is_superuser,
    )


def holders(
    role: str, *, hall_id: int | None = None, department_id: int | None = None, day: dt.date
) -> QuerySet[User]:
    """Everyone with an enabled account who holds the role that day, in that hall or department where named."""
    posts = Posting.objects.filter(user=OuterRef("pk"), role=role).on(day)
    if hall_id is not None:
        posts = posts.filter(hall=hall_id)
    if department_id is not None:
        posts = posts.filter(department=department_id)
    return User.objects.filter(Exists(posts), is_active=True).order_by("pk")


def post_held(posting: Posting) -> Posting | None:
    """A posting of the same person to the same post whose days overlap with this one's."""
    same = Posting.objects.filter(
        user=posting.user_id, role=posting.role, hall=posting.hall_id, department=posting.department_id
    ).filter(Q(until_on=None) | Q(until_on__gte=posting.from_on))
    if posting.until_on:
        same = same.filter(from_on__lte=posting.until_on)
    return same.exclude(pk=posting.pk).order_by("from_on").first()
