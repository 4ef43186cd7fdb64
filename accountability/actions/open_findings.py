"""The rounds of the worker: open a finding for every late period, count on, end the unit's time to speak.

Each takes everything that is due, never "since yesterday", one case at a time under its lock: a dead worker delays,
two at once find nothing left to do, and the unique key of `FindingPeriod` is the last guard.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accountability.actions.findings import (
    LAPSED,
    about,
    end_say,
    follow_clock,
    start_say,
    tell_of,
    unit_people,
)
from accountability.actions.hand_findings import set_findings_from
from accountability.actions.sweeps import swept, tell_failed
from accountability.lifecycle import FINDING, HEARD
from accountability.models import Finding, FindingPeriod, FindingSpan, FindingStart
from accountability.queries.case_files import file_of, held
from accountability.queries.causes import ONE, Period, Span, period_of, totals
from accountability.queries.shares import Share, shares_of
from accountability.terms import SPARED, WAIT_DAYS
from cases.models import Case, Deadline
from cases.terms import NEVER_LATE
from hall import journal
from hall.access import SYSTEM
from staffing.models import Hall

BATCH = 500
COUNTED = gettext_noop("逾期日数有增加，说明期限重新起算。")

_NEVER = ", ".join(f"'{kind}'" for kind in NEVER_LATE)
# Late is what ended at or after the moment in which it was due, or stands open so many days after it. One that passed
# to another unit in the same moment goes on in that unit's deadline: the whole is looked at from there. The kinds stand
# in the words of the index `deadline_ended_late`, which serves no other.
_DUE = f"""
SELECT case_id, id FROM (
SELECT d.case_id, d.id FROM cases_deadline d
WHERE (d.met_at >= d.due_at OR d.void_at >= d.due_at) AND NOT (d.kind IN ({_NEVER})) AND NOT d.kind = ANY(%(spared)s)
    AND EXISTS (SELECT FROM accountability_findingstart s
        WHERE s.hall_id = d.hall_id AND coalesce(d.met_at, d.void_at) >= s.from_on::timestamp AT TIME ZONE %(zone)s)
    AND (d.case_id, d.id) > (%(case)s, %(deadline)s)
    AND NOT EXISTS (SELECT FROM accountability_findingperiod p WHERE p.deadline_id = d.id)
    AND NOT (d.void_at IS NOT NULL AND EXISTS (SELECT FROM hall_journalentry e WHERE e.stream = 'case:' || d.case_id
        AND e.verb = 'start_deadline' AND e.at = d.void_at AND e.after ->> 'term' = d.kind
        AND coalesce(e.after ->> 'item', '') = d.item AND e.after ->> 'started_on' = d.started_on::text))
UNION ALL
SELECT d.case_id, d.id FROM cases_deadline d
WHERE d.met_at IS NULL AND d.void_at IS NULL AND d.due_at <= %(long_ago)s AND NOT d.kind = ANY(%(spared)s)
    AND (d.case_id, d.id) > (%(case)s, %(deadline)s)
    AND NOT EXISTS (SELECT FROM accountability_findingperiod p WHERE p.deadline_id = d.id)
) found
ORDER BY 1, 2 LIMIT %(limit)s
"""  # noqa: S608 - words of our own


def open_findings(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Every late period gets its findings; those not decided yet are counted on. Returns how many opened."""
    _start_halls(now=now)
    opened, failed, after = 0, 0, (0, 0)
    while rows := _due(now, limit, after):
        for case_id, pks in groupby(rows, key=lambda row: row[0]):
            done = swept(
                partial(_open_of_case, case_id, [pk for _case, pk in pks], now=now), f"case {case_id}"
            )
            opened, failed = opened + (done or 0), failed + (done is None)
        after = rows[-1]
        if len(rows) < limit:
            break
    failed += _count_on(now=now)
    tell_failed("open_findings", failed, now=now)
    return opened


def _start_halls(*, now: dt.datetime) -> None:
    """A hall in which no round was yet begins today: what was late before an upgrade opens nothing by itself."""
    begun = FindingStart.objects.values("hall")
    for pk in Hall.objects.exclude(pk__in=begun).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            Hall.objects.select_for_update().get(pk=pk)
            if not FindingStart.objects.filter(hall=pk).exists():
                set_findings_from(actor=SYSTEM, hall_id=pk, from_on=timezone.localdate(now), now=now)


def _due(now: dt.datetime, limit: int, after: tuple[int, int]) -> list[tuple[int, int]]:
    facts: dict[str, Any] = {
        "spared": sorted(SPARED), "long_ago": now - dt.timedelta(days=WAIT_DAYS), "limit": limit,
        "case": after[0], "deadline": after[1],
        "zone": timezone.get_current_timezone_name(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DUE, facts)
        return [(int(case), int(pk)) for case, pk in cursor.fetchall()]


@transaction.atomic
def _open_of_case(case_id: int, pks: Iterable[int], *, now: dt.datetime) -> int:
    case = Case.objects.locked(case_id)
    file, opened, today = file_of(case), 0, timezone.localdate(now)
    for pk in pks:
        # Another round was here before the lock was ours.
        if FindingPeriod.objects.filter(deadline=pk).exists():
            continue
        period = period_of(file, pk)
        root, shares = period.lives[0].clock.pk, shares_of(file, period, until=today)
        known = {one.department_id: one for one in Finding.objects.filter(chain=root)}
        for share in _answerable(shares, known):
            unit = share.clock.department_id
            known[unit] = _open(case, period, share, now=now)
            opened += 1
        _cover(shares, known, root)
    return opened


def _answerable(shares: Sequence[Share], known: Mapping[int | None, Finding]) -> list[Share]:
    """The units that lost days of their own. Where none did and it is over, the last one that had it when it was late
    says how it was; where it still runs nobody is asked yet.
    """
    found = [one for one in shares if one.own_late and one.clock.department_id not in known]
    if not found and not known and not shares[-1].is_running:
        found = [one for one in shares if one.days_late][-1:] or [shares[-1]]
    return found


def _cover(shares: Sequence[Share], known: Mapping[int | None, Finding], root: int) -> None:
    """Which deadlines need not be looked at again: each stands under its unit's finding, once all is over those of the
    others under the last one.
    """
    is_over, rows = not shares[-1].is_running, []
    last = next(
        (known[one.clock.department_id] for one in reversed(shares) if one.clock.department_id in known), None
    )
    for share in shares:
        finding = known.get(share.clock.department_id) or (last if is_over else None)
        rows += [FindingPeriod(finding=finding, deadline_id=life.clock.pk) for life in share.lives if finding]
    covered = set(FindingPeriod.objects.filter(finding__chain=root).values_list("deadline_id", flat=True))
    FindingPeriod.objects.bulk_create(one for one in rows if one.deadline_id not in covered)


def _open(case: Case, period: Period, share: Share, *, now: dt.datetime) -> Finding:
    clock, root = share.clock, period.lives[0].clock.pk
    today = timezone.localdate(now)
    spans = held(case.hall_id, list(share.spans))
    finding = Finding(
        hall_id=case.hall_id,
        case=case,
        deadline=Deadline.objects.get(pk=clock.pk),
        chain_id=root,
        department_id=clock.department_id,
        is_hall=share.is_office,
        started_on=period.started_on,
        due_on=clock.due_on or today,
        met_on=share.until if share.is_met else None,
        counted_to=share.until,
        is_running=share.is_running,
        days_late=share.days_late,
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
            chain_id=finding.chain_id,
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


def _count_on(*, now: dt.datetime) -> int:
    """A period that was open when its finding opened has ended since: the days in between are added, once. Returns on
    how many that failed.
    """
    ended = Finding.objects.filter(is_running=True, status__in=HEARD).exclude(
        deadline__met_at=None, deadline__void_at=None
    )
    rows = list(ended.order_by("case_id", "pk").values_list("pk", "case_id"))
    done = [swept(partial(_count_on_one, pk, case_id, now=now), f"finding {pk}") for pk, case_id in rows]
    return done.count(None)


@transaction.atomic
def _count_on_one(pk: int, case_id: int, *, now: dt.datetime) -> int:
    """Where they were late days the unit is heard anew: what it said was about fewer."""
    case = Case.objects.locked(case_id)
    finding = Finding.objects.locked(pk)
    if not finding.is_running or finding.status not in HEARD:
        return 0
    file = file_of(case)
    period = period_of(file, finding.deadline_id or 0)  # a late one has always a period
    shares = shares_of(file, period, until=timezone.localdate(now))
    share = next(one for one in shares if one.clock.department_id == finding.department_id)
    if share.is_running and share.clock.pk == finding.deadline_id:
        return 0
    counted, before = finding.counted_to, finding.days_late
    new = held(case.hall_id, [_after(one, counted) for one in share.spans if one.to_on > counted])
    _keep(finding, new)
    finding.deadline = Deadline.objects.get(pk=share.clock.pk)
    finding.met_on = share.until if share.is_met else None
    finding.is_running = share.is_running
    finding.counted_to = max(counted, share.until)
    finding.days_late += sum(one.days for one in new if one.is_late)
    fields = ["deadline", "met_on", "is_running", "counted_to", "days_late"]
    if finding.days_late > before:
        end_say(case, finding, reason=COUNTED, actor=SYSTEM, now=now)
        finding.status = FINDING.target("count_finding", finding.status)
        start_say(case, finding, now=now, actor=SYSTEM)
        fields += ["status", "state_by_on", "is_heard"]
    finding.save(update_fields=fields)
    known = {one.department_id: one for one in Finding.objects.filter(chain=finding.chain_id)}
    _cover(shares, known, period.lives[0].clock.pk)
    after = {"term": share.clock.kind, "days": finding.days_late}
    if finding.days_late > before:
        after["until"] = finding.state_by_on
        until = finding.state_by_on.isoformat()
        once = f"{finding.counted_to}"
        tell_of(finding, unit_people(finding, now), "finding_counted", once=once, now=now, until=until)
    journal.record(SYSTEM, "count_finding", finding, stream=case, after=after, now=now)
    return 1


def _after(span: Span, day: dt.date) -> Span:
    return span if span.from_on > day else Span(
        span.cause, day + ONE, span.to_on, span.department_id, span.entries, span.is_late
    )  # fmt: skip


def lapse_statements(*, now: dt.datetime, limit: int = BATCH) -> int:
    """The unit had its time and said nothing: the finding can be decided. Returns how many."""
    today, lapsed, failed, after = timezone.localdate(now), 0, 0, 0
    due = Finding.objects.filter(status="opened", state_by_on__lt=today)
    while rows := list(due.filter(pk__gt=after).order_by("pk").values_list("pk", "case_id")[:limit]):
        for pk, case_id in rows:
            done = swept(partial(_lapse, pk, case_id, now=now), f"finding {pk}")
            lapsed, failed = lapsed + (done or 0), failed + (done is None)
        after = rows[-1][0]
        if len(rows) < limit:
            break
    tell_failed("lapse_statements", failed, now=now)
    return lapsed


@transaction.atomic
def _lapse(pk: int, case_id: int, *, now: dt.datetime) -> int:
    """By the clock, which follows a calendar that was changed; the finding's own copy of the day follows the clock."""
    case = Case.objects.locked(case_id)
    finding = Finding.objects.locked(pk)
    if follow_clock(finding):
        finding.save(update_fields=["state_by_on"])
    if finding.status != "opened" or finding.state_by_on >= timezone.localdate(now):  # it spoke meanwhile
        return 0
    finding.status = FINDING.target("lapse_statements", finding.status)
    finding.save(update_fields=["status"])
    end_say(case, finding, reason=LAPSED, actor=SYSTEM, now=now)
    after = {**about(finding), "finding_status": finding.status}
    journal.record(SYSTEM, "lapse_statements", finding, stream=case, after=after, now=now)
    return 1
