"""A leader goes down with cases: planned, changed, recorded on the spot, concluded (国信发〔2015〕12号（三）).

Names of places and people stand in the rows alone; the journal of each case says who went when and what came of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.materials import StoredFile, put_material
from cases.actions.parts import readers_of, tell
from cases.lifecycle import FIELD_VISIT
from cases.models import Case, FieldVisit, VisitCase, VisitPhoto, VisitTask
from cases.queries.field_visits import VisitFilter, every_visit, post_on
from cases.rules import TaskLine, VisitPlan
from hall import journal, outbox
from hall.access import Actor, Refused
from hall.batch import broken_by
from hall.models import User
from staffing.models import Department, Hall

EXCLUSIONS = {"visit_leader_in_one_place", "visit_leader_not_receiving"}


def locked_cases(case_ids: Iterable[int], *, seen_by: Actor) -> list[Case]:
    """The cases under their locks, taken in order of id, given in the order asked; one that the actor does not see is
    none. A part of every act on several cases.
    """
    wanted = list(dict.fromkeys(case_ids))
    visible = set(Case.objects.visible_to(seen_by).filter(pk__in=wanted).values_list("pk", flat=True))
    if set(wanted) - visible:
        raise Refused(_("有的事项没有找到，或者您无权查看。"), "input", field="cases")
    found = {pk: Case.objects.locked(pk) for pk in sorted(wanted)}
    return [found[pk] for pk in wanted]


def record_in(cases: Collection[Case], actor: Actor, verb: str, obj: Any, **facts: Any) -> None:
    """The act in the file of each case that it concerns."""
    for case in cases:
        journal.record(actor, verb, obj, stream=case, **facts)


def said_in(cases: Collection[Case], reason: str) -> str:
    """What the file of a case says of why: of several cases nothing, the words may tell of the others. The row keeps
    them.
    """
    return reason if len(cases) == 1 else ""


@contextmanager
def _one_place(plan: VisitPlan, *, but: int | None = None) -> Iterator[None]:
    """Two planners at once: the database lets one through, the other reads where the leader is."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if broken_by(error) in EXCLUSIONS:
            rules.refuse_double(plan, but=but)
        raise


def _fill(visit: FieldVisit, plan: VisitPlan) -> None:
    post = post_on(plan.leader_id, visit.hall, timezone.localdate(plan.starts_at))
    if post is None:  # the rule has seen it
        raise Refused(_("此人当日不是本厅的接访领导。"), "input", field="leader")
    visit.leader, visit.title, visit.title_en = post.user, post.title, post.title_en
    visit.reason, visit.place, visit.visited = plan.reason.strip(), plan.place.strip(), plan.visited.strip()
    visit.planned_from, visit.planned_to = plan.starts_at, plan.ends_at


def _said(visit: FieldVisit) -> dict[str, Any]:
    return {"leader": visit.leader.name, "on": timezone.localdate(visit.planned_from)}


@transaction.atomic
def plan_field_visit(
    *, actor: Actor, hall_id: int, case_ids: Sequence[int], plan: VisitPlan, now: dt.datetime
) -> FieldVisit:
    """Set a visit down; the leader and the units that come along are told."""
    hall, cases = Hall.objects.get(pk=hall_id), locked_cases(case_ids, seen_by=actor)
    rules.check_case_list(hall, cases)
    for case in cases:
        rules.check_can_plan_field_visit(actor, case, now=now)
    rules.check_visit_plan(actor, hall, cases, plan, now=now)
    visit = FieldVisit(hall=hall, planned_by_id=actor.user_id, created_at=now)
    _fill(visit, plan)
    with _one_place(plan):
        visit.save(force_insert=True)
    VisitCase.objects.bulk_create(VisitCase(visit=visit, case=one, position=n) for n, one in enumerate(cases))
    visit.units.set(plan.unit_ids)
    record_in(cases, actor, "plan_field_visit", visit, after=_said(visit), now=now)
    _tell("field_visit_planned", visit, cases, actor=actor, now=now, once="planned")
    return visit


def _of(visit_id: int) -> tuple[FieldVisit, list[Case]]:
    """First the cases, then the visit: what a visit takes along never changes."""
    ids = list(VisitCase.objects.filter(visit=visit_id).order_by("position").values_list("case", flat=True))
    found = {pk: Case.objects.locked(pk) for pk in sorted(ids)}
    return FieldVisit.objects.locked(visit_id), [found[pk] for pk in ids]


def _tell(
    kind: str,
    visit: FieldVisit,
    cases: list[Case],
    *,
    actor: Actor,
    now: dt.datetime,
    once: str,
    reason: str = "",
) -> None:
    """The leader, and the liaisons of the units that come along: those who may know of every one of the cases."""
    people = {visit.leader_id: visit.leader}
    for unit in visit.units.all():
        knowing = [{one.pk: one for one in readers_of(case, unit, now=now)} for case in cases]
        for pk in set.intersection(*(set(one) for one in knowing)):
            people[pk] = knowing[0][pk]
    start, end = timezone.localtime(visit.planned_from), timezone.localtime(visit.planned_to)
    outbox.post(
        kind,
        to=[user for pk, user in people.items() if pk != actor.user_id],
        context={
            "starts_at": start.isoformat(), "ends_at": end.isoformat(), "place": visit.place, "reason": reason,
            "count": len(cases),
        },
        url=f"/field-visits/{visit.pk}/",
        once=f"{kind}/{visit.pk}/{once}",
        now=now,
    )  # fmt: skip


@transaction.atomic
def change_field_visit(*, actor: Actor, visit_id: int, plan: VisitPlan, now: dt.datetime) -> FieldVisit:
    """Another time, place, leader or company; who comes along is told anew."""
    visit, cases = _of(visit_id)
    rules.check_can_change_field_visit(actor, visit, now=now)
    rules.check_visit_plan(actor, visit.hall, cases, plan, now=now, but=visit.pk)
    before = _said(visit)
    _fill(visit, plan)
    with _one_place(plan, but=visit.pk):
        visit.save(
            update_fields=[
                "leader", "title", "title_en", "reason", "place", "visited", "planned_from", "planned_to",
            ]
        )  # fmt: skip
    visit.units.set(plan.unit_ids)
    record_in(cases, actor, "change_field_visit", visit, before=before, after=_said(visit), now=now)
    _tell("field_visit_changed", visit, cases, actor=actor, now=now, once=now.isoformat())
    return visit


@transaction.atomic
def cancel_field_visit(*, actor: Actor, visit_id: int, reason: str, now: dt.datetime) -> FieldVisit:
    """It will not take place; the leader's time is free again."""
    visit, cases = _of(visit_id)
    rules.check_can_cancel_field_visit(actor, visit, now=now)
    visit.cancel_reason = rules.check_said(reason, "reason")[:300]
    visit.status = FIELD_VISIT.target("cancel_field_visit", visit.status)
    visit.save(update_fields=["status", "cancel_reason"])
    reason = said_in(cases, visit.cancel_reason)
    record_in(cases, actor, "cancel_field_visit", visit, after=_said(visit), reason=reason, now=now)
    _tell(
        "field_visit_cancelled",
        visit,
        cases,
        actor=actor,
        now=now,
        once="cancelled",
        reason=visit.cancel_reason,
    )
    return visit


@transaction.atomic
def record_field_visit(
    *,
    actor: Actor,
    visit_id: int,
    coordination: str,
    opinion: str,
    tasks: Sequence[TaskLine] = (),
    photos: Sequence[StoredFile] = (),
    now: dt.datetime,
) -> FieldVisit:
    """What was said, agreed and promised on the spot; every promise has a unit and a date."""
    visit, cases = _of(visit_id)
    rules.check_can_record_field_visit(actor, visit, now=now)
    visit.coordination = rules.check_said(coordination, "coordination", _("请写明协调过程，至少%(n)s个字。"))
    visit.opinion = rules.check_said(opinion, "opinion", _("请写明形成的意见，至少%(n)s个字。"))
    rules.check_tasks(visit, cases, tasks, now=now)
    rules.check_photos(photos)
    visit.status = FIELD_VISIT.target("record_field_visit", visit.status)
    visit.made_on = timezone.localdate(visit.planned_from)
    visit.save(update_fields=["status", "made_on", "coordination", "opinion"])
    for file in photos:
        material = put_material(cases[0], file, actor=actor, now=now)
        VisitPhoto.objects.get_or_create(visit=visit, material=material)
    by_id = {case.pk: case for case in cases}
    for line in tasks:
        case = by_id[line.case_id] if line.case_id else cases[0]
        _give(visit, case, line, now=now)
    record_in(cases, actor, "record_field_visit", visit, now=now, after={**_said(visit), "tasks": len(tasks)})
    return visit


def _give(visit: FieldVisit, case: Case, line: TaskLine, *, now: dt.datetime) -> None:
    task = VisitTask.objects.create(
        visit=visit, case=case, department_id=line.department_id, text=line.text.strip(), due_on=line.due_on
    )
    unit = Department.objects.get(pk=line.department_id)
    due = line.due_on.isoformat()
    tell(case, readers_of(case, unit, now=now), "visit_task_given", once=f"{task.pk}", now=now, due_on=due)


@transaction.atomic
def conclude_field_visit(
    *, actor: Actor, visit_id: int, outcome: str, note: str, now: dt.datetime
) -> FieldVisit:
    """Whether the matter was resolved by it, and how."""
    visit, cases = _of(visit_id)
    rules.check_can_conclude_field_visit(actor, visit, now=now)
    rules.check_visit_outcome(outcome)
    visit.outcome, visit.concluded_on = outcome, timezone.localdate(now)
    visit.outcome_note = rules.check_said(note, "note", _("请写明结果，至少%(n)s个字。"))
    visit.status = FIELD_VISIT.target("conclude_field_visit", visit.status)
    visit.save(update_fields=["status", "outcome", "outcome_note", "concluded_on"])
    after = {**_said(visit), "outcome": outcome}
    record_in(cases, actor, "conclude_field_visit", visit, after=after, now=now)
    return visit


@transaction.atomic
def finish_visit_task(*, actor: Actor, task_id: int, note: str, now: dt.datetime) -> VisitTask:
    """The unit has done what it promised on the spot, and says what."""
    case_id = VisitTask.objects.values_list("case_id", flat=True).get(pk=task_id)
    case = Case.objects.locked(case_id)
    task = (
        VisitTask.objects.select_for_update(of=("self",))
        .select_related("visit", "department")
        .get(pk=task_id)
    )
    rules.check_can_finish_visit_task(actor, task, now=now)
    task.done_note = rules.check_said(note, "note", _("请写明做了什么，至少%(n)s个字。"))
    task.done_at, task.done_by_id = now, actor.user_id
    task.save(update_fields=["done_at", "done_by", "done_note"])
    after = {"unit": task.department.name, "until": task.due_on}
    journal.record(actor, "finish_visit_task", task, stream=case, after=after, now=now)
    return task


@transaction.atomic
def export_field_visits(*, actor: Actor, asked: VisitFilter, now: dt.datetime) -> list[FieldVisit]:
    """The rows of the list, for a file; who took it along, and when, is on record first."""
    rules.check_can_export_field_visits(actor, now=now)
    facts = {name: getattr(asked, name) for name in asked.__slots__ if getattr(asked, name)}
    journal.record(actor, "export_field_visits", User(pk=actor.user_id), after=facts, now=now)
    return list(every_visit(actor, asked))
