"""A consultation is called, changed, and ends without a result: by a reason, or with its case.

Each unit gets the case, its own date on a clock of the case, and the letter with every question and date
(国信发〔2015〕12号（六）).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.actions.deadlines import start_deadline, void_deadline
from cases.actions.papers import issue_paper
from cases.actions.parts import draw_in, give_case, take_back
from cases.actions.parts import tell as tell_of_case
from cases.actions.proceedings import move_proceeding, open_proceeding
from cases.lifecycle import CASE
from cases.models import OPEN_INSTRUCTION, Case, CaseGroupPermission, Deadline, Instruction, Referral, Review
from cases.queries.respondents import petition_office
from cases.rules import check_said
from consultations import rules
from consultations.actions.parts import (
    CLOCK,
    CLOCKS,
    KIND,
    alone,
    convenors,
    day_of,
    end_in_file,
    item_of,
    locked,
    people_of,
    seats_of,
    tell,
)
from consultations.actions.sittings import call_off_sittings
from consultations.lifecycle import CONSULTATION, CONSULTED, OFFICE_ROLES, OPEN_STATES
from consultations.models import Consultation, ConsultedUnit, Question
from consultations.rules import Seat
from consultations.rules.calls import (
    check_day,
    check_lead,
    check_questions,
    check_seats,
    check_topic,
    check_until,
)
from hall import journal
from hall.access import SYSTEM, Actor, Refused
from hall.clock import say_date
from hall.models import IssuedDocument
from staffing.models import Department

CASE_ENDED = gettext_noop("信访事项已经结束，会商随之终止。")
BATCH = 200


# -- called --------------------------------------------------------------------------------------------------------


@transaction.atomic
def call_consultation(
    *,
    actor: Actor,
    case_id: int,
    title: str,
    questions: Sequence[str],
    seats: Sequence[Seat],
    until_on: dt.date | None,
    background: str = "",
    now: dt.datetime,
) -> Consultation:
    """The units are called to one table; the first of `seats` leads."""
    case = Case.objects.locked(case_id)
    rules.check_can_call_consultation(actor, case, now=now)
    topic, asked = check_topic(title), check_questions(questions)
    units = check_seats(case, seats, now=now)
    check_lead(actor, case, units[0][0])
    until = check_until(until_on, (day for _unit, day in units), now=now)
    one = Consultation.objects.create(
        case=case,
        hall_id=case.hall_id,
        convenor=_convenor(actor, case, units[0][0]),
        title=topic,
        background=background.strip(),
        due_on=max(day for _unit, day in units),
        until_on=until,
        called_at=now,
        called_by_id=actor.user_id,
    )
    _ask(one, asked)
    for order, (unit, day) in enumerate(units):
        _seat(one, unit, day, order=order, actor=actor, now=now)
    everyone = seats_of(one)
    ids = [unit.department_id for unit in everyone]
    open_proceeding(
        case, KIND, one.pk, title=topic, stage="conferring", units=ids, until_on=until, actor=actor, now=now
    )
    one.document = _letter(one, everyone, actor=actor, now=now)
    one.save(update_fields=["document"])
    after = {
        "unit": _("、").join(unit.department.name for unit in everyone), "until": until,
        "questions": len(asked), "document": one.document.number,
    }  # fmt: skip
    journal.record(actor, "call_consultation", one, stream=case, after=after, now=now)
    return one


def _convenor(actor: Actor, case: Case, lead: Department) -> Department:
    """The petition office, where one of its hall calls; else the unit that has the case, which leads."""
    if actor.kind != "system" and actor.has(*OFFICE_ROLES, hall_id=case.hall_id):
        return petition_office(case) or case.first_handler or lead
    return case.first_handler or lead


def _ask(one: Consultation, texts: Iterable[str], *, after: int = 0) -> None:
    Question.objects.bulk_create(
        Question(consultation=one, number=after + n, text=text) for n, text in enumerate(texts, 1)
    )


def _seat(
    one: Consultation, unit: Department, day: dt.date, *, order: int, actor: Actor, now: dt.datetime
) -> ConsultedUnit:
    """The unit gets the case where it has not got it, its clock, and the message."""
    case = one.case
    knew = CaseGroupPermission.objects.filter(content_object=case, group=unit.group_id).exists()
    last = case.referrals.order_by("-pk").values_list("pk", flat=True).first() or 0
    draw_in(case, unit, actor=actor, now=now)
    drawn = None if knew else case.referrals.filter(pk__gt=last, department=unit).first()
    clock = _start(one, unit.pk, day, actor=actor, now=now)
    seat = ConsultedUnit.objects.create(
        consultation=one,
        department=unit,
        part="take_part" if order else "lead",
        order=order,
        due_on=clock.due_on or day,
        deadline=clock,
        referral=drawn,
    )
    give_case(
        case,
        unit,
        "consultation_called",
        once=f"{one.pk}/{seat.pk}",
        url=f"/consultations/{one.pk}/",
        now=now,
        topic=one.title,
        unit=unit.name,
        due_on=f"{seat.due_on}",
    )
    return seat


def _start(one: Consultation, unit_id: int, day: dt.date, *, actor: Actor, now: dt.datetime) -> Deadline:
    today = day_of(now)
    return start_deadline(
        one.case,
        CLOCK,
        department_id=unit_id,
        started_on=today,
        limit_days=(day - today).days,
        item=item_of(one),
        now=now,
        actor=actor,
    )


def _letter(
    one: Consultation, seats: Sequence[ConsultedUnit], *, actor: Actor, now: dt.datetime
) -> IssuedDocument:
    """会商通知: one paper for all, with every question and every date."""
    lead = next((seat.department.name for seat in seats if seat.part == "lead"), "")
    # A paper is in Chinese, whoever issues it.
    dates = [
        f"{seat.department.name}（{'牵头' if seat.part == 'lead' else '参加'}）："
        + (say_date(seat.due_on, "zh-hans") if seat.status == "asked" else "已提出意见")
        for seat in seats
    ]
    return issue_paper(
        "letter_confer",
        one.case,
        actor=actor,
        now=now,
        recipient="、".join(seat.department.name for seat in seats),
        topic=one.title,
        background=one.background,
        convenor=one.convenor.name,
        lead=lead,
        demands=list(one.questions.values_list("text", flat=True)),
        seats=dates,
        confer_until=one.until_on,
    )


# -- changed -------------------------------------------------------------------------------------------------------


@transaction.atomic
def change_consultation(
    *,
    actor: Actor,
    consultation_id: int,
    reason: str,
    until_on: dt.date | None = None,
    questions: Sequence[str] = (),
    seats: Sequence[Seat] = (),
    dates: Mapping[int, dt.date | None] | None = None,
    now: dt.datetime,
) -> Consultation:
    """More questions, more units, other dates, with the reason. `dates`: by row of the unit, those that move.

    A unit with a new date is asked again, also one that has answered; a new question asks every unit again.
    """
    one = locked(consultation_id)
    rules.check_can_change_consultation(actor, one, now=now)
    known, every = seats_of(one), list(one.units.all())
    texts = list(one.questions.values_list("text", flat=True))
    asked = check_questions(questions, known=texts, least=0)
    units = check_seats(one.case, seats, known=every, now=now)
    moved = _moved(one, known, dates or {}, anew=bool(asked), now=now)
    dues = [*moved.values(), *(day for _unit, day in units)]
    dues += [seat.due_on for seat in known if seat.pk not in moved]
    wanted = until_on or one.until_on
    if wanted != one.until_on or moved or units:
        wanted = check_until(wanted, dues, now=now)
    if not (asked or units or moved or wanted != one.until_on):
        raise Refused(_("没有任何变更：请增加单位、问题，或者调整期限。"), "input")
    said = check_said(reason, "reason")
    before = {"until": one.until_on}
    _ask(one, asked, after=len(texts))
    for seat in known:
        if seat.pk in moved:
            _ask_again(one, seat, moved[seat.pk], reason=said, actor=actor, now=now)
    _told_of_change(one, known, reason=said, now=now)
    order = max(seat.order for seat in every) + 1
    for n, (unit, day) in enumerate(units):
        _seat(one, unit, day, order=order + n, actor=actor, now=now)
    everyone = seats_of(one)
    one.until_on, one.due_on = wanted, max(seat.due_on for seat in everyone)
    ids = [seat.department_id for seat in everyone]
    move_proceeding(one.case, KIND, one.pk, stage="conferring", units=ids, until_on=wanted)
    if asked or units:
        one.document = _letter(one, everyone, actor=actor, now=now)
    one.save(update_fields=["until_on", "due_on", "document"])
    after = {
        "unit": _("、").join(seat.department.name for seat in everyone), "until": wanted,
        "questions": len(texts) + len(asked), "moved": len(moved),
    }  # fmt: skip
    journal.record(
        actor, "change_consultation", one, stream=one.case, before=before, after=after, reason=said, now=now
    )
    return one


def _moved(
    one: Consultation,
    known: Sequence[ConsultedUnit],
    dates: Mapping[int, dt.date | None],
    *,
    anew: bool,
    now: dt.datetime,
) -> dict[int, dt.date]:
    """The new dates by row. Where a question is new, who has answered or let its date pass needs one."""
    found = {}
    for seat in known:
        day = dates.get(seat.pk)
        if day is not None and day != seat.due_on:
            found[seat.pk] = check_day(one.case, day, field=f"date-{seat.pk}", now=now)
        elif anew and (seat.status != "asked" or seat.due_on <= day_of(now)):
            words = _("增加了问题，请给%(unit)s新的期限。") % {"unit": seat.department.label}
            raise Refused(words, "input", field=f"date-{seat.pk}")
    return found


def _ask_again(
    one: Consultation, seat: ConsultedUnit, day: dt.date, *, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Its clock begins anew. What it said and that it was silent stay on record."""
    void_deadline(
        one.case, CLOCK, reason=reason[:200], actor=actor, now=now, department_id=seat.department_id,
        item=item_of(one),
    )  # fmt: skip
    clock = _start(one, seat.department_id, day, actor=actor, now=now)
    seat.status = CONSULTED.target("change_consultation", seat.status)
    seat.deadline, seat.due_on = clock, clock.due_on or day
    seat.save(update_fields=["status", "deadline", "due_on"])


def _told_of_change(
    one: Consultation, seats: Iterable[ConsultedUnit], *, reason: str, now: dt.datetime
) -> None:
    for seat in seats:
        tell(
            one,
            people_of(one.case, seat.department, now=now),
            "consultation_changed",
            once=f"{seat.pk}/{now.isoformat()}",
            now=now,
            reason=reason,
            unit=seat.department.name,
            due_on=f"{seat.due_on}" if seat.status == "asked" else "",
        )


@transaction.atomic
def release_unit(*, actor: Actor, unit_id: int, reason: str, now: dt.datetime) -> ConsultedUnit:
    """The unit need not say anything any more; it loses the case again when it had it for this alone."""
    consultation_id = ConsultedUnit.objects.values_list("consultation", flat=True).get(pk=unit_id)
    one = locked(consultation_id)
    rows = one.units.select_for_update(of=("self",)).select_related("department__group", "referral")
    seat = rows.get(pk=unit_id)
    seat.consultation = one
    rules.check_can_release_unit(actor, seat, now=now)
    said = check_said(reason, "reason")[:300]
    seat.status, seat.note = CONSULTED.target("release_unit", seat.status), said
    seat.save(update_fields=["status", "note"])
    void_deadline(
        one.case, CLOCK, reason=said[:200], actor=actor, now=now, department_id=seat.department_id,
        item=item_of(one),
    )  # fmt: skip
    people = people_of(one.case, seat.department, now=now)
    loses = _let_go(one, seat, reason=said, now=now)
    once, kind = f"{seat.pk}", "consultation_unit_released"
    if loses:  # without the way in, which leads nowhere now
        tell_of_case(one.case, people, kind, once=once, now=now, linked=False, topic=one.title, reason=said)
    else:
        tell(one, people, kind, once=once, now=now, reason=said)
    ids = [row.department_id for row in seats_of(one)]
    move_proceeding(one.case, KIND, one.pk, stage="conferring", units=ids)
    after = {"unit": seat.department.name, "taken_back": loses}
    journal.record(actor, "release_unit", seat, stream=one.case, after=after, reason=said, now=now)
    return seat


def _loses_case(case: Case, seat: ConsultedUnit) -> bool:
    """It was drawn in for this, and nothing else has come since: no handling, instruction, review or clock."""
    unit = seat.department
    if seat.referral is None or seat.referral.ended_at or unit.pk == case.first_handler_id:
        return False
    others = case.referrals.filter(ended_at=None, department=unit).exclude(pk=seat.referral.pk)
    return not (
        others.exists()
        or Instruction.objects.filter(OPEN_INSTRUCTION, case=case, department=unit).exists()
        or Review.objects.filter(case=case, department=unit).exists()
        or case.deadlines.open().filter(department=unit).exists()
        or ConsultedUnit.objects.filter(consultation__case=case, department=unit)
        .exclude(pk=seat.pk)
        .exclude(status="released")
        .exists()
    )


# -- ended without a result ----------------------------------------------------------------------------------------


@transaction.atomic
def end_consultation(*, actor: Actor, consultation_id: int, reason: str, now: dt.datetime) -> Consultation:
    """Called off: nobody owes anything, rooms and people are free again. What was said stays."""
    one = locked(consultation_id)
    rules.check_can_end_consultation(actor, one, now=now)
    said = check_said(reason, "reason")[:300]
    _end(one, "end_consultation", said, actor=actor, now=now)
    return one


def _end(one: Consultation, verb: str, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    one.status = CONSULTATION.target(verb, one.status)
    one.ended_at, one.end_reason = now, reason
    one.save(update_fields=["status", "ended_at", "end_reason"])
    # One open consultation a case: what runs of these kinds is its own.
    void_deadline(one.case, *CLOCKS, reason=reason[:200], actor=actor, now=now)
    call_off_sittings(one, reason=reason, now=now)
    end_in_file(one, now=now)
    seats = seats_of(one)
    people = [person for seat in seats for person in people_of(one.case, seat.department, now=now)]
    people += [person for person in convenors(one, now=now) if person.pk != actor.user_id]
    tell(one, people, "consultation_ended", once="ended", now=now, reason=reason)
    one.commitments.filter(status="draft").update(status="dropped", note=reason[:300])
    for seat in seats:
        _let_go(one, seat, reason=reason, now=now)
    journal.record(actor, verb, one, stream=one.case, reason=reason, now=now)


def _let_go(one: Consultation, seat: ConsultedUnit, *, reason: str, now: dt.datetime) -> bool:
    """A unit that was drawn in for the consultation alone does not read the case after it; returns whether it goes.

    Not when minutes were issued: they bind the unit, which must be able to read them.
    """
    if not _loses_case(one.case, seat) or seat.referral is None:
        return False
    Referral.objects.filter(pk=seat.referral.pk).update(ended_at=now, end_reason=reason[:200])
    take_back(one.case, seat.department)
    return True


def lapse_consultations(*, now: dt.datetime, limit: int = BATCH) -> int:
    """A consultation has lost its object when its case has ended in another way; returns how many.

    One at a time under the lock of the case; one that somebody else holds is left for the next minute.
    """
    waiting = Consultation.objects.filter(status__in=OPEN_STATES, case__status__in=CASE.ends)
    pairs = list(waiting.order_by("pk").values_list("pk", "case_id")[:limit])
    return sum(alone(_lapse, pk, case_id, now=now) for pk, case_id in pairs)


@transaction.atomic
def _lapse(pk: int, case_id: int, *, now: dt.datetime) -> int:
    if not Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=case_id).exists():
        return 0
    one = locked(pk)
    try:
        rules.check_can_lapse_consultations(SYSTEM, one, now=now)
    except Refused:
        return 0  # reopened, or ended, while the list was read
    _end(one, "lapse_consultations", _(CASE_ENDED), actor=SYSTEM, now=now)
    return 1
