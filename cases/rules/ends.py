"""How a matter ends, and who stays out of it: what is known before anything is typed."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.lifecycle import CASE
from cases.models import Case
from cases.queries.respondents import HALL_SIDE, units_of
from cases.queries.standing import Standing, standing
from cases.rules.common import check_interest, check_move
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_HEAD, DEPARTMENT_ROLES, HALL_MANAGER

WINDOW_OF = {"served": "apply_review", "reviewed": "apply_reexamination"}
"""The petitioner's own period that must have passed unused before the case is closed, by its state."""


def check_can_close_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """When the petitioner's period has passed unused (第三十五条、第三十六条).

    A hall manager may close it earlier on the petitioner's written word, which the action asks for; the system never.
    """
    where = check_move(actor, case, "close_case")
    if not where.is_served(_last_paper(where)):
        raise Refused(
            _("意见书尚未送达，信访人申请复查、复核的期限还没有起算，不能办结。"),
            "state",
            article="《信访工作条例》第三十五条、第三十六条",
        )
    if actor.kind == "system" and window_runs(case, where, now):
        raise Refused(_("信访人申请复查、复核的期限还没有届满。"), "state")


def _last_paper(where: Standing) -> int | None:
    """The paper that the petitioner had last: the review of this round, else the opinion."""
    decided = [row for row in where.reviews if row["round"] == where.round and row["document_id"]]
    if decided:
        return int(decided[-1]["document_id"])
    return int(where.issued["document_id"]) if where.issued else None


def window_runs(case: Case, where: Standing, now: dt.datetime) -> bool:
    """The petitioner may still ask for the next stage."""
    return where.is_running(WINDOW_OF.get(case.status, ""), now)


def check_can_settle_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Both sides agree, within what the unit may dispose of (第三十三条). Claims alone can be settled."""
    check_move(actor, case, "settle_case")
    if case.statutory_class != "claim":
        raise Refused(_("调解、和解只适用于申诉求决类事项。"), "state", article="《信访工作条例》第三十三条")


def check_can_answer_suggestion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """A suggestion is studied and answered; any other matter gets an opinion (第二十九条)."""
    check_move(actor, case, "answer_suggestion")
    if case.statutory_class != "suggestion":
        raise Refused(
            _("该事项不是建议意见类，应当出具处理意见书。"), "state", article="《信访工作条例》第二十九条"
        )


def check_can_hand_over_accusation(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """An accusation goes to the body with the power over it (第三十条)."""
    check_move(actor, case, "hand_over_accusation")
    if case.statutory_class != "accusation":
        raise Refused(
            _("只有检举控告类事项移送纪检监察机关或者其他有权机关。"),
            "state",
            article="《信访工作条例》第三十条",
        )


def check_can_recuse_from_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Who works on a matter says that they have an interest in it, or their head or the hall manager does (第二十八条).

    Whose name may be entered is `may_recuse_others`.
    """
    check_interest(actor, standing(case))
    if not (
        actor.has(*HALL_SIDE, hall_id=case.hall_id)
        or any(actor.has(*DEPARTMENT_ROLES, department_id=unit) for unit in units_of(case))
    ):
        raise Refused(_("只有办理该事项的人员需要回避。"), "role")
    if CASE.state(case.status).ends:
        raise Refused(_("该事项已经结束，不再需要回避。"), "state")


def may_recuse_others(actor: Actor, case: Case) -> bool:
    """The hall's manager and the head of the first handler decide on the recusal of others."""
    return actor.has(HALL_MANAGER, hall_id=case.hall_id) or actor.has(
        DEPARTMENT_HEAD, department_id=case.first_handler_id or -1
    )
