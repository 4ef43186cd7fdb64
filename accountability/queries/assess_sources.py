"""The events that cost points, one statement for each source of the closed list `EVENTS`, and the misses of a rate.

Each row: the event, the day, the case, the finding, the supervision, the record in words. Only what a person has
found or decided, or what is a plain record; and on the day on which it was: a finding that is decided next year is of
next year's assessment. The lists of sources and of statements are the same, or this module does not load.
"""

# ruff: noqa: S608 - every statement is put together from constants of this module

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accountability.lifecycle import AGAINST_UNIT, EVENTS, RATES
from accountability.models import AssessedEvent, Finding
from accountability.queries.indicator_sources import items
from accountability.queries.indicator_table import INDICATORS
from accountability.queries.indicators import facts_of
from accountability.queries.periods import Period, Scope

_BETWEEN = "{0} >= %(from_at)s AND {0} < %(to_at)s AND {0} <= %(now)s"
_DAY = "({} AT TIME ZONE %(tz)s)::date"


def _finding(condition: str) -> str:
    """Decided against the unit, for at least a day where it is about lateness; never open, dismissed or in review."""
    decided = "coalesce(f.reviewed_at, f.decided_at)"
    states = ", ".join(f"'{state}'" for state in AGAINST_UNIT)
    return f"""
SELECT 'deadline:' || f.deadline_id, {_DAY.format(decided)}, f.case_id, f.id, NULL::bigint, ''
FROM accountability_finding f JOIN cases_deadline d ON d.id = f.deadline_id
WHERE f.hall_id = %(hall)s AND f.department_id = %(unit)s AND f.status IN ({states})
    AND (f.fault <> 'late' OR coalesce(f.decided_days, f.days_late) > 0)
    AND {_BETWEEN.format(decided)} AND ({condition})
"""


def _verified(event: str, condition: str) -> str:
    """Closed by a person who found that there was something to put right."""
    return f"""
SELECT {event}, {_DAY.format("s.closed_at")}, s.case_id, NULL::bigint, s.id, ''
FROM accountability_supervision s
WHERE s.hall_id = %(hall)s AND s.department_id = %(unit)s AND s.status = 'closed' AND s.outcome <> 'needless'
    AND {_BETWEEN.format("s.closed_at")} AND ({condition})
"""


# A clock of a supervision that stands open past its day is late already.
_SUPERVISION_LATE = f"""
SELECT 'deadline:' || d.id, d.due_on, s.case_id, NULL::bigint, s.id, ''
FROM accountability_supervision s JOIN cases_deadline d ON d.id = s.clock_id
WHERE s.hall_id = %(hall)s AND s.department_id = %(unit)s AND s.status IN ('open', 'answered', 'closed')
    AND s.outcome <> 'needless' AND {_BETWEEN.format("d.due_at")}
    AND (d.met_at >= d.due_at OR (d.met_at IS NULL AND (d.void_at IS NULL OR d.void_at >= d.due_at)))
    AND NOT EXISTS (SELECT FROM accountability_finding f JOIN accountability_findingperiod p ON p.finding_id = f.id
        WHERE p.deadline_id = d.id)
"""
_RETURNED = f"""
SELECT 'feedback:' || b.id, {_DAY.format("b.at")}, s.case_id, NULL::bigint, s.id, ''
FROM accountability_supervisionfeedback b JOIN accountability_supervision s ON s.id = b.supervision_id
WHERE s.hall_id = %(hall)s AND s.department_id = %(unit)s AND b.kind = 'return' AND {_BETWEEN.format("b.at")}
    AND s.outcome <> 'needless'
"""
_REVOKED = f"""
SELECT 'review:' || r.id, {_DAY.format("r.decided_at")}, r.case_id, NULL::bigint, NULL::bigint, ''
FROM cases_review r JOIN cases_case c ON c.id = r.case_id JOIN cases_opinion o ON o.document_id = r.challenged_id
WHERE c.hall_id = %(hall)s AND o.department_id = %(unit)s AND r.status = 'decided'
    AND r.outcome IN ('revoke', 'redo') AND {_BETWEEN.format("r.decided_at")}
"""
# Planned, and nobody sat there: no sitter, or one whom the attendance of a day on which it was kept does not know.
_ABSENCE = """
SELECT DISTINCT 'absence:' || t.id || ':' || y.day || ':' || y.half || coalesce(':' || w.number, ''), y.day,
    NULL::bigint, NULL::bigint, NULL::bigint,
    y.day || ' ' || CASE y.half WHEN 'am' THEN '上午' ELSE '下午' END || coalesce(' ' || w.name, ' 随叫随驻')
FROM staffing_duty y LEFT JOIN staffing_window w ON w.id = y.window_id
    JOIN staffing_station t ON t.hall_id = y.hall_id AND t.department_id = %(unit)s
WHERE y.hall_id = %(hall)s AND y.status = 'planned' AND y.kind IN ('window', 'on_call')
    AND coalesce(y.unit_id, w.department_id) = %(unit)s AND y.day >= %(start)s AND y.day < %(end)s
    AND y.ends_at <= %(now)s
    AND (y.sitter_id IS NULL OR (y.kind = 'window'
        AND NOT EXISTS (SELECT FROM staffing_attendance a WHERE a.hall_id = y.hall_id AND a.day = y.day
            AND a.user_id = y.sitter_id)
        AND EXISTS (SELECT FROM staffing_attendance a WHERE a.hall_id = y.hall_id AND a.day = y.day)))
"""
_OF_THE_UNIT = "'perfunctory', 'passed_on', 'against_rules', 'untrue', 'not_executed'"
STATEMENTS: Mapping[str, str] = {
    "finding_late": _finding("f.fault = 'late' AND d.kind NOT IN ('notify', 'simple_accept', 'serve')"),
    "finding_notice": _finding(
        "f.fault = 'not_told' OR (f.fault = 'late' AND d.kind IN ('notify', 'simple_accept'))"
    ),
    "finding_service": _finding("f.fault = 'not_served' OR (f.fault = 'late' AND d.kind = 'serve')"),
    "finding_conduct": _finding("f.fault IN ('passed_on', 'perfunctory', 'untrue', 'not_executed')"),
    "supervision_late": _SUPERVISION_LATE,
    "document_returned": _RETURNED,
    "no_record": _verified("'supervision:' || s.id", "s.trigger = 'half_time'"),
    "conduct": _verified("'supervision:' || s.id", f"s.trigger IN ({_OF_THE_UNIT})"),
    "rating_low": _verified("s.occasion", "s.trigger = 'low_rating'"),
    "opinion_revoked": _REVOKED,
    "absence": _ABSENCE,
}
if set(STATEMENTS) != set(EVENTS) or not set(RATES) <= set(INDICATORS):
    raise ValueError("accountability: a source of the assessment has no statement, or a statement no source")
if any(INDICATORS[code].kind != "share" or INDICATORS[code].good != "high" for code in RATES):
    raise ValueError("accountability: points are given for shares of which more is better")

_EVENT_OF = {"clocks": "deadline:", "ratings": "rating:", "accepted": "contact:"}
"""By the source of an indicator: what its `ref` names."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that costs points, before it is one of an assessment's."""

    event: str
    on: dt.date
    case_id: int | None = None
    finding_id: int | None = None
    supervision_id: int | None = None
    record: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many were due, how many of them kept, how many were left out, and those that were not kept."""

    denominator: int
    numerator: int
    excluded: int
    misses: list[Seen]


def facts(
    hall_id: int, department_id: int, first: dt.date, last: dt.date, *, now: dt.datetime
) -> dict[str, Any]:
    period = Period.between(first, last)
    scope = Scope((hall_id,), department_id)
    return facts_of(scope, period.start, period.end, now=now) | {"hall": hall_id, "unit": department_id}


def seen_by(source: str, asked: Mapping[str, Any]) -> list[Seen]:
    """All that the source knows, the earliest first; one statement."""
    sql = f"SELECT * FROM ({STATEMENTS[source]}) seen(event, on_day, c, f, s, record) ORDER BY on_day, event"
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(asked))
        return [Seen(*row) for row in cursor.fetchall()]


def rate_of(code: str, asked: Mapping[str, Any], taken: Collection[str]) -> Rate:
    """The share as the indicator counts it, less the misses on which nobody has decided against the unit.

    A miss whose finding is open, dismissed, under review or another unit's leaves the denominator, as does one that
    is `taken`: counted in another line or another year. Three statements whatever the number of cases.
    """
    name = _EVENT_OF[INDICATORS[code].source]
    base = f"FROM {items([code])} WHERE indicator = %(code)s AND den AND department_id = %(unit)s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE num) {base}", {**asked, "code": code})
        denominator, numerator = cursor.fetchone()
        cursor.execute(
            f"SELECT ref, day, case_id {base} AND NOT num ORDER BY day, ref", {**asked, "code": code}
        )
        rows = cursor.fetchall()
    findings = _findings([ref for ref, _day, _case in rows]) if name == "deadline:" else {}
    misses: list[Seen] = []
    known = set(taken)
    for ref, day, case_id in rows:
        finding = findings.get(ref)
        event = (
            f"{name}{finding.deadline_id if finding else ref}"  # one finding of several periods is one event
        )
        if event not in known and stands(finding, asked["unit"]):
            known.add(event)
            misses.append(Seen(event, day, case_id, finding.pk if finding else None))
    excluded = len(rows) - len(misses)
    return Rate(denominator - excluded, numerator, excluded, misses)


def _findings(deadline_ids: list[int]) -> dict[int, Finding]:
    """By each of the deadlines that it holds late; one by hand about another fault of that period is no lateness."""
    found: dict[int, Finding] = {}
    late = Finding.objects.filter(fault="late")
    rows = late.filter(periods__deadline__in=deadline_ids) | late.filter(deadline__in=deadline_ids)
    for finding in rows.distinct().prefetch_related("periods").order_by("pk"):
        known = {finding.deadline_id, *(period.deadline_id for period in finding.periods.all())}
        found |= {pk: finding for pk in known if pk is not None}
    return found


def stands(finding: Finding | None, department_id: int) -> bool:
    """Whether it may cost this unit points: none at all is a plain record; one must be decided against this unit."""
    if finding is None:
        return True
    days = finding.days_late if finding.decided_days is None else finding.decided_days
    held = finding.fault != "late" or days > 0
    return finding.department_id == department_id and finding.status in AGAINST_UNIT and held


def no_longer_stand(events: Collection[AssessedEvent], department_id: int) -> Iterator[AssessedEvent]:
    """Those of these events whose finding or supervision no longer says what it said when they were counted."""
    for one in events:
        dismissed = one.finding is not None and not stands(one.finding, department_id)
        if dismissed or (one.supervision is not None and one.supervision.outcome == "needless"):
            yield one
