"""The leader's docket: who sets a matter on it, takes it off, and says which case it is."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.models import Case, DocketItem
from cases.queries.standing import standing
from hall.access import Actor, Refused
from staffing.lifecycle import CLERK, HALL_MANAGER
from staffing.models import LeaderReception

DOCKET_ROLES = (CLERK, HALL_MANAGER)


def check_keeps_docket(actor: Actor, reception: LeaderReception) -> None:
    """The hall's staff keep the docket; what the public books arrives through the system."""
    if actor.kind != "system" and not actor.has(*DOCKET_ROLES, hall_id=reception.hall_id):
        raise Refused(_("只有本厅的登记员、大厅负责人可以安排接访事项。"), "role")


def check_can_place_on_docket(actor: Actor, reception: LeaderReception, *, now: dt.datetime) -> None:
    """As long as the reception is not cancelled; who comes unannounced is set down on the day."""
    check_keeps_docket(actor, reception)
    if reception.status == "cancelled":
        raise Refused(_("这次接访已经取消，不能再安排事项。"), "state")


def check_docket_case(actor: Actor, reception: LeaderReception, case: Case | None) -> Case:
    """A case of this hall, before a leader whom it does not complain of (《信访工作条例》第二十八条、第三十条)."""
    if case is None or case.hall_id != reception.hall_id:
        raise Refused(_("没有找到这件信访事项，或者您无权查看。"), "input", field="case")
    if reception.leader_id in standing(case).barred_users:
        raise Refused(
            _("该事项涉及接访领导本人，或者其应当回避，请安排其他领导接访。"),
            "input",
            field="case",
            article="《信访工作条例》第二十八条、第三十条",
        )
    if DocketItem.objects.live().filter(reception=reception, case=case).exists():
        raise Refused(_("该事项已经列入这次接访。"), "input", field="case")
    return case


def check_can_remove_from_docket(actor: Actor, item: DocketItem, *, now: dt.datetime) -> None:
    check_keeps_docket(actor, item.reception)
    if item.removed_at:
        raise Refused(_("该事项已经移出这次接访。"), "state")


def check_can_link_docket_case(actor: Actor, item: DocketItem, *, now: dt.datetime) -> None:
    """Which case it is, is said once."""
    check_keeps_docket(actor, item.reception)
    if item.removed_at:
        raise Refused(_("该事项已经移出这次接访。"), "state")
    if item.case_id:
        raise Refused(_("该事项已经登记，不能改为另一件。"), "state")
