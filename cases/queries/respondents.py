"""Who is complained of, and who works on a matter: the people whom art. 28 and art. 30 keep out of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Case
from cases.queries.standing import standing
from hall.batch import Ask, Rows
from hall.models import User
from staffing.lifecycle import CLERK, DEPARTMENT_ROLES, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Department, Posting

R = TypeVar("R")
HALL_SIDE = (CLERK, HALL_MANAGER, SUPERVISOR, LEADER)
"""Who of a hall sees its cases."""


_NAMED = """
SELECT 'user_id', u.id, u.name FROM hall_user u
WHERE u.is_active AND u.name = ANY(%s) AND EXISTS (
    SELECT FROM staffing_posting p LEFT JOIN staffing_department d ON d.id = p.department_id
    WHERE p.user_id = u.id AND (p.hall_id = %s OR d.jurisdiction_id = (
        SELECT jurisdiction_id FROM staffing_hall WHERE id = %s)))
UNION ALL
SELECT 'department_id', d.id, d.name FROM staffing_department d
WHERE d.is_active AND d.name = ANY(%s) AND d.jurisdiction_id = (SELECT jurisdiction_id FROM staffing_hall WHERE id = %s)
"""


def known_asked(stated: Sequence[R], hall_id: int) -> Ask[tuple[R, ...]]:
    """Respondents that were typed by name alone, tied to the one account or unit here that has that very name.

    So that a clerk who does not look the name up still bars the person (《信访工作条例》第三十条). A name that two
    people here share ties to neither: which of them is meant is for the clerk to ask.
    """
    typed = sorted({_name(one) for one in stated if not (one.user_id or one.department_id)})  # type: ignore[attr-defined]

    def tied(rows: Rows) -> tuple[R, ...]:
        found: dict[str, list[dict[str, int]]] = {}
        for key, pk, name in rows:
            found.setdefault(name, []).append({key: pk})
        return tuple(_tied(one, found) for one in stated)

    return Ask(_NAMED, [typed, hall_id, hall_id, typed, hall_id], tied)


def _name(one: Any) -> str:
    return str(one.name).strip()


def _tied(one: Any, found: dict[str, list[dict[str, int]]]) -> Any:
    if one.user_id or one.department_id or len(found.get(_name(one), [])) != 1:
        return one
    return dataclasses.replace(one, **found[_name(one)][0])


def units_of(case: Case) -> set[int]:
    """The units that have a hand in the matter: the first handler, who takes part, who reviews."""
    where = standing(case)
    involved = {row["department_id"] for row in (*where.units, *where.reviews)}
    return {pk for pk in (case.first_handler_id, *involved) if pk}


def petition_office(case: Case) -> Department | None:
    """The petition office at whose hall the case was registered: it sorts, and decides between units. One that is
    closed only where no other is; `register` asks the same in its one statement.
    """
    here = Department.objects.filter(jurisdiction_id=case.hall.jurisdiction_id, is_petition_office=True)
    return here.order_by("-is_active", "code").first()


def people_on(case: Case, *, day: dt.date) -> QuerySet[User]:
    """Who works on the matter by a post that day, without who is kept out of it already."""
    posts = Posting.objects.on(day).filter(user=OuterRef("pk"))
    near = posts.filter(
        Q(hall=case.hall_id, role__in=HALL_SIDE) | Q(department__in=units_of(case), role__in=DEPARTMENT_ROLES)
    )
    where = standing(case)
    return (
        User.objects.filter(Exists(near), is_active=True)
        .exclude(pk__in=where.barred_users)
        .order_by("name", "pk")
    )
