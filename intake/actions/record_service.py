"""What somebody from outside did for a visitor: written once, corrected by a new version; a psychologist's sealed.

The journal and the case file are told that somebody helped and whether they sent on; the words stay in the content.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.actions import note_service
from cases.models import Case
from hall import journal
from hall.access import Actor, Refused
from hall.batch import broken_by
from intake import rules
from intake.models import ServiceContent, ServiceNote, ServiceTakeover, Visit
from intake.queries.services import Earned, allowance
from intake.rules import ServiceFacts
from staffing.lifecycle import PSYCHOLOGIST
from staffing.models import Hall, SocialParticipant


@transaction.atomic
def record_service(
    *,
    actor: Actor,
    participant_id: int,
    facts: ServiceFacts,
    case_id: int | None = None,
    visit_id: int | None = None,
    now: dt.datetime,
) -> ServiceNote:
    """One service to one visitor, of a matter, a visit, or both."""
    case = Case.objects.locked(case_id) if case_id else None
    participant = SocialParticipant.objects.locked(participant_id)
    visit = Visit.objects.filter(pk=visit_id).first() if visit_id else None
    rules.check_can_record_service(actor, participant, facts, case=case, visit=visit, now=now)
    note = ServiceNote(
        hall_id=participant.hall_id, participant=participant, kind=participant.kind, case=case, visit=visit
    )
    return _write(actor, note, facts, "record_service", now=now)


@transaction.atomic
def correct_service(*, actor: Actor, note_id: int, facts: ServiceFacts, now: dt.datetime) -> ServiceNote:
    """A new version beside the old one: what was wrong, or what came of a referral. The first of two counts."""
    case_id = ServiceNote.objects.values_list("case_id", flat=True).get(pk=note_id)
    if case_id:
        Case.objects.locked(case_id)
    old = ServiceNote.objects.select_related("participant").get(pk=note_id)
    rules.check_can_correct_service(actor, old, facts, now=now)
    note = ServiceNote(
        service=old.service, version=old.version + 1, hall_id=old.hall_id, participant=old.participant,
        kind=old.kind, case_id=old.case_id, visit_id=old.visit_id, consented_at=old.consented_at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return _write(actor, note, facts, "correct_service", was=old.referred, now=now)
    except IntegrityError as error:
        if broken_by(error) == "service_version_once":
            raise Refused(_("这一版已经被更正，请在最新一版上更正。"), "state") from error
        raise


def _write(
    actor: Actor,
    note: ServiceNote,
    facts: ServiceFacts,
    verb: str,
    *,
    was: bool | None = None,
    now: dt.datetime,
) -> ServiceNote:
    note.served_at, note.referred, note.at, note.by_id = (
        facts.served_at,
        bool(facts.referral),
        now,
        actor.user_id,
    )
    note.is_sealed = note.kind == PSYCHOLOGIST
    if note.is_sealed and note.consented_at is None:
        note.consented_at = now
    note.save(force_insert=True)
    ServiceContent.objects.create(
        note=note, question=facts.question.strip(), opinion=facts.opinion.strip(), route_id=facts.route_id,
        referral=facts.referral, referral_to=facts.referral_to.strip(), answer=facts.answer,
        result=facts.result.strip(), level=facts.level, method=facts.method.strip(),
        next_on=facts.next_on.isoformat() if facts.next_on else "", correction=facts.correction.strip(),
        minutes=facts.minutes, satisfaction=facts.satisfaction,
    )  # fmt: skip
    said: dict[str, Any] = {
        "participant": note.participant_id, "kind": note.kind, "case": note.case_id, "visit": note.visit_id,
        "served_at": note.served_at, "referred": note.referred, "version": note.version,
    }  # fmt: skip
    journal.record(actor, verb, note, stream=f"service:{note.service}", after=said, now=now)
    if note.case_id and was != note.referred:
        note_service(
            actor=actor, case_id=note.case_id, kind=note.kind, referred=note.referred,
            corrected=was is not None, now=now,
        )  # fmt: skip
    return note


@transaction.atomic
def take_over_service(*, actor: Actor, note_id: int, reason: str, now: dt.datetime) -> ServiceTakeover:
    """Another psychologist opens a sealed record to go on with it; who, when and why stands in the journal."""
    note = ServiceNote.objects.select_for_update(of=("self",)).get(pk=note_id)
    rules.check_can_take_over_service(actor, note, reason, now=now)
    taken = ServiceTakeover.objects.create(
        service=note.service, user_id=actor.user_id or 0, reason=reason.strip(), at=now
    )
    journal.record(
        actor, "take_over_service", note, stream=f"service:{note.service}", after={"version": note.version},
        reason=taken.reason, now=now,
    )  # fmt: skip
    return taken


@transaction.atomic
def export_allowance(*, actor: Actor, hall_id: int, month: dt.date, now: dt.datetime) -> list[Earned]:
    """The month's half-days and services of each; who took the sheet out is on record first."""
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_export_allowance(actor, hall_id, now=now)
    journal.record(actor, "export_allowance", hall, after={"month": f"{month:%Y-%m}"}, now=now)
    return allowance(hall, month)
