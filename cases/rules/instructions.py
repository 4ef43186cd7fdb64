"""The leader's instruction: who gives it for whom, which unit answers, who says that it is enough."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle import CASE, INSTRUCTION, LEADER_ROLES
from cases.models import Case
from cases.queries.standing import Row, Standing, standing
from cases.rules.common import check_interest, check_move, check_said
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_ROLES, HALL_MANAGER, LEADER, ROLES

ARTICLE = "国信发〔2015〕12号（二）"
MIN_REPORT = 10
NOTHING = lazy("没有未了结的领导批示。")


def received_item(actor: Actor, case: Case, now: dt.datetime) -> Row | None:
    """The reception from which the instruction comes: the last that has begun; a leader's own, for a leader."""
    where = standing(case)
    for row in where.docket:
        # A substitute may be complained of, or bound to withdraw (第二十八条、第三十条): nothing is received then.
        if (
            row["leader_id"] not in where.barred_users
            and dt.datetime.fromisoformat(row["starts_at"]) <= now
            and _speaks(actor, case, row["leader_id"])
        ):
            return row
    return None


def _speaks(actor: Actor, case: Case, leader_id: int) -> bool:
    """The leader, or the hall's own staff who write it down for the leader."""
    for_leader = CASE.roles("give_instruction") - {LEADER}
    return (
        actor.kind == "system"
        or actor.user_id == leader_id
        or actor.has(*sorted(for_leader), hall_id=case.hall_id)
    )


def check_can_give_instruction(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """At or after the reception in which the matter came before the leader (国信发〔2015〕12号（二）)."""
    try:
        check_move(actor, case, "give_instruction")
    except Refused as refused:
        if refused.kind != "state" or case.status != "registered":
            raise
        words = _("请先甄别并确定承办单位，再交办领导批示。")
        raise Refused(words, "state", article=ARTICLE) from None
    if received_item(actor, case, now) is None:
        raise Refused(
            _("该事项还没有由领导接访：请先列入接访，接访开始后再作批示。"), "state", article=ARTICLE
        )


def check_can_report_instruction(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The unit to which it was given, by its liaison or head."""
    where = standing(case)
    if actor.kind != "system":
        check_interest(actor, where)
    if owed_instruction(actor, where) is not None:
        return
    if not _own(actor, where):
        raise Refused(_("没有交您的单位办理的领导批示。"), "role", article=ARTICLE)
    raise Refused(_("本单位已经反馈，正由领导审阅。"), "state", article=ARTICLE)


def _own(actor: Actor, where: Standing) -> list[Row]:
    mine = actor.departments(*DEPARTMENT_ROLES)
    return [one for one in where.instructions if actor.kind == "system" or one["department_id"] in mine]


def owed_instruction(actor: Actor, where: Standing) -> Row | None:
    """The one on which a unit of this person still owes its report."""
    return next((one for one in _own(actor, where) if one["status"] == "given"), None)


def in_hand(actor: Actor, case: Case, verb: str) -> list[int]:
    """Those with which this leader, or the hall's manager, may take that step."""
    sources = INSTRUCTION.sources(verb)
    return [
        one["id"]
        for one in standing(case).instructions
        if one["status"] in sources and _answers_for(actor, case, one)
    ]


def _answers_for(actor: Actor, case: Case, one: Row) -> bool:
    is_manager = actor.has(HALL_MANAGER, hall_id=case.hall_id)
    return actor.kind == "system" or is_manager or actor.user_id == one["leader_id"]


def _check_reading(actor: Actor, case: Case, verb: str, nothing: str) -> None:
    where = standing(case)
    if actor.kind != "system":
        check_interest(actor, where)
        if not actor.has(*LEADER_ROLES, hall_id=case.hall_id):
            names = _("、").join(str(_(ROLES[role])) for role in LEADER_ROLES)
            raise Refused(_("这一步由作出批示的%(roles)s办理。") % {"roles": names}, "role", article=ARTICLE)
    if not in_hand(actor, case, verb):
        raise Refused(nothing if where.instructions else str(NOTHING), "state", article=ARTICLE)


def check_can_return_instruction(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """What was reported is not enough: more is asked for, by a new day."""
    _check_reading(actor, case, "return_instruction", _("没有待您审阅的反馈。"))


def check_can_close_instruction(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The leader, or the hall's manager for the leader, is content with what was reported."""
    _check_reading(actor, case, "close_instruction", _("没有待您审阅的反馈。"))


def check_can_withdraw_instruction(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Until it is closed, with a reason."""
    _check_reading(actor, case, "withdraw_instruction", _("没有您可以撤回的领导批示。"))


def check_instruction_text(text: str) -> str:
    return check_said(text, "text", _("请写明批示内容，至少%(n)s个字。"))


def check_instruction_report(text: str) -> str:
    return check_said(text, "text", _("请写明办理情况和结果，至少%(n)s个字。"), least=MIN_REPORT)
