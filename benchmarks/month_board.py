"""The month board over a million cases and five million journal entries: exact, and how fast beside a plain recount.

`python -m benchmarks month_board`; HALL_BENCH_CASES=100000 for a tenth. Rows are made set-based with triggers off; the
figures are then checked one by one against `RECOUNT`, plain SQL written for this file alone.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import time
from collections.abc import Iterator
from decimal import Decimal
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from accountability.actions import count_months
from accountability.queries import INDICATORS, Period, Scope, figures, figures_by
from benchmarks import month_hall
from benchmarks.measure import Figure as Measured
from benchmarks.measure import once
from intake.models import Queue
from staffing.models import Department, Station
from tests.cast import FOUNDED, Cast, save

TZ = ZoneInfo("Asia/Shanghai")
CASES = int(os.environ.get("HALL_BENCH_CASES", "1000000"))
ENTRIES = 5
"""Journal entries a case."""
UNITS, MONTHS = 20, 36

_CASES = """
INSERT INTO cases_case (number, query_code, hall_id, channel, purpose, statutory_class, title, summary, content,
    is_oral, place, is_group, head_count, is_anonymous, is_confidential, public_consent, electronic_consent, is_urgent,
    is_law_related, is_skip_level, national_number, source_ref, received_on, registered_at, law, procedure, new_facts,
    status, status_since, first_handler_id, accepted_on, category_id, repeat_of_id)
SELECT 'M' || n, 'M' || n, %(hall)s, (ARRAY['visit', 'visit', 'letter', 'online', 'phone'])[1 + n %% 5],
    'request', 'claim', '第' || n, '', '内容', false, '', n %% 23 = 0, 1, false, n %% 43 = 0, n %% 3 = 0,
    false, false, false, n %% 17 = 0, '', '', at::date, at, 'r22', 'ordinary', '',
    CASE WHEN late THEN 'accepted' WHEN n %% 7 < 5 THEN 'closed' ELSE 'served' END,
    at + make_interval(days => 30 + (n %% 40)::int),
    (%(units)s::bigint[])[1 + n * 7 %% 20], at::date + (n %% 4)::int,
    (%(categories)s::bigint[])[1 + n * 13 %% cardinality(%(categories)s::bigint[])],
    CASE WHEN n %% 11 = 0 AND n > 5000 THEN %(base)s + n - 4000 END
FROM (SELECT n, n %% 19 = 0 AS late,
    %(begin)s::timestamptz + make_interval(secs => n::float8 / %(all)s * %(span)s) AS at
    FROM generate_series(%(first)s, %(last)s) AS n) x
"""
_CLOCKS = """
INSERT INTO cases_deadline (case_id, kind, law, department_id, hall_id, item, started_on, extension_days, due_on,
    due_at, nominal_on, is_provisional, is_urgent, calendar_version, step_moments, step_rungs, steps_taken,
    met_at, void_at, void_reason)
SELECT c.id, k.kind, 'r22', c.first_handler_id, c.hall_id, '', c.received_on, 0, due, due_at, due, false, false, '',
    '{}', '{}', 0,
    CASE WHEN void OR due_at - took > %(now)s OR (k.kind = 'handle' AND c.id %% 19 = 0) THEN NULL
        ELSE due_at - took END,
    CASE WHEN void THEN c.registered_at + interval '2 days' END, ''
FROM cases_case c CROSS JOIN (VALUES ('sort', 15, 13), ('notify', 15, 29), ('handle', 60, 9)) k(kind, days, odd)
CROSS JOIN LATERAL (SELECT c.received_on + k.days AS due, c.id %% 31 = 0 AS void) d
CROSS JOIN LATERAL (SELECT (d.due + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS due_at,
    make_interval(days => CASE WHEN c.id %% k.odd = 0 THEN -3 - (c.id %% 5)::int ELSE 1 + (c.id %% 9)::int END,
        hours => 3) AS took) e
WHERE c.number BETWEEN 'M' AND 'N'
"""
_OPINIONS = """
INSERT INTO cases_opinion (case_id, round, department_id, status, drafted_at, returned_reason, countersigned_at,
    issued_at, document_id, heard)
SELECT d.case_id, 1, d.department_id, 'issued', d.met_at, '', d.met_at, d.met_at, d.id, ''
FROM cases_deadline d WHERE d.kind = 'handle' AND d.met_at IS NOT NULL
"""
_RATINGS = """
INSERT INTO cases_rating (case_id, target, department_id, opened_at, closes_at, reminders, status, grade, reason,
    comment, door, rated_at)
SELECT d.case_id, t.target, d.department_id, d.met_at, d.met_at + interval '30 days', '{}',
    CASE WHEN rated THEN 'rated' ELSE 'expired' END, CASE WHEN rated THEN (ARRAY[0, 1, 3])[1 + d.case_id %% 3] END,
    '不满', '', '', CASE WHEN rated THEN d.met_at + interval '3 days' END
FROM cases_deadline d CROSS JOIN (VALUES ('hall', 2), ('unit', 3)) t(target, part)
CROSS JOIN LATERAL (SELECT d.case_id %% t.part = 0 AS rated) r
WHERE d.kind = 'handle' AND d.met_at IS NOT NULL AND d.case_id %% 2 = 0
"""
_NOTES = """
INSERT INTO cases_worknote (case_id, kind, happened_on, people, place, text, is_open, at)
SELECT id, 'phone', accepted_on, '', '', '电话', false, registered_at FROM cases_case
WHERE number BETWEEN 'M' AND 'N' AND id %% 3 <> 0
"""
_NOTICES = """
WITH told AS (INSERT INTO cases_resultnotice (hall_id, kind, title, text, revision, drafted_by_id, drafted_at,
    returned_note, consent_on, approved_by_id, published_at, withdrawn_at, withdrawn_reason, status)
SELECT hall_id, 'case', number, '内容', 1, %(clerk)s, status_since, '', received_on, %(manager)s, status_since,
    CASE WHEN down THEN status_since END, CASE WHEN down THEN '撤回' ELSE '' END,
    CASE WHEN down THEN 'withdrawn' ELSE 'published' END
FROM cases_case CROSS JOIN LATERAL (SELECT id %% 4 = 0 AS down) d
WHERE number BETWEEN 'M' AND 'N' AND public_consent AND status = 'closed' AND id %% 5 = 0
RETURNING id, title)
INSERT INTO cases_noticecase (notice_id, case_id) SELECT t.id, c.id FROM told t JOIN cases_case c ON c.number = t.title
"""
_FINDINGS = """
INSERT INTO accountability_finding (hall_id, case_id, deadline_id, department_id, is_hall, fault, started_on, due_on,
    counted_to, is_running, days_late, status, opened_at, state_by_on, is_heard, decided_days, decision, decided_at,
    review_reason, review_decision)
SELECT d.hall_id, d.case_id, d.id, d.department_id, false, 'late', d.started_on, d.due_on, d.due_on + 3, false, 3,
    CASE WHEN decided THEN (ARRAY['upheld', 'dismissed', 'changed', 'in_review'])[1 + d.id %% 4] ELSE 'opened' END,
    d.due_at + interval '4 days', d.due_on + 9, false, CASE WHEN decided THEN (d.id %% 3)::int END, '理由',
    CASE WHEN decided THEN d.due_at + interval '15 days' END, '', ''
FROM cases_deadline d CROSS JOIN LATERAL (SELECT d.id %% 6 > 0 AS decided) x
WHERE d.kind = 'handle' AND d.met_at >= d.due_at AND d.due_at + interval '4 days' <= %(now)s
"""
_JOURNAL = """
INSERT INTO hall_journalentry (stream, seq, at, actor_name, verb, object, before, after, reason, previous, hash)
SELECT 'case:' || c.id, n, c.registered_at + make_interval(days => n), 'system', 'record_work', 'cases.case:' || c.id,
    '{}', '{}', '', '', md5(c.id::text || n) FROM cases_case c CROSS JOIN generate_series(1, %(entries)s) AS n
WHERE c.number BETWEEN 'M' AND 'N'
"""

_IN = "(%s AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %%(from)s AND %%(to)s"
RECOUNT = {
    "cases": f"""SELECT count(*), count(*) FILTER (WHERE channel = 'online'), count(*) FILTER (WHERE repeat_of_id > 0),
        count(*) FILTER (WHERE is_skip_level), count(*) FILTER (WHERE is_group) FROM cases_case
        WHERE hall_id = %(hall)s AND {_IN % "registered_at"}""",
    "clocks": """SELECT kind, count(*) FILTER (WHERE void_at IS NULL OR void_at >= due_at),
        count(*) FILTER (WHERE met_at < due_at), count(*) FILTER (WHERE void_at < due_at),
        sum((met_at AT TIME ZONE 'Asia/Shanghai')::date - due_on) FILTER (WHERE met_at >= due_at),
        count(*) FILTER (WHERE met_at >= due_at), max((met_at AT TIME ZONE 'Asia/Shanghai')::date - due_on)
        FROM cases_deadline WHERE hall_id = %(hall)s AND due_on BETWEEN %(from)s AND %(to)s AND due_at <= %(now)s
        GROUP BY kind""",
    "accepted": """SELECT count(*), sum(accepted_on - received_on), count(*) FILTER (WHERE repeat_of_id IS NULL),
        count(*) FILTER (WHERE repeat_of_id IS NULL AND id IN (SELECT case_id FROM cases_worknote WHERE kind = 'phone'))
        FROM cases_case WHERE hall_id = %(hall)s AND accepted_on BETWEEN %(from)s AND least(%(to)s,
            (%(now)s AT TIME ZONE 'Asia/Shanghai')::date)""",
    "opinions": f"""SELECT count(*), sum((o.issued_at AT TIME ZONE 'Asia/Shanghai')::date - c.received_on),
        max((o.issued_at AT TIME ZONE 'Asia/Shanghai')::date - c.received_on)
        FROM cases_opinion o JOIN cases_case c ON c.id = o.case_id
        WHERE c.hall_id = %(hall)s AND {_IN % "o.issued_at"} AND o.issued_at <= %(now)s""",
    "concluded": f"""SELECT count(*) FROM cases_case WHERE hall_id = %(hall)s AND status = 'closed'
        AND {_IN % "status_since"} AND status_since <= %(now)s""",
    "public": f"""SELECT count(*), count(*) FILTER (WHERE c.id IN (SELECT l.case_id FROM cases_noticecase l
            JOIN cases_resultnotice n ON n.id = l.notice_id AND n.status = 'published'))
        FROM cases_case c WHERE hall_id = %(hall)s AND status = 'closed' AND public_consent AND NOT is_confidential
        AND {_IN % "status_since"} AND status_since <= %(now)s""",
    "findings": f"""SELECT count(*) FROM accountability_finding WHERE hall_id = %(hall)s AND {_IN % "opened_at"}
        AND opened_at <= %(now)s""",
    "decided": f"""SELECT count(*), count(*) FILTER (WHERE status <> 'dismissed' AND decided_days > 0)
        FROM accountability_finding WHERE hall_id = %(hall)s AND {_IN % "decided_at"} AND decided_at <= %(now)s
        AND status <> 'in_review'""",
    "first_solved": f"""SELECT count(*), count(*) FILTER (WHERE again IS NULL) FROM (
        SELECT c.id, min(r.id) AS again FROM cases_case c LEFT JOIN cases_case r ON r.repeat_of_id = c.id
            AND r.registered_at > c.status_since AND (r.registered_at AT TIME ZONE 'Asia/Shanghai')::date
                <= (c.status_since AT TIME ZONE 'Asia/Shanghai')::date + 90
        WHERE c.hall_id = %(hall)s AND c.status = 'closed' AND c.repeat_of_id IS NULL
            AND {_IN % "(c.status_since + interval '90 days')"}
            AND c.status_since + interval '90 days' < date_trunc('day', %(now)s AT TIME ZONE 'Asia/Shanghai')
                AT TIME ZONE 'Asia/Shanghai' GROUP BY c.id) x""",
    "ratings": f"""SELECT target, count(*), count(rated_at), count(*) FILTER (WHERE grade < 2)
        FROM cases_rating r JOIN cases_case c ON c.id = r.case_id WHERE c.hall_id = %(hall)s
        AND {_IN % "coalesce(rated_at, closes_at)"} AND coalesce(rated_at, closes_at) <= %(now)s GROUP BY target""",
    **month_hall.RECOUNT,
}  # fmt: skip


def _rows(hall: int, period: Period, now: dt.datetime) -> dict[str, list[tuple[Any, ...]]]:
    facts: dict[str, Any] = {"hall": hall, "from": period.start, "to": period.last, "now": now}
    found = {}
    with connection.cursor() as cursor:
        for name, sql in RECOUNT.items():
            cursor.execute(sql, facts)
            found[name] = cursor.fetchall()
    return found


def _share(top: int | None, bottom: int) -> str:
    return f"{Decimal((top or 0) * 20000 + bottom) // (2 * bottom) / 100:.2f}%" if bottom else "–"


def _mean(top: int | None, bottom: int) -> str:
    if not bottom:
        return "–"
    exact = (Decimal(top or 0) / bottom).quantize(Decimal("0.0001"), "ROUND_HALF_UP")
    return str(exact.quantize(Decimal("0.1"), "ROUND_HALF_UP"))


def _expected(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, str]:
    """How the board must show each."""
    n, online, repeat, skip, group = found["cases"][0]
    clocks = {row[0]: row[1:] for row in found["clocks"]}
    none = (0, 0, 0, 0, 0, None)
    sort, notify, handle = (clocks.get(kind, none) for kind in ("sort", "notify", "handle"))
    accepted, days, first, called = found["accepted"][0]
    opinions, took, longest = found["opinions"][0]
    rated = {row[0]: row[1:] for row in found["ratings"]}
    solved_of, solved = found["first_solved"][0]
    want = {
        "registered": str(n), "online": _share(online, n), "repeat": _share(repeat, n), "skip_level": _share(skip, n),
        "group": _share(group, n), "accept": _share(sort[1], sort[0]), "notice": _share(notify[1], notify[0]),
        "answer": _share(handle[1], handle[0]), "close": _share(handle[1], handle[0]),  # no service in this data
        "overdue": str(sum(row[0] - row[1] for row in (sort, notify, handle))),
        "overdue_days": _mean(handle[3], handle[4]), "accept_days": _mean(days, accepted),
        "contact": _share(called, first), "answer_days": _mean(took, opinions),
        "longest_days": "–" if longest is None else str(longest), "concluded": str(found["concluded"][0][0]),
        "first_solved": _share(solved, solved_of),
        "public_reply": _share(found["public"][0][1], found["public"][0][0]),
        "findings": str(found["findings"][0][0]),
        "findings_upheld": _share(found["decided"][0][1], found["decided"][0][0]),
    }  # fmt: skip
    want["overdue_longest"] = "–" if handle[5] is None else str(handle[5])
    want |= _of_the_hall(found)
    for target in ("hall", "unit"):
        total, said, good = rated.get(target, (0, 0, 0))
        want[f"participation_{target}"], want[f"satisfied_{target}"] = _share(said, total), _share(good, said)
    return want


def _of_the_hall(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, str]:
    """What `month_hall` fills."""
    middle, middles, longest, ended, went, talked, talks, served, linked = found["line"][0]
    visits, people, groups = found["visits"][0]
    sent, to_answer, said = found["advice"][0]
    supervised, closed = found["supervised"][0]
    shares = {
        "abandon": (went, ended), "desk_to_case": (linked, served), "sponsor_resolved": found["charges"][0],
        "supervised_closed": (closed, supervised), "supervised_answer": found["feedback"][0][::-1],
        "accept_unit": found["forwarded"][0][::-1], "advice_answered": (said, to_answer),
        "advice_adopted": found["adopted"][0][::-1],
    }  # fmt: skip
    return {
        "wait_median": _mean(middle, middles * 60), "talk_mean": _mean(talked, talks * 60),
        "wait_longest": _mean(longest, 60 if longest is not None else 0),
        "visits": str(visits), "people": str(people or 0), "group_visits": str(groups),
        "receptions": str(found["receptions"][0][0]), "reception_cases": str(found["heard"][0][0]),
        "supervised": str(supervised), "advice_sent": str(sent),
        **{code: _share(top, bottom) for code, (top, bottom) in shares.items()},
    }  # fmt: skip


def _check_units(hall: int, period: Period, now: dt.datetime) -> int:
    """Every unit's row of the board against plain SQL; how many numbers."""
    facts: dict[str, Any] = {"hall": hall, "from": period.start, "to": period.last, "now": now}
    table = figures_by("department", list(month_hall.BY_UNIT), Scope((hall,)), period, now=now)
    checked = 0
    with connection.cursor() as cursor:
        for code, sql in month_hall.BY_UNIT.items():
            cursor.execute(sql, facts)
            want = {unit: (n, top) for unit, n, top in cursor.fetchall() if n}
            got = {unit: (row[code].denominator, row[code].numerator) for unit, row in table.items()}
            assert {unit: one for unit, one in got.items() if one[0]} == want, (str(period), code)
            checked += len(want)
    return checked


def _filled(cast: Cast, now: dt.datetime) -> None:
    hall = cast.hall
    units = []
    for n in range(UNITS):
        unit = save(Department(code=f"u{n:02}", name=f"第{n + 1}局", jurisdiction=cast.county), FOUNDED)
        Station.objects.create(hall=hall, department=unit, presence="resident")
        units.append(unit.pk)
    call_command("load_categories", verbosity=0, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(id ORDER BY code) FROM cases_contentcategory WHERE level = 3")
        (categories,) = cursor.fetchone()
        cursor.execute("SELECT nextval(pg_get_serial_sequence('cases_case', 'id'))")
        (base,) = cursor.fetchone()
    begin = now - dt.timedelta(days=MONTHS * 30)
    facts = {
        "hall": hall.pk, "units": units, "categories": categories[::9], "begin": begin, "span": MONTHS * 30 * 86_400,
        "clerk": cast.clerk.pk, "manager": cast.manager.pk, "leader": cast.leader.pk,
        "queues": [
            Queue.objects.create(hall=hall, letter=letter, name=letter, department_id=unit).pk
            for letter, unit in (("X", None), ("Y", units[0]), ("Z", units[1]))
        ],
        "all": CASES, "base": base, "first_id": base + 1, "now": now, "entries": ENTRIES, "first": 1, "last": CASES,
    }  # fmt: skip
    own = (_CASES, _CLOCKS, _OPINIONS, _RATINGS, _NOTES, _NOTICES, _FINDINGS, _JOURNAL)
    for statement in (*own, *month_hall.FILL.values()):
        started = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement, facts)
            print(
                f"  {statement.split()[2]}: {cursor.rowcount} in {time.perf_counter() - started:.0f} s",
                flush=True,
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def month_board(cast: Cast) -> Iterator[Measured]:
    now = dt.datetime.now(TZ)
    _filled(cast, now)
    scope, month = Scope((cast.hall.pk,)), Period.month(now.date()).previous()
    all_months = once(lambda: count_months(now=now, behind=99))
    print(f"  all months counted in {all_months / 1000:.1f} s; a run of the worker: ", end="", flush=True)
    print(f"{once(lambda: count_months(now=now)) / 1000:.1f} s", flush=True)
    periods = [month, month.previous(), month.last_year()]
    for period in [*periods, Period.year(now.date()), Period.month(now.date())]:
        want = _expected(_rows(cast.hall.pk, period, now))
        assert set(want) == set(INDICATORS), set(want) ^ set(INDICATORS)
        (got,) = figures(list(want), scope, [period], now=now)
        differ = {code: (got[code].shown, shown) for code, shown in want.items() if got[code].shown != shown}
        assert not differ, (str(period), differ)
        empty = [code for code, shown in want.items() if shown in ("–", "0")]
        units = _check_units(cast.hall.pk, period, now)
        print(
            f"  {period}: {len(want)} figures equal the recount, {got['registered'].shown} registered, "
            f"{units} numbers of units; empty: {' '.join(empty) or 'none'}",
            flush=True,
        )
    client = Client()
    client.force_login(cast.manager)

    def page() -> None:
        assert client.get(f"/board/month/?period={month}").status_code == 200

    def recount() -> None:
        for period in periods:
            _rows(cast.hall.pk, period, now)

    page()
    asked: list[str] = []

    def counting(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(counting):
        page()
    assert 0 < len(asked) <= 20, asked
    under_way = median(once(lambda: client.get("/board/month/")) for _n in range(5))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        (size,) = cursor.fetchone()
    print(
        f"  {len(asked)} statements; the month under way {under_way:.0f} ms; the database {size}", flush=True
    )
    ours, theirs = median(once(page) for _n in range(15)), median(once(recount) for _n in range(3))
    name = (
        f"month board over {CASES:,} cases, {CASES * ENTRIES:,} entries / a plain recount of its three months"
    )
    yield Measured(name, ours, theirs, ours / theirs, 0.5)
