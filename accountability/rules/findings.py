"""Who says what on a finding: the unit its side, a supervisor the decision, the hall's manager the review.

Nobody decides in a matter of their own: who works in the unit, who held the post on a late day, who wrote the unit's
statement and who made the decision that is reviewed stay out of it (《信访工作条例》第二十八条).
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.lifecycle import FINDING
from accountability.models import Finding
from accountability.rules.apart import check_not_of
from cases.queries.words import say_day
from cases.rules import check_said
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Posting

MIN_SAID = 10
REVIEW_DAYS = 10
"""Working days after the decision in which the unit may ask for a review (own rule)."""
ARTICLE = "国信发〔2015〕12号（十三）"


def _check_state(finding: Finding, verb: str) -> None:
    if FINDING.move(verb, finding.status) is None:
        state = _(FINDING.state(finding.status).label)
        raise Refused(
            _("这件认定当前为“%(state)s”，不能办理这一步。") % {"state": state}, "state", article=ARTICLE
        )


def _check_unit(actor: Actor, finding: Finding) -> None:
    """The unit's own liaison or head; the hall's manager where the period was the hall's."""
    if actor.kind == "system":
        return
    if finding.department_id and actor.has(LIAISON, DEPARTMENT_HEAD, department_id=finding.department_id):
        return
    if finding.is_hall and actor.has(HALL_MANAGER, hall_id=finding.hall_id):
        return
    who = _("大厅负责人") if finding.is_hall else _("责任单位的联络员或者负责人")
    raise Refused(_("这一步由%(who)s办理。") % {"who": who}, "role", article=ARTICLE)


def _check_apart(actor: Actor, finding: Finding) -> None:
    """Not of the unit, not the holder of the post, not the one who spoke for the unit."""
    why = _("您在该单位任职，不能认定本单位的责任。")
    check_not_of(actor, [finding.department_id], why, article=ARTICLE)
    if finding.spans.filter(is_late=True, posting__user_id=actor.user_id or 0).exists():
        raise Refused(_("逾期期间由您在岗，不能由您认定。"), "role", article=ARTICLE)
    if not finding.is_late and _was_of_unit(actor, finding):
        raise Refused(_("这些记录形成时您在该单位任职，不能由您认定。"), "role", article=ARTICLE)
    if finding.statements.filter(by_id=actor.user_id).exists():
        raise Refused(_("情况说明由您提交，不能由您认定。"), "role", article=ARTICLE)


def _was_of_unit(actor: Actor, finding: Finding) -> bool:
    return was_of_unit(actor, finding.department_id, finding.started_on, finding.counted_to)


def was_of_unit(actor: Actor, department_id: int | None, first: dt.date, last: dt.date) -> bool:
    """Held a post in the unit on one of these days."""
    held = Posting.objects.filter(
        user=actor.user_id or 0, department=department_id or 0, from_on__lte=last
    ).exclude(until_on__lt=first)
    return held.exists()


def _check_supervisor(actor: Actor, finding: Finding, verb: str) -> None:
    if actor.kind != "system":
        if not actor.has(SUPERVISOR, hall_id=finding.hall_id):
            raise Refused(_("这一步由本大厅的督查员办理。"), "role", article=ARTICLE)
        _check_apart(actor, finding)
    if finding.status == "opened" and verb != "reopen_finding":
        day = say_day(finding.state_by_on)
        words = _("责任单位可以在%(day)s前说明情况；说明以后或者逾期不说明的，再作认定。")
        raise Refused(words % {"day": day}, "state", article=ARTICLE)
    _check_state(finding, verb)


def check_can_state_case(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    """Before the decision; after the day it is kept as late."""
    _check_unit(actor, finding)
    _check_state(finding, "state_case")


def check_can_uphold_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    _check_supervisor(actor, finding, "uphold_finding")


def check_can_reduce_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    _check_supervisor(actor, finding, "reduce_finding")
    if not finding.is_late:
        raise Refused(_("这项认定没有逾期日数，不能减少：请认定，或者不予认定。"), "state")
    if finding.days_late < 2:
        raise Refused(_("只逾期一日，不能减少日数：请认定，或者不予认定。"), "state")


def check_can_dismiss_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    _check_supervisor(actor, finding, "dismiss_finding")


def check_can_reopen_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    """One that was dismissed, when something new is known."""
    _check_supervisor(actor, finding, "reopen_finding")


def check_can_request_finding_review(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    """Within ten working days of the decision."""
    _check_unit(actor, finding)
    _check_state(finding, "request_finding_review")
    if finding.review_by_on and timezone.localdate(now) > finding.review_by_on:
        words = _("申请复核的期限到%(day)s为止，已经过去。") % {"day": say_day(finding.review_by_on)}
        raise Refused(words, "state", article=ARTICLE)


def _check_reviewer(actor: Actor, finding: Finding, verb: str) -> None:
    if actor.kind != "system":
        role = LEADER if finding.is_hall else HALL_MANAGER
        if not actor.has(role, hall_id=finding.hall_id):
            who = _("本大厅的接访领导") if finding.is_hall else _("本大厅负责人")
            raise Refused(_("复核由%(who)s办理。") % {"who": who}, "role", article=ARTICLE)
        _check_apart(actor, finding)
        made = Q(verb__in=("uphold_finding", "reduce_finding"), by_id=actor.user_id)
        if finding.decisions.filter(made).exists():
            raise Refused(_("原认定由您作出，不能由您复核。"), "role", article=ARTICLE)
        if finding.opened_by_id == actor.user_id:
            raise Refused(_("这项认定由您提出，不能由您复核。"), "role", article=ARTICLE)
    _check_state(finding, verb)


def check_can_confirm_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    _check_reviewer(actor, finding, "confirm_finding")


def check_can_change_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    _check_reviewer(actor, finding, "change_finding")


def check_sees_findings(actor: Actor) -> None:
    """The hall's supervisor, manager and leaders, the people of units."""
    if not actor.has(SUPERVISOR, HALL_MANAGER, LEADER, LIAISON, DEPARTMENT_HEAD):
        raise Refused(_("您的岗位没有责任认定。"), "role")


def check_can_export_findings(actor: Actor, *, now: dt.datetime) -> None:
    check_sees_findings(actor)


# -- what is said --------------------------------------------------------------------------------------------------


def check_statement(text: str) -> str:
    return check_said(text, "text", _("请写明情况，至少%(n)s个字。"), least=MIN_SAID)


def check_grounds(text: str) -> str:
    return check_said(text, "reason", _("请写明理由，至少%(n)s个字。"), least=MIN_SAID)


def check_reduced_days(finding: Finding, days: int | None) -> int:
    """At least one, fewer than the period was late."""
    if days is None or not 0 < days < finding.days_late:
        words = _("填1日至%(most)s日；全部认定或者不予认定的，请用另外的按钮。") % {
            "most": finding.days_late - 1
        }
        raise Refused(words, "input", field="days")
    return days


def check_changed_days(finding: Finding, days: int | None) -> int:
    """Another number than was decided, none included; never more than the period was late. A fault that is not lateness
    has no days: to change it is to give it up.
    """
    if not finding.is_late:
        if days is not None:
            raise Refused(_("这项认定没有逾期日数：变更就是撤销原认定。"), "input", field="days")
        return 0
    if days is None or not 0 <= days <= finding.days_late:
        raise Refused(_("填0日至%(most)s日。") % {"most": finding.days_late}, "input", field="days")
    if days == finding.decided_days:
        raise Refused(_("日数没有改变；不改变的，请作复核维持。"), "input", field="days")
    return days
