"""The work on a matter, what is urgent in it, more time, the simple procedure, and pauses."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle import GROUNDS, HANDLER_ROLES, OFFICE_ROLES
from cases.models import Case
from cases.queries.standing import Row, Standing, standing
from cases.queries.words import say_day
from cases.rules.common import check_interest, check_move, who_may
from cases.terms import TERMS, term
from hall import clock
from hall.access import Actor, Refused, Text
from hall.models import statutory_calendar
from staffing.lifecycle import CLERK, HALL_MANAGER, PARTICIPANT

MIN_EXTENSION_WORDS = 10
SIMPLE = term("simple_accept", "r22").article


def working_units(case: Case) -> list[int]:
    """The units whose people work on the matter now: the first handler, who takes part, who reviews it."""
    where = standing(case)
    units = [case.first_handler_id]
    units += [row["department_id"] for row in where.units if row["part"] == "take_part"]
    if where.review is not None:
        units.append(where.review["department_id"])
    return [unit for unit in dict.fromkeys(units) if unit]


# -- the work, and what the petitioner is asked for


def check_can_record_work(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Whoever works on the matter writes down what was done, until it ends."""
    check_move(actor, case, "record_work", units=working_units(case))


def check_can_note_service(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Help is given in any state, after the end too (《信访工作条例》第三十七条); who gives it or writes it down is of
    the hall, and has no interest in the matter.
    """
    if actor.kind == "system":
        return
    check_interest(actor, standing(case))
    if not actor.has(CLERK, HALL_MANAGER, PARTICIPANT, hall_id=case.hall_id):
        raise Refused(_("由登记大厅的登记员、大厅负责人或者参与服务的社会力量记录。"), "role")


def check_can_request_supplement(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Asked for once and whole: nothing more while an earlier request is open."""
    if check_move(actor, case, "request_supplement").supplement is not None:
        raise Refused(
            _("已经请信访人补充材料。收到后，或者信访人说明不能提供的，请先记录，再另行提出。"), "state"
        )


def check_can_receive_supplement(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """What was asked for has come; late is not too late."""
    if check_move(actor, case, "receive_supplement").supplement is None:
        raise Refused(_("没有待补充的材料。信访人自己送来的，请用“补充材料”登记。"), "state")


# -- urgent


def check_can_raise_urgent(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Major or urgent, once (《信访工作条例》第二十五条)."""
    check_move(actor, case, "raise_urgent", units=working_units(case))
    if case.is_urgent:
        raise Refused(_("该事项已经列为重大紧急。新的情况，请续报。"), "state")


def check_can_report_urgent(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """A report, and further ones as things go on, while the matter is open and urgent (第二十五条)."""
    check_move(actor, case, "report_urgent")
    if not case.is_urgent:
        raise Refused(_("该事项没有列为重大紧急，请先列为重大紧急。"), "state")


# -- more time


def _handling(case: Case, where: Standing, now: dt.datetime) -> Row:
    """The period of handling, which must still run: what has ended cannot be extended (第三十四条)."""
    article, running = term("handle", case.law).article, where.clock("handle")
    if running is None:
        raise Refused(_("现在没有正在计算的办理期限，不能延长。"), "state", article=article)
    if not where.is_running("handle", now):
        words = {"day": say_day(running["due_on"])}
        raise Refused(
            _("办理期限已于%(day)s届满；延长应当在期限内批准，现在不能再延长。") % words,
            "state",
            article=article,
        )
    return running


def check_can_request_extension(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Before the end, once in a handling, and not in the simple procedure (第三十四条)."""
    where = check_move(actor, case, "request_extension")
    if case.procedure == "simple":
        raise Refused(
            _("正在适用简易办理。情况复杂的，请先转为普通程序，再申请延长期限。"), "state", article=SIMPLE
        )
    running = _handling(case, where, now)
    if running["extension_days"]:
        words, article = {"days": running["extension_days"]}, term("handle", case.law).article
        raise Refused(_("办理期限已经延长过%(days)s日，不能再次延长。") % words, "state", article=article)
    if where.extension is not None and where.extension["deadline_id"] == running["id"]:
        raise Refused(_("已经申请延长期限，正在等待单位负责人批准。"), "state")


def check_can_approve_extension(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The head of the first handler, until the end of the period as it stands (第三十四条)."""
    asked = _asked(check_move(actor, case, "approve_extension"))
    running = _handling(case, standing(case), now)
    if asked["deadline_id"] != running["id"]:
        raise Refused(_("申请所指的办理期限已经终止，不能批准；需要延长的，请承办人重新申请。"), "state")


def check_can_refuse_extension(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The same head, at any time while the request is open."""
    _asked(check_move(actor, case, "refuse_extension"))


def _asked(where: Standing) -> Row:
    if where.extension is None:
        raise Refused(_("没有待批准的延期申请。"), "state")
    return where.extension


# -- the simple procedure


def check_can_simplify_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """A first-time matter, clear and easy, of one unit, within three working days (国信办发〔2022〕17号)."""
    where = check_move(actor, case, "simplify_case")
    if why := _not_simple(case, where):
        raise Refused(why, "state", article=SIMPLE)
    rule = term("simple_accept", case.law)
    last = clock.due(_received_on(case, where), rule, calendar=statutory_calendar()).due
    if last and timezone.localdate(now) > last:
        words = {"days": rule.days, "day": say_day(last)}
        raise Refused(
            _("简易办理应当自收到之日起%(days)s个工作日内决定，该期限已于%(day)s届满。") % words,
            "state",
            article=SIMPLE,
        )


def _received_on(case: Case, where: Standing) -> dt.date:
    """When the first handler got it: one that has it by a decision between units got it later than it was accepted."""
    lead = next((row for row in where.units if row["part"] == "lead"), None)
    if lead and lead["department_id"] == case.first_handler_id:
        return timezone.localdate(dt.datetime.fromisoformat(lead["received_at"]))
    return case.accepted_on or case.received_on


def _not_simple(case: Case, where: Standing) -> Text:
    """Why this matter is not one for the simple procedure; "" when it may be."""
    ground = GROUNDS.get(where.ground)
    routes = {row["clause"] for row in where.claims} | {ground.clause if ground else None}
    running = where.clock("handle")
    reasons: tuple[tuple[bool, Text], ...] = (
        (case.law != "r22", lazy("该事项适用2005年的《信访条例》，没有简易办理程序。")),
        (case.procedure == "simple", lazy("已经适用简易办理。")),
        (case.statutory_class == "accusation", lazy("检举控告类事项不适用简易办理。")),
        (
            case.repeat_of_id is not None or where.round > 1,
            lazy("简易办理只适用于初次信访事项；该事项是重复信访或者重新办理的。"),
        ),
        (
            any(row["kind"] == "assign" for row in where.units),
            lazy("上级交办的事项不适用简易办理。"),
        ),
        (
            any(row["part"] == "take_part" for row in where.units),
            lazy("涉及两个以上责任单位的，不适用简易办理。"),
        ),
        (
            bool(routes & {1, 2, 3, 4, 5}),
            lazy("有诉求应当按第三十一条第（一）项至第（五）项的法定途径处理，不适用简易办理。"),
        ),
        (case.is_group and case.is_urgent, lazy("重大的集体访事项不适用简易办理。")),
        (
            where.extension is not None or bool(running and running["extension_days"]),
            lazy("已经申请或者批准延长期限，不再适用简易办理。"),
        ),
    )
    return next((words for is_so, words in reasons if is_so), "")


def check_can_end_simple_procedure(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Back to the ordinary procedure: what turns out not to be clear, or may not be supported, is not simple."""
    check_move(actor, case, "end_simple_procedure")
    if case.procedure != "simple":
        raise Refused(_("该事项按普通程序办理，没有适用简易办理。"), "state")


# -- pauses


def stoppable(case: Case) -> list[Row]:
    """The running periods that the law lets a pause stop."""
    rules = TERMS[case.law]
    return [row for row in standing(case).clocks if row["kind"] in rules and rules[row["kind"]].holds_article]


def _check_holder(actor: Actor, case: Case) -> None:
    """The hall's manager, or who handles for the unit whose period it is."""
    if actor.kind == "system":
        return
    where = standing(case)
    check_interest(actor, where)
    units = {row["department_id"] for row in (*stoppable(case), *where.reviews)}
    if not (
        actor.has(*OFFICE_ROLES, hall_id=case.hall_id)
        or any(actor.has(*HANDLER_ROLES, department_id=unit) for unit in units if unit)
    ):
        raise Refused(who_may(OFFICE_ROLES, HANDLER_ROLES), "role")


def check_can_place_hold(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """A pause stops only a period that the law lets stop, and only while it runs (《信访工作条例》第三十六条第二款)."""
    _check_holder(actor, case)
    found, article = stoppable(case), term("reexamine", case.law).holds_article
    if not found:
        raise Refused(_("现在没有依法可以中止的期限。"), "state", article=article)
    if any(row["due_on"] is None for row in found):
        raise Refused(_("期限已经中止，尚未恢复计算。"), "state")
    if not any(standing(case).is_running(row["kind"], now) for row in found):
        raise Refused(_("期限已经届满，不能再中止。"), "state", article=article)


def check_can_lift_hold(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Who may place a pause may end it, also after the opinion was given."""
    _check_holder(actor, case)
