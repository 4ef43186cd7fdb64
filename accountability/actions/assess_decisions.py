"""考核, from the unit's say to the filed paper: stated, decided, appealed, decided by another person, frozen, filed.

What is given back is never counted again, so that every decision can only raise the points. The cases of the findings
are locked first, in order, then the findings, then the assessment: a review of a finding waits, or is seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accountability import rules
from accountability.actions.assess import add_step, add_up, post_about, say_until
from accountability.actions.sanctions import locked_findings, office_of, unit_people
from accountability.lifecycle import ASSESSED_EVENT, ASSESSMENT, SOURCES
from accountability.models import AssessedEvent, Assessment, AssessmentCopy
from accountability.queries.assess import counted_events, lapsing
from accountability.queries.assess_sources import no_longer_stand
from hall import documents, journal
from hall.access import SYSTEM, Actor, Refused
from hall.models import ref_of, stream_of
from staffing.lifecycle import HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Department

BATCH = 100
FELL = gettext_noop("所依据的认定、督办已经改变或者正在复核，不再计入。")
"""Kept as it was written; shown in the reader's language."""


def _locked(assessment_id: int) -> tuple[Assessment, list[AssessedEvent]]:
    """First the cases, then the findings, then the assessment; and the events that count."""
    held = AssessedEvent.objects.filter(
        line__assessment=assessment_id, status="counted", finding__isnull=False
    )
    locked_findings(list(held.values_list("finding", flat=True)))
    one = Assessment.objects.locked(assessment_id)
    return one, list(counted_events(one))


def _let_go(events: Collection[AssessedEvent], verb: str, note: str) -> None:
    for event in events:
        event.status, event.note = ASSESSED_EVENT.target(verb, event.status), note
        event.save(update_fields=["status", "note"])


def _let_fall(one: Assessment, events: Collection[AssessedEvent]) -> int:
    """Evidence first: what rests on a finding that was dismissed, changed or is under review now, counts no more."""
    fallen = list(no_longer_stand(events, one.department_id))
    _let_go(fallen, "let_fall", FELL)
    return len(fallen)


@transaction.atomic
def state_assessment(*, actor: Actor, assessment_id: int, text: str, now: dt.datetime) -> Assessment:
    """The unit's side of it, as often as it likes until the decision; after its day it is kept as late, and read."""
    one = Assessment.objects.locked(assessment_id)
    rules.check_can_state_assessment(actor, one, now=now)
    said = rules.check_assessment_words(text, "text", least=10)
    is_late = one.state_by_on is not None and timezone.localdate(now) > one.state_by_on
    one.status = ASSESSMENT.target("state_assessment", one.status)
    one.save(update_fields=["status"])
    step = add_step(one, "state_assessment", actor, now=now, text=said, is_late=is_late)
    journal.record(actor, "state_assessment", one, after={"late": is_late}, now=now)
    people = office_of(one.hall_id, HALL_MANAGER, SUPERVISOR, now=now)
    post_about("assessment_stated", one, people, once=f"{step.pk}", now=now)
    return one


def lapse_assessments(*, now: dt.datetime, limit: int = BATCH) -> int:
    """The unit had its days and said nothing: it can be decided. Returns how many."""
    rules.check_can_lapse_assessments(SYSTEM, now=now)
    ids = lapsing("sent", "state_by_on", today=timezone.localdate(now), limit=limit)
    return sum(_lapse(pk, now=now) for pk in ids)


@transaction.atomic
def _lapse(pk: int, *, now: dt.datetime) -> int:
    one = Assessment.objects.locked(pk)
    if one.status != "sent" or not one.state_by_on or one.state_by_on >= timezone.localdate(now):
        return 0  # it spoke meanwhile
    one.status = ASSESSMENT.target("lapse_assessments", one.status)
    one.save(update_fields=["status"])
    add_step(one, "lapse_assessments", SYSTEM, now=now)
    journal.record(SYSTEM, "lapse_assessments", one, now=now)
    post_about("assessment_lapsed", one, office_of(one.hall_id, HALL_MANAGER, now=now), once="", now=now)
    return 1


@transaction.atomic
def decide_assessment(
    *, actor: Actor, assessment_id: int, restored: Collection[int], reason: str, now: dt.datetime
) -> Assessment:
    """After the unit's say: which deductions are given back, with the reasons for these and for those that stay."""
    one, events = _locked(assessment_id)
    rules.check_can_decide_assessment(actor, one, now=now)
    said = rules.check_assessment_words(reason, "reason")
    chosen = set(restored)
    if not chosen <= {event.pk for event in events}:
        raise Refused(_("其中有的扣分已经不再计入，请刷新以后再办理。"), "state", field="restored")
    before = {"points": f"{one.points}"}
    given = [event for event in events if event.pk in chosen]
    _let_go(given, "decide_assessment", said)
    fallen = _let_fall(one, [event for event in events if event.pk not in chosen])
    add_up(one)
    one.status = ASSESSMENT.target("decide_assessment", one.status)
    one.decided_at, one.decided_by_id, one.appeal_by_on = now, actor.user_id, say_until(now)
    one.save(update_fields=["status", "points", "decided_at", "decided_by", "appeal_by_on"])
    add_step(one, "decide_assessment", actor, now=now, text=said)
    after = {"points": f"{one.points}", "restored": len(given), "fallen": fallen}
    journal.record(actor, "decide_assessment", one, before=before, after=after, now=now)
    people = unit_people(one.department_id, now=now)
    post_about(
        "assessment_decided",
        one,
        people,
        once="",
        now=now,
        points=f"{one.points}",
        due_on=f"{one.appeal_by_on}",
    )
    return one


@transaction.atomic
def appeal_assessment(
    *, actor: Actor, assessment_id: int, reasons: Mapping[int, str], now: dt.datetime
) -> Assessment:
    """Against single deductions, each with its reasons; once, within the days of the appeal."""
    one = Assessment.objects.locked(assessment_id)
    rules.check_can_appeal_assessment(actor, one, now=now)
    events = {event.pk: event for event in counted_events(one)}
    said = rules.check_appeal_lines(reasons, events)
    for pk, words in said.items():
        events[pk].appeal = words
        events[pk].save(update_fields=["appeal"])
    one.status = ASSESSMENT.target("appeal_assessment", one.status)
    one.save(update_fields=["status"])
    add_step(one, "appeal_assessment", actor, now=now)
    journal.record(actor, "appeal_assessment", one, after={"lines": len(said)}, now=now)
    people = office_of(one.hall_id, HALL_MANAGER, LEADER, now=now, but=one.decided_by_id)
    post_about("assessment_appealed", one, people, once="", now=now, count=f"{len(said)}")
    return one


@transaction.atomic
def decide_appeal(
    *, actor: Actor, assessment_id: int, answers: Mapping[int, rules.AppealAnswer], now: dt.datetime
) -> Assessment:
    """By another person than who decided: each deduction that was appealed is kept or given back, with reasons."""
    one, events = _locked(assessment_id)
    rules.check_can_decide_appeal(actor, one, now=now)
    appealed = [event for event in events if event.appeal]
    said = rules.check_appeal_answers(answers, appealed)
    before = {"points": f"{one.points}"}
    given = 0
    for event in appealed:
        event.appeal_answer = said[event.pk].words.strip()
        if said[event.pk].gives_back:
            given += 1
            event.status = ASSESSED_EVENT.target("decide_appeal", event.status)
        event.save(update_fields=["status", "appeal_answer"])
    one.appeal_decided_by_id = actor.user_id
    _finish(
        one,
        "decide_appeal",
        [event for event in events if event.status == "counted"],
        actor,
        now,
        before,
        given,
    )
    return one


def _finish(
    one: Assessment,
    verb: str,
    events: Collection[AssessedEvent],
    actor: Actor,
    now: dt.datetime,
    before: Mapping[str, str],
    given: int = 0,
) -> None:
    """The last look at the evidence, the last sum; from here on the database keeps the points as they are."""
    fallen = _let_fall(one, events)
    add_up(one)
    one.status = ASSESSMENT.target(verb, one.status)
    one.final_at = now
    one.save(update_fields=["status", "points", "appeal_decided_by", "final_at"])
    add_step(one, verb, actor, now=now)
    after = {"points": f"{one.points}", "restored": given, "fallen": fallen}
    journal.record(actor, verb, one, before=before, after=after, now=now)
    people = [
        *unit_people(one.department_id, now=now),
        *office_of(one.hall_id, HALL_MANAGER, SUPERVISOR, now=now),
    ]
    post_about("assessment_final", one, people, once="", now=now, points=f"{one.points}")


@transaction.atomic
def accept_assessment(*, actor: Actor, assessment_id: int, now: dt.datetime) -> Assessment:
    """The unit does not appeal: final before the days of the appeal are over."""
    one, events = _locked(assessment_id)
    rules.check_can_accept_assessment(actor, one, now=now)
    _finish(one, "accept_assessment", events, actor, now, {"points": f"{one.points}"})
    return one


def finalise_assessments(*, now: dt.datetime, limit: int = BATCH) -> int:
    """The days of the appeal are over: the points are final. Returns how many."""
    rules.check_can_finalise_assessments(SYSTEM, now=now)
    ids = lapsing("decided", "appeal_by_on", today=timezone.localdate(now), limit=limit)
    return sum(_finalise(pk, now=now) for pk in ids)


@transaction.atomic
def _finalise(pk: int, *, now: dt.datetime) -> int:
    one, events = _locked(pk)
    if one.status != "decided" or not one.appeal_by_on or one.appeal_by_on >= timezone.localdate(now):
        return 0  # it appealed meanwhile
    _finish(one, "finalise_assessments", events, SYSTEM, now, {"points": f"{one.points}"})
    return 1


# -- filing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def file_assessment(
    *, actor: Actor, assessment_id: int, now: dt.datetime, department_id: int | None = None, body: str = ""
) -> Assessment:
    """The numbered paper, served on the personnel department and on the home unit; each gives its receipt."""
    one = Assessment.objects.locked(assessment_id)
    rules.check_can_file_assessment(actor, one, now=now)
    department = Department.objects.filter(pk=department_id).first() if department_id else None
    rules.check_filed_to(department, body, one)
    to = department.name if department else body.strip()[:80]
    one.document = documents.issue(
        "assessment",
        organ=one.hall.organ,
        ref=ref_of(one),
        stream=stream_of(one),
        content=_content(one, to),
        actor=actor,
        now=now,
    )
    one.status = ASSESSMENT.target("file_assessment", one.status)
    one.save(update_fields=["status", "document"])
    add_step(one, "file_assessment", actor, now=now, text=one.document.number)
    after = {"number": one.document.number, "points": f"{one.points}"}
    journal.record(actor, "file_assessment", one, after=after, now=now)
    _serve(one, "home", one.department, "", now)
    _serve(one, "personnel", department, to if department is None else "", now)
    return one


def _serve(one: Assessment, role: str, department: Department | None, body: str, now: dt.datetime) -> None:
    people = unit_people(department.pk, now=now) if department else []
    AssessmentCopy.objects.create(
        assessment=one, role=role, department=department, body=body, served_at=now, told=len(people)
    )
    number = one.document.number if one.document else ""
    post_about("assessment_filed", one, people, once=role, now=now, number=number)


def _content(one: Assessment, to: str) -> dict[str, object]:
    """The points line by line, and how many deductions count; nothing of the cases, nobody's name."""
    rows = []
    for line in one.lines.select_related("item").prefetch_related("events"):
        item, events = line.item, list(line.events.all())
        counted = sum(event.status == "counted" for event in events)
        said = f"{item.name}：满分{_number(item.full)}分，得{_number(line.points)}分"
        if item.kind == "rate":
            denominator = (line.denominator or 0) - (len(events) - counted)
            share = (
                f"{SOURCES[item.source]}{line.numerator}/{denominator}"
                if denominator
                else "没有应计事项，按满分计"
            )
            said += f"（{share}）"
        elif counted:
            said += f"（扣分{counted}次）"
        rows.append(f"{said}。")
    return {
        "organ_name": one.hall.organ_name,
        "recipient": f"{to}、{one.department.name}",
        "matter": one.department.name,
        "period": f"{one.from_on:%Y年%-m月%-d日}至{one.to_on:%Y年%-m月%-d日}",
        "scheme": f"{one.scheme.title}（{one.scheme.year}年第{one.scheme.version}版）",
        "points": _number(one.points),
        "demands": rows,
        "contact": one.hall.name,
        "contact_phone": one.hall.phone,
    }


def _number(points: Decimal) -> str:
    """`10`, `2.5`."""
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@transaction.atomic
def acknowledge_assessment(
    *, actor: Actor, assessment_id: int, now: dt.datetime, proof: str = ""
) -> AssessmentCopy:
    """The receipt of a unit; that of a body outside is written down by the office, with its proof."""
    one = Assessment.objects.locked(assessment_id)
    copy = rules.check_can_acknowledge_assessment(actor, one, now=now)
    copy.received_at, copy.received_by_id = now, actor.user_id
    if copy.department_id is None:
        copy.proof = rules.check_proof(proof)
    copy.save(update_fields=["received_at", "received_by", "proof"])
    journal.record(actor, "acknowledge_assessment", one, after={"copy": copy.role}, now=now)
    add_step(one, "acknowledge_assessment", actor, now=now, text=copy.receiver)
    return copy
