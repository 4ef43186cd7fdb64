"""The months that pages of figures read: counted by the worker as the journal grows, a month at a time."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from accountability.models import CountedMonth, CountMark
from accountability.queries.indicator_sources import RULES, items
from accountability.queries.indicator_table import INDICATORS
from accountability.queries.indicators import MEASURED, SUMS, facts_of
from accountability.queries.periods import Period, Scope, months_between
from accountability.rules import check_can_recount_indicators
from hall import journal, outbox
from hall.access import Actor
from hall.models import JournalEntry
from staffing.lifecycle import ADMINISTRATOR
from staffing.models import Hall
from staffing.queries import holders

log = logging.getLogger("accountability.indicators")
BEHIND = 36
"""So many months that are missing, or counted by other rules, are made up for in one run, the latest first."""
OVERLAP = 2_000
"""So many entries before the mark are read again: an entry may be committed after one with a higher number."""
Months = dict[tuple[int, dt.date], None]
"""Hall and first day, in order, each once."""

# Three levels in one pass: the hall's, each unit's, each cell's. A page reads the coarsest that can say it.
_COUNT = f"""
INSERT INTO accountability_indicatorcount (hall_id, month, level, indicator, department_id, channel, category,
    denominator, numerator, excluded, total, longest, measures)
SELECT %(hall)s, %(start)s, 2 - grouping(department_id) - grouping(channel), indicator, department_id,
    coalesce(channel, ''), coalesce(category, ''), {SUMS}, {MEASURED}
FROM {items(INDICATORS)}
GROUP BY GROUPING SETS ((indicator), (indicator, department_id), (indicator, department_id, channel, category))
"""  # noqa: S608 - put together from constants
_CLAIM = """
INSERT INTO accountability_countedmonth (hall_id, month, as_of, rules) VALUES (%(hall)s, %(start)s, %(now)s, %(rules)s)
ON CONFLICT (hall_id, month) DO UPDATE SET as_of = excluded.as_of, rules = excluded.rules
"""
_FORGET = "DELETE FROM accountability_indicatorcount WHERE hall_id = %(hall)s AND month = %(start)s"
_DIGEST = """
SELECT indicator, count(*), sum(hashtextextended(concat_ws('|', level, coalesce(department_id, 0), channel, category,
    denominator, numerator, excluded, total, longest, measures::text), 0)::numeric)
FROM accountability_indicatorcount WHERE hall_id = %(hall)s AND month = %(start)s GROUP BY indicator
"""

# A date that moved lies between the start of its period and some weeks after its present end; what else counts has its
# own day. What a case's entry does not name (a reception, a supervision dismissed, a visit) has a stream of its own.
# Whatever this does not foresee, the nightly check finds.
_TOUCHED = """
WITH named AS MATERIALIZED (
    SELECT DISTINCT split_part(stream, ':', 1) AS kind, split_part(stream, ':', 2)::bigint AS id FROM hall_journalentry
    WHERE id > %(after)s AND split_part(stream, ':', 1) IN ('case', 'supervision', 'leaderreception', 'docketitem',
        'visit', 'sponsorship', 'advice') AND split_part(stream, ':', 2) ~ '^[0-9]+$'),
touched AS (SELECT id FROM named WHERE kind = 'case'),
related AS (
    SELECT c.* FROM cases_case c WHERE c.id IN (SELECT id FROM touched) OR c.id IN (
        SELECT o.repeat_of_id FROM cases_case o JOIN touched t ON t.id = o.id))
SELECT DISTINCT hall_id, date_trunc('month', first)::date, date_trunc('month', last)::date FROM (
    SELECT c.hall_id, d.started_on AS first, coalesce(d.due_on, %(today)s) + 62 AS last
        FROM related c JOIN cases_deadline d ON d.case_id = c.id
    UNION ALL SELECT c.hall_id, x.day, x.day FROM related c CROSS JOIN LATERAL (VALUES
        ((c.registered_at AT TIME ZONE %(tz)s)::date), (c.accepted_on),
        ((c.status_since AT TIME ZONE %(tz)s)::date), ((c.status_since AT TIME ZONE %(tz)s)::date + 90)) x(day)
    UNION ALL SELECT c.hall_id, x.day, x.day FROM related c JOIN cases_opinion p ON p.case_id = c.id
        CROSS JOIN LATERAL (VALUES ((p.issued_at AT TIME ZONE %(tz)s)::date)) x(day)
    UNION ALL SELECT c.hall_id, x.day, x.day FROM related c JOIN cases_rating r ON r.case_id = c.id
        CROSS JOIN LATERAL (VALUES ((coalesce(r.rated_at, r.closes_at) AT TIME ZONE %(tz)s)::date)) x(day)
    UNION ALL SELECT s.hall_id, x.day, x.day FROM accountability_supervision s
        CROSS JOIN LATERAL (VALUES ((s.opened_at AT TIME ZONE %(tz)s)::date),
            ((s.confirmed_at AT TIME ZONE %(tz)s)::date)) x(day)
        WHERE s.case_id IN (SELECT id FROM related) OR s.id IN (SELECT id FROM named WHERE kind = 'supervision')
    UNION ALL SELECT r.hall_id, x.day, x.day FROM staffing_leaderreception r
        CROSS JOIN LATERAL (VALUES ((r.starts_at AT TIME ZONE %(tz)s)::date)) x(day)
        WHERE r.id IN (SELECT id FROM named WHERE kind = 'leaderreception' UNION SELECT i.reception_id
            FROM cases_docketitem i WHERE i.case_id IN (SELECT id FROM related)
                OR i.id IN (SELECT id FROM named WHERE kind = 'docketitem'))
    UNION ALL SELECT v.hall_id, x.day, x.day FROM intake_visit v
        CROSS JOIN LATERAL (VALUES ((v.arrived_at AT TIME ZONE %(tz)s)::date)) x(day)
        WHERE v.id IN (SELECT id FROM named WHERE kind = 'visit' UNION SELECT l.visit_id FROM intake_visit_cases l
            WHERE l.case_id IN (SELECT id FROM related))
    UNION ALL SELECT s.hall_id, s.ended_on, s.ended_on FROM cases_sponsorship s
        WHERE s.id IN (SELECT id FROM named WHERE kind = 'sponsorship')
            OR s.id IN (SELECT sponsorship_id FROM cases_sponsoredcase WHERE case_id IN (SELECT id FROM related))
    UNION ALL SELECT f.hall_id, x.day, x.day FROM related c JOIN accountability_finding f ON f.case_id = c.id
        CROSS JOIN LATERAL (VALUES ((f.opened_at AT TIME ZONE %(tz)s)::date),
            ((f.decided_at AT TIME ZONE %(tz)s)::date)) x(day)
    UNION ALL SELECT a.hall_id, x.day, x.day FROM accountability_advice a
        CROSS JOIN LATERAL (VALUES (a.served_on), (a.replied_on)) x(day)
        WHERE a.id IN (SELECT id FROM named WHERE kind = 'advice')
) span WHERE first IS NOT NULL
"""
_BEGUN = """
SELECT h.id, least(
    (SELECT min(registered_at) FROM cases_case WHERE hall_id = h.id),
    (SELECT min(arrived_at) FROM intake_visit WHERE hall_id = h.id))
FROM staffing_hall h
"""


def count_months(*, now: dt.datetime, behind: int = BEHIND) -> int:
    """Count what has changed since the last run: this month and the last, in which time itself changes what is due;
    the months of every case that the journal names; and some of those that are missing. How many were counted.

    A month that cannot be counted holds up no other: it is shown from the facts, told, and tried again at each run.
    """
    newest = JournalEntry.objects.aggregate(newest=Max("id"))["newest"] or 0
    begun = _begun()
    wanted: Months = {}
    this = timezone.localdate(now).replace(day=1)
    for hall_id, first in begun.items():
        wanted |= dict.fromkeys(
            (hall_id, one) for one in (this, Period.month(this).previous().start) if one >= first
        )
    mark = CountMark.objects.first()
    if mark:
        wanted |= _touched(mark.entry - OVERLAP, begun, now=now)
    counted = set(CountedMonth.objects.filter(rules=RULES).values_list("hall_id", "month"))
    missing = [
        (hall_id, month) for hall_id, first in begun.items() for month in months_between(first, this)
        if (hall_id, month) not in counted
    ]  # fmt: skip
    wanted |= dict.fromkeys(sorted(missing, key=lambda one: one[1], reverse=True)[:behind])
    failed = [one for one in wanted if _counted(*one, now=now) is None]
    _tell_failed(failed, now=now)
    CountMark.objects.update_or_create(id=1, defaults={"entry": newest, "at": now})
    return len(wanted) - len(failed)


def _counted(hall_id: int, month: dt.date, *, now: dt.datetime) -> list[str] | None:
    """`count_month`; None where it failed: then the stored rows say nothing any more, and the month is missing."""
    try:
        return count_month(hall_id, month, now=now)
    except Exception:  # one bad row of one month holds up no other month
        log.exception("month %s of hall %s was not counted", month, hall_id)
        CountedMonth.objects.filter(hall=hall_id, month=month).update(rules="")
        return None


def _tell_failed(failed: list[tuple[int, dt.date]], *, now: dt.datetime) -> None:
    """The administrators, once a day."""
    if not failed:
        return
    hall_id, month = min(failed, key=lambda one: one[1])
    today = timezone.localdate(now)
    outbox.post(
        "months_failed",
        to=list(holders(ADMINISTRATOR, day=today)),
        context={"count": len(failed), "hall": Hall.objects.get(pk=hall_id).name, "month": f"{month:%Y-%m}"},
        once=f"months_failed/{today}",
        now=now,
    )


def _begun() -> dict[int, dt.date]:
    """The first month in which anything happened in each hall."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN)
        return {hall: timezone.localdate(first).replace(day=1) for hall, first in cursor.fetchall() if first}


def _touched(after: int, begun: dict[int, dt.date], *, now: dt.datetime) -> Months:
    """The months in which a case that was acted on since then counts, or counted."""
    this = timezone.localdate(now).replace(day=1)
    facts: dict[str, Any] = {
        "after": after,
        "today": timezone.localdate(now),
        "tz": str(timezone.get_current_timezone()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, facts)
        spans = cursor.fetchall()
    months = {
        (hall_id, month)
        for hall_id, first, last in spans
        for month in months_between(max(first, begun.get(hall_id, this)), min(last, this))
    }
    return dict.fromkeys(sorted(months, key=lambda one: (one[1], one[0]), reverse=True))


@transaction.atomic
def count_month(hall_id: int, month: dt.date, *, now: dt.datetime) -> list[str]:
    """Count one month of one hall anew; which indicators say something else than before, in order.

    The claim is the lock: a second worker waits for the first and counts again after it.
    """
    period = Period.month(month)
    facts = facts_of(Scope((hall_id,)), period.start, period.end, now=now) | {"hall": hall_id, "rules": RULES}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, facts)
        before = _digest(facts)
        cursor.execute(_FORGET, facts)
        cursor.execute(_COUNT, facts)
        after = _digest(facts)
    return sorted(code for code in before.keys() | after.keys() if before.get(code) != after.get(code))


def _digest(facts: dict[str, Any]) -> dict[str, tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST, facts)
        return {row[0]: row[1:] for row in cursor.fetchall()}


def check_months(*, now: dt.datetime) -> dict[tuple[int, dt.date], list[str]]:
    """The nightly check: after what changed has been counted, every counted month must say what a recount says.

    What differs is put right and told to the administrators: something changed that the journal does not name, or a
    rule of `_touched` forgets. A month that was acted on meanwhile is none of these.
    """
    count_months(now=now)
    mark = CountMark.objects.get()
    months = list(CountedMonth.objects.filter(rules=RULES).order_by("month").values_list("hall_id", "month"))
    counted = {one: _counted(*one, now=now) for one in months}
    _tell_failed([one for one, codes in counted.items() if codes is None], now=now)
    differing = {one: codes for one, codes in counted.items() if codes}
    for one in _touched(mark.entry, _begun(), now=now):
        differing.pop(one, None)
    if differing:
        (hall_id, month), codes = next(iter(differing.items()))
        outbox.post(
            "months_differ",
            to=list(holders(ADMINISTRATOR, day=timezone.localdate(now))),
            context={
                "count": len(differing),
                "hall": Hall.objects.get(pk=hall_id).name,
                "month": f"{month:%Y-%m}",
                "indicator": INDICATORS[codes[0]].name[0] if codes[0] in INDICATORS else codes[0],
            },
            once=f"months_differ/{timezone.localdate(now)}",
            now=now,
        )
    return differing


@transaction.atomic
def recount_indicators(
    *, actor: Actor, hall_id: int, first: dt.date, last: dt.date, now: dt.datetime
) -> dict[dt.date, list[str]]:
    """Count the months of these days anew, whatever the journal says: which indicators differ in which month."""
    hall = Hall.objects.get(pk=hall_id)
    check_can_recount_indicators(actor, hall, first=first, last=last, now=now)
    found = {month: count_month(hall.pk, month, now=now) for month in months_between(first, last)}
    after = {"from": first, "to": last, "differing": _named(found.items())}
    journal.record(actor, "recount_indicators", hall, after=after, now=now)
    return found


def _named(found: Iterable[tuple[dt.date, list[str]]]) -> dict[str, list[str]]:
    return {f"{month:%Y-%m}": codes for month, codes in found if codes}
