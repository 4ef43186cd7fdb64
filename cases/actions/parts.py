"""What many verbs do in the same way: move the case, give it to a unit and take it back, end what is open.

None of these is an act of its own: the caller is in its transaction, holds the case's lock and writes the journal.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.shortcuts import remove_perm

from cases import rules
from cases.actions.deadlines import void_deadline
from cases.lifecycle import CASE
from cases.models import OPEN_OPINION, Case
from cases.queries.readers import readers_asked
from cases.terms import CODES
from hall import outbox
from hall.access import Actor, Refused
from hall.batch import Ask, together
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department


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
    found = Department.objects.filter(pk=department_id or 0).first()
    if found is None:
        raise Refused(_("请选择承办单位。"), "input", field=field)
    rules.check_target_unit(case, found, field=field)
    return found


def readers_of(case: Case, department: Department, *roles: str, now: dt.datetime) -> list[User]:
    """Who of a unit is told about the case: the holders of the roles, without whom it complains of or recuses."""
    return _people_asked(case, department, *roles, now=now).answer()


def _people_asked(case: Case, department: Department, *roles: str, now: dt.datetime) -> Ask[list[User]]:
    day = timezone.localdate(now)
    return readers_asked(case.pk, roles or (LIAISON,), department_id=department.pk, day=day)


def office_people(case: Case, *roles: str, now: dt.datetime) -> list[User]:
    """The holders of these roles in the case's hall, without whom it complains of or recuses.

    Without a role the hall's managers; where none of them may know of it, its supervisors, then its leaders.
    """
    day = timezone.localdate(now)
    for wanted in [roles] if roles else [(HALL_MANAGER,), (SUPERVISOR,), (LEADER,)]:
        if people := readers_asked(case.pk, wanted, hall_id=case.hall_id, day=day).answer():
            return people
    return []


def draw_in(case: Case, unit: Department, *, actor: Actor, now: dt.datetime) -> None:
    """A unit that has not got the case reads it from now on, as one that has a copy; what it owes is said elsewhere (an
    instruction, a consultation). The caller gives the right itself with `give_case`.
    """
    if unit.pk == case.first_handler_id or case.referrals.filter(ended_at=None, department=unit).exists():
        return
    case.referrals.create(kind="forward", part="copy", department=unit, sent_at=now, sent_by_id=actor.user_id)


# What guardian's `assign_perm` writes, in one statement: the case is locked, and the unit may have it already.
_GIVE = """
INSERT INTO cases_casegrouppermission (permission_id, group_id, content_object_id)
SELECT p.id, %s, %s FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
WHERE p.codename = 'handle_case' AND t.app_label = 'cases' AND t.model = 'case'
ON CONFLICT DO NOTHING
"""


def give_case(
    case: Case,
    department: Department,
    kind: str,
    *,
    now: dt.datetime,
    once: str = "",
    url: str = "",
    **facts: Any,
) -> None:
    """The unit's group gets its right on the case, and its people are told: the liaisons; when none may know of it,
    the heads; when none of them, the hall's managers. `once` tells one giving from another.
    """
    given = Ask(_GIVE, [department.group_id, case.pk], len)
    _given, liaisons = together(given, _people_asked(case, department, now=now))
    people = (
        liaisons or readers_of(case, department, DEPARTMENT_HEAD, now=now) or office_people(case, now=now)
    )
    tell(case, people, kind, once=once or f"{department.pk}", now=now, url=url, **facts)


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
    url: str = "",
    **facts: object,
) -> None:
    """A message to staff about the case, worded in templates/messages/<kind>.txt; `url`: the page that it is about,
    where that is not the case's own.

    `linked=False` for a unit that has just lost its right on the case: the way there would answer 404.
    """
    outbox.post(
        kind,
        to=people,
        context={"number": case.number, "title": case.title, **facts},
        once=f"{kind}/{case.pk}/{once}",
        url=(url or f"/cases/{case.pk}/") if linked else "",
        urgent=urgent or case.is_urgent,
        now=now,
    )


def end_requests(case: Case, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A unit's own requests lose their object with its handling: an open objection, an extension not yet decided."""
    decided = {"decision": reason, "decided_at": now, "decided_by_id": actor.user_id}
    case.objections.filter(status="open").update(status="dismissed", **decided)
    case.extensions.filter(status="requested").update(status="refused", **decided)


OUTLIVE = ("follow_up", "instruction", "sponsor", "commitment", "supervise", "statement")
"""What units and leaders have promised each other is owed also when the matter has ended."""


def end_open_things(case: Case, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Nothing is asked of anybody any more: every open clock is void, an opinion that was not issued is dropped,
    what was asked for and not decided is at its end.

    A low rating is looked into all the same, in whatever way the matter ends; a leader hears what became of an
    instruction, or takes it back; and who has charge of it says himself what came of it.
    """
    end_requests(case, reason=reason, actor=actor, now=now)
    ending = (kind for kind in CODES if kind not in OUTLIVE)
    void_deadline(case, *ending, reason=reason, actor=actor, now=now)
    case.opinions.filter(OPEN_OPINION).update(status="dropped")
