"""Who keeps out of a matter because it is their own: one rule for findings, supervision and inspection.

Nobody judges the unit they work in or were sent from, nor what they did there themselves (《信访工作条例》第二十八条).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q

from cases.models import Case, Opinion, Recusal, Referral, Respondent, WorkNote
from hall.access import Actor, Refused
from staffing.models import Posting


def units_of(actor: Actor) -> set[int]:
    """Where the actor works: by a post there, or by a post anywhere to which the unit has sent them, not ended."""
    if actor.user_id is None:
        return set()
    sent = Posting.objects.filter(user_id=actor.user_id, until_on=None).exclude(home_department=None)
    return {*actor.departments(), *sent.values_list("home_department", flat=True)}


def works_in(actor: Actor, units: Iterable[int | None]) -> bool:
    known = {unit for unit in units if unit}
    return bool(known & units_of(actor)) if known else False


def check_not_of(actor: Actor, units: Iterable[int | None], reason: str, *, article: str = "") -> None:
    """Raises Refused(role) with that reason for whoever works in one of these units."""
    if actor.kind != "system" and works_in(actor, units):
        raise Refused(reason, "role", article=article)


def has_handled(actor: Actor, case_id: int, unit_id: int) -> bool:
    """Wrote, drafted, signed or answered in that matter for that unit."""
    return case_id in _handled(actor, Q(case=case_id, department=unit_id))


def own_cases(actor: Actor, cases: Collection[int]) -> set[int]:
    """Which of these matters are led, or were, by a unit where the actor works, or were handled by the actor for any
    unit. A constant number of queries."""
    if actor.user_id is None or not cases:
        return set()
    found = _handled(actor, Q(case__in=cases, department__isnull=False))
    if units := units_of(actor):
        led = Referral.objects.filter(case__in=cases, part="lead", department__in=units)
        handled = Case.objects.filter(pk__in=cases, first_handler__in=units)
        found |= {*led.values_list("case", flat=True), *handled.values_list("pk", flat=True)}
    return found


def _handled(actor: Actor, of: Q) -> set[int]:
    me = actor.user_id
    if me is None:
        return set()
    signed = Q(drafted_by=me) | Q(countersigned_by=me) | Q(issued_by=me)
    rows = (
        WorkNote.objects.filter(of, by=me),
        Opinion.objects.filter(of).filter(signed),
        Referral.objects.filter(of, answered_by=me),
    )
    return {pk for found in rows for pk in found.values_list("case", flat=True)}


def barred_cases(actor: Actor, cases: Collection[int]) -> set[int]:
    """Which of these matters complain of the actor, by person or by unit, or are ones they keep out of."""
    if actor.user_id is None or not cases:
        return set()
    complained = Q(user=actor.user_id) | Q(department__in=actor.departments())
    accused = Respondent.objects.filter(complained, case__in=cases).values_list("case", flat=True)
    recused = Recusal.objects.filter(case__in=cases, user=actor.user_id).values_list("case", flat=True)
    return {*accused, *recused}
