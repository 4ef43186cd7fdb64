"""领导批示: given at a reception, reported on by the unit, closed or sent back by the leader, or withdrawn.

Each runs on a clock of the case, with the lights and the ladder of every other. It gives a unit that has not got the
case a copy of it; whose matter it is, it never changes (国信发〔2015〕12号（二）（五）).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.deadlines import meet_deadline, start_deadline, void_deadline
from cases.actions.parts import chosen_unit, draw_in, give_case, office_people, readers_of, tell
from cases.lifecycle import INSTRUCTION
from cases.models import (
    OPEN_INSTRUCTION,
    Case,
    CaseGroupPermission,
    Deadline,
    DocketItem,
    Instruction,
    InstructionReport,
)
from cases.queries.standing import standing
from cases.queries.words import say_day
from cases.rules.instructions import in_hand, owed_instruction, received_item
from cases.terms import term
from hall import journal
from hall.access import Actor, Refused
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON
from staffing.models import Department, Posting


@transaction.atomic
def give_instruction(
    *,
    actor: Actor,
    case_id: int,
    text: str,
    department_id: int | None,
    due_on: dt.date | None,
    person: str = "",
    now: dt.datetime,
) -> Instruction:
    """The unit learns what the leader wants, from whom there and by when; `person` is tied to its account by name."""
    case = Case.objects.locked(case_id)
    # Before the rule reads the docket: an item that is being taken off it is seen off, or stays until we are done.
    list(DocketItem.objects.live().filter(case=case).select_for_update(of=("self",)).order_by("pk"))
    rules.check_can_give_instruction(actor, case, now=now)
    said, unit = rules.check_instruction_text(text), _unit(case, department_id)
    day = _day_of(case, due_on, now=now)
    item = received_item(actor, case, now) or {}  # the rule has asked: there is one
    draw_in(case, unit, actor=actor, now=now)
    clock = _start(case, unit.pk, day, actor=actor, now=now)
    leader, named = User.objects.get(pk=item["leader_id"]), person.strip()[:60]
    one = Instruction.objects.create(
        case=case,
        item_id=item["id"],
        leader=leader,
        text=said,
        department=unit,
        person=_person(unit, named, now=now),
        person_name=named,
        due_on=day,
        deadline=clock,
        given_at=now,
        given_by_id=actor.user_id,
    )
    give_case(
        case,
        unit,
        "instruction_given",
        once=f"{one.pk}",
        now=now,
        leader=leader.name,
        due_on=f"{clock.due_on}",
    )
    after = {"unit": unit.name, "leader": leader.name, "until": clock.due_on}
    journal.record(actor, "give_instruction", case, after=after, now=now)
    return one


def _unit(case: Case, department_id: int | None) -> Department:
    """One that may get the case, and has no open instruction on it already."""
    unit = chosen_unit(case, department_id)
    if any(one["department_id"] == unit.pk for one in standing(case).instructions):
        raise Refused(
            _("该单位在本事项上还有一件领导批示没有了结：请先审阅反馈，或者撤回后重新批示。"),
            "input",
            field="department",
        )
    return unit


def last_day_for(case: Case, *, now: dt.datetime) -> dt.date:
    return timezone.localdate(now) + dt.timedelta(days=term("instruction", case.law).days)


def _day_of(case: Case, day: dt.date | None, *, now: dt.datetime) -> dt.date:
    today, last = timezone.localdate(now), last_day_for(case, now=now)
    if day is None or not today < day <= last:
        words = _("办理时限应在明天至%(last)s之间。") % {"last": say_day(last)}
        raise Refused(words, "input", field="due_on")
    return day


def _start(case: Case, unit_id: int, day: dt.date, *, actor: Actor, now: dt.datetime) -> Deadline:
    today = timezone.localdate(now)
    return start_deadline(
        case,
        "instruction",
        department_id=unit_id,
        started_on=today,
        now=now,
        actor=actor,
        limit_days=(day - today).days,
    )


def _person(unit: Department, name: str, *, now: dt.datetime) -> User | None:
    """The one account at a post of the unit with that name."""
    if not name:
        return None
    posts = Posting.objects.on(timezone.localdate(now)).filter(department=unit)
    found = list(User.objects.filter(name=name, is_active=True, postings__in=posts).distinct()[:2])
    return found[0] if len(found) == 1 else None


def _chosen(actor: Actor, case: Case, verb: str, instruction_id: int | None) -> Instruction:
    """The one meant: the only one, where there is one. Under its lock."""
    able = in_hand(actor, case, verb)
    wanted = instruction_id if instruction_id is not None or len(able) != 1 else able[0]
    if wanted not in able:
        raise Refused(_("请选择哪一件领导批示。"), "input", field="instruction")
    rows = Instruction.objects.select_for_update(of=("self",)).select_related("department", "leader")
    return rows.get(pk=wanted)


@transaction.atomic
def report_instruction(*, actor: Actor, case_id: int, text: str, now: dt.datetime) -> InstructionReport:
    """The unit says what it has done; its clock stops, the leader reads it."""
    case = Case.objects.locked(case_id)
    rules.check_can_report_instruction(actor, case, now=now)
    said = rules.check_instruction_report(text)
    owed = owed_instruction(actor, standing(case)) or {}  # the rule has asked: there is one
    rows = Instruction.objects.select_for_update(of=("self",)).select_related("department", "leader")
    one = rows.get(pk=owed["id"])
    one.status = INSTRUCTION.target("report_instruction", one.status)
    one.save(update_fields=["status"])
    report = InstructionReport.objects.create(
        instruction=one, text=said, department=one.department, at=now, by_id=actor.user_id
    )
    meet_deadline(case, "instruction", actor=actor, now=now, department_id=one.department_id)
    after = {"unit": one.department.name, "leader": one.leader.name}
    journal.record(actor, "report_instruction", case, after=after, now=now)
    _tell_leader(case, one, "instruction_reported", once=f"{report.pk}", now=now)
    return report


@transaction.atomic
def return_instruction(
    *,
    actor: Actor,
    case_id: int,
    reason: str,
    due_on: dt.date | None,
    instruction_id: int | None = None,
    now: dt.datetime,
) -> Instruction:
    """Not enough: the same instruction goes on with a new day, and the unit reads what is missing."""
    case = Case.objects.locked(case_id)
    rules.check_can_return_instruction(actor, case, now=now)
    one = _chosen(actor, case, "return_instruction", instruction_id)
    said, day = rules.check_said(reason, "reason"), _day_of(case, due_on, now=now)
    if not CaseGroupPermission.objects.filter(content_object=case, group=one.department.group_id).exists():
        raise Refused(_("该单位已经不再办理本事项；请了结这件批示，需要时另行批示。"), "state")
    clock = _start(case, one.department_id, day, actor=actor, now=now)
    one.status = INSTRUCTION.target("return_instruction", one.status)
    one.deadline, one.due_on, one.note = clock, day, said
    one.save(update_fields=["status", "deadline", "due_on", "note"])
    after = {"unit": one.department.name, "leader": one.leader.name, "until": clock.due_on}
    journal.record(actor, "return_instruction", case, after=after, reason=said, now=now)
    people = readers_of(case, one.department, LIAISON, DEPARTMENT_HEAD, now=now)
    tell(
        case,
        people,
        "instruction_returned",
        once=f"{clock.pk}",
        now=now,
        reason=said,
        due_on=f"{clock.due_on}",
    )
    return one


@transaction.atomic
def close_instruction(
    *, actor: Actor, case_id: int, note: str = "", instruction_id: int | None = None, now: dt.datetime
) -> Instruction:
    """The leader is content: it is done."""
    case = Case.objects.locked(case_id)
    rules.check_can_close_instruction(actor, case, now=now)
    one = _chosen(actor, case, "close_instruction", instruction_id)
    one.note = note.strip()
    _end(one, "close_instruction", actor=actor, now=now)
    after = {"unit": one.department.name, "leader": one.leader.name}
    journal.record(actor, "close_instruction", case, after=after, now=now)
    people = readers_of(case, one.department, LIAISON, DEPARTMENT_HEAD, now=now)
    tell(case, people, "instruction_closed", once=f"{one.pk}", now=now)
    return one


@transaction.atomic
def withdraw_instruction(
    *, actor: Actor, case_id: int, reason: str, instruction_id: int | None = None, now: dt.datetime
) -> Instruction:
    """It is taken back, with a reason; the unit owes nothing on it any more."""
    case = Case.objects.locked(case_id)
    rules.check_can_withdraw_instruction(actor, case, now=now)
    one = _chosen(actor, case, "withdraw_instruction", instruction_id)
    said = rules.check_said(reason, "reason")
    _withdraw(case, one, said, actor=actor, now=now)
    people = readers_of(case, one.department, LIAISON, DEPARTMENT_HEAD, now=now)
    tell(case, people, "instruction_withdrawn", once=f"{one.pk}", now=now, reason=said)
    return one


def _end(one: Instruction, verb: str, *, actor: Actor, now: dt.datetime) -> None:
    one.status = INSTRUCTION.target(verb, one.status)
    one.ended_at, one.ended_by_id = now, actor.user_id
    one.save(update_fields=["status", "note", "ended_at", "ended_by"])


def _withdraw(case: Case, one: Instruction, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    void_deadline(
        case, "instruction", reason=reason[:200], actor=actor, now=now, department_id=one.department_id
    )
    one.note = reason
    _end(one, "withdraw_instruction", actor=actor, now=now)
    after = {"unit": one.department.name, "leader": one.leader.name}
    journal.record(actor, "withdraw_instruction", case, after=after, reason=reason, now=now)


def _tell_leader(case: Case, one: Instruction, kind: str, *, once: str, now: dt.datetime) -> None:
    """The leader, unless kept out of the matter meanwhile; and the hall's manager, who acts for the leader."""
    people = {user.pk: user for user in office_people(case, now=now)}
    if one.leader_id not in standing(case).barred_users:
        people[one.leader_id] = one.leader
    tell(case, [*people.values()], kind, once=once, now=now, unit=one.department.name)


def pass_on_instruction(
    case: Case, old: Department, unit: Department, *, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Part of a reroute: what the old unit has not answered goes on with the new one until the same day, unless
    that has an instruction of its own. What it has answered the leader reads as it is.
    """
    rows = Instruction.objects.select_for_update(of=("self",)).select_related(
        "department", "leader", "deadline"
    )
    one = rows.filter(case=case, department=old, status="given").first()
    if one is None:
        return
    if Instruction.objects.filter(OPEN_INSTRUCTION, case=case, department=unit).exists():
        _withdraw(case, one, _(reason), actor=actor, now=now)
        _tell_leader(case, one, "instruction_withdrawn", once=f"{one.pk}", now=now)
        return
    void_deadline(case, "instruction", reason=reason, actor=actor, now=now, department_id=old.pk)
    one.deadline = start_deadline(
        case,
        "instruction",
        department_id=unit.pk,
        started_on=one.deadline.started_on,
        now=now,
        actor=actor,
        limit_days=one.deadline.own_limit_days,
    )
    one.department, one.person, one.person_name = unit, None, ""
    one.save(update_fields=["department", "person", "person_name", "deadline"])
