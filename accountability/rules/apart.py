"""Who keeps out of a matter because it is their own: one rule for findings, supervision and inspection.

Nobody judges the unit they work in or were sent from, nor what they did there themselves (《信访工作条例》第二十八条).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q
from django.utils.functional import Promise

from cases.models import Case, Opinion, Recusal, Referral, Respondent, WorkNote
from hall.access import Actor, Refused
from staffing.models import Posting


def works_in(actor: Actor, units: Iterable[int | None]) -> bool:
    """By a post in one of these units, or by a post anywhere to which it has sent them and that has not ended."""
    known = {unit for unit in units if unit}
    if not known or actor.user_id is None:
        return False
    if known & set(actor.departments()):
        return True
    sent = Posting.objects.filter(user_id=actor.user_id, home_department__in=known)
    return sent.filter(until_on=None).exists()


def check_not_of(
    actor: Actor, units: Iterable[int | None], reason: str | Promise, *, article: str = ""
) -> None:
    """Raises Refused(role) with that reason for whoever works in one of these units."""
    if actor.kind != "system" and works_in(actor, units):
        raise Refused(str(reason), "role", article=article)


def has_handled(actor: Actor, cases: Collection[int], *, units: Collection[int] | None = None) -> bool:
    """Wrote, drafted, signed or answered in one of these matters for its unit (`units`: for one of these)."""
    if actor.user_id is None or not cases:
        return False
    of: Q = Q(case__in=cases) & (
        Q(department__in=units) if units is not None else Q(department__isnull=False)
    )
    me = actor.user_id
    return (
        WorkNote.objects.filter(of, by=me).exists()
        or Opinion.objects.filter(of)
        .filter(Q(drafted_by=me) | Q(countersigned_by=me) | Q(issued_by=me))
        .exists()
        or Referral.objects.filter(of, answered_by=me).exists()
    )


def is_barred(actor: Actor, cases: Collection[int]) -> bool:
    """Complained of in one of these matters, by person or by unit, or keeping out of it."""
    if actor.user_id is None or not cases:
        return False
    complained = Q(user=actor.user_id) | Q(department__in=actor.departments())
    return (
        Respondent.objects.filter(complained, case__in=cases).exists()
        or Recusal.objects.filter(case__in=cases, user=actor.user_id).exists()
    )


def leading_units(cases: Collection[int]) -> set[int]:
    """The units that handle these matters now, or that led them before."""
    handlers = (
        Case.objects.filter(pk__in=cases).exclude(first_handler=None).values_list("first_handler", flat=True)
    )
    led = Referral.objects.filter(case__in=cases, part="lead").values_list("department", flat=True)
    return {*handlers, *led}
