"""Those who help from outside in the demonstration hall: their list, their month, some services, two courses."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cases.models import Case
from hall.access import Refused
from hall.clock import Calendar
from hall.models import statutory_calendar
from intake.actions import record_service
from intake.management.demo.house import House
from intake.models import ServiceNote
from intake.rules import ServiceFacts
from staffing.actions import (
    enrol_in_course,
    plan_participant_duty,
    record_course,
    save_course,
    save_participant,
)
from staffing.lifecycle import CLERK
from staffing.models import Course, ParticipantDuty, SocialParticipant
from staffing.rules import CourseFacts, ParticipantFacts, ParticipantSlot

MANAGER = "wangshouxin"
PEOPLE: tuple[tuple[str, dict[str, Any], tuple[int, ...], str], ...] = (
    # login or "", facts, weekdays, half
    (
        "shenhuiming",
        {
            "kind": "lawyer", "name": "沈惠明", "name_en": "Shen Huiming", "organisation": "云溪明正律师事务所",
            "organisation_en": "Yunxi Mingzheng Law Firm", "licence": "153092015100012",
            "speciality": "劳动争议、征地补偿", "speciality_en": "Labour disputes, land compensation",
        },
        (0, 1, 2, 3, 4), "am",
    ),
    (
        "qinyue",
        {
            "kind": "psychologist", "name": "秦悦", "name_en": "Qin Yue", "organisation": "云溪县精神卫生中心",
            "organisation_en": "Yunxi Mental Health Centre", "licence": "XL53-2019-0088",
            "speciality": "情绪疏导、家庭关系", "speciality_en": "Emotional support, family matters",
        },
        (1, 3), "pm",
    ),
    (
        "taoranxin",
        {
            "kind": "psychologist", "name": "陶然心", "name_en": "Tao Ranxin", "organisation": "云溪县精神卫生中心",
            "organisation_en": "Yunxi Mental Health Centre", "licence": "XL53-2021-0131",
            "speciality": "危机干预", "speciality_en": "Crisis intervention",
        },
        (4,), "pm",
    ),
    (
        "",
        {
            "kind": "deputy", "name": "岳振国", "name_en": "Yue Zhenguo", "term": "第十八届",
            "constituency": "白塔镇选区",
            "speciality": "农村事务", "speciality_en": "Rural affairs",
        },
        (2,), "am",
    ),
    (
        "",
        {
            "kind": "elder_teacher", "name": "顾怀仁", "name_en": "Gu Huairen",
            "organisation": "县关心下一代工作委员会",
            "organisation_en": "County Committee for the Next Generation", "speciality": "邻里调解",
            "speciality_en": "Disputes between neighbours",
        },
        (0,), "pm",
    ),
)  # fmt: skip
TIMES = {"am": (dt.time(9), dt.time(11, 30)), "pm": (dt.time(14, 30), dt.time(17, 30))}


def participants(house: House, now: dt.datetime) -> None:
    """Once: the list, the rest of this month and the next, what was done yesterday, and two courses."""
    if SocialParticipant.objects.filter(hall=house.hall).exists():
        return
    actor, today = house.act(MANAGER), timezone.localdate(now)
    promised, calendar = today - dt.timedelta(days=60), statutory_calendar()
    for login, facts, weekdays, half in PEOPLE:
        user = house.people[login] if login else None
        one = save_participant(
            actor=actor, hall_id=house.hall.pk, now=now,
            facts=ParticipantFacts(**facts, promised_on=promised, user_id=user.pk if user else None),
        )  # fmt: skip
        slots = [
            ParticipantSlot(one.pk, day, half, *TIMES[half], desk="律师席" if one.kind == "lawyer" else "")
            for day in _ahead(today, calendar)
            if day.weekday() in weekdays
        ]
        plan_participant_duty(actor=actor, hall_id=house.hall.pk, slots=slots, now=now)
    _services(house, now)
    _courses(house, now)


def _ahead(today: dt.date, calendar: Calendar) -> list[dt.date]:
    days = (today + dt.timedelta(days=n) for n in range(40))
    return [day for day in days if calendar.is_workday(day)]


def _services(house: House, now: dt.datetime) -> None:
    """A lawyer's advice and a psychologist's talk, in the newest matters in which nothing speaks against it."""
    cases = Case.objects.filter(hall=house.hall).order_by("-pk")[:6]
    served = now - dt.timedelta(hours=2)
    said = (
        ("shenhuiming", ServiceFacts(
            served_at=served, question="拖欠工资该走什么途径，要准备什么。",
            opinion="属于劳动报酬争议，可以投诉或者申请劳动仲裁；说明了时效和证据。", no_conflict=True, minutes=25,
            referral="legal_aid", referral_to="云溪县法律援助中心", answer="waiting", satisfaction=1,
        )),
        ("qinyue", ServiceFacts(
            served_at=served, question="来访人情绪激动，希望有人听完。", opinion="倾听，约定下次见面。",
            no_conflict=True, minutes=40, consented=True, level="yellow", method="支持性谈话",
            next_on=timezone.localdate(now) + dt.timedelta(days=7),
        )),
    )  # fmt: skip
    for login, facts in said:
        one = SocialParticipant.objects.get(hall=house.hall, user=house.people[login])
        for case in cases:
            try:
                record_service(
                    actor=house.act(login), participant_id=one.pk, facts=facts, case_id=case.pk, now=now
                )
            except Refused:
                continue
            break


def _courses(house: House, now: dt.datetime) -> None:
    actor = house.act(MANAGER)
    plans = (
        ("信访工作条例逐条讲", "The Regulations article by article", "law", -20, "3"),
        ("怎样听完一个人说话", "Listening to the end", "reception", 12, "2"),
    )
    people = [user.pk for user in house.by_role(CLERK)]
    for title, title_en, kind, days, hours in plans:
        day = statutory_calendar().next_workday(timezone.localdate(now) + dt.timedelta(days=days))
        starts = dt.datetime.combine(day, dt.time(14, 30), timezone.get_current_timezone())
        course = save_course(
            actor=actor, hall_id=house.hall.pk, now=now,
            facts=CourseFacts(
                title=title, title_en=title_en, kind=kind, starts_at=starts,
                hours=Decimal(hours), place="二楼会议室", place_en="Meeting room, second floor",
            ),
        )  # fmt: skip
        enrol_in_course(actor=actor, course_id=course.pk, user_ids=people, now=now)
        if days < 0:
            marks = dict.fromkeys(people, ("present", "passed"))
            record_course(actor=actor, course_id=course.pk, marks=marks, now=now)


def has_life(house: House) -> bool:
    """Whether every part of it is there."""
    models: tuple[Any, ...] = (SocialParticipant, ParticipantDuty, Course, ServiceNote)
    return all(model.objects.filter(hall=house.hall).exists() for model in models)
