"""The floors: plain Django views behind the same middleware, and plain SQL that does the same work."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines

LIST = engines["django"].from_string(
    "<html><body><table>{% for r in rows %}<tr><td>{{ r.0 }}</td><td>{{ r.1 }}</td><td>{{ r.2 }}</td>"
    "<td>{{ r.3 }}</td></tr>{% endfor %}</table></body></html>"
)
PAGE = engines["django"].from_string(
    "<html><body><h1>{{ case.0 }} {{ case.1 }}</h1>{% for r in rows %}<p>{{ r.0 }} {{ r.1 }} {{ r.2 }}</p>"
    "{% endfor %}</body></html>"
)


def _rows(statement: str, facts: list[Any]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return list(cursor.fetchall())


def bare_list(request: HttpRequest, unit: int) -> HttpResponse:
    """Session and user loaded, one query for the same 25 rows, a minimal template."""
    assert request.user.is_authenticated
    rows = _rows(
        "SELECT c.number, c.title, d.kind, d.due_on FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id"
        " WHERE d.department_id = %s AND d.met_at IS NULL AND d.void_at IS NULL ORDER BY d.due_at, d.id LIMIT 25",
        [unit],
    )
    return HttpResponse(LIST.render({"rows": rows}, request=None))


def bare_page(request: HttpRequest, case: int) -> HttpResponse:
    """Session and user loaded, the case and its 20 entries, a minimal template."""
    assert request.user.is_authenticated
    head = _rows("SELECT number, title, status FROM cases_case WHERE id = %s", [case])[0]
    rows = _rows(
        "SELECT at, verb, actor_name FROM hall_journalentry WHERE stream = %s ORDER BY seq DESC LIMIT 20",
        [f"case:{case}"],
    )
    return HttpResponse(PAGE.render({"case": head, "rows": rows}, request=None))


@cache
def _bytes() -> bytes:
    return Path(os.environ["HALL_BENCH_BYTES"]).read_bytes()


@login_not_required
def bare_bytes(request: HttpRequest) -> HttpResponse:
    """A page that is nothing but its bytes, for anybody."""
    return HttpResponse(_bytes())


@transaction.atomic
def bare_insert(request: HttpRequest) -> HttpResponse:
    """Session and user loaded, one case with one note inserted, a redirect."""
    assert request.user.is_authenticated
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_case (title, content, at) VALUES (%s, %s, now()) RETURNING id",
            [request.POST["title"], request.POST["content"]],
        )
        case = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO bench_note (case_id, author_id, text, at) VALUES (%s, %s, %s, now())",
            [case, request.user.pk, "registered"],
        )
    return HttpResponse(status=302, headers={"Location": f"/floor/page/{case}/"})


@login_not_required
@transaction.atomic
def bare_book(request: HttpRequest) -> HttpResponse:
    """Nobody signed in: one row inserted, a redirect."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_case (title, content, at) VALUES (%s, '', now())", [request.POST["title"]]
        )
    return HttpResponse(status=302, headers={"Location": "/"})


BARE_TABLES = """
CREATE TABLE IF NOT EXISTS bench_case (id bigserial PRIMARY KEY, title text NOT NULL, content text NOT NULL,
    at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS bench_note (id bigserial PRIMARY KEY, case_id bigint NOT NULL REFERENCES bench_case,
    author_id bigint NOT NULL REFERENCES hall_user, text text NOT NULL, at timestamptz NOT NULL);
"""
SWEEP = """
WITH due AS MATERIALIZED (
    SELECT d.id, d.case_id, d.kind, d.due_on, d.step_rungs[1] AS rung_id, d.step_moments[1] AS planned_at
    FROM cases_deadline d WHERE d.met_at IS NULL AND d.void_at IS NULL AND d.next_step_at <= %(now)s
), steps AS (
    INSERT INTO cases_deadlinestep (deadline_id, rung_id, due_on, planned_at, taken_at, role, recipients)
    SELECT id, rung_id, due_on, planned_at, %(now)s, 'liaison', 1 FROM due
), told AS (
    INSERT INTO hall_message (kind, channel, user_id, address, language, context, url, urgent, once, state,
        created_at, attempts, sent_at, last_error)
    SELECT 'deadline_step', 'app', %(user)s, ''::bytea, 'zh-hans', jsonb_build_object('term', kind, 'due_on', due_on),
        '/cases/' || case_id || '/', false, 'step/' || id || '/' || rung_id || '/' || due_on || '/1/app', 'sent',
        %(now)s, 0, %(now)s, '' FROM due
)
INSERT INTO hall_journalentry (stream, seq, at, actor_name, verb, object, before, after, reason, previous, hash)
SELECT 'case:' || case_id, 0, %(now)s, 'system', 'take_step', 'cases.deadline:' || id, '{}',
    jsonb_build_object('term', kind, 'due_on', due_on), '', '', '' FROM due
"""
