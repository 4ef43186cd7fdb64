"""Asking for a hearing, opening one, and the decision: who, when, in which matter, within which days."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle import CASE
from cases.models import Case
from cases.queries.standing import Row, standing
from cases.queries.words import say_day
from cases.rules.common import check_interest, check_said, who_may
from cases.rules.results import check_nothing_personal
from cases.terms import term
from hall import clock
from hall.access import Actor, Refused
from hall.models import statutory_calendar
from hearings.lifecycle import ARTICLE, CLOSED_GROUNDS, DECIDE_ROLES, DESK_ROLES, OPEN_GROUNDS
from hearings.models import Hearing, HearingRules
from hearings.queries.rule_sets import days_words, local_rule
from hearings.queries.stages import Stage, is_litigation, organisers, stage_of
from hearings.rules.hearing_moves import check_hearing_move, check_stage_lasts, check_system
from staffing.lifecycle import DEPARTMENT_HEAD, DEPARTMENT_ROLES
from staffing.models import Department

MIN_REASON = 6
_ASKING_ROLES = (*DESK_ROLES, DEPARTMENT_HEAD)


def running_hearing(case: Case) -> Row | None:
    """The one that is not over."""
    return next((row for row in standing(case).proceedings if row["kind"] == "hearing"), None)


def _check_case(actor: Actor, case: Case, roles: tuple[str, ...]) -> Stage:
    """By the hall's desk, or by the unit that handles or reviews the matter; in that procedure, and once at a time."""
    stage = stage_of(case)
    if actor.kind != "system":
        check_interest(actor, standing(case))
        in_unit = set(roles) & set(DEPARTMENT_ROLES)
        in_hall = set(roles) - in_unit
        units = {case.first_handler_id, stage.unit_id if stage else None} - {None}
        if not (
            actor.has(*in_hall, hall_id=case.hall_id)
            or any(actor.has(*in_unit, department_id=unit) for unit in units)
        ):
            raise Refused(who_may(in_hall, in_unit), "role", article=ARTICLE)
    if case.statutory_class != "claim":
        raise Refused(_("听证适用于申诉求决类事项；建议意见、检举控告不举行听证。"), "state", article=ARTICLE)
    if stage is None:
        raise Refused(_wrong_state(case), "state", article=ARTICLE)
    if is_litigation(case):
        raise Refused(
            _("诉求应当通过诉讼、仲裁、行政复议等法定途径解决的，不举行信访听证；请告知信访人相应的途径。"),
            "state",
            article="《信访工作条例》第三十一条",
        )
    if running_hearing(case):
        raise Refused(_("本事项已经有一次听证没有结束。"), "state", article=ARTICLE)
    return stage


def _wrong_state(case: Case) -> str:
    """In words, with what to do instead."""
    words = {
        "registered": _("还没有受理：请先甄别并确定承办单位，办理中可以申请听证。"),
        "forwarded": _("承办单位还没有接收：接收以后，办理中可以申请听证。"),
        "answered": _("处理意见已经作出，正在送达：不服的，可以申请复查，复查中可以申请听证。"),
        "served": _(
            "处理意见已经送达：不服的，请先登记复查申请，复查中可以申请听证（从收到书面意见之日起算期限）。"
        ),
        "reviewed": _("复查意见已经作出：不服的，请先登记复核申请，复核中可以申请听证。"),
    }
    said = words.get(case.status)
    state = _(CASE.state(case.status).label)
    return said or _("该事项当前为“%(state)s”，不再举行听证。") % {"state": state}


def check_can_request_hearing(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Written down at the desk or by the unit for the petitioner, while the matter is handled, reviewed or re-examined;
    not for what belongs before a court, an arbitrator or a reconsideration body.
    """
    _check_case(actor, case, _ASKING_ROLES)


def check_can_open_hearing(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """By the head of the unit whose matter it is, or by the hall's manager, of their own motion."""
    _check_case(actor, case, DECIDE_ROLES)


def last_day_to_ask(rules: HearingRules, case: Case, stage: Stage) -> dt.date | None:
    """Counted from the service of the opinion that is disputed; None where there is no window."""
    if not rules.apply_days or stage.answer_on is None:
        return None
    period = local_rule(rules, "apply").on(term("hearing_apply", case.law))
    return clock.due(stage.answer_on, period, calendar=statutory_calendar()).due


def check_asked_on(rules: HearingRules, case: Case, stage: Stage, on: dt.date, *, now: dt.datetime) -> None:
    """Not before the matter, not ahead of today, and within the window where the local rule has one."""
    if on > timezone.localdate(now):
        raise Refused(_("申请日期不能晚于今天。"), "input", field="requested_on")
    if on < case.received_on:
        words = _("申请日期不能早于收到事项之日（%(day)s）。")
        raise Refused(words % {"day": say_day(case.received_on)}, "input", field="requested_on")
    last = last_day_to_ask(rules, case, stage)
    if last is not None and on > last:
        words = _(
            "按照%(rules)s，应当自收到书面意见之日（%(served)s）起%(days)s内申请，期限已于%(last)s届满。"
        )
        facts = {
            "rules": rules.name,
            "served": say_day(stage.answer_on),
            "days": days_words(rules.apply_days, rules.apply_unit),
            "last": say_day(last),
        }
        raise Refused(words % facts, "input", field="requested_on", article=rules.source)


def check_title(title: str, case: Case) -> str:
    """Read by the public: it names the matter, and nobody."""
    said = check_said(title, "title", _("请写明听证事项，至少%(n)s个字。"))
    check_nothing_personal(said, [case.pk], field="title")
    return said[:120]


def check_reason(text: str, field: str = "reason") -> str:
    return check_said(text, field, _("请写明理由，至少%(n)s个字。"), least=MIN_REASON)


def check_open_ground(ground: str) -> str:
    if ground not in OPEN_GROUNDS:
        raise Refused(_("请选择举行听证的情形。"), "input", field="ground")
    return ground


def check_openness(closed_ground: str, closed_reason: str) -> tuple[str, str]:
    """Public, unless a state secret or personal privacy is at stake, and why (国信发〔2015〕12号（七）)."""
    if not closed_ground:
        if closed_reason.strip():
            raise Refused(_("公开举行的不填理由；不公开的，请选择情形。"), "input", field="closed_ground")
        return "", ""
    if closed_ground not in CLOSED_GROUNDS:
        raise Refused(
            _("只有涉及国家秘密、个人隐私的才不公开举行。"), "input", field="closed_ground", article=ARTICLE
        )
    return closed_ground, check_reason(closed_reason, "closed_reason")


def check_organiser(case: Case, stage: Stage, department_id: int | None) -> Department:
    """The unit whose matter it is, or the petition office; never one that the case complains of."""
    able = organisers(case, stage)
    if department_id is None and able:
        return able[0]
    for unit in able:
        if unit.pk == department_id:
            return unit
    raise Refused(
        _("听证由办理、复查、复核本事项的单位或者信访部门组织。"), "input", field="organiser", article=ARTICLE
    )


# -- the decision --------------------------------------------------------------------------------------------------


def check_can_grant_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """By the head of the organising unit, or the hall's manager; also after the day, which then shows."""
    check_hearing_move(actor, hearing, "grant_hearing")
    check_stage_lasts(hearing)


def check_can_refuse_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """With reasons, in writing. Where silence grants, not after the last day: then it is granted."""
    check_hearing_move(actor, hearing, "refuse_hearing")
    check_stage_lasts(hearing)
    if is_silent_too_long(hearing, now):
        words = _("决定期限已经届满，按照%(rules)s逾期不决定视为同意，不能再决定不举行。")
        raise Refused(words % {"rules": hearing.rules.name}, "state", article=hearing.rules.source)


def check_can_withdraw_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """The petitioner takes the request back, until the hearing begins; what a unit opened itself is ended instead."""
    check_hearing_move(actor, hearing, "withdraw_hearing")
    if hearing.origin != "request":
        raise Refused(_("这次听证不是信访人申请的，没有可以撤回的申请；不再举行的，请终止听证。"), "state")


def check_can_grant_by_silence(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """By the sweep, where the hall's rules say so and the last day is over."""
    check_system(actor, now)
    check_hearing_move(actor, hearing, "grant_by_silence")
    check_stage_lasts(hearing)
    if not is_silent_too_long(hearing, now):
        raise Refused(_("决定期限还没有届满，或者所采用的规定没有逾期视为同意。"), "state")


def is_silent_too_long(hearing: Hearing, now: dt.datetime) -> bool:
    if not hearing.rules.silence_grants:
        return False
    rows = hearing.case.deadlines.open().filter(kind="hearing_decide", item=str(hearing.pk))
    return rows.filter(due_at__lte=now).exists()


def check_can_set_openness(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """Until a date is set: the notices say whether it is public."""
    check_hearing_move(actor, hearing, "set_openness")
    check_stage_lasts(hearing)
