"""Who says what on a finding: the unit its side, a supervisor the decision, the hall's manager the review.

Nobody decides in a matter of their own: who works in the unit or comes from it, who did so in the period, who held the
post on a late day or on a day that was the hall's, who wrote the unit's statement and who made the decision that is
reviewed stay out of it (《信访工作条例》第二十八条).
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.lifecycle import FINDING
from accountability.models import Finding
from accountability.queries.findings import most_days, new_entries, upheld_days
from cases.models import Recusal, Respondent
from cases.queries.words import say_day
from cases.rules import check_said
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Posting

MIN_SAID = 10
REVIEW_DAYS = 10
"""Working days after the decision in which the unit may ask for a review (own rule)."""
REOPEN_DAYS = 180
"""Natural days after a dismissal in which it may be reopened (own rule)."""
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


def apart(user_id: int, finding: Finding, *, now: dt.datetime) -> str:
    """Why that person has a part in it, empty where none: not of the unit by post or by origin, today or in the period;
    not the holder of the post on a day that counts; not the one who spoke for the unit.
    """
    if finding.department_id:
        unit, today = finding.department_id, timezone.localdate(now)
        posts = Posting.objects.filter(Q(department=unit) | Q(home_department=unit), user=user_id)
        in_period = Q(from_on__lte=finding.counted_to) & (
            Q(until_on=None) | Q(until_on__gte=finding.started_on)
        )
        if posts.filter(
            in_period | (Q(from_on__lte=today) & (Q(until_on=None) | Q(until_on__gte=today)))
        ).exists():
            return _(
                "您在该单位任职，或者由该单位派出，或者在这一期限内曾在该单位任职，不能认定该单位的责任。"
            )
    if finding.spans.filter(Q(is_late=True) | Q(cause="hall"), posting__user=user_id).exists():
        return _("逾期期间或者大厅占用的日子由您在岗，不能由您认定。")
    if finding.statements.filter(by_id=user_id).exists():
        return _("情况说明由您提交，不能由您认定。")
    return ""


def was_of_unit(actor: Actor, department_id: int | None, first: dt.date, last: dt.date) -> bool:
    """Held a post in the unit on one of these days."""
    held = Posting.objects.filter(
        user=actor.user_id or 0, department=department_id or 0, from_on__lte=last
    ).exclude(until_on__lt=first)
    return held.exists()


def _check_apart(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    if why := apart(actor.user_id or 0, finding, now=now):
        raise Refused(why, "role", article=ARTICLE)


def _check_supervisor(actor: Actor, finding: Finding, verb: str, *, now: dt.datetime) -> None:
    if actor.kind != "system":
        if not actor.has(SUPERVISOR, hall_id=finding.hall_id):
            raise Refused(_("这一步由本大厅的督查员办理。"), "role", article=ARTICLE)
        _check_apart(actor, finding, now=now)
    if verb != "reopen_finding" and waits_for_say(finding, now=now):
        day = say_day(finding.state_by_on)
        words = _(
            "责任单位可以在%(day)s前（含当日）说明和补充情况；期满以后，或者其负责人表明是最终说明的，再作认定。"
        )
        raise Refused(words % {"day": day}, "state", article=ARTICLE)
    _check_state(finding, verb)


def waits_for_say(finding: Finding, *, now: dt.datetime) -> bool:
    """Until its day is over the unit may add to what it said, unless its head has said that this is all."""
    if finding.status == "opened":
        return True
    return (
        finding.status == "stated" and not finding.is_heard and timezone.localdate(now) <= finding.state_by_on
    )


def check_can_state_case(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    """Before the decision; after the day it is kept as late."""
    _check_unit(actor, finding)
    _check_state(finding, "state_case")


def check_can_uphold_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    """For the days that are left when those of others are given back; where none is left there is nothing to uphold."""
    _check_supervisor(actor, finding, "uphold_finding", now=now)
    if finding.fault == "late" and not upheld_days(finding):
        words = _("扣除其他各方占用的日数以后没有剩余，不能全部认定：请填日数并说明理由，或者不予认定。")
        raise Refused(words, "state", article=ARTICLE)


def check_can_reduce_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    _check_supervisor(actor, finding, "reduce_finding", now=now)
    if not finding.is_late:
        raise Refused(_("这项认定没有逾期日数，不能减少：请认定，或者不予认定。"), "state")
    most = most_days(finding)
    if most < 1 or (most == 1 and upheld_days(finding) == 1):
        raise Refused(_("没有另外的日数可以认定：请认定，或者不予认定。"), "state")


def check_can_dismiss_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    _check_supervisor(actor, finding, "dismiss_finding", now=now)


def check_can_reopen_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    """One that was dismissed, when the record has something new, within half a year, by another supervisor."""
    _check_supervisor(actor, finding, "reopen_finding", now=now)
    if finding.decided_at is None:
        return
    last = timezone.localdate(finding.decided_at) + dt.timedelta(days=REOPEN_DAYS)
    if timezone.localdate(now) > last:
        words = _("不予认定以后可以重新认定的期限到%(day)s为止，已经过去。") % {"day": say_day(last)}
        raise Refused(words, "state", article=ARTICLE)
    if (
        actor.kind != "system"
        and finding.decisions.filter(verb="dismiss_finding", by_id=actor.user_id).exists()
    ):
        raise Refused(_("不予认定由您作出，请由另一名督查人员重新认定。"), "role", article=ARTICLE)


def check_can_request_finding_review(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    """Within ten working days of the decision."""
    _check_unit(actor, finding)
    _check_state(finding, "request_finding_review")
    if finding.review_by_on and timezone.localdate(now) > finding.review_by_on:
        words = _("申请复核的期限到%(day)s为止，已经过去。") % {"day": say_day(finding.review_by_on)}
        raise Refused(words, "state", article=ARTICLE)


def reviewed_by(finding: Finding, *, now: dt.datetime) -> str:
    """Whose review it is: the manager's; a leader's where it is about the hall, where days of the hall are in it, and
    where every manager has a part in it.
    """
    if finding.is_hall or finding.spans.filter(cause="hall").exists():
        return LEADER
    managers = Posting.objects.on(timezone.localdate(now)).filter(role=HALL_MANAGER, hall=finding.hall_id)
    kept_out = set(Recusal.objects.filter(case=finding.case_id).values_list("user_id", flat=True))
    kept_out |= set(Respondent.objects.filter(case=finding.case_id).values_list("user_id", flat=True))
    free = (pk for pk in managers.values_list("user_id", flat=True) if pk not in kept_out)
    return HALL_MANAGER if any(not apart(pk, finding, now=now) for pk in free) else LEADER


def _check_reviewer(actor: Actor, finding: Finding, verb: str, *, now: dt.datetime) -> None:
    if actor.kind != "system":
        role = reviewed_by(finding, now=now)
        if not actor.has(role, hall_id=finding.hall_id):
            who = _("本大厅的接访领导") if role == LEADER else _("本大厅负责人")
            raise Refused(_("复核由%(who)s办理。") % {"who": who}, "role", article=ARTICLE)
        _check_apart(actor, finding, now=now)
        made = Q(verb__in=("uphold_finding", "reduce_finding"), by_id=actor.user_id)
        if finding.decisions.filter(made).exists():
            raise Refused(_("原认定由您作出，不能由您复核。"), "role", article=ARTICLE)
        if finding.opened_by_id == actor.user_id:
            raise Refused(_("这项认定由您提出，不能由您复核。"), "role", article=ARTICLE)
    _check_state(finding, verb)


def check_can_confirm_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    _check_reviewer(actor, finding, "confirm_finding", now=now)


def check_can_change_finding(actor: Actor, finding: Finding, *, now: dt.datetime) -> None:
    _check_reviewer(actor, finding, "change_finding", now=now)


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


def check_final(actor: Actor, finding: Finding, is_final: bool) -> bool:
    """That this is all is for the unit's head to say, for the hall its manager."""
    if (
        not is_final
        or actor.kind == "system"
        or (finding.is_hall and actor.has(HALL_MANAGER, hall_id=finding.hall_id))
    ):
        return is_final
    if finding.department_id and actor.has(DEPARTMENT_HEAD, department_id=finding.department_id):
        return True
    raise Refused(_("最终说明由责任单位负责人作出。"), "input", field="is_final")


def check_days_read(finding: Finding, days_read: int | None) -> None:
    """What the reader had before them when they decided is what there is."""
    if days_read is not None and days_read != finding.days_late:
        words = _("您打开页面以后，逾期日数已经变为%(days)s日，请重新查看。") % {"days": finding.days_late}
        raise Refused(words, "state")


def check_new_entry(finding: Finding, entry: int | None) -> int:
    """What the record of the matter says anew since the dismissal."""
    if entry is None or entry not in {one.pk for one in new_entries(finding)}:
        raise Refused(_("请选择不予认定以后的一条新记录。"), "input", field="entry")
    return entry


def check_reduced_days(finding: Finding, days: int | None) -> int:
    """Another number than the proposal: at least one, at most the unit's own late days that no other finding holds."""
    most, proposed = most_days(finding), upheld_days(finding)
    if days is None or not 0 < days <= most or days == proposed:
        if proposed == most:
            words = _("填1日至%(most)s日；全部认定或者不予认定的，请用另外的按钮。") % {"most": most - 1}
        else:
            words = _("填1日至%(most)s日，%(left)s日除外；认定%(left)s日或者不予认定的，请用另外的按钮。")
            words %= {"most": most, "left": proposed}
        raise Refused(words, "input", field="days")
    return days


def check_changed_days(finding: Finding, days: int | None) -> int:
    """Fewer than were decided, none included: who asks for a review is not worse off for it. A fault that is not
    lateness has no days: to change it is to give it up.
    """
    if not finding.is_late:
        if days is not None:
            raise Refused(_("这项认定没有逾期日数：变更就是撤销原认定。"), "input", field="days")
        return 0
    most = (finding.decided_days or 0) - 1
    if days is None or not 0 <= days <= most:
        words = _("填0日至%(most)s日；申请复核不能增加日数，不改变的请作复核维持。") % {"most": max(0, most)}
        raise Refused(words, "input", field="days")
    return days
