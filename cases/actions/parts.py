"""What many verbs do in the same way: move the case, give it to a unit and take it back, end what is open.

None of these is an act of its own: the caller is in its transaction, holds the case's lock and writes the journal.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from cases import rules
from cases.actions.deadlines import void_deadline
from cases.lifecycle import CASE
from cases.models import OPEN_OPINION, Case
from hall import outbox
from hall.access import Actor, Refused
from hall.models import User
from staffing.models import Department, Posting
from staffing.queries import holders


def move_case(case: Case, verb: str, *, now: dt.datetime, **facts: object) -> str:
    """Take the table's move and set the facts that go with it; returns the state that it leaves."""
    before = case.status
    case.status = CASE.target(verb, before)
    moved = []
    if case.status != before:
        case.status_since, moved = now, ["status", "status_since"]
    for name, value in facts.items():
        setattr(case, name, value)
    case.save(update_fields=[*moved, *facts])
    return before


def chosen_unit(case: Case, department_id: int | None, *, field: str = "department") -> Department:
    """The unit of that id, which may get this case. Raises Refused(input)."""
    found = Department.objects.filter(pk=department_id or 0).select_related("group", "jurisdiction").first()
    if found is None:
        raise Refused(_("请选择承办单位。"), "input", field=field)
    rules.check_target_unit(case, found, field=field)
    return found


def _barred(case: Case, *, now: dt.datetime) -> set[int]:
    """Whom the case complains of, who holds any post in a unit that it complains of, and who is recused."""
    accused, recused = case.respondents.all(), case.recusals.values_list("user_id", flat=True)
    units = accused.exclude(department=None).values("department_id")
    posted = Posting.objects.on(timezone.localdate(now)).filter(department__in=units)
    return {*accused.exclude(user=None).values_list("user_id", flat=True), *recused,
            *posted.values_list("user_id", flat=True)}  # fmt: skip


def readers_of(case: Case, department: Department, *roles: str, now: dt.datetime) -> list[User]:
    """Who of a unit is told about the case: the holders of the roles, without whom it complains of or recuses."""
    day, barred = timezone.localdate(now), _barred(case, now=now)
    named = [holders(role, department_id=department.pk, day=day) for role in roles or ("liaison",)]
    return [user for people in named for user in people if user.pk not in barred]


def give_case(case: Case, department: Department, kind: str, *, now: dt.datetime, once: str = "") -> None:
    """The unit's group gets its right on the case, and its people are told: the liaisons; when none may know of it,
    the heads; when none of them, the hall's managers. `once` tells one giving from another.
    """
    assign_perm("cases.handle_case", department.group, case)
    people = (
        readers_of(case, department, now=now)
        or readers_of(case, department, "department_head", now=now)
        or office_people(case, now=now)
    )
    tell(case, people, kind, once=once or f"{department.pk}", now=now)


def take_back(case: Case, department: Department) -> None:
    """The unit's right on the case ends."""
    remove_perm("cases.handle_case", department.group, case)


def tell(
    case: Case,
    people: list[User],
    kind: str,
    *,
    once: str,
    now: dt.datetime,
    urgent: bool = False,
    linked: bool = True,
    **facts: object,
) -> None:
    """A message to staff about the case, worded in templates/messages/<kind>.txt.

    `linked=False` for a unit that has just lost its right on the case: the way there would answer 404.
    """
    outbox.post(
        kind,
        to=people,
        context={"number": case.number, "title": case.title, **facts},
        once=f"{kind}/{case.pk}/{once}",
        url=f"/cases/{case.pk}/" if linked else "",
        urgent=urgent or case.is_urgent,
        now=now,
    )


def office_people(case: Case, *roles: str, now: dt.datetime) -> list[User]:
    """The holders of these roles in the case's hall, without whom it complains of or recuses."""
    day, barred = timezone.localdate(now), _barred(case, now=now)
    named = [holders(role, hall_id=case.hall_id, day=day) for role in roles or ("hall_manager",)]
    return [user for people in named for user in people if user.pk not in barred]


def petition_office(case: Case) -> Department | None:
    """The petition office at whose hall the case was registered: it sorts, and decides between units."""
    here = Department.objects.filter(jurisdiction_id=case.hall.jurisdiction_id, is_petition_office=True)
    return here.first()


def end_requests(case: Case, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A unit's own requests lose their object with its handling: an open objection, an extension not yet decided."""
    decided = {"decision": reason, "decided_at": now, "decided_by_id": actor.user_id}
    case.objections.filter(status="open").update(status="dismissed", **decided)
    case.extensions.filter(status="requested").update(status="refused", **decided)


def end_open_things(case: Case, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Nothing is asked of anybody any more: every open clock is void, an opinion that was not issued is dropped,
    what was asked for and not decided is at its end.

    A low rating is looked into all the same, in whatever way the matter ends.
    """
    end_requests(case, reason=reason, actor=actor, now=now)
    open_kinds = case.deadlines.open().exclude(kind="follow_up").values_list("kind", flat=True)
    for kind in list(open_kinds.distinct()):
        void_deadline(case, kind, reason=reason, actor=actor, now=now)
    case.opinions.filter(OPEN_OPINION).update(status="dropped")
