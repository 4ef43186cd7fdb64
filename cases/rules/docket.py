"""The leader's docket: who sets a matter on it, takes it off, and says which case it is."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.models import Case, DocketItem
from cases.queries.standing import standing
from cases.rules.common import check_interest
from hall.access import Actor, Refused
from staffing.lifecycle import CLERK, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import LeaderReception

DOCKET_ROLES = (CLERK, HALL_MANAGER)
LEDGER_ROLES = (CLERK, HALL_MANAGER, SUPERVISOR, LEADER)


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
    if item.records.exists() or item.instructions.exists():
        raise Refused(_("该事项已有接访记录或者领导批示，不能移出。"), "state")


def check_can_link_docket_case(actor: Actor, item: DocketItem, *, now: dt.datetime) -> None:
    """Which case it is, is said once."""
    check_keeps_docket(actor, item.reception)
    if item.removed_at:
        raise Refused(_("该事项已经移出这次接访。"), "state")
    if item.case_id:
        raise Refused(_("该事项已经登记，不能改为另一件。"), "state")


def check_can_record_reception(actor: Actor, item: DocketItem, *, now: dt.datetime) -> None:
    """Who takes the notes, or the leader, once the reception has begun; the visit is registered like any other."""
    check_takes_notes(actor, item, now=now)
    if item.case and item.reception.leader_id in standing(item.case).barred_users:
        raise Refused(
            _("该事项涉及现在的接访领导本人，或者其应当回避：请移出这次接访，安排其他领导接访。"),
            "state",
            article="《信访工作条例》第二十八条、第三十条",
        )
    if actor.kind != "system" and item.case:
        check_interest(actor, standing(item.case))


def check_takes_notes(actor: Actor, item: DocketItem, *, now: dt.datetime) -> None:
    """The same for a matter that this person is known to see: a list asks nothing of each of its cases."""
    if actor.kind != "system" and not (
        actor.user_id == item.reception.leader_id or actor.has(*DOCKET_ROLES, hall_id=item.reception.hall_id)
    ):
        raise Refused(_("接访记录由本厅的登记员、大厅负责人或者接访领导填写。"), "role")
    if item.removed_at:
        raise Refused(_("该事项已经移出这次接访。"), "state")
    if item.reception.status == "cancelled":
        raise Refused(_("这次接访已经取消。"), "state")
    if item.reception.starts_at > now:
        raise Refused(_("接访还没有开始。"), "state")
    if item.case is None:
        raise Refused(
            _("领导接访的事项同样登记：请先登记信访事项，再填写接访记录。"),
            "state",
            article="《信访工作条例》第二十一条",
        )


def check_can_export_ledger(actor: Actor, *, now: dt.datetime) -> None:
    """Read in the hall by its manager, supervisor and clerks, and by leaders as far as their own lines go."""
    if not actor.has(*LEDGER_ROLES):
        raise Refused(_("接访台账供大厅负责人、督查员、登记员和接访领导使用。"), "role")
