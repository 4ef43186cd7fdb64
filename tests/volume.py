"""Rows by the ten thousand, written with SQL: for what must not depend on how many there are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

_CASES = """
INSERT INTO cases_case (number, query_code, hall_id, channel, purpose, statutory_class, title, summary, content,
    is_oral, place, is_group, head_count, is_anonymous, is_confidential, public_consent, electronic_consent,
    is_urgent, is_law_related, is_skip_level, national_number, source_ref, received_on, registered_at, law, status,
    status_since, first_handler_id, accepted_on, search)
SELECT 'V' || n, 'V' || n, %(hall)s, 'letter', 'request', 'claim',
    '请求解决' || chr(19968 + n %% 100) || '家村' || n || '组道路问题', '', '内容', false, '',
    false, 1, true, false, false, false, false, false, false, '', '', %(day)s, %(now)s, 'r22', 'accepted', %(now)s,
    (%(units)s::bigint[])[1 + n %% cardinality(%(units)s::bigint[])], %(day)s,
    array_to_tsvector(ARRAY['请求', '求解', '解决', '决' || chr(19968 + n %% 100), chr(19968 + n %% 100) || '家',
        '家村', n::text, '组道', '道路', '路问', '问题'])
FROM generate_series(%(first)s, %(last)s) AS n
"""
_DEADLINES = """
INSERT INTO cases_deadline (case_id, kind, law, department_id, hall_id, started_on, extension_days, due_on, due_at,
    nominal_on, is_provisional, is_urgent, calendar_version, step_moments, step_rungs, steps_taken, next_step_at,
    void_reason)
SELECT c.id, 'handle', 'r22', c.first_handler_id, c.hall_id, %(day)s, 0, %(due)s, %(due)s::timestamptz + '1 day',
    %(due)s, false, %(urgent)s, '', ARRAY[at], ARRAY[%(rung)s], 0, at, ''
FROM cases_case c, LATERAL (SELECT CASE WHEN c.id %% %(every)s = 0 THEN %(step)s::timestamptz
    ELSE %(step)s::timestamptz + '30 days' END AS at) x
WHERE c.number BETWEEN 'V' AND 'W' AND NOT EXISTS (SELECT FROM cases_deadline d WHERE d.case_id = c.id)
"""
_RIGHTS = """
INSERT INTO cases_casegrouppermission (content_object_id, group_id, permission_id)
SELECT c.id, d.group_id, p.id FROM cases_case c JOIN staffing_department d ON d.id = c.first_handler_id
    JOIN auth_permission p ON p.codename = 'handle_case'
WHERE c.number BETWEEN 'V' AND 'W'
    AND NOT EXISTS (SELECT FROM cases_casegrouppermission g WHERE g.content_object_id = c.id)
"""


def many_cases(
    *,
    hall_id: int,
    unit_ids: list[int],
    rung_id: int,
    first: int,
    last: int,
    now: dt.datetime,
    due_every: int = 1,
    urgent: bool = False,
) -> None:
    """Accepted cases numbered V<first>…V<last>, each with an open clock and its unit's right.

    The step of every `due_every`-th is due an hour before `now`, the others' a month later.
    """
    facts: dict[str, Any] = {
        "hall": hall_id,
        "units": unit_ids,
        "rung": rung_id,
        "first": first,
        "last": last,
        "now": now,
        "day": now.date(),
        "due": now.date() + dt.timedelta(days=3),
        "step": now - dt.timedelta(hours=1),
        "every": due_every,
        "urgent": urgent,
    }
    with connection.cursor() as cursor:
        for statement in (_CASES, _DEADLINES, _RIGHTS):
            cursor.execute(statement, facts)
        cursor.execute("ANALYZE cases_case, cases_deadline, cases_casegrouppermission")
