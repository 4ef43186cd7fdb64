"""The sweep: every reminder and escalation that is due, each exactly once, however late the worker comes.

One statement takes a batch: it claims due deadlines with their cases (skip-locked, so two workers share the work
and an action that holds a case is not disturbed), writes the step, the messages and the journal, and moves each
deadline to its next rung. It commits whole or not at all: a worker killed in the middle leaves nothing half done,
and the unique key of `DeadlineStep` would stop a second step even so. The cost follows what is due, not what is
open: the claim reads the partial index on `next_step_at`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from cases.terms import WINDOWS
from hall import outbox
from staffing.lifecycle import DEPARTMENT_ROLES, HALL_MANAGER
from staffing.models import Hall
from staffing.queries import in_working_hours

BATCH = 1000

_SWEEP = """
WITH due AS MATERIALIZED (
    SELECT d.id, d.case_id, d.hall_id, d.department_id, d.kind, d.due_on, d.is_urgent OR r.urgent AS urgent,
        r.id AS rung_id, r.role, r.name AS rung, r.name_en AS rung_en, r."offset" AS days,
        d.step_moments[d.steps_taken + 1] AS planned_at, c.number
    FROM cases_deadline d
        JOIN cases_case c ON c.id = d.case_id
        JOIN cases_ladderrung r ON r.id = d.step_rungs[d.steps_taken + 1]
    WHERE d.met_at IS NULL AND d.void_at IS NULL AND d.next_step_at <= %(now)s
        AND (d.is_urgent OR r.urgent OR d.hall_id = ANY(%(working)s))
    ORDER BY d.next_step_at LIMIT %(limit)s
    FOR NO KEY UPDATE OF d, c SKIP LOCKED
), readers AS MATERIALIZED (
    SELECT p.role, p.department_id, p.hall_id, u.id AS user_id, u.language, u.email
    FROM staffing_posting p JOIN hall_user u ON u.id = p.user_id AND u.is_active
    WHERE p.from_on <= %(today)s AND (p.until_on IS NULL OR p.until_on >= %(today)s)
), named AS (
    SELECT due.id, readers.user_id, readers.language, readers.email FROM due JOIN readers ON readers.role = due.role
        AND CASE WHEN due.role = ANY(%(unit_roles)s) THEN readers.department_id = due.department_id
            ELSE readers.hall_id = due.hall_id END
    WHERE NOT EXISTS (SELECT FROM cases_respondent x WHERE x.case_id = due.case_id
            AND (x.user_id = readers.user_id OR x.department_id IN
                (SELECT own.department_id FROM readers own WHERE own.user_id = readers.user_id)))
        AND NOT EXISTS (SELECT FROM cases_recusal x WHERE x.case_id = due.case_id AND x.user_id = readers.user_id)
), told AS MATERIALIZED (
    SELECT DISTINCT id, user_id, language, email, false AS instead FROM named
    UNION ALL
    SELECT DISTINCT due.id, readers.user_id, readers.language, readers.email, true
    FROM due JOIN readers ON readers.role = %(fallback)s AND readers.hall_id = due.hall_id
    WHERE NOT EXISTS (SELECT FROM named WHERE named.id = due.id)
        AND NOT EXISTS (SELECT FROM cases_respondent x WHERE x.case_id = due.case_id
            AND (x.user_id = readers.user_id OR x.department_id IN
                (SELECT own.department_id FROM readers own WHERE own.user_id = readers.user_id)))
        AND NOT EXISTS (SELECT FROM cases_recusal x WHERE x.case_id = due.case_id AND x.user_id = readers.user_id)
), taken AS (
    INSERT INTO cases_deadlinestep (deadline_id, rung_id, due_on, planned_at, taken_at, role, recipients)
    SELECT due.id, rung_id, due_on, planned_at, %(now)s, role, coalesce(heads.n, 0)
    FROM due LEFT JOIN (SELECT id, count(*) AS n FROM told GROUP BY id) heads USING (id)
    ON CONFLICT (deadline_id, rung_id, due_on) DO NOTHING
    RETURNING deadline_id, recipients
), posted AS (
    INSERT INTO hall_message (kind, channel, user_id, address, language, context, url, urgent, once, state,
        created_at, next_attempt_at, attempts, sent_at, last_error)
    SELECT 'deadline_step', channel, told.user_id, ''::bytea, told.language,
        jsonb_build_object('number', due.number, 'term', due.kind, 'due_on', due.due_on, 'days', due.days,
            'rung', due.rung, 'rung_en', due.rung_en, 'instead', told.instead, 'role', due.role,
            'planned_at', due.planned_at),
        '/cases/' || due.case_id || '/', due.urgent,
        'step/' || due.id || '/' || due.rung_id || '/' || due.due_on || '/' || told.user_id || '/' || channel,
        CASE channel WHEN 'app' THEN 'sent' ELSE 'pending' END, %(now)s,
        CASE channel WHEN 'app' THEN NULL ELSE %(now)s END, 0,
        CASE channel WHEN 'app' THEN %(now)s END, ''
    FROM due JOIN taken ON taken.deadline_id = due.id JOIN told USING (id)
        CROSS JOIN LATERAL (VALUES ('app'), ('email')) AS channels (channel)
    WHERE channel = 'app' OR told.email <> ''
    ON CONFLICT (once) DO NOTHING
), noted AS (
    INSERT INTO hall_journalentry (stream, seq, at, actor_name, verb, object, before, after, reason, previous, hash)
    SELECT 'case:' || due.case_id, 0, %(now)s, 'system', 'take_step', 'cases.deadline:' || due.id, '{}',
        jsonb_build_object('term', due.kind, 'due_on', due.due_on, 'rung', due.rung, 'rung_en', due.rung_en,
            'days', due.days, 'role', due.role, 'recipients', taken.recipients), '', '', ''
    FROM due JOIN taken ON taken.deadline_id = due.id ORDER BY due.case_id, due.id
)
UPDATE cases_deadline d SET steps_taken = d.steps_taken + 1, next_step_at = d.step_moments[d.steps_taken + 2]
FROM due WHERE d.id = due.id
"""


_LAPSE = """
WITH past AS MATERIALIZED (
    SELECT d.id, d.case_id, d.kind, d.due_on
    FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id
    WHERE d.met_at IS NULL AND d.void_at IS NULL AND d.kind = ANY(%(windows)s) AND d.due_at <= %(now)s
    ORDER BY d.case_id, d.id
    FOR NO KEY UPDATE OF d, c SKIP LOCKED
), noted AS (
    INSERT INTO hall_journalentry (stream, seq, at, actor_name, verb, object, before, after, reason, previous, hash)
    SELECT 'case:' || case_id, 0, %(now)s, 'system', 'lapse_windows', 'cases.deadline:' || id, '{}',
        jsonb_build_object('term', kind, 'due_on', due_on), '', '', ''
    FROM past ORDER BY case_id, id
)
UPDATE cases_deadline d SET void_at = %(now)s, void_reason = %(reason)s, next_step_at = NULL
FROM past WHERE d.id = past.id
"""


def lapse_windows(*, now: dt.datetime) -> int:
    """End the periods in which somebody might have acted and did not (object, ask for review); returns how many.

    Part of the nightly check: until then the lists leave them out by their date.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        facts: dict[str, Any] = {"now": now, "windows": sorted(WINDOWS), "reason": "期限届满，未行使"}
        cursor.execute(_LAPSE, facts)
        return int(cursor.rowcount)


def take_due_steps(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Take one batch of due steps in one transaction; returns how many. Call again until it returns 0.

    Steps that are not urgent wait until their hall works again; an outage only delays them, because what is
    asked for is "due by now", never "due since yesterday".
    """
    working = in_working_hours(list(Hall.objects.values_list("pk", flat=True)), now)
    today = timezone.localdate(now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _SWEEP,
            {
                "now": now,
                "today": today,
                "working": sorted(working),
                "limit": limit,
                "unit_roles": list(DEPARTMENT_ROLES),
                "fallback": HALL_MANAGER,
            },
        )
        taken = int(cursor.rowcount)
        if taken:  # some of it may be mail
            transaction.on_commit(outbox.nudge)
        return taken


def sweep_deadlines(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Take everything that is due, batch by batch; returns the number of steps."""
    total = 0
    while taken := take_due_steps(now=now, limit=limit):
        total += taken
    return total
