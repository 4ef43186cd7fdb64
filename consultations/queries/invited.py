"""Who may sit at the table: people at the posts of the units and of the hall, never whom the case keeps out."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.queries.standing import standing
from consultations.models import Consultation
from hall.models import User, worded
from staffing.lifecycle import CLERK, DEPARTMENT_ROLES, HALL_MANAGER, LEADER
from staffing.models import Posting


def people_to_invite(one: Consultation, *, day: dt.date) -> QuerySet[User]:
    """At a post that day; the accused, an accused unit's people and the recused are left out (第二十八条、第三十条)."""
    where = standing(one.case)
    seats = one.units.exclude(status="released").values("department")
    posts = Posting.objects.on(day).filter(user=OuterRef("pk"))
    near = posts.filter(
        Q(department__in=seats, role__in=DEPARTMENT_ROLES)
        | Q(hall=one.hall_id, role__in=(CLERK, HALL_MANAGER, LEADER))
    )
    return (
        User.objects.filter(Exists(near), is_active=True)
        .exclude(pk__in=where.barred_users)
        .exclude(Exists(posts.filter(department__in=where.barred_units)))
        .order_by("name", "pk")
    )


def posts_of(people: QuerySet[User], *, day: dt.date) -> dict[int, str]:
    """For whom each of them comes: the unit, for the hall's own people the post."""
    rows = Posting.objects.on(day).filter(user__in=people).select_related("department").order_by("-pk")
    return {row.user_id: row.department.label if row.department else worded(row, "title") for row in rows}
