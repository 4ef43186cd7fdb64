"""Who holds which post on a day."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from hall.access import Actor, Held
from hall.batch import planned
from hall.models import User
from staffing.models import Posting

# Asked in every request of a signed-in person. The days are those of PostingQuerySet.on.
_HELD = """
SELECT p.role, p.department_id, p.hall_id, hall_place.code, unit_place.code
FROM staffing_posting p
    LEFT JOIN staffing_hall h ON h.id = p.hall_id
    LEFT JOIN staffing_jurisdiction hall_place ON hall_place.id = h.jurisdiction_id
    LEFT JOIN staffing_department d ON d.id = p.department_id
    LEFT JOIN staffing_jurisdiction unit_place ON unit_place.id = d.jurisdiction_id
WHERE p.user_id = %(user)s AND p.from_on <= %(today)s AND (p.until_on IS NULL OR p.until_on >= %(today)s)
ORDER BY p.id
"""


def actor_of(user: User, *, today: dt.date) -> Actor:
    """Who acts: the account with every post it holds today. One query."""
    rows = planned(_HELD, {"user": user.pk, "today": today})
    held = tuple(Held(role, department_id, hall_id) for role, department_id, hall_id, *_places in rows)
    codes = {code for *_post, hall_code, unit_code in rows for code in (hall_code, unit_code) if code}
    return Actor(
        name=user.name,
        user_id=user.pk,
        held=held,
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
