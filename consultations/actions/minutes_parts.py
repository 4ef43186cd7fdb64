"""What several verbs of minutes, commitments and the conference do alike. Parts of an action: the caller is in its
transaction, holds the case's lock and writes the journal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.actions.deadlines import start_deadline, void_deadline
from cases.actions.parts import office_people, readers_of
from cases.models import Case, Deadline
from cases.queries.standing import standing
from consultations.actions import parts
from consultations.lifecycle import COMMITMENT, CONSULTATION
from consultations.models import Commitment, Consultation, ConsultedUnit
from consultations.queries.minutes import Round, clock_item, commitment_item, in_order, round_of
from consultations.rules.minutes import CommitmentLine
from hall import outbox
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON
from staffing.models import Department, Posting


def locked(consultation_id: int) -> tuple[Case, Consultation]:
    """The case first, then the consultation: the one order that everybody takes."""
    one = parts.locked(consultation_id)
    return one.case, one


def move_consultation(one: Consultation, verb: str, **facts: object) -> str:
    before = one.status
    one.status = CONSULTATION.target(verb, before)
    for name, value in facts.items():
        setattr(one, name, value)
    one.save(update_fields=["status", *facts])
    return before


# -- telling -------------------------------------------------------------------------------------------------------


def people_of(case: Case, unit: Department, *, now: dt.datetime) -> list[User]:
    """A unit's liaisons and heads; where none of them may know of the case, the hall's managers."""
    return readers_of(case, unit, LIAISON, DEPARTMENT_HEAD, now=now) or office_people(case, now=now)


def heads_of(case: Case, unit: Department, *, now: dt.datetime) -> list[User]:
    """Who signs for a unit; a unit without a head is told through its liaisons."""
    return readers_of(case, unit, DEPARTMENT_HEAD, now=now) or people_of(case, unit, now=now)


def convenors_of(case: Case, one: Consultation, *, now: dt.datetime) -> list[User]:
    """The convening unit's people and the hall's managers, each once."""
    found = [
        *readers_of(case, one.convenor, LIAISON, DEPARTMENT_HEAD, now=now),
        *office_people(case, now=now),
    ]
    return list({user.pk: user for user in found}.values())


def told_units(one: Consultation) -> list[ConsultedUnit]:
    return in_order(one.units.select_related("department"))


def tell(
    case: Case,
    one: Consultation,
    people: Iterable[User],
    kind: str,
    *,
    once: str,
    now: dt.datetime,
    commitment: Commitment | None = None,
    **facts: object,
) -> None:
    """A message to staff, with the way to the minutes, or to the commitment, which its unit sees without the case."""
    at = (
        ("consultations:minutes", one.pk)
        if commitment is None
        else ("consultations:commitment", commitment.pk)
    )
    outbox.post(
        kind,
        to=list(people),
        context={"number": case.number, "title": case.title, "topic": one.title, **facts},
        once=f"{kind}/{one.pk}/{once}",
        url=reverse(at[0], args=[at[1]]),
        urgent=case.is_urgent,
        now=now,
    )


# -- the round of signatures ---------------------------------------------------------------------------------------

TURN_PASSED = "会签已轮到下一单位或者已停止。"


def go_on_signing(case: Case, one: Consultation, *, actor: Actor, now: dt.datetime) -> Round:
    """The unit whose turn it is gets its clock and is told, once; no other unit's clock to sign runs. After a unit was
    released this is asked again, too. When all are done, the convenor is told.
    """
    found = round_of(one)
    turn = found.turn
    for seat in found.seats:
        if seat.clock is not None and seat is not turn:
            unit = seat.unit.department_id
            _void_signing(case, one, TURN_PASSED, department_id=unit, actor=actor, now=now)
    if one.status != "circulating" or found.minutes is None:
        return found
    version = found.minutes.version
    if turn is None:
        people = convenors_of(case, one, now=now)
        tell(case, one, people, "minutes_signed", once=f"{version}/{found.minutes.pk}", now=now)
        return found
    if turn.clock is None:
        today = timezone.localdate(now)
        clock = start_deadline(
            case, "countersign", department_id=turn.unit.department_id, started_on=today, item=clock_item(one),
            actor=actor, now=now,
        )  # fmt: skip
        people = heads_of(case, turn.unit.department, now=now)
        due: dict[str, Any] = {"due_on": f"{clock.due_on or ''}", "version": version}
        tell(case, one, people, "minutes_turn", once=f"{clock.pk}", now=now, **due)
    return round_of(one)


def _void_signing(
    case: Case, one: Consultation, reason: str, *, department_id: int, actor: Actor, now: dt.datetime
) -> None:
    void_deadline(
        case, "countersign", reason=reason, department_id=department_id, item=clock_item(one), actor=actor, now=now
    )  # fmt: skip


def stop_signing(case: Case, one: Consultation, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Nobody is asked to sign any more."""
    void_deadline(case, "countersign", reason=reason, item=clock_item(one), actor=actor, now=now)


# -- commitments ---------------------------------------------------------------------------------------------------


def person_of(unit: Department, name: str, *, now: dt.datetime) -> User | None:
    """The one account at a post of the unit with that name."""
    if not name:
        return None
    posts = Posting.objects.on(timezone.localdate(now)).filter(department=unit)
    found = list(User.objects.filter(name=name, is_active=True, postings__in=posts).distinct()[:2])
    return found[0] if len(found) == 1 else None


def write_commitments(
    one: Consultation, lines: Sequence[tuple[ConsultedUnit, CommitmentLine]], *, now: dt.datetime
) -> list[Commitment]:
    """The drafts that were there make way for these; nothing binds anybody yet."""
    one.commitments.filter(status="draft").delete()
    first = (one.commitments.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    rows = [
        Commitment(
            consultation=one,
            hall_id=one.hall_id,
            number=first + n,
            text=line.text.strip(),
            department=unit.department,
            person=person_of(unit.department, line.person.strip(), now=now),
            person_name=line.person.strip()[:60],
            due_on=line.due_on or one.until_on,  # the rule has asked for it
        )
        for n, (unit, line) in enumerate(lines)
    ]
    return Commitment.objects.bulk_create(rows)


def start_commitment_clock(
    case: Case, commitment: Commitment, day: dt.date, *, actor: Actor, now: dt.datetime
) -> Deadline:
    """Its own clock, until the day that was agreed."""
    today = timezone.localdate(now)
    return start_deadline(
        case,
        "commitment",
        department_id=commitment.department_id,
        started_on=today,
        item=commitment_item(commitment),
        limit_days=(day - today).days,
        actor=actor,
        now=now,
    )


def open_commitments(
    case: Case, one: Consultation, verb: str, *, actor: Actor, now: dt.datetime
) -> list[Commitment]:
    """The drafts bind from now on: each gets its clock, its unit and its person are told."""
    rows = list(
        one.commitments.filter(status="draft").select_related("department", "person").order_by("number")
    )
    barred = standing(case).barred_users
    for row in rows:
        row.deadline = start_commitment_clock(case, row, row.due_on, actor=actor, now=now)
        row.status = COMMITMENT.target(verb, row.status)
        row.save(update_fields=["status", "deadline"])
        people = people_of(case, row.department, now=now)
        if row.person is not None and row.person_id not in barred and row.person not in people:
            people.append(row.person)
        due = f"{row.deadline.due_on or row.due_on}"
        facts: dict[str, Any] = {"n": row.number, "text": row.text[:200], "due_on": due}
        tell(case, one, people, "commitment_given", once=f"{row.pk}", commitment=row, now=now, **facts)
    return rows


def task_rows(rows: Iterable[Commitment]) -> list[dict[str, object]]:
    """The commitments as a paper says them."""
    return [
        {"unit": row.department.name, "person": row.person_name, "text": row.text, "due": row.due_on}
        for row in rows
    ]


def told_of_work(rows: Sequence[Commitment], *, how: str) -> str:
    """What the petitioner reads: that it is settled who does something, and by when; nothing of what was said inside.

    Kept in the house's language, as everything that is written into the file.
    """
    if not rows:
        return f"{how}。办理结果由承办单位书面答复您。"
    units = "、".join(dict.fromkeys(row.department.name for row in rows))
    last = max(row.due_on for row in rows)
    day = f"{last.year}年{last.month}月{last.day}日"
    return f"{how}：{units}各有承担的工作，最迟{day}前完成。办理结果由承办单位书面答复您。"
