"""The play's criticism notice and advice, by the real actions, on findings that are decided already."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accountability.actions import (
    AdviceWords,
    CriticismWords,
    acknowledge_criticism,
    approve_advice,
    approve_criticism,
    draft_advice,
    draft_criticism,
    record_adoption,
    reply_advice,
)
from accountability.queries.sanctions import criticisable, may_ask_until, stated_facts
from hall.access import Actor
from hall.models import User, statutory_calendar
from staffing.lifecycle import DEPARTMENT_HEAD, LEADER, SUPERVISOR
from staffing.models import Hall
from staffing.queries import actor_of, holders


def _actor(user: User, now: dt.datetime) -> Actor:
    return actor_of(user, today=timezone.localdate(now))


def play_sanctions(hall: Hall, *, now: dt.datetime) -> int:
    """One notice served and received, advice that is adopted, and a policy paper that waits for a leader. Returns how
    many were made: none where the hall has no decided finding, or nobody at the posts.
    """
    day = timezone.localdate(now)
    supervisor = holders(SUPERVISOR, hall_id=hall.pk, day=day).first()
    leader = holders(LEADER, hall_id=hall.pk, day=day).first()
    if supervisor is None or leader is None:
        return 0
    author, approver = _actor(supervisor, now), _actor(leader, now)
    findings = [one for one in criticisable(author) if not may_ask_until(one, day)][:2]
    if not findings:
        return 0
    words = CriticismWords(
        title="信访事项超期办理",
        facts=stated_facts(findings),
        demands="查明超期原因，明确责任岗位\n对在办信访事项逐件核对期限",
        answer_by_on=statutory_calendar().next_workday(day + dt.timedelta(days=10)),
    )
    notice = draft_criticism(actor=author, finding_ids=[one.pk for one in findings], words=words, now=now)
    approve_criticism(actor=approver, criticism_id=notice.pk, revision=notice.revision, now=now)
    unit = findings[0].department_id
    head = holders(DEPARTMENT_HEAD, department_id=unit, day=day).first()
    if head is not None:
        acknowledge_criticism(actor=_actor(head, now), criticism_id=notice.pk, now=now)
    improve = AdviceWords(
        kind="improve",
        title="来件登记和分办",
        facts=stated_facts(findings[:1]),
        article="《信访工作条例》第十四条第一款第六项、第四十条第一款",
        proposal="建立来件当日登记、当日分办的制度；临近期限的事项由分管负责人每周过问一次。",
        department_id=unit,
    )
    advice = draft_advice(actor=author, finding_ids=[findings[0].pk], words=improve, now=now)
    approve_advice(actor=approver, advice_id=advice.pk, revision=advice.revision, now=now)
    if head is not None:
        said = "已经研究采纳，本月起实行当日登记、当日分办。"
        unit_head = _actor(head, now)
        reply_advice(actor=unit_head, advice_id=advice.pk, adopted="adopted", text=said, now=now)
        record_adoption(
            actor=unit_head, advice_id=advice.pk, kind="progress", text="制度正在征求意见。", now=now
        )
    policy = AdviceWords(
        kind="policy",
        title="工程款结算周期",
        facts="近几个月多项信访事项起因于工程款结算周期过长，分包单位无力按月支付工资。",
        article="《信访工作条例》第十四条第一款第六项、第四十条第一款",
        proposal="明确政府投资项目按月结算进度款，人工费用单列拨付。",
        body=f"{hall.jurisdiction.name}人民政府",
    )
    draft_advice(actor=author, words=policy, hall_id=hall.pk, now=now)
    return 3
