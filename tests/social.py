"""Those who help from outside, for tests: entered and put on duty by the real actions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hall.access import SYSTEM
from hall.models import User, statutory_calendar
from intake.actions import record_service
from intake.models import ServiceNote
from intake.rules import ServiceFacts
from staffing.actions import (
    enrol_in_course,
    plan_participant_duty,
    post_person,
    publish_leaflet,
    register_user,
    save_course,
    save_leaflet,
    save_participant,
)
from staffing.lifecycle import PARTICIPANT
from staffing.models import Course, Leaflet, ParticipantDuty, SocialParticipant
from staffing.rules import CourseFacts, LeafletFacts, ParticipantFacts, ParticipantSlot
from tests.cast import FOUNDED, NOW, TZ, Cast
from tests.kept import kept

SECRET = "她说夜里睡不着总想起那件事"
"""What a psychologist heard; it may stand nowhere."""


@kept
def account(cast: Cast, key: str, name: str, name_en: str = "", now: dt.datetime = FOUNDED) -> User:
    """Somebody from outside with an account, posted in the hall."""
    user = register_user(actor=SYSTEM, username=key, name=name, name_en=name_en, now=now)
    post_person(
        actor=SYSTEM, user_id=user.pk, role=PARTICIPANT, title="社会力量", title_en="Participant",
        hall_id=cast.hall.pk, from_on=now.date(), now=now,
    )  # fmt: skip
    cast.people[key] = user
    return user


@kept
def participant(cast: Cast, kind: str = "lawyer", now: dt.datetime = NOW, **facts: Any) -> SocialParticipant:
    """A line of the list; any fact can be replaced."""
    stated: dict[str, Any] = {
        "kind": kind, "name": "沈惠明", "name_en": "Shen Huiming", "organisation": "云溪明正律师事务所",
        "organisation_en": "Yunxi Mingzheng Law Firm", "licence": "A-0001",
        "constituency": "白塔镇" if kind in ("deputy", "party_delegate", "cppcc") else "",
        "promised_on": FOUNDED.date(),
    }  # fmt: skip
    return save_participant(
        actor=cast.act(cast.manager, now),
        hall_id=cast.hall.pk,
        facts=ParticipantFacts(**{**stated, **facts}),
        now=now,
    )


@kept
def lawyer(cast: Cast, now: dt.datetime = NOW) -> SocialParticipant:
    """With an account: `cast.lawyer`."""
    user = account(cast, "lawyer", "沈惠明", "Shen Huiming")
    return participant(cast, user_id=user.pk, now=now)


@kept
def psychologist(
    cast: Cast,
    key: str = "psychologist",
    name: str = "秦悦",
    now: dt.datetime = NOW,
    name_en: str = "Qin Yue",
) -> SocialParticipant:
    user = account(cast, key, name, name_en)
    return participant(
        cast, "psychologist", name=name, name_en=name_en, licence=f"X-{key}", organisation="县精神卫生中心",
        organisation_en="County Mental Health Centre", user_id=user.pk, now=now,
    )  # fmt: skip


def slot(one: SocialParticipant, day: dt.date, half: str = "am", **facts: Any) -> ParticipantSlot:
    starts, ends = (dt.time(9), dt.time(11, 30)) if half == "am" else (dt.time(14, 30), dt.time(17, 30))
    return ParticipantSlot(one.pk, day, half, facts.pop("starts", starts), facts.pop("ends", ends), **facts)


@kept
def on_duty(
    cast: Cast, one: SocialParticipant, day: dt.date, half: str = "am", now: dt.datetime = NOW
) -> ParticipantDuty:
    (duty,) = plan_participant_duty(
        actor=cast.act(cast.manager, now), hall_id=cast.hall.pk, slots=[slot(one, day, half)], now=now
    )
    return duty


def said(now: dt.datetime = NOW, **facts: Any) -> ServiceFacts:
    """A lawyer's advice."""
    stated: dict[str, Any] = {
        "served_at": now - dt.timedelta(minutes=40), "question": "工资拖欠该找谁", "opinion": "可以申请劳动仲裁",
        "no_conflict": True, "minutes": 30,
    }  # fmt: skip
    return ServiceFacts(**{**stated, **facts})


def heard(now: dt.datetime = NOW, **facts: Any) -> ServiceFacts:
    """A psychologist's talk."""
    stated: dict[str, Any] = {
        "question": SECRET, "opinion": "倾听并约定下次", "consented": True, "level": "yellow", "method": "支持性谈话",
        "next_on": (now + dt.timedelta(days=7)).astimezone(TZ).date(),
    }  # fmt: skip
    return said(now, **{**stated, **facts})


@kept
def counselled(cast: Cast, case_id: int, now: dt.datetime = NOW, **facts: Any) -> ServiceNote:
    """A sealed note of `cast.psychologist` on that matter."""
    one = SocialParticipant.objects.get(user=cast.psychologist)
    return record_service(
        actor=cast.act(cast.psychologist, now), participant_id=one.pk, facts=heard(now, **facts), case_id=case_id,
        now=now,
    )  # fmt: skip


@dataclass
class Social:
    """One of each, for the doors of the house."""

    participant: SocialParticipant
    duty: ParticipantDuty
    course: Course
    leaflet: Leaflet
    draft: Leaflet
    note: ServiceNote
    sealed: ServiceNote


def helped(cast: Cast, case_id: int, now: dt.datetime) -> Social:
    """Of a hall in the middle of its day: a lawyer on duty, a course that has begun, two leaflets, two services."""
    manager, hall_id = cast.act(cast.manager, now), cast.hall.pk
    one = participant(cast, now=now)
    day = statutory_calendar().next_workday(now.astimezone(TZ).date())
    course = save_course(
        actor=manager, hall_id=hall_id, now=now,
        facts=CourseFacts(
            title="条例逐条讲", title_en="Article by article", kind="law", hours=Decimal(2),
            starts_at=(now - dt.timedelta(hours=1)).replace(microsecond=0),
        ),
    )  # fmt: skip
    enrol_in_course(actor=manager, course_id=course.pk, user_ids=[cast.clerk.pk], now=now)
    leaflets = [
        save_leaflet(
            actor=manager, hall_id=hall_id, now=now,
            facts=LeafletFacts(
                slug=slug, topic="怎样信访", topic_en="How to petition", title="带什么来", title_en="What to bring",
                body="带身份证件。", body_en="Your identity card.",
            ),
        )
        for slug in ("bring", "draft")
    ]  # fmt: skip
    publish_leaflet(actor=manager, leaflet_id=leaflets[0].pk, now=now)
    note = record_service(
        actor=cast.act(cast.clerk, now), participant_id=one.pk, facts=said(now), case_id=case_id, now=now
    )
    psychologist(cast, now=now)
    sealed = counselled(cast, case_id, now)
    return Social(one, on_duty(cast, one, day, now=now), course, leaflets[0], leaflets[1], note, sealed)
