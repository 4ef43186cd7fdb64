"""People as the pages of hall managers and administrators list them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from hall.access import Actor
from hall.models import JournalEntry, User, stream_of
from staffing.lifecycle import ADMINISTRATOR, HALL_MANAGER, SECURITY_ADMINISTRATOR
from staffing.models import Posting, Station


def people_of(actor: Actor) -> QuerySet[User]:
    """Whom the actor looks after: an administrator everybody; a manager those posted to the own hall, the people of
    the units stationed there, and accounts without any post yet."""
    if actor.kind == "system" or actor.is_superuser or actor.has(ADMINISTRATOR, SECURITY_ADMINISTRATOR):
        return User.objects.all()
    halls = actor.halls(HALL_MANAGER)
    if not halls:
        return User.objects.none()
    units = Station.objects.filter(hall__in=halls).values("department")
    posts = Posting.objects.filter(user=OuterRef("pk"))
    near = posts.filter(Q(hall__in=halls) | Q(department__in=units))
    return User.objects.filter(Exists(near) | ~Exists(posts), is_superuser=False)


def find_people(
    actor: Actor,
    *,
    q: str = "",
    role: str = "",
    state: str = "",
    department_id: int | None = None,
    today: dt.date,
) -> QuerySet[User]:
    """The list, newest account first; each with `posts_today`. `state`: posted, free, disabled."""
    posts = Posting.objects.on(today).select_related("hall", "department", "window").order_by("from_on", "id")
    held = Posting.objects.filter(user=OuterRef("pk")).on(today)
    found = people_of(actor)
    if q:
        found = found.filter(Q(name__icontains=q) | Q(name_en__icontains=q) | Q(username__icontains=q))
    if role:
        found = found.filter(Exists(held.filter(role=role)))
    if department_id:
        found = found.filter(Exists(held.filter(department=department_id)))
    if state == "posted":
        found = found.filter(Exists(held), is_active=True)
    elif state == "free":
        found = found.filter(~Exists(held), is_active=True)
    elif state == "disabled":
        found = found.filter(is_active=False)
    return found.prefetch_related(Prefetch("postings", queryset=posts, to_attr="posts_today")).order_by("-pk")


def posts_of(user: User) -> QuerySet[Posting]:
    """All posts of a person, the running ones first, then by their beginning."""
    return (
        Posting.objects.filter(user=user)
        .select_related("user", "hall", "department", "window", "home_department")
        .prefetch_related("ends", "badges")
        .order_by("-from_on", "-pk")
    )


def account_journal(user: User, limit: int = 20) -> QuerySet[JournalEntry]:
    """The last acts on an account: signing in, posts, passwords."""
    return JournalEntry.objects.filter(stream=stream_of(user)).order_by("-seq")[:limit]
