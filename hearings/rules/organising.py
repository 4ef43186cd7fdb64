"""Who runs a hearing, and in which state: by the table in `hearings.lifecycle`."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.queries.standing import standing
from cases.rules.common import check_interest
from hall.access import Actor, Refused
from hearings.lifecycle import HEARING
from hearings.models import Hearing
from staffing.lifecycle import DEPARTMENT_ROLES

NOT_YOURS = lazy("这一步由组织听证的单位或者大厅负责人办理。")


def organises(actor: Actor, hearing: Hearing, roles: frozenset[str] | set[str]) -> bool:
    """Holds one of the roles in the unit that holds the hearing, or in its hall."""
    if actor.kind == "system":
        return True
    in_hall, in_unit = roles - set(DEPARTMENT_ROLES), roles & set(DEPARTMENT_ROLES)
    return bool(in_hall and actor.has(*in_hall, hall_id=hearing.hall_id)) or bool(
        in_unit and actor.has(*in_unit, department_id=hearing.organiser_id)
    )


def check_organises(actor: Actor, hearing: Hearing, roles: frozenset[str] | set[str]) -> None:
    """Raises Refused(unseen, role). Whom the case complains of, and who is recused from it, has no hand in it."""
    if actor.kind != "system":
        check_interest(actor, standing(hearing.case))
    if not organises(actor, hearing, roles):
        raise Refused(NOT_YOURS, "role")


def check_hearing_move(actor: Actor, hearing: Hearing, verb: str) -> None:
    """May this person take this step in this state? Raises Refused(unseen, role, state)."""
    check_organises(actor, hearing, set(HEARING.roles(verb)))
    check_hearing_state(hearing, HEARING.move(verb, hearing.status) is not None)


def check_hearing_state(hearing: Hearing, is_right: bool) -> None:
    if not is_right:
        state = _(HEARING.state(hearing.status).label)
        raise Refused(_("听证目前是“%(state)s”，不能再办理这一步。") % {"state": state}, "state")
