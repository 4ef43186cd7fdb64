"""In which procedure a case is: whose it is there, since when, and when the paper before it was served."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cases.models import Case, Review
from cases.queries.respondents import petition_office
from cases.queries.standing import standing
from hearings.lifecycle import STAGE_OF_STATE
from staffing.models import Department

LITIGATION = (1, 2, 4)
"""Clauses of Art. 31: courts and what leads there, arbitration, reconsideration and other administrative ways."""


@dataclass(frozen=True, slots=True)
class Stage:
    """`code` is one of `HEARING_STAGES`; `answer_on`: when the opinion that is disputed here was served."""

    code: str
    unit_id: int
    began_on: dt.date
    answer_on: dt.date | None


def stage_of(case: Case) -> Stage | None:
    """None in a state in which no hearing is held."""
    code = STAGE_OF_STATE.get(case.status)
    if code is None:
        return None
    where = standing(case)
    if code == "handle":
        if case.first_handler_id is None:
            return None
        # What an earlier round has answered was revoked: no window is counted from it.
        return Stage(code, case.first_handler_id, case.accepted_on or case.received_on, None)
    if where.review is None:
        return None
    asked_on = Review.objects.values_list("requested_on", flat=True).get(pk=where.review["id"])
    disputed = where.issued["document_id"] if where.issued else None
    if code == "reexamine":
        decided = [row for row in where.reviews if row["stage"] == "review" and row["status"] == "decided"]
        disputed = decided[-1]["document_id"] if decided else None
    return Stage(code, where.review["department_id"], asked_on, where.served.get(disputed or 0))


def is_litigation(case: Case) -> bool:
    """Every claim that is left here belongs before a court, an arbitrator or a reconsideration body."""
    clauses = [row["clause"] for row in standing(case).claims]
    return bool(clauses) and all(clause in LITIGATION for clause in clauses)


def organisers(case: Case, stage: Stage) -> list[Department]:
    """Who may hold it: the unit whose matter it is at this stage, first; else the petition office of the hall. Never
    one that the case complains of.
    """
    barred = standing(case).barred_units
    own = Department.objects.filter(pk=stage.unit_id).first()
    office = petition_office(case)
    found: dict[int, Department] = {}
    for unit in (own, office if office and office.is_active else None):
        if unit is not None and unit.pk not in barred:
            found.setdefault(unit.pk, unit)
    return list(found.values())
