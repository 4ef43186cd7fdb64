"""What the verbs of a consultation share: reading it under the locks, telling its people, its line in the case file.

None of these is an act of its own: the caller is in its transaction and writes the journal.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from cases.actions.parts import office_people, readers_of
from cases.actions.proceedings import end_proceeding, move_proceeding
from cases.models import Case, Proceeding
from cases.queries.standing import standing
from consultations.models import Consultation, ConsultedUnit
from hall import outbox
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON
from staffing.models import Department

log = logging.getLogger("consultations.actions")

KIND, CLOCK = "consultation", "confer"
CLOCKS = (CLOCK, "countersign", "joint_decision")
"""What runs for a consultation and loses its object with it; a commitment outlives it."""


def locked(consultation_id: int) -> Consultation:
    """First the case, then the consultation; the case's hall and the case come with it."""
    case_id = Consultation.objects.values_list("case", flat=True).get(pk=consultation_id)
    case = Case.objects.locked(case_id)
    one = Consultation.objects.locked(consultation_id)
    one.case = case
    return one


def seats_of(one: Consultation) -> list[ConsultedUnit]:
    """The units under their locks, in their order, without those that were released."""
    rows = one.units.select_for_update(of=("self",)).select_related("department", "deadline", "referral")
    found = list(rows.exclude(status="released").order_by("order", "pk"))
    for unit in found:
        unit.consultation = one
    return found


def item_of(one: Consultation) -> str:
    """Which of the case's clocks of that kind are this consultation's."""
    return f"confer:{one.pk}"


def people_of(case: Case, unit: Department, *, now: dt.datetime) -> list[User]:
    """Who of a unit hears of it: the liaisons, where none may know of it the heads."""
    return readers_of(case, unit, now=now) or readers_of(case, unit, DEPARTMENT_HEAD, now=now)


def convenors(one: Consultation, *, now: dt.datetime) -> list[User]:
    """Who runs it: the people of the unit that called it; for the petition office its managers, who act for it."""
    people = readers_of(one.case, one.convenor, LIAISON, DEPARTMENT_HEAD, now=now)
    return people or office_people(one.case, now=now)


def tell(
    one: Consultation, people: Iterable[User], kind: str, *, once: str, now: dt.datetime, **facts: Any
) -> None:
    """A message that leads to the consultation."""
    barred = standing(one.case).barred_users
    every = {person.pk: person for person in people if person.pk not in barred}
    outbox.post(
        kind,
        to=every.values(),
        context={"number": one.case.number, "topic": one.title, **facts},
        once=f"{kind}/{one.pk}/{once}",
        url=f"/consultations/{one.pk}/",
        urgent=one.case.is_urgent,
        now=now,
    )


def meets_at(one: Consultation) -> dt.datetime | None:
    """The day for the ribbon: the next sitting, else the last that was held."""
    planned = one.sittings.filter(status="planned").order_by("starts_at").first()
    held = planned or one.sittings.filter(status="held").order_by("-starts_at").first()
    return held.starts_at if held else None


def show_sitting(one: Consultation) -> None:
    """The case file learns when the units sit down; where the consultation stands stays as it is."""
    row = Proceeding.objects.filter(case=one.case, kind=KIND, ref=one.pk, ended_on=None).first()
    if row:
        move_proceeding(one.case, KIND, one.pk, stage=row.stage, meets_at=meets_at(one))


def end_in_file(one: Consultation, *, now: dt.datetime) -> None:
    """The case file says that it is over; a joint conference to which it was referred is over with it."""
    rows = Proceeding.objects.filter(case=one.case, kind__in=(KIND, "conference"), ended_on=None)
    for row in rows:
        end_proceeding(one.case, row.kind, row.ref, stage="ended", now=now)


def alone(step: Callable[..., int], pk: int, case_id: int, *, now: dt.datetime) -> int:
    """One row of a sweep; one that fails is logged and does not keep the others."""
    try:
        return step(pk, case_id, now=now)
    except Exception:
        log.exception("%s fails for %s", step.__name__, pk)
        return 0


def day_of(now: dt.datetime) -> dt.date:
    return timezone.localdate(now)
