"""What a unit says in writing, version after version; and that it said nothing by its day.

Opinions are internal: the journal knows that one was given and by whom, never what it says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from cases.actions.deadlines import meet_deadline
from cases.actions.parts import readers_of
from cases.models import Case
from consultations import rules
from consultations.actions.parts import CLOCK, alone, convenors, item_of, locked, tell
from consultations.lifecycle import CONSULTED, OPEN_STATES
from consultations.models import Consultation, ConsultedUnit, UnitAnswer, UnitOpinion
from consultations.rules import Answer
from consultations.rules.opinions import check_answers, is_past
from hall import journal
from hall.access import SYSTEM, Actor
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON

BATCH = 500


def _of(unit_id: int) -> tuple[Consultation, ConsultedUnit]:
    """The case, the consultation, then the unit, each under its lock."""
    consultation_id = ConsultedUnit.objects.values_list("consultation", flat=True).get(pk=unit_id)
    one = locked(consultation_id)
    rows = ConsultedUnit.objects.select_for_update(of=("self",)).select_related("department", "deadline")
    unit = rows.get(pk=unit_id)
    unit.consultation = one
    return one, unit


@transaction.atomic
def give_unit_opinion(
    *,
    actor: Actor,
    unit_id: int,
    answers: Mapping[int, Answer],
    text: str = "",
    basis: str = "",
    now: dt.datetime,
) -> UnitOpinion:
    """A position to every question, with words. The first one meets the unit's clock; a later one erases nothing."""
    one, unit = _of(unit_id)
    rules.check_can_give_unit_opinion(actor, unit, now=now)
    questions = list(one.questions.all())
    said = check_answers(questions, answers)
    late = is_past(unit, now)
    if late and unit.status == "asked":  # before the sweep came by
        _fall_silent(one, unit, now=now)
    last = unit.opinions.order_by("-version").values_list("version", flat=True).first() or 0
    opinion = UnitOpinion.objects.create(
        unit=unit,
        version=last + 1,
        text=text.strip(),
        basis=basis.strip(),
        given_at=now,
        given_by_id=actor.user_id,
        is_late=late,
    )
    UnitAnswer.objects.bulk_create(
        UnitAnswer(opinion=opinion, question_id=pk, position=answer.position, text=answer.text)
        for pk, answer in said.items()
    )
    meet_deadline(one.case, CLOCK, actor=actor, now=now, department_id=unit.department_id, item=item_of(one))
    unit.status = CONSULTED.target("give_unit_opinion", unit.status)
    unit.save(update_fields=["status"])
    after = {"unit": unit.department.name, "version": opinion.version, "late": late}
    journal.record(actor, "give_unit_opinion", unit, stream=one.case, after=after, now=now)
    people = [person for person in convenors(one, now=now) if person.pk != actor.user_id]
    tell(one, people, "unit_opinion_given", once=f"{opinion.pk}", now=now, unit=unit.department.name)
    return opinion


def record_silence(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Every unit whose day has passed without a word is silent from now on; returns how many.

    One at a time under the lock of its case: what somebody holds is left for the next minute, and none is
    recorded twice. The clock runs on, red: silence is no answer, and a late one still meets it.
    """
    due = ConsultedUnit.objects.filter(
        status="asked",
        deadline__due_at__lte=now,
        deadline__void_at=None,
        deadline__met_at=None,
        consultation__status__in=OPEN_STATES,
    )
    rows = due.order_by("due_on", "pk").annotate(case_id=F("consultation__case"))
    pairs = list(rows.values_list("pk", "case_id")[:limit])
    return sum(alone(_record_silence, pk, case_id, now=now) for pk, case_id in pairs)


@transaction.atomic
def _record_silence(unit_id: int, case_id: int, *, now: dt.datetime) -> int:
    if not Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=case_id).exists():
        return 0
    one, unit = _of(unit_id)
    if unit.status != "asked" or one.status not in OPEN_STATES or not is_past(unit, now):
        return 0  # it has answered, or got another day, while the list was read
    rules.check_can_record_silence(SYSTEM, unit, now=now)
    _fall_silent(one, unit, now=now)
    return 1


def _fall_silent(one: Consultation, unit: ConsultedUnit, *, now: dt.datetime) -> None:
    """The fact stays, also when the unit speaks later or gets another day."""
    unit.status = CONSULTED.target("record_silence", unit.status)
    unit.silent_at = now
    unit.save(update_fields=["status", "silent_at"])
    after = {"unit": unit.department.name, "on": unit.due_on}
    journal.record(SYSTEM, "record_silence", unit, stream=one.case, after=after, now=now)
    heads = readers_of(one.case, unit.department, DEPARTMENT_HEAD, now=now)
    heads = heads or readers_of(one.case, unit.department, LIAISON, now=now)
    people = [*heads, *convenors(one, now=now)]
    tell(
        one,
        people,
        "consultation_silent",
        once=f"{unit.pk}/{unit.due_on}",
        now=now,
        unit=unit.department.name,
        due_on=f"{unit.due_on}",
    )
