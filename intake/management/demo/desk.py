"""The guide desk of the demonstration hall, and a reception by video to come."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from cases.actions import VideoPlan, plan_video_room
from cases.models import Case, VideoRoom
from hall.access import Refused
from hall.models import statutory_calendar
from intake.actions.guidance import accept_service_referral, record_talk, refer_to_service
from intake.management.demo.house import House
from intake.models import GuidanceTalk, Visit
from intake.rules.guidance import ReferralFacts, TalkFacts
from staffing.models import SocialParticipant

GUIDE, CLERK, LAWYER = "heyulan", "linxiaowen", "shenhuiming"
TALKS = (
    ("procedure", "说明了登记、受理和答复的期限，以及凭查询码怎样看进度。", "number"),
    ("route", "说明劳动报酬的争议可以先申请劳动仲裁，仲裁不收费，也可以在本厅登记。", "thinking"),
    ("rules", "说明了在大厅里怎样排队、怎样找工作人员，材料可以在自助机上复印。", "understood"),
)


def guide_desk(house: House, now: dt.datetime) -> None:
    """Talks with visitors of today, one sent on to the lawyer on duty, a room for tomorrow."""
    if GuidanceTalk.objects.filter(hall=house.hall).exists():
        return
    guide, visits = house.act(GUIDE), Visit.objects.filter(hall=house.hall).order_by("-pk")
    for visit, (topic, explained, outcome) in zip(visits[: len(TALKS)], TALKS, strict=False):
        facts = TalkFacts(topic=topic, explained=explained, outcome=outcome, talked_at=now)
        record_talk(actor=guide, hall_id=house.hall.pk, facts=facts, visit_id=visit.pk, now=now)
    lawyer = SocialParticipant.objects.filter(hall=house.hall, user=house.people[LAWYER]).first()
    last = visits.first()
    if last and lawyer:
        sent = refer_to_service(
            actor=guide, hall_id=house.hall.pk, visit_id=last.pk, now=now,
            facts=ReferralFacts(
                kind="lawyer", need="想知道没有劳动合同时拿什么证明工资。", consented=True, participant_id=lawyer.pk,
            ),
        )  # fmt: skip
        accept_service_referral(actor=house.act(LAWYER), referral_id=sent.pk, now=now)
    _room(house, now)


def _room(house: House, now: dt.datetime) -> None:
    """A meeting on a matter that a unit has in hand, on the next day at ten."""
    if VideoRoom.objects.filter(hall=house.hall).exists():
        return
    clerk = house.act(CLERK)
    day = statutory_calendar().next_workday(timezone.localdate(now) + dt.timedelta(days=1))
    starts = dt.datetime.combine(day, dt.time(10), timezone.get_current_timezone())
    handled = (
        Case.objects.visible_to(clerk)
        .filter(hall=house.hall, status="accepted", first_handler__isnull=False)
        .order_by("-pk")
    )
    for case in handled.order_by("-pk")[:5]:
        plan = VideoPlan(
            kind="consultation", case_id=case.pk, starts_at=starts, ends_at=starts + dt.timedelta(hours=1),
            department_ids=[case.first_handler_id] if case.first_handler_id else [],
        )  # fmt: skip
        try:
            plan_video_room(actor=clerk, hall_id=house.hall.pk, plan=plan, now=now)
        except Refused:
            continue
        return
