"""Who takes a case to its place, who takes charge of one, and what both must be sure of (国信发〔2015〕12号（三）)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle import CASE, FIELD_VISIT, OUTCOMES_OF_CHARGE, OUTCOMES_OF_VISIT, SPONSORSHIP
from cases.models import Case, FieldVisit, SponsoredCase, Sponsorship, VisitTask
from cases.queries.field_visits import post_on, receives_then, travels_then
from cases.queries.standing import standing
from cases.queries.words import say_day
from cases.rules.common import check_interest, check_said, who_may
from cases.rules.handling import working_units
from cases.terms import term
from hall.access import Actor, Refused
from staffing.lifecycle import CLERK, DEPARTMENT_ROLES, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Hall
from staffing.queries import absence_on, engaged_then
from staffing.rules.planning import refuse_absence

if TYPE_CHECKING:
    from cases.actions.materials import StoredFile

READERS = (CLERK, HALL_MANAGER, SUPERVISOR, LEADER, *DEPARTMENT_ROLES)
MOST_CASES = 30
ARTICLE = "国信发〔2015〕12号（三）"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan:
    """Who goes, when, where, to whom, why, and which units come along. Times are aware."""

    leader_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    reason: str
    place: str
    visited: str
    unit_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """What one unit promised. `case_id` None: for the first case of the visit."""

    department_id: int
    text: str
    due_on: dt.date
    case_id: int | None = None


def check_sees_field(actor: Actor) -> None:
    """The lists: for whoever has cases at all."""
    if actor.kind != "system" and not actor.has(*READERS):
        raise Refused(_("您的岗位没有带案下访和领导包案。"), "role")


def check_can_export_field_visits(actor: Actor, *, now: dt.datetime) -> None:
    check_sees_field(actor)


def check_can_export_sponsorships(actor: Actor, *, now: dt.datetime) -> None:
    check_sees_field(actor)


def _leads(actor: Actor, hall_id: int, leader_id: int | None = None) -> None:
    """The hall's manager; or a leader of it, who acts for nobody but themselves."""
    if actor.kind == "system" or actor.has(HALL_MANAGER, hall_id=hall_id):
        return
    if actor.has(LEADER, hall_id=hall_id) and leader_id in (None, actor.user_id):
        return
    if actor.has(LEADER, hall_id=hall_id):
        raise Refused(_("这是另一位领导的事，由该领导本人或者大厅负责人办理。"), "role")
    raise Refused(who_may((HALL_MANAGER, LEADER), ()), "role")


def _check_case(actor: Actor, case: Case) -> None:
    """A case that a leader may take up: open, and no accusation."""
    if actor.kind != "system":
        check_interest(actor, standing(case))
    _leads(actor, case.hall_id)
    if "accusation" in (case.statutory_class, case.purpose):
        raise Refused(
            _("检举控告类事项不带案下访、不包案，请移送有权机关办理。"),
            "state",
            article="《信访工作条例》第三十条",
        )
    if case.status in CASE.finals:
        state = _(CASE.state(case.status).label)
        raise Refused(_("该事项当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


# -- field visits --------------------------------------------------------------------------------------------------


def check_can_plan_field_visit(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """One of the cases that are taken along; each is asked."""
    _check_case(actor, case)


def check_visit_plan(
    actor: Actor,
    hall: Hall,
    cases: Sequence[Case],
    plan: VisitPlan,
    *,
    now: dt.datetime,
    but: int | None = None,
) -> None:
    """Raises Refused at the field that is wrong. A leader is in one place at a time."""
    check_case_list(hall, cases)
    check_said(plan.reason, "reason", _("请写明案由，至少%(n)s个字。"))
    check_said(plan.place, "place", _("请写明下访地点，至少%(n)s个字。"), least=2)
    check_said(plan.visited, "visited", _("请写明下访对象，至少%(n)s个字。"), least=2)
    if plan.starts_at >= plan.ends_at:
        raise Refused(_("结束时间须晚于开始时间。"), "input", field="ends_at")
    day = timezone.localdate(plan.starts_at)
    if timezone.localdate(plan.ends_at) != day:
        raise Refused(_("一次下访不跨日，请分日安排。"), "input", field="ends_at")
    if plan.starts_at <= now:
        raise Refused(_("下访时间须在将来。"), "input", field="starts_at")
    _check_leader(actor, hall, cases, plan.leader_id, day)
    check_units(cases, plan.unit_ids, field="units")
    refuse_double(plan, but=but)


def check_case_list(hall: Hall, cases: Sequence[Case]) -> None:
    if not cases:
        raise Refused(_("请填写至少一个事项编号。"), "input", field="cases")
    if len(cases) > MOST_CASES:
        raise Refused(_("一次最多%(n)s件。") % {"n": MOST_CASES}, "input", field="cases")
    if any(one.hall_id != hall.pk for one in cases):
        raise Refused(_("这些事项不属于同一个大厅。"), "input", field="cases")


def _check_leader(actor: Actor, hall: Hall, cases: Sequence[Case], leader_id: int, day: dt.date) -> None:
    """Posted as a leader here on that day, and kept out of none of the cases."""
    if actor.kind != "system" and not actor.has(HALL_MANAGER, hall_id=hall.pk) and leader_id != actor.user_id:
        raise Refused(
            _("领导只安排自己的下访和包案；安排其他领导的，请大厅负责人办理。"), "input", field="leader"
        )
    if post_on(leader_id, hall, day) is None:
        raise Refused(_("此人当日不是本厅的接访领导。"), "input", field="leader")
    if away := absence_on(leader_id, day):
        refuse_absence(away.person, day, away)
    if any(leader_id in standing(case).barred_users for case in cases):
        raise Refused(
            _("此人应当回避其中的事项。"), "input", field="leader", article="《信访工作条例》第二十八条"
        )


def check_units(cases: Sequence[Case], unit_ids: Sequence[int], *, field: str) -> None:
    """A unit that one of the cases complains of does not come along, and hears nothing of it."""
    if any(standing(case).barred_units & set(unit_ids) for case in cases):
        raise Refused(_("其中有被反映的单位，不能参加，也不能告知。"), "input", field=field)


def refuse_double(plan: VisitPlan, *, but: int | None = None) -> None:
    """Says where the leader is at that time. Raises Refused(state)."""
    reception = receives_then(plan.leader_id, plan.starts_at, plan.ends_at)
    other = None if reception else travels_then(plan.leader_id, plan.starts_at, plan.ends_at, but=but)
    if reception:
        who, start, end = reception.leader.label, reception.starts_at, reception.ends_at
        words = _("%(who)s在%(day)s %(from)s至%(to)s已安排接访。")
    elif other:
        who, start, end = other.leader.label, other.planned_from, other.planned_to
        words = _("%(who)s在%(day)s %(from)s至%(to)s已安排下访。")
    elif meeting := engaged_then(plan.leader_id, plan.starts_at, plan.ends_at):
        who = meeting.user.label if meeting.user else ""
        start, end = meeting.starts_at, meeting.ends_at
        words = _("%(who)s在%(day)s %(from)s至%(to)s已安排会商或者听证。")
    else:
        return
    start, end = timezone.localtime(start), timezone.localtime(end)
    facts = {"who": who, "day": f"{start:%Y-%m-%d}", "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}
    raise Refused(words % facts, "state", field="leader")


def _check_visit(actor: Actor, visit: FieldVisit, verb: str) -> None:
    if actor.kind != "system" and not FieldVisit.objects.visible_to(actor).filter(pk=visit.pk).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    _leads(actor, visit.hall_id, visit.leader_id)
    if FIELD_VISIT.move(verb, visit.status) is None:
        state = _(FIELD_VISIT.state(visit.status).label)
        raise Refused(_("这次下访当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def check_can_change_field_visit(actor: Actor, visit: FieldVisit, *, now: dt.datetime) -> None:
    """Another time, place or company, until it is recorded."""
    _check_visit(actor, visit, "change_field_visit")


def check_can_cancel_field_visit(actor: Actor, visit: FieldVisit, *, now: dt.datetime) -> None:
    _check_visit(actor, visit, "cancel_field_visit")


def check_can_record_field_visit(actor: Actor, visit: FieldVisit, *, now: dt.datetime) -> None:
    """What was said and promised on the spot, once it has begun."""
    _check_visit(actor, visit, "record_field_visit")
    if visit.planned_from > now:
        raise Refused(_("下访还没有开始，不能记录。"), "state")


def check_can_conclude_field_visit(actor: Actor, visit: FieldVisit, *, now: dt.datetime) -> None:
    _check_visit(actor, visit, "conclude_field_visit")


def check_photos(photos: Sequence[StoredFile]) -> None:
    """Pictures, and nothing else. Raises Refused(input)."""
    for one in photos:
        if not one.media_type.startswith("image/"):
            raise Refused(_("“%(name)s”不是图片。") % {"name": one.name}, "input", field="photos")


def check_tasks(
    visit: FieldVisit, cases: Sequence[Case], tasks: Sequence[TaskLine], *, now: dt.datetime
) -> None:
    """Each a unit that works on its case, with what it does and by when: who cannot open the case can promise
    nothing in it.
    """
    by_id, today = {case.pk: case for case in cases}, timezone.localdate(now)
    for line in tasks:
        case = by_id.get(line.case_id) if line.case_id else cases[0]
        if case is None:
            raise Refused(_("责任分工中的事项不在这次下访之内。"), "input", field="tasks")
        check_said(line.text, "tasks", _("请写明每个单位做什么，至少%(n)s个字。"))
        if line.department_id in standing(case).barred_units:
            raise Refused(_("其中有被反映的单位，不能参加，也不能告知。"), "input", field="tasks")
        if line.department_id not in working_units(case):
            said = _("责任分工中有单位没有参加办理%(number)s。请先在该事项中增加为协办单位。")
            raise Refused(said % {"number": case.number}, "input", field="tasks")
        if line.due_on < today:
            raise Refused(_("完成日期不能早于今天。"), "input", field="tasks")


def check_outcome(outcome: str, known: dict[str, str]) -> None:
    if outcome not in known:
        raise Refused(_("请选择结果。"), "input", field="outcome")


def check_visit_outcome(outcome: str) -> None:
    check_outcome(outcome, OUTCOMES_OF_VISIT)


def check_charge_outcome(outcome: str) -> None:
    check_outcome(outcome, OUTCOMES_OF_CHARGE)


def check_can_finish_visit_task(actor: Actor, task: VisitTask, *, now: dt.datetime) -> None:
    """By the people of the unit that promised it, or the hall's manager; once."""
    if actor.kind != "system":
        if not Case.objects.visible_to(actor).filter(pk=task.case_id).exists():
            raise Refused(_("没有找到，或者您无权查看。"), "unseen")
        if not (
            actor.has(*DEPARTMENT_ROLES, department_id=task.department_id)
            or actor.has(HALL_MANAGER, hall_id=task.visit.hall_id)
        ):
            raise Refused(who_may((HALL_MANAGER,), DEPARTMENT_ROLES), "role")
    if task.done_at:
        day = say_day(timezone.localdate(task.done_at))
        raise Refused(_("这项工作已于%(day)s完成。") % {"day": day}, "state")


# -- taking charge -------------------------------------------------------------------------------------------------


def check_can_take_charge(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """One of the cases of the matter; each is asked. One leader at a time has charge of it."""
    _check_case(actor, case)
    if not case.first_handler_id:
        raise Refused(_("该事项还没有承办单位，确定以后再包案。"), "state")
    if SponsoredCase.objects.filter(case=case.pk, is_running=True).exists():
        raise Refused(_("%(number)s已经有领导包案。") % {"number": case.number}, "state", field="cases")


def most_days(case: Case) -> int:
    """The longest time that may be set at the start; a hall may have a shorter limit of its own."""
    own = case.hall.own_limits.filter(term="sponsor").values_list("days", flat=True).first()
    days = term("sponsor", case.law).days
    return min(own, days) if own else days


def check_leader_in_charge(
    actor: Actor, hall: Hall, cases: Sequence[Case], leader_id: int, day: dt.date
) -> None:
    """定领导."""
    _check_leader(actor, hall, cases, leader_id, day)


def check_planned_day(case: Case, planned_on: dt.date, *, today: dt.date) -> None:
    """定时限: after today, within the longest time."""
    if planned_on <= today:
        raise Refused(_("化解日期须在今天以后。"), "input", field="planned_on")
    if (planned_on - today).days > (most := most_days(case)):
        raise Refused(
            _("化解时限最长%(n)s日（%(article)s，本厅规则）。") % {"n": most, "article": ARTICLE},
            "input",
            field="planned_on",
            article=ARTICLE,
        )


def _check_charge(actor: Actor, one: Sponsorship, verb: str, *, others: bool = False) -> None:
    """`others`: the units that answer for it may as well."""
    if actor.kind != "system" and not Sponsorship.objects.visible_to(actor).filter(pk=one.pk).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    units = set(one.unit_links.values_list("department", flat=True)) if others else set()
    if not any(actor.has(*DEPARTMENT_ROLES, department_id=unit) for unit in units):
        _leads(actor, one.hall_id, one.leader_id)
    if SPONSORSHIP.move(verb, one.status) is None:
        raise Refused(_("包案已经结束，不能再办理这一步。"), "state")


def check_can_record_progress(actor: Actor, one: Sponsorship, *, now: dt.datetime) -> None:
    """The leader, the hall's manager, and the units that answer for it."""
    _check_charge(actor, one, "record_progress", others=True)


def check_can_extend_sponsorship(actor: Actor, one: Sponsorship, *, now: dt.datetime) -> None:
    _check_charge(actor, one, "extend_sponsorship")


def check_can_end_sponsorship(actor: Actor, one: Sponsorship, *, now: dt.datetime) -> None:
    _check_charge(actor, one, "end_sponsorship")
