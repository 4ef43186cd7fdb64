"""The guide desk's verbs: a talk is written down; a visitor is sent on, and the other side answers.

What was said never stands in the journal: who, when, of which kind, and how it ended.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.models import Case
from hall import journal, outbox
from hall.access import SYSTEM, Actor
from hall.models import User
from intake import rules
from intake.models import GuidanceTalk, ServiceReferral, Visit
from intake.queries.guidance import answer_day
from intake.rules import ReferralFacts, TalkFacts
from staffing.models import Hall, SocialParticipant


def _concerned(visit_id: int | None, case_id: int | None) -> tuple[Visit | None, Case | None]:
    case = Case.objects.filter(pk=case_id).defer("search", "content").first() if case_id else None
    return Visit.objects.filter(pk=visit_id).first() if visit_id else None, case


@transaction.atomic
def record_talk(
    *,
    actor: Actor,
    hall_id: int,
    facts: TalkFacts,
    visit_id: int | None = None,
    case_id: int | None = None,
    now: dt.datetime,
) -> GuidanceTalk:
    """What was explained to a visitor. Changes nothing for the visitor."""
    hall = Hall.objects.get(pk=hall_id)
    visit, case = _concerned(visit_id, case_id)
    rules.check_can_record_talk(actor, hall.pk, facts, visit=visit, case=case, now=now)
    talk = GuidanceTalk.objects.create(
        hall=hall, visit=visit, case=case, topic=facts.topic, explained=facts.explained.strip(),
        outcome=facts.outcome, leaflet_id=facts.leaflet_id, talked_at=facts.talked_at, at=now, by_id=actor.user_id,
    )  # fmt: skip
    said = {"hall": hall.code, "topic": talk.topic, "outcome": talk.outcome, "leaflet": talk.leaflet_id}
    journal.record(actor, "record_talk", talk, after=said, now=now)
    return talk


@transaction.atomic
def correct_talk(*, actor: Actor, talk_id: int, facts: TalkFacts, why: str, now: dt.datetime) -> GuidanceTalk:
    """A row beside the earlier one, with the reason; the earlier words stay. The first of two counts."""
    old = GuidanceTalk.objects.select_related("hall").select_for_update(of=("self",)).get(pk=talk_id)
    rules.check_can_correct_talk(actor, old, facts, why, now=now)
    talk = GuidanceTalk.objects.create(
        hall=old.hall, visit_id=old.visit_id, case_id=old.case_id, topic=facts.topic,
        explained=facts.explained.strip(), outcome=facts.outcome, leaflet_id=facts.leaflet_id,
        talked_at=facts.talked_at, at=now, by_id=actor.user_id, corrects=old, why=why.strip(),
    )  # fmt: skip
    before, after = (
        {"topic": one.topic, "outcome": one.outcome, "leaflet": one.leaflet_id} for one in (old, talk)
    )
    after |= {"hall": old.hall.code, "corrects": old.pk}
    journal.record(actor, "correct_talk", talk, before=before, after=after, now=now)
    return talk


@transaction.atomic
def refer_to_service(
    *,
    actor: Actor,
    hall_id: int,
    facts: ReferralFacts,
    visit_id: int | None = None,
    case_id: int | None = None,
    now: dt.datetime,
) -> ServiceReferral:
    """Sent on with the visitor's consent; whoever it is addressed to is told."""
    hall = Hall.objects.get(pk=hall_id)
    visit, case = _concerned(visit_id, case_id)
    one = SocialParticipant.objects.filter(pk=facts.participant_id).first() if facts.participant_id else None
    rules.check_can_refer_to_service(actor, hall.pk, facts, visit=visit, case=case, participant=one, now=now)
    referral = ServiceReferral.objects.create(
        hall=hall, visit=visit, case=case, kind=facts.kind, participant=one, organisation=facts.organisation.strip(),
        need=facts.need.strip(), contact=facts.contact.strip(), consent=facts.consent, consented_at=now,
        asked_at=now, asked_by_id=actor.user_id, answer_by=answer_day(hall.pk, timezone.localdate(now)),
    )  # fmt: skip
    after = {"hall": hall.code, "kind": referral.kind, "participant": referral.participant_id,
             "consent": referral.consent, "answer_by": referral.answer_by}  # fmt: skip
    journal.record(actor, "refer_to_service", referral, after=after, now=now)
    _tell("service_referral_asked", referral, _other_side(referral), now=now)
    return referral


@transaction.atomic
def accept_service_referral(
    *, actor: Actor, referral_id: int, answer: str = "", now: dt.datetime
) -> ServiceReferral:
    """The other side says yes; the desk is told, so that it can tell the visitor."""
    referral = ServiceReferral.objects.locked(referral_id)
    rules.check_can_accept_service_referral(actor, referral, answer, now=now)
    _answer(actor, referral, "accept_service_referral", "accepted", answer, now=now)
    return referral


@transaction.atomic
def decline_service_referral(
    *, actor: Actor, referral_id: int, answer: str, now: dt.datetime
) -> ServiceReferral:
    """The other side says no, with the reason; the desk finds another way."""
    referral = ServiceReferral.objects.locked(referral_id)
    rules.check_can_decline_service_referral(actor, referral, answer, now=now)
    _answer(actor, referral, "decline_service_referral", "declined", answer, now=now)
    return referral


def _answer(
    actor: Actor, referral: ServiceReferral, verb: str, to: str, answer: str, *, now: dt.datetime
) -> None:
    referral.status, referral.answered_at, referral.answered_by_id = to, now, actor.user_id
    referral.answer = answer.strip()
    referral.save(update_fields=["status", "answered_at", "answered_by", "answer"])
    journal.record(actor, verb, referral, before={"status": "asked"}, after={"status": to}, now=now)
    _tell("service_referral_answered", referral, _desk(referral, actor), now=now)


@transaction.atomic
def report_service_result(
    *, actor: Actor, referral_id: int, outcome: str, result: str = "", now: dt.datetime
) -> ServiceReferral:
    """What came of it; the desk is told."""
    referral = ServiceReferral.objects.locked(referral_id)
    rules.check_can_report_service_result(actor, referral, outcome, result, now=now)
    referral.status, referral.outcome, referral.result = "finished", outcome, result.strip()
    referral.closed_at, referral.closed_by_id = now, actor.user_id
    referral.save(update_fields=["status", "outcome", "result", "closed_at", "closed_by"])
    journal.record(
        actor, "report_service_result", referral, before={"status": "accepted"},
        after={"status": "finished", "outcome": outcome}, now=now,
    )  # fmt: skip
    _tell("service_referral_finished", referral, _desk(referral, actor), now=now)
    return referral


@transaction.atomic
def withdraw_service_referral(*, actor: Actor, referral_id: int, now: dt.datetime) -> ServiceReferral:
    """The visitor takes the consent back: what was passed on is erased here, and the other side is told to stop."""
    referral = ServiceReferral.objects.locked(referral_id)
    rules.check_can_withdraw_service_referral(actor, referral, now=now)
    before = referral.status
    referral.status, referral.closed_at, referral.closed_by_id = "withdrawn", now, actor.user_id
    referral.need = referral.contact = referral.answer = ""
    referral.save(update_fields=["status", "closed_at", "closed_by", "need", "contact", "answer"])
    journal.record(
        actor, "withdraw_service_referral", referral, before={"status": before},
        after={"status": "withdrawn"}, now=now,
    )  # fmt: skip
    _tell("service_referral_withdrawn", referral, _other_side(referral), now=now)
    return referral


@transaction.atomic
def remind_service_referrals(*, actor: Actor = SYSTEM, now: dt.datetime) -> int:
    """Once the day to answer has passed, who asked is told to find another way. Each once, however often it runs."""
    rules.check_can_remind_service_referrals(actor, now=now)
    late = ServiceReferral.objects.filter(
        status="asked", reminded_at=None, answer_by__lt=timezone.localdate(now)
    ).select_for_update(of=("self",), skip_locked=True)
    told = 0
    for referral in late.select_related("hall").order_by("pk"):
        referral.reminded_at = now
        referral.save(update_fields=["reminded_at"])
        journal.record(
            actor, "remind_service_referrals", referral, after={"answer_by": referral.answer_by}, now=now
        )
        _tell("service_referral_late", referral, _desk(referral, actor), now=now)
        told += 1
    return told


def _other_side(referral: ServiceReferral) -> User | None:
    return referral.participant.user if referral.participant else None


def _desk(referral: ServiceReferral, actor: Actor) -> User | None:
    """Who asked, unless they answer themselves what they heard on the telephone."""
    return referral.asked_by if referral.asked_by_id != actor.user_id else None


def _tell(kind: str, referral: ServiceReferral, to: User | None, *, now: dt.datetime) -> None:
    """Where to look, and nothing of the visitor."""
    if to is None or not to.is_active:
        return
    facts: dict[str, Any] = {
        "hall": referral.hall.name, "hall_en": referral.hall.name_en or referral.hall.name,
        "kind": referral.kind, "status": referral.status, "outcome": referral.outcome,
        "answer_by": referral.answer_by.isoformat() if referral.answer_by else "",
    }  # fmt: skip
    outbox.post(
        kind,
        to=to,
        context=facts,
        once=f"{kind}/{referral.pk}",
        url=f"/service-referrals/{referral.pk}/",
        now=now,
    )
