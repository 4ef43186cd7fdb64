"""Who may take which step with a hearing, and when: by the table in `hearings.lifecycle`, asked before every verb."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.lifecycle import CASE
from cases.queries.standing import standing
from cases.rules.common import check_interest, who_may
from hall.access import Actor, Refused
from hearings.lifecycle import ARTICLE, HEARING, STAGE_OF_STATE
from hearings.models import Hearing
from staffing.lifecycle import DEPARTMENT_ROLES


def check_hearing_move(actor: Actor, hearing: Hearing, verb: str) -> None:
    """May this person take this step in this state? Roles of a unit count in the organiser, roles of a hall in the hall
    of the case. Raises Refused: unseen for whom the case complains of or who is recused, role, state.
    """
    if actor.kind != "system":
        check_interest(actor, standing(hearing.case))
        roles = HEARING.roles(verb)
        in_unit, in_hall = roles & set(DEPARTMENT_ROLES), roles - {*DEPARTMENT_ROLES, "system"}
        if not (
            (in_unit and actor.has(*in_unit, department_id=hearing.organiser_id))
            # The matter may have gone to another unit meanwhile: nobody waits for one that has lost it.
            or (in_unit and hearing.stage == "handle" and _handles(actor, hearing, in_unit))
            or (in_hall and actor.has(*in_hall, hall_id=hearing.hall_id))
        ):
            raise Refused(who_may(in_hall, in_unit), "role", article=ARTICLE)
    if HEARING.move(verb, hearing.status) is None:
        state = _(HEARING.state(hearing.status).label)
        raise Refused(
            _("这次听证当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state", article=ARTICLE
        )


def _handles(actor: Actor, hearing: Hearing, roles: set[str] | frozenset[str]) -> bool:
    unit = hearing.case.first_handler_id
    return unit is not None and actor.has(*roles, department_id=unit)


def check_stage_lasts(hearing: Hearing) -> None:
    """The procedure in which it is held goes on: nothing new begins in a matter that has moved on."""
    if has_moved_on(hearing):
        state = _(CASE.state(hearing.case.status).label)
        raise Refused(_("该事项当前为“%(state)s”，这次听证随之终止。") % {"state": state}, "state")


def has_moved_on(hearing: Hearing) -> bool:
    return STAGE_OF_STATE.get(hearing.case.status) != hearing.stage


def check_system(actor: Actor, now: dt.datetime) -> None:
    """What happens by itself is done by the sweep alone."""
    if actor.kind != "system":
        raise Refused(_("这一步由系统按期限自动办理。"), "role", article=ARTICLE)
