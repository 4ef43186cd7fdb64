"""The rounds of the worker: open a finding for every late period, count on, end the unit's time to speak.

Each takes everything that is due, never "since yesterday", one case at a time under its lock: a dead worker delays,
two at once find nothing left to do, and the unique key of `FindingPeriod` is the last guard.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accountability.actions.findings import LAPSED, about, end_say, start_say, tell_of, unit_people
from accountability.actions.hand_findings import set_findings_from
from accountability.lifecycle import FINDING, HEARD
from accountability.models import Finding, FindingPeriod, FindingSpan, FindingStart
from accountability.queries.case_files import file_of, held
from accountability.queries.causes import ONE, Period, Span, days_by_cause, period_of, totals
from accountability.terms import SPARED, WAIT_DAYS
from cases.models import Case, Deadline
from hall import journal
from hall.access import SYSTEM
from staffing.models import Hall

BATCH = 500

# Late is what ended at or after the moment in which it was due, or stands open so many days after it. One that passed
# to another unit in the same moment goes on in that unit's deadline: the finding is that one's.
_DUE = """
SELECT d.case_id, d.id FROM cases_deadline d
WHERE (d.met_at >= d.due_at OR d.void_at >= d.due_at) AND EXISTS (SELECT FROM accountability_findingstart s
        WHERE s.hall_id = d.hall_id AND coalesce(d.met_at, d.void_at) >= s.from_on::timestamp AT TIME ZONE %(zone)s)
    AND NOT d.kind = ANY(%(spared)s)
    AND NOT EXISTS (SELECT FROM accountability_findingperiod p WHERE p.deadline_id = d.id)
    AND NOT (d.void_at IS NOT NULL AND EXISTS (SELECT FROM hall_journalentry e WHERE e.stream = 'case:' || d.case_id
        AND e.verb = 'start_deadline' AND e.at = d.void_at AND e.after ->> 'term' = d.kind
        AND coalesce(e.after ->> 'item', '') = d.item AND e.after ->> 'started_on' = d.started_on::text))
UNION ALL
SELECT d.case_id, d.id FROM cases_deadline d
WHERE d.met_at IS NULL AND d.void_at IS NULL AND d.due_at <= %(long_ago)s AND NOT d.kind = ANY(%(spared)s)
    AND NOT EXISTS (SELECT FROM accountability_findingperiod p WHERE p.deadline_id = d.id)
ORDER BY 1, 2 LIMIT %(limit)s
"""


def open_findings(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Every late period gets its one finding; those not decided yet are counted on. Returns how many opened."""
    _start_halls(now=now)
    opened = 0
    while rows := _due(now, limit):
        for case_id, pks in groupby(rows, key=lambda row: row[0]):
            opened += _open_of_case(case_id, [pk for _case, pk in pks], now=now)
        if len(rows) < limit:
            break
    _count_on(now=now)
    return opened


def _start_halls(*, now: dt.datetime) -> None:
    """A hall in which no round was yet begins today: what was late before an upgrade opens nothing by itself."""
    begun = FindingStart.objects.values("hall")
    for pk in Hall.objects.exclude(pk__in=begun).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            Hall.objects.select_for_update().get(pk=pk)
            if not FindingStart.objects.filter(hall=pk).exists():
                set_findings_from(actor=SYSTEM, hall_id=pk, from_on=timezone.localdate(now), now=now)


def _due(now: dt.datetime, limit: int) -> list[tuple[int, int]]:
    facts: dict[str, Any] = {
        "spared": sorted(SPARED), "long_ago": now - dt.timedelta(days=WAIT_DAYS), "limit": limit,
        "zone": timezone.get_current_timezone_name(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DUE, facts)
        return [(int(case), int(pk)) for case, pk in cursor.fetchall()]


@transaction.atomic
def _open_of_case(case_id: int, pks: Iterable[int], *, now: dt.datetime) -> int:
    case = Case.objects.locked(case_id)
    file, opened = file_of(case), 0
    for pk in pks:
        if FindingPeriod.objects.filter(
            deadline=pk
        ).exists():  # another round was here before the lock was ours
            continue
        period = period_of(file, pk)
        known = Finding.objects.filter(periods__deadline__in=period.pks).first()
        if known is None:
            spans = held(case.hall_id, days_by_cause(file, period, until=timezone.localdate(now)))
            known = _open(case, period, spans, is_hall=_is_hall(period, file.office_id), now=now)
            opened += 1
        new = set(period.pks) - set(known.periods.values_list("deadline_id", flat=True))
        FindingPeriod.objects.bulk_create(
            FindingPeriod(finding=known, deadline_id=one) for one in sorted(new)
        )
    return opened


def _is_hall(period: Period, office_id: int | None) -> bool:
    return period.clock.department_id in (None, office_id)


def _open(case: Case, period: Period, spans: list[Span], *, is_hall: bool, now: dt.datetime) -> Finding:
    clock = period.clock
    today = timezone.localdate(now)
    finding = Finding(
        hall_id=case.hall_id,
        case=case,
        deadline=Deadline.objects.get(pk=clock.pk),
        department_id=clock.department_id,
        is_hall=is_hall,
        started_on=period.started_on,
        due_on=clock.due_on or today,
        met_on=period.ended_on if period.is_met else None,
        counted_to=period.ended_on or today,
        is_running=period.ended_on is None,
        days_late=sum(one.days for one in spans if one.is_late),
        opened_at=now,
        state_by_on=today,
    )
    finding.save(force_insert=True)
    start_say(case, finding, now=now, actor=SYSTEM)
    finding.save(update_fields=["state_by_on"])
    _keep(finding, spans)
    unit = finding.department.name if finding.department else ""
    after = {
        "term": clock.kind, "unit": unit, "due_on": finding.due_on, "days": finding.days_late, "causes": totals(spans),
        "until": finding.state_by_on,
    }  # fmt: skip
    journal.record(SYSTEM, "open_findings", finding, stream=case, after=after, now=now)
    until = finding.state_by_on.isoformat()
    tell_of(finding, unit_people(finding, now), "finding_opened", once="opened", now=now, until=until)
    return finding


def _keep(finding: Finding, spans: Iterable[Span]) -> None:
    FindingSpan.objects.bulk_create(
        FindingSpan(
            finding=finding,
            cause=one.cause,
            from_on=one.from_on,
            to_on=one.to_on,
            department_id=one.department_id,
            posting_id=one.posting_id,
            entries=list(one.entries),
            is_late=one.is_late,
        )
        for one in spans
    )


def _count_on(*, now: dt.datetime) -> None:
    """A period that was open when its finding opened has ended since: the days in between are added, once."""
    ended = Finding.objects.filter(is_running=True, status__in=HEARD).exclude(
        deadline__met_at=None, deadline__void_at=None
    )
    for pk, case_id in list(ended.order_by("case_id", "pk").values_list("pk", "case_id")):
        _count_on_one(pk, case_id, now=now)


@transaction.atomic
def _count_on_one(pk: int, case_id: int, *, now: dt.datetime) -> None:
    case = Case.objects.locked(case_id)
    finding = Finding.objects.locked(pk)
    if not finding.is_running or finding.status not in HEARD:
        return
    file = file_of(case)
    period = period_of(file, finding.deadline_id or 0)  # a late one has always a period
    if period.ended_on is None and period.clock.pk == finding.deadline_id:
        return
    counted = finding.counted_to
    spans = days_by_cause(file, period, until=timezone.localdate(now))
    new = held(case.hall_id, [_after(one, counted) for one in spans if one.to_on > counted])
    _keep(finding, new)
    known = set(finding.periods.values_list("deadline_id", flat=True))
    FindingPeriod.objects.bulk_create(
        FindingPeriod(finding=finding, deadline_id=one) for one in period.pks if one not in known
    )
    finding.deadline_id = period.clock.pk
    finding.met_on = period.ended_on if period.is_met else None
    finding.is_running = period.ended_on is None
    finding.counted_to = max(counted, period.ended_on or timezone.localdate(now))
    finding.days_late += sum(one.days for one in new if one.is_late)
    finding.save(update_fields=["deadline", "met_on", "is_running", "counted_to", "days_late"])
    after = {"term": period.clock.kind, "days": finding.days_late}
    journal.record(SYSTEM, "count_finding", finding, stream=case, after=after, now=now)


def _after(span: Span, day: dt.date) -> Span:
    return span if span.from_on > day else Span(
        span.cause, day + ONE, span.to_on, span.department_id, span.entries, span.is_late
    )  # fmt: skip


def lapse_statements(*, now: dt.datetime, limit: int = BATCH) -> int:
    """The unit had its time and said nothing: the finding can be decided. Returns how many."""
    today, lapsed = timezone.localdate(now), 0
    due = Finding.objects.filter(status="opened", state_by_on__lt=today)
    while rows := list(due.order_by("case_id", "pk").values_list("pk", "case_id")[:limit]):
        done = sum(_lapse(pk, case_id, now=now) for pk, case_id in rows)
        lapsed += done
        if len(rows) < limit or not done:
            break
    return lapsed


@transaction.atomic
def _lapse(pk: int, case_id: int, *, now: dt.datetime) -> int:
    case = Case.objects.locked(case_id)
    finding = Finding.objects.locked(pk)
    if finding.status != "opened" or finding.state_by_on >= timezone.localdate(now):  # it spoke meanwhile
        return 0
    finding.status = FINDING.target("lapse_statements", finding.status)
    finding.save(update_fields=["status"])
    end_say(case, finding, reason=LAPSED, actor=SYSTEM, now=now)
    after = {**about(finding), "finding_status": finding.status}
    journal.record(SYSTEM, "lapse_statements", finding, stream=case, after=after, now=now)
    return 1
