"""Leaders in the demonstration hall: one visit made and told to the public, one ahead, one matter under a charge."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from cases.actions import (
    Charge,
    approve_result,
    conclude_field_visit,
    draft_result,
    plan_field_visit,
    record_consent,
    record_field_visit,
    record_progress,
    take_charge,
)
from cases.models import Case, FieldVisit
from cases.queries.field_visits import receives_then
from cases.rules import TaskLine, VisitPlan, working_units
from hall.access import Actor
from hall.models import User
from intake.management.demo.house import House
from staffing.lifecycle import DEPARTMENT_HEAD, LEADER
from staffing.models import Posting

MANAGER = "wangshouxin"


def leaders_go_down(house: House, now: dt.datetime) -> int:
    """Once; how many visits."""
    cases = list(
        Case.objects.filter(
            hall=house.hall, status="accepted", first_handler__isnull=False, is_anonymous=False
        )
        .exclude(statutory_class="accusation")
        .exclude(purpose="accusation")
        .filter(is_confidential=False, respondents=None, recusals=None)
        .defer("search")
        .order_by("id")[:3]
    )
    if len(cases) < 3 or FieldVisit.objects.exists():
        return 0
    leader = house.by_role(LEADER)[0]
    _made(house, cases[0], leader, now)
    start = _free(leader, now + dt.timedelta(days=2))
    _plan(house, cases[1], leader, start, now)
    _charge(house, cases[2], house.by_role(LEADER)[-1], now)
    return 2


def _free(leader: User, after: dt.datetime) -> dt.datetime:
    """The next three in the afternoon at which the leader does not receive."""
    start = timezone.localtime(after).replace(hour=15, minute=0, second=0, microsecond=0)
    while receives_then(leader.pk, start, start + dt.timedelta(hours=2)):
        start += dt.timedelta(days=1)
    return start


def _plan(house: House, case: Case, leader: User, start: dt.datetime, now: dt.datetime) -> FieldVisit:
    plan = VisitPlan(
        leader_id=leader.pk,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=2),
        reason="群众反映的问题需要现场核实、当面协调",
        place="白塔镇党群服务中心",
        visited="信访人、村委会和有关单位",
        unit_ids=(case.first_handler_id or 0,),
    )
    actor = house.act(MANAGER, now)
    return plan_field_visit(actor=actor, hall_id=house.hall.pk, case_ids=[case.pk], plan=plan, now=now)


def _made(house: House, case: Case, leader: User, now: dt.datetime) -> None:
    """Last week; what was promised is due soon, the outcome is public."""
    start = _free(leader, now - dt.timedelta(days=9))
    if start > now - dt.timedelta(days=1):
        return
    visit = _plan(house, case, leader, start, start - dt.timedelta(days=2))
    done, manager = start + dt.timedelta(hours=2), house.act(MANAGER, start)
    due = timezone.localdate(now) + dt.timedelta(days=4)
    task = TaskLine(department_id=working_units(case)[0], text="把核实结果书面告知信访人", due_on=due)
    record_field_visit(
        actor=manager, visit_id=visit.pk, tasks=[task], now=done,
        coordination="听取信访人陈述，实地查看，有关单位当场作了说明，双方对事实没有分歧。",
        opinion="属实的部分由承办单位限期解决，其余的当面解释政策。",
    )  # fmt: skip
    conclude_field_visit(
        actor=manager,
        visit_id=visit.pk,
        outcome="resolved",
        note="主要诉求已经解决，信访人表示认可。",
        now=done,
    )
    said_on = max(timezone.localdate(done), case.received_on)
    record_consent(
        actor=manager,
        case_id=case.pk,
        is_given=True,
        said_on=said_on,
        how="下访时当面表示",
        now=max(done, now),
    )
    notice = draft_result(
        actor=manager, visit_id=visit.pk, now=now, title="领导带案下访，现场解决群众反映的问题",
        text="县领导到镇村现场听取意见，组织有关单位当面核对事实。属实的部分限期解决，其余的当面解释政策，信访人表示认可。",
    )  # fmt: skip
    approve_result(actor=_leader(house, leader, now), notice_id=notice.pk, revision=notice.revision, now=now)


def _leader(house: House, leader: User, now: dt.datetime) -> Actor:
    return house.act(leader.username, now)


def _charge(house: House, case: Case, leader: User, now: dt.datetime) -> None:
    unit = case.first_handler_id or 0
    head = Posting.objects.filter(department=unit, role=DEPARTMENT_HEAD).on(timezone.localdate(now)).first()
    if head is None:
        return
    charge = Charge(
        name=case.title, level=house.hall.jurisdiction.level, problem="事情牵涉时间长，各方说法不一，需要统一协调。",
        leader_id=leader.pk, contact_id=head.user_id, people="承办科室二人，村委会一人",
        plan="先核实历年材料，再召集各方当面核对，形成书面方案后分步落实。", unit_ids=(unit,),
        responsibility="承办单位牵头核实并起草方案，镇村配合做好解释。",
        planned_on=timezone.localdate(now) + dt.timedelta(days=75),
    )  # fmt: skip
    manager = house.act(MANAGER, now)
    one = take_charge(actor=manager, hall_id=house.hall.pk, case_ids=[case.pk], charge=charge, now=now)
    record_progress(
        actor=_leader(house, leader, now), sponsorship_id=one.pk, percent=20, now=now,
        text="已经调齐历年材料，约定下周召集各方核对。",
    )  # fmt: skip
