"""考核, the hall's side of it: drawn up from the record by a published scheme, a paper's deduction entered, sent.

Locks: the scheme before the assessment. The number of statements grows with the items of a scheme, not with cases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability import rules
from accountability.actions.sanctions import unit_people
from accountability.lifecycle import ASSESSMENT, SAY_DAYS
from accountability.models import (
    AssessedEvent,
    Assessment,
    AssessmentLine,
    AssessmentScheme,
    AssessmentStep,
    SchemeItem,
)
from accountability.queries.assess import case_of_paper, paper_of, taken_events, total, undrawn_units
from accountability.queries.assess_points import line_points
from accountability.queries.assess_sources import Seen, facts, rate_of, seen_by
from hall import journal, outbox
from hall.access import Actor, Refused
from hall.batch import broken_by
from hall.models import User, statutory_calendar
from staffing.models import Department

# -- parts that the other half shares --------------------------------------------------------------------------------


def say_until(now: dt.datetime) -> dt.date:
    """The last day of a say: so many working days after today, by the statutory calendar."""
    return statutory_calendar().add_workdays(timezone.localdate(now), SAY_DAYS)


def post_about(
    kind: str, one: Assessment, people: Sequence[User], *, once: str, now: dt.datetime, **said: str
) -> int:
    """Tell of it, with the unit and the days that it is about."""
    return outbox.post(
        kind,
        to=people,
        context={"unit": one.department.name, "from_on": f"{one.from_on}", "to_on": f"{one.to_on}", **said},
        url=f"/assessments/{one.pk}/",
        once=f"{kind}/{one.pk}/{once}",
        now=now,
    )


def add_step(
    one: Assessment, verb: str, actor: Actor, *, now: dt.datetime, text: str = "", is_late: bool = False
) -> AssessmentStep:
    return AssessmentStep.objects.create(
        assessment=one, verb=verb, text=text, points=one.points, is_late=is_late, at=now, by_id=actor.user_id
    )


def add_up(one: Assessment) -> None:
    """The points of every line from its figures and the events that count, and their sum. The caller saves `points`."""
    lines = list(one.lines.select_related("item").prefetch_related("events"))
    for line in lines:
        events = list(line.events.all())
        counted = [each for each in events if each.status == "counted"]
        line.points = line_points(
            line.item,
            line.numerator,
            line.denominator,
            let_go=len(events) - len(counted),
            costs=[each.cost for each in counted if each.cost is not None],
        )
    AssessmentLine.objects.bulk_update(lines, ["points"])
    one.points = total(lines)


# -- drawing up ------------------------------------------------------------------------------------------------------


def _event(line: AssessmentLine, seen: Seen, cost: Decimal | None) -> AssessedEvent:
    return AssessedEvent(
        line=line,
        event=seen.event,
        on=seen.on,
        case_id=seen.case_id,
        finding_id=seen.finding_id,
        supervision_id=seen.supervision_id,
        record=seen.record,
        cost=cost,
    )


def _draw(one: Assessment, items: Sequence[SchemeItem], *, now: dt.datetime) -> None:
    """Item by item in the order of the scheme: what an earlier item has counted, a later one leaves out."""
    asked = facts(one.hall_id, one.department_id, one.from_on, one.to_on, now=now)
    kept = {line.item_id for line in one.lines.all()}
    taken = set(taken_events().values_list("event", flat=True))
    for item in items:
        if item.pk in kept:
            continue
        line = AssessmentLine(assessment=one, item=item, points=item.full)
        seen: list[Seen] = []
        if item.kind == "rate":
            rate = rate_of(item.source, asked, taken)
            line.denominator, line.numerator, line.excluded = rate.denominator, rate.numerator, rate.excluded
            seen = rate.misses
        elif item.kind == "deduct":
            seen = _fresh(seen_by(item.source, asked), taken)
        line.save()
        taken |= {each.event for each in seen}
        AssessedEvent.objects.bulk_create(_event(line, each, item.each) for each in seen)
    add_up(one)


def _fresh(found: Sequence[Seen], taken: Collection[str]) -> list[Seen]:
    """Each event once, and none that is counted elsewhere."""
    return list({each.event: each for each in found if each.event not in taken}.values())


@transaction.atomic
def draw_up_assessments(
    *, actor: Actor, scheme_id: int, department_ids: Sequence[int], now: dt.datetime
) -> list[Assessment]:
    """One for each of these units, from what is on record now; the units do not see them yet."""
    scheme = AssessmentScheme.objects.locked(scheme_id)
    rules.check_can_draw_up_assessments(actor, scheme, now=now)
    wanted = set(department_ids)
    units = list(undrawn_units(scheme).filter(pk__in=wanted))
    if not wanted or {unit.pk for unit in units} != wanted:
        raise Refused(_("请选择还没有考核的单位。"), "input", field="units")
    items = list(scheme.items.all())
    made = [_drawn(scheme, unit, items, actor, now) for unit in units]
    after = {"assessments": [one.pk for one in made]}
    journal.record(actor, "draw_up_assessments", scheme, after=after, now=now)
    return made


def _drawn(
    scheme: AssessmentScheme, unit: Department, items: Sequence[SchemeItem], actor: Actor, now: dt.datetime
) -> Assessment:
    try:
        with transaction.atomic():
            one = Assessment.objects.create(
                hall=scheme.hall,
                scheme=scheme,
                department=unit,
                from_on=scheme.from_on,
                to_on=scheme.to_on,
                points=0,
                as_of=now,
                drawn_up_by_id=actor.user_id or 0,
            )
            _draw(one, items, now=now)
    except IntegrityError as error:
        # Two halls of one unit draw at once, or two schemes of one: the second waits here, then meets the first.
        if broken_by(error) in ("assessed_once", "event_counted_once"):
            raise Refused(_("同一单位或者同一件事正在由另一人计入考核，请刷新后再试。"), "state") from error
        raise
    one.save(update_fields=["points"])
    add_step(one, "draw_up_assessments", actor, now=now)
    journal.record(actor, "draw_up_assessments", one, after={"points": f"{one.points}"}, now=now)
    return one


@transaction.atomic
def redraw_assessment(*, actor: Actor, assessment_id: int, now: dt.datetime) -> Assessment:
    """From what is on record now, before it is sent; what was entered from papers stays."""
    one = Assessment.objects.locked(assessment_id)
    rules.check_can_redraw_assessment(actor, one, now=now)
    before = {"points": f"{one.points}"}
    lines = one.lines.exclude(item__kind="manual")
    AssessedEvent.objects.filter(line__in=lines).delete()
    lines.delete()
    try:
        with transaction.atomic():
            _draw(one, list(one.scheme.items.all()), now=now)
    except IntegrityError as error:
        if broken_by(error) == "event_counted_once":
            raise Refused(_("同一件事正在由另一人计入考核，请刷新后再试。"), "state") from error
        raise
    one.status = ASSESSMENT.target("redraw_assessment", one.status)
    one.as_of = now
    one.save(update_fields=["status", "points", "as_of"])
    add_step(one, "redraw_assessment", actor, now=now)
    journal.record(actor, "redraw_assessment", one, before=before, after={"points": f"{one.points}"}, now=now)
    return one


@transaction.atomic
def enter_deduction(
    *,
    actor: Actor,
    assessment_id: int,
    number: str,
    on: dt.date | None,
    cost: Decimal | None,
    evidence: str,
    now: dt.datetime,
) -> AssessedEvent:
    """A fault that a paper of the hall proves, with what it says; one paper costs points once."""
    one = Assessment.objects.locked(assessment_id)
    rules.check_can_enter_deduction(actor, one, now=now)
    line = one.lines.select_related("item").get(item__kind="manual")
    document = rules.check_paper(paper_of(number, one.hall))
    facts_: dict[str, Any] = {
        "on": rules.check_entry_day(on, one),
        "cost": rules.check_entry_cost(cost, line.item),
        "evidence": rules.check_assessment_words(evidence, "evidence", least=10),
    }
    try:
        with transaction.atomic():
            event = AssessedEvent.objects.create(
                line=line,
                event=f"document:{document.pk}",
                document=document,
                case_id=case_of_paper(document),
                entered_by_id=actor.user_id,
                **facts_,
            )
    except IntegrityError as error:
        if broken_by(error) == "event_counted_once":
            raise Refused(_("这份文书已经计入一次考核。"), "input", field="number") from error
        raise
    add_up(one)
    one.status = ASSESSMENT.target("enter_deduction", one.status)
    one.save(update_fields=["status", "points"])
    add_step(one, "enter_deduction", actor, now=now, text=document.number)
    after = {"document": document.number, "cost": f"{event.cost}", "points": f"{one.points}"}
    journal.record(actor, "enter_deduction", one, after=after, now=now)
    return event


@transaction.atomic
def send_assessment(*, actor: Actor, assessment_id: int, now: dt.datetime) -> Assessment:
    """The unit reads it from now on and has its say; points change by decisions alone."""
    one = Assessment.objects.locked(assessment_id)
    rules.check_can_send_assessment(actor, one, now=now)
    people = unit_people(one.department_id, now=now)
    one.status = ASSESSMENT.target("send_assessment", one.status)
    one.sent_at, one.told, one.state_by_on = now, len(people), say_until(now)
    one.save(update_fields=["status", "sent_at", "told", "state_by_on"])
    add_step(one, "send_assessment", actor, now=now)
    after = {"points": f"{one.points}", "state_by_on": one.state_by_on}
    journal.record(actor, "send_assessment", one, after=after, now=now)
    post_about("assessment_sent", one, people, once="", now=now, due_on=f"{one.state_by_on}")
    return one


@transaction.atomic
def export_assessment(*, actor: Actor, assessment_id: int, now: dt.datetime) -> Assessment:
    """Its lines, for a file; who took it along, and when, is on record first."""
    one = Assessment.objects.select_related("hall", "department", "scheme").get(pk=assessment_id)
    rules.check_can_export_assessment(actor, one, now=now)
    journal.record(actor, "export_assessment", one, now=now)
    return one
