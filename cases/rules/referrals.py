"""Whose matter it is: who may say that it is not theirs, who decides it, who may be drawn in and who must report."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.models import Case
from cases.queries.standing import Row, Standing, standing
from cases.queries.words import say_day
from cases.rules.common import check_move, check_said
from cases.terms import term
from hall.access import Actor, Refused
from hall.citations import cite
from staffing.lifecycle import DEPARTMENT_ROLES

MIN_OBJECTION = 10
"""第二十三条第三款: an objection gives its reasons in detail."""
MIN_REPORT = 20


def check_can_object_to_referral(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Within five working days of receipt, once; the 2005 regulations know no objection (第二十三条第三款)."""
    where = check_move(actor, case, "object_to_referral")
    if case.law == "r05":
        raise Refused(
            _("该事项适用2005年《信访条例》，没有异议程序；请先接收，对职权有争议的，接收后提出争议。"),
            "state",
            article=term("notify", case.law).article,
        )
    _check_nothing_said(case, where)
    if where.is_running("object", now):
        return
    ended = where.clock("object") or where.object_ended
    words = {
        "article": cite(term("object", case.law).article),
        "day": say_day(ended["due_on"]) if ended else "",
    }
    if ended:
        reason = (
            _("异议期限已于%(day)s届满（%(article)s）；请先接收，对职权有争议的，接收后提出争议。") % words
        )
    else:
        reason = _("异议期限没有在计算（%(article)s）；请先接收，对职权有争议的，接收后提出争议。") % words
    raise Refused(reason, "state", article=term("object", case.law).article)


def check_can_dispute_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Once taken it can only be disputed; meanwhile it stays, and its clock runs (第二十四条)."""
    _check_nothing_said(case, check_move(actor, case, "dispute_case"))


def _check_nothing_said(case: Case, where: Standing) -> None:
    """One at a time, and not again after it was decided."""
    if where.objection is not None:
        raise Refused(_("已经提出异议、争议，正等待转送的信访部门决定。"), "state")
    if case.first_handler_id in where.objected:
        raise Refused(
            _("信访部门已经决定维持由本单位办理，不能再次提出；仍有不同意见的，请报共同的上一级机关、单位。"),
            "state",
            article=term("arbitrate", case.law).article,
        )


def check_objection_reason(text: str) -> str:
    """Reasons in detail, without their margins."""
    what = _("请详细说明理由，至少%(n)s个字：职权依据是什么，为什么不属于本单位。")
    return check_said(text, "reason", what, least=MIN_OBJECTION)


def check_can_uphold_referral(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The petition office that referred it decides (第二十三条第三款、第二十四条)."""
    _check_asked(check_move(actor, case, "uphold_referral"))


def check_can_reroute_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """A matter leaves its first handler by an objection or dispute that was agreed to, and in no other way."""
    _check_asked(check_move(actor, case, "reroute_case"))


def _check_asked(where: Standing) -> None:
    if where.objection is None:
        raise Refused(_("没有待决定的异议、争议。首办单位提出异议、争议之前，事项由其办理。"), "state")


def check_can_involve_unit(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The lead unit, or the hall, draws a further unit in, to take part or to know (国信发〔2015〕12号（五）)."""
    check_move(actor, case, "involve_unit")


def check_can_report_back(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Who was assigned the matter reports its result; who takes part gives its answer to the lead unit."""
    where = check_move(actor, case, "report_back", units=_concerned(case))
    if owed_by(actor, where) is None:
        if any(row["answered_at"] for row in _own(actor, where)):
            raise Refused(_("本单位已经反馈过了。"), "state")
        raise Refused(_("该事项不是交办给本单位的，也没有请本单位协办，不需要反馈。"), "state")


def _concerned(case: Case) -> list[int]:
    """The units that owe an answer or owed one, and the first handler, who is told when it owes none."""
    units = [row["department_id"] for row in standing(case).units if row["part"] != "copy"]
    return [*units, *([case.first_handler_id] if case.first_handler_id else [])]


def _own(actor: Actor, where: Standing) -> list[Row]:
    mine = actor.departments(*DEPARTMENT_ROLES)
    return [row for row in where.units if actor.kind == "system" or row["department_id"] in mine]


def owed_by(actor: Actor, where: Standing) -> Row | None:
    """The referral on which a unit of this person still owes its report or its answer."""
    for row in _own(actor, where):
        asked = row["part"] == "take_part" or (row["part"] == "lead" and row["kind"] == "assign")
        if asked and not row["answered_at"]:
            return row
    return None


def check_report(text: str) -> str:
    """A report says something: process, result, and how the petitioner took it."""
    what = _("请写明经过、结果，以及信访人的态度，至少%(n)s个字。")
    return check_said(text, "text", what, least=MIN_REPORT)
