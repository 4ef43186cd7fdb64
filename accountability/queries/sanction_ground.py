"""What an issued notice or advice still rests on, and who is to have nothing to do with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Q

from accountability.models import Advice, AdvisedFinding, CriticisedFinding, CriticismNotice, Finding
from accountability.queries.sanctions import days_held, is_against_unit
from cases.models import Recusal, Respondent
from hall.access import Actor
from hall.models import User
from staffing.models import Department, Posting

Link = CriticisedFinding | AdvisedFinding


def fallen(held: Iterable[tuple[Finding, Link]]) -> list[tuple[Finding, Link]]:
    """Those of which the paper says more than is decided now. What is under review has not fallen yet."""
    return [
        (one, link)
        for one, link in held
        if one.status != "in_review" and (not is_against_unit(one) or days_held(one) < link.days)
    ]


def fallen_of(row: CriticismNotice | Advice) -> list[tuple[Finding, Link]]:
    links: Iterable[Link] = row.links.select_related("finding__department", "finding__deadline").order_by(
        "id"
    )
    return fallen((link.finding, link) for link in links)


def case_ids_of(row: CriticismNotice | Advice) -> list[int]:
    return sorted(set(row.links.values_list("finding__case", flat=True)))


def units_about(row: CriticismNotice | Advice) -> set[int]:
    """The units whose doing it is about: those of its findings, and the one that is to improve."""
    found = {pk for pk in row.links.values_list("finding__department", flat=True) if pk}
    if isinstance(row, Advice) and row.kind == "improve" and row.department_id:
        found.add(row.department_id)
    return found


def units_of(actor: Actor, day: dt.date) -> set[int]:
    """The units in which somebody holds a post, and those that sent the person to the hall."""
    home = Posting.objects.on(day).filter(user=actor.user_id, home_department__isnull=False)
    return {*actor.departments(), *home.values_list("home_department_id", flat=True)}


def kept_out(case_ids: Collection[int], *, of_unit: bool, day: dt.date) -> set[int]:
    """Users to whom nothing is sent about papers on these matters: whom they complain of, who stays out of them; of the
    hall's people also those of a unit that is complained of (a unit is served what concerns it).
    """
    accused = Respondent.objects.filter(case__in=case_ids)
    people = {pk for pk in accused.values_list("user_id", flat=True) if pk}
    people |= set(Recusal.objects.filter(case__in=case_ids).values_list("user_id", flat=True))
    if not of_unit:
        units = accused.filter(department__isnull=False).values("department")
        people |= set(Posting.objects.on(day).filter(department__in=units).values_list("user_id", flat=True))
    return people


def respondents_in(case_ids: Collection[int], department: Department, day: dt.date) -> bool:
    """Whether the unit, or somebody who holds a post in it now or later, is complained of in one of these matters."""
    accused = Respondent.objects.filter(case__in=case_ids)
    if accused.filter(department=department).exists():
        return True
    rows = list(accused.values_list("user_id", "name"))
    users = User.objects.filter(
        Q(pk__in=[pk for pk, _name in rows if pk]) | Q(name__in=[name for _pk, name in rows])
    )
    here = Posting.objects.filter(Q(department=department) | Q(home_department=department), user__in=users)
    return here.filter(Q(until_on=None) | Q(until_on__gte=day)).exists()
