"""What the units have promised each other: reported, found enough or not, extended, dropped.

Each runs on its own clock of the case, which goes on when the matter has ended (`cases.actions.parts.OUTLIVE`) and
stays with its unit when that has lost the matter.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.actions.deadlines import extend_deadline, meet_deadline, void_deadline
from cases.models import Case
from cases.rules.common import check_said
from consultations import rules
from consultations.actions.minutes_parts import convenors_of, people_of, start_commitment_clock, tell
from consultations.lifecycle import COMMITMENT
from consultations.models import Commitment, CommitmentReport, Consultation
from consultations.queries.minutes import commitment_item
from consultations.rules.commitments import check_commitment_days, check_commitment_report
from consultations.rules.minutes import check_commitment_day
from hall import journal
from hall.access import Actor


def _locked(commitment_id: int) -> tuple[Case, Commitment]:
    """The case, the consultation, the commitment: in that order."""
    found = Commitment.objects.filter(pk=commitment_id).values_list(
        "consultation__case_id", "consultation_id"
    )
    case_id, consultation_id = found.get()
    case = Case.objects.locked(case_id)
    parent = Consultation.objects.locked(consultation_id)
    parent.case = case
    one = Commitment.objects.locked(commitment_id)
    one.consultation = parent
    return case, one


def _move(one: Commitment, verb: str, **facts: object) -> None:
    one.status = COMMITMENT.target(verb, one.status)
    for name, value in facts.items():
        setattr(one, name, value)
    one.save(update_fields=["status", *facts])


def _record(
    actor: Actor,
    verb: str,
    case: Case,
    one: Commitment,
    *,
    now: dt.datetime,
    reason: str = "",
    **facts: object,
) -> None:
    after = {"n": one.number, "unit": one.department.name, **facts}
    journal.record(actor, verb, one, stream=case, after=after, reason=reason, now=now)


def _tell_unit(
    case: Case, one: Commitment, kind: str, *, once: str, now: dt.datetime, **facts: object
) -> None:
    people = people_of(case, one.department, now=now)
    said: dict[str, Any] = {"n": one.number, "text": one.text[:200], **facts}
    tell(case, one.consultation, people, kind, once=once, commitment=one, now=now, **said)


@transaction.atomic
def report_commitment(*, actor: Actor, commitment_id: int, text: str, now: dt.datetime) -> CommitmentReport:
    """The unit says what it has done; its clock stops, the convenor reads it."""
    case, one = _locked(commitment_id)
    rules.check_can_report_commitment(actor, one, now=now)
    said = check_commitment_report(text)
    _move(one, "report_commitment")
    row = CommitmentReport.objects.create(commitment=one, text=said, at=now, by_id=actor.user_id)
    unit = one.department_id
    meet_deadline(case, "commitment", department_id=unit, item=commitment_item(one), actor=actor, now=now)
    _record(actor, "report_commitment", case, one, now=now)
    people = convenors_of(case, one.consultation, now=now)
    facts: dict[str, Any] = {"n": one.number, "unit": one.department.name}
    tell(
        case,
        one.consultation,
        people,
        "commitment_reported",
        once=f"{row.pk}",
        commitment=one,
        now=now,
        **facts,
    )
    return row


@transaction.atomic
def return_commitment(
    *, actor: Actor, commitment_id: int, reason: str, due_on: dt.date | None, now: dt.datetime
) -> Commitment:
    """Not enough: the same commitment goes on with a new day and a new clock."""
    case, one = _locked(commitment_id)
    rules.check_can_return_commitment(actor, one, now=now)
    said = check_said(reason, "reason")
    day = check_commitment_day(due_on, case.law, now=now, field="due_on")
    clock = start_commitment_clock(case, one, day, actor=actor, now=now)
    _move(one, "return_commitment", deadline=clock, due_on=day, note=said[:300])
    _record(actor, "return_commitment", case, one, reason=said, until=clock.due_on or day, now=now)
    due = f"{clock.due_on or day}"
    _tell_unit(case, one, "commitment_returned", once=f"{clock.pk}", reason=said, due_on=due, now=now)
    return one


@transaction.atomic
def confirm_commitment(*, actor: Actor, commitment_id: int, note: str = "", now: dt.datetime) -> Commitment:
    """What was promised is done."""
    case, one = _locked(commitment_id)
    rules.check_can_confirm_commitment(actor, one, now=now)
    _move(one, "confirm_commitment", fulfilled_on=timezone.localdate(now), note=note.strip()[:300])
    _record(actor, "confirm_commitment", case, one, now=now)
    _tell_unit(case, one, "commitment_confirmed", once="confirmed/" + str(one.pk), now=now)
    return one


@transaction.atomic
def extend_commitment(
    *, actor: Actor, commitment_id: int, days: int, reason: str, now: dt.datetime
) -> Commitment:
    """So many days are added to the running clock, with the reason; in all no more than the hall's rule allows."""
    case, one = _locked(commitment_id)
    rules.check_can_extend_commitment(actor, one, now=now)
    added, said = check_commitment_days(one, days), check_said(reason, "reason")
    clock = extend_deadline(case, "commitment", days=added, item=commitment_item(one), actor=actor, now=now)
    day = one.due_on + dt.timedelta(days=added)
    _move(one, "extend_commitment", due_on=day, note=said[:300])
    _record(
        actor, "extend_commitment", case, one, reason=said, days=added, until=clock.due_on or day, now=now
    )
    due = f"{clock.due_on or day}"
    once = f"{clock.pk}/{clock.extension_days}"
    _tell_unit(case, one, "commitment_extended", once=once, reason=said, due_on=due, now=now)
    return one


@transaction.atomic
def drop_commitment(*, actor: Actor, commitment_id: int, reason: str, now: dt.datetime) -> Commitment:
    """It has lost its object: kept, with the reason; the unit owes nothing on it any more."""
    case, one = _locked(commitment_id)
    rules.check_can_drop_commitment(actor, one, now=now)
    said = check_said(reason, "reason")
    unit, item = one.department_id, commitment_item(one)
    void_deadline(case, "commitment", reason=said[:200], department_id=unit, item=item, actor=actor, now=now)
    _move(one, "drop_commitment", note=said[:300])
    _record(actor, "drop_commitment", case, one, reason=said, now=now)
    _tell_unit(case, one, "commitment_dropped", once=f"dropped/{one.pk}", reason=said, now=now)
    return one
