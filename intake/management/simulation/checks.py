"""What must be true of a hall, whatever happened in it. Each check counts what it looked at and names what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from cases.actions.deadlines import shifted
from cases.lifecycle import CASE
from cases.models import Case, Deadline, Respondent
from cases.terms import WINDOWS
from hall import journal
from hall.access import Actor, Held
from hall.models import JournalEntry
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LIAISON
from staffing.models import Hall
from staffing.queries import in_working_hours

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Check:
    """`looked_at` things were looked at; `wrong` names those that break the rule (the first few)."""

    name: str
    looked_at: int
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.wrong


def _rows(statement: str, *facts: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(facts))
        return list(cursor.fetchall())


def _named(statement: str, *facts: Any) -> list[str]:
    """What breaks the rule, by the name that the statement gives it."""
    return [str(row[0]) for row in _rows(statement, *facts)]


def _check(name: str, looked_at: int, wrong: Sequence[str]) -> Check:
    return Check(name, looked_at, tuple(wrong[:SHOWN]))


def _count(table: str, where: str = "true") -> int:
    return int(_rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])  # noqa: S608 - constants


def no_deadline_without_its_steps(now: dt.datetime) -> Check:
    """Every step that was due while its clock ran was taken; nothing due now is left over in working hours."""
    working = sorted(in_working_hours(list(Hall.objects.values_list("pk", flat=True)), now))
    left = _named(
        "SELECT d.kind || ' ' || c.number FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id"
        " WHERE d.met_at IS NULL AND d.void_at IS NULL AND d.next_step_at <= %s AND d.hall_id = ANY(%s)",
        now, working,
    )  # fmt: skip
    lost = _named(
        "SELECT d.kind || ' ' || c.number FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id"
        " WHERE d.steps_taken <> (SELECT count(*) FROM cases_deadlinestep s WHERE s.deadline_id = d.id"
        "   AND s.due_on = d.due_on AND s.rung_id = ANY(d.step_rungs))"
    )
    return _check("every deadline has taken its steps", _count("cases_deadline"), [*left, *lost])


def no_step_twice(now: dt.datetime) -> Check:
    twice = _named(
        "SELECT deadline_id || '/' || rung_id FROM cases_deadlinestep GROUP BY deadline_id, rung_id, due_on"
        " HAVING count(*) > 1"
    )
    return _check("no step was taken twice", _count("cases_deadlinestep"), twice)


def every_case_goes_on_or_has_ended(now: dt.datetime) -> Check:
    """A case that has not ended has a clock that runs: somebody must do something by some day, or may."""
    beside = (
        "follow_up",
        "report",
        "report_urgent",
        "contribute",
        "supplement",
        "supervise",
        "statement",
    )  # none of them leads on
    running = Deadline.objects.open().filter(case=OuterRef("pk")).exclude(kind__in=beside)
    hanging = (
        Case.objects.exclude(status__in=CASE.ends).filter(~Exists(running)).values_list("number", "status")
    )
    wrong = [f"{number} ({status})" for number, status in hanging]
    return _check("no case without a next step or an end", Case.objects.count(), wrong)


def every_document_is_numbered_without_gaps(now: dt.datetime) -> Check:
    gaps = _named(
        "SELECT kind || ' ' || organ || ' ' || year FROM hall_issueddocument GROUP BY kind, organ, year"
        " HAVING max(serial) <> count(*) OR min(serial) <> 1"
    )
    return _check("documents are numbered without gaps", _count("hall_issueddocument"), gaps)


def every_ticket_is_numbered_without_gaps(now: dt.datetime) -> Check:
    gaps = _named(
        "SELECT hall_id || ' ' || day FROM intake_ticket GROUP BY hall_id, day, rtrim(number, '0123456789')"
        " HAVING max(serial) <> count(*) OR min(serial) <> 1"
    )
    return _check("tickets are numbered without gaps", _count("intake_ticket"), gaps)


def the_journal_is_whole(now: dt.datetime) -> Check:
    broken = [f"{stream}#{seq}" for stream, seq in journal.verify()]
    return _check("the journal's chains are whole", JournalEntry.objects.count(), broken)


def every_date_is_what_the_clock_says(now: dt.datetime) -> Check:
    differ = [f"{one.kind} {one.case_number}: {one.old} → {one.new}" for one in shifted(now=now)]
    running = _count("cases_deadline", "met_at IS NULL AND void_at IS NULL")
    return _check("stored dates equal a recomputation", running, differ)


def no_opinion_has_an_empty_row(now: dt.datetime) -> Check:
    empty = _named(
        "SELECT o.id FROM cases_opinion o JOIN cases_opinionrow r ON r.opinion_id = o.id WHERE o.status = 'issued'"
        " AND (r.conclusion = '' OR r.facts = '' OR r.basis = '' OR r.answer = '')"
    )
    issued = _count("cases_opinion", "status = 'issued'")
    return _check("every claim of an issued opinion is answered", issued, empty)


def whom_a_case_complains_of_sees_nothing(now: dt.datetime) -> Check:
    wrong = []
    rows = Respondent.objects.exclude(department=None).values_list(
        "case_id", "department_id", "case__hall_id"
    )
    for case_id, unit, hall in rows:
        held = (Held(LIAISON, unit, hall), Held(DEPARTMENT_HEAD, unit, hall), Held(HALL_MANAGER, unit, hall))
        if Case.objects.visible_to(Actor("", -1, held=held)).filter(pk=case_id).exists():
            wrong.append(str(case_id))
    return _check("whom a case complains of cannot see it", len(rows), wrong)


def no_rating_by_default(now: dt.datetime) -> Check:
    odd = _named("SELECT id FROM cases_rating WHERE (status = 'rated') <> (grade IS NOT NULL AND door <> '')")
    return _check("no rating but the petitioner's own", _count("cases_rating"), odd)


def what_is_late_is_known_above(now: dt.datetime) -> Check:
    """A duty a week past its day has told the hall manager or the supervisor, whatever became of it since."""
    late = _rows(
        "SELECT c.number, d.kind, EXISTS (SELECT FROM cases_deadlinestep s WHERE s.deadline_id = d.id"
        "   AND s.due_on = d.due_on AND s.role IN ('hall_manager', 'supervisor'))"
        " FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id WHERE NOT d.kind = ANY(%s)"
        " AND d.due_at + interval '7 days' < coalesce(d.met_at, d.void_at, %s)",
        sorted(WINDOWS), now,
    )  # fmt: skip
    wrong = [f"{kind} {number}" for number, kind, told in late if not told]
    return _check("what is late is known above the unit", len(late), wrong)


CHECKS: Mapping[str, Callable[[dt.datetime], Check]] = {
    check.__name__: check
    for check in (
        no_deadline_without_its_steps,
        no_step_twice,
        every_case_goes_on_or_has_ended,
        every_document_is_numbered_without_gaps,
        every_ticket_is_numbered_without_gaps,
        the_journal_is_whole,
        every_date_is_what_the_clock_says,
        no_opinion_has_an_empty_row,
        whom_a_case_complains_of_sees_nothing,
        no_rating_by_default,
        what_is_late_is_known_above,
    )
}


def run_all(now: dt.datetime) -> Iterator[Check]:
    for check in CHECKS.values():
        yield check(now)
