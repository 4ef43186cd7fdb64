"""What the triggers of a supervision see: one statement each, over recorded facts alone.

Each gives the hall, the case, the unit, the occasion (so that it is seen once) and the evidence. They are read twice:
to find the cases, and again under the cases' locks, where what was found may have changed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accountability.models import Supervision
from accountability.queries.supervision_rules import TRIGGER_DATA
from cases.lifecycle import LOW
from cases.models import Respondent
from staffing.models import Posting

# Work of the unit since the clock began: what it wrote into the log, asked for, drafted, or took part in.
_WORKED = """
    EXISTS (SELECT FROM cases_worknote x WHERE x.case_id = d.case_id AND x.department_id = d.department_id
        AND x.at >= began.at)
    OR EXISTS (SELECT FROM cases_opinion x WHERE x.case_id = d.case_id AND x.department_id = d.department_id
        AND x.drafted_at >= began.at)
    OR EXISTS (SELECT FROM cases_supplement x WHERE x.case_id = d.case_id AND x.asked_at >= began.at)
    OR EXISTS (SELECT FROM cases_proceeding x WHERE x.case_id = d.case_id AND x.opened_on >= began.day)
"""
_OPEN = "d.met_at IS NULL AND d.void_at IS NULL AND d.kind = ANY(%(clocks)s) AND d.department_id IS NOT NULL"
_OF = "(%(cases)s::bigint[] IS NULL OR {} = ANY(%(cases)s))"
_CLOCK = "'clock', d.id, 'term', d.kind, 'from', d.started_on, 'due', d.due_on"
# Whoever comes again to complain of the unit or of one of its people is not made known to it (第三十条).
_ACCUSING = """SELECT FROM (SELECT x.again_id AS case_id UNION ALL
        SELECT w.case_id FROM intake_visit_cases w WHERE w.visit_id = x.visit_id) AS o
    JOIN cases_respondent p ON p.case_id = o.case_id
    WHERE p.department_id = c.first_handler_id OR EXISTS (SELECT FROM staffing_posting h WHERE h.user_id = p.user_id
        AND c.first_handler_id IN (h.department_id, h.home_department_id)
        AND h.from_on <= %(today)s AND (h.until_on IS NULL OR h.until_on >= %(today)s))"""
# By what the clock measures and not by its row: one that comes back to a unit after a reroute is the same occasion.
_PERIOD = "d.kind || ':' || d.item || ':' || d.started_on"
# A clock that was passed on keeps its first day; the unit that has it now has it since its entry in the journal.
_BEGAN = """LATERAL (SELECT greatest(d.started_on, (j.at AT TIME ZONE %(zone)s)::date) AS day,
        greatest(d.started_on::timestamp AT TIME ZONE %(zone)s,
            CASE WHEN (j.at AT TIME ZONE %(zone)s)::date > d.started_on THEN j.at END) AS at
    FROM (SELECT (SELECT min(e.at) FROM hall_journalentry e WHERE e.object = 'cases.deadline:' || d.id
        AND e.verb = 'start_deadline') AS at) AS j) AS began"""
_SEEN: dict[str, str] = {
    "half_time": f"""
        SELECT d.hall_id, d.case_id, d.department_id, {_PERIOD} AS occasion, jsonb_build_object({_CLOCK},
            'passed', %(today)s - began.day, 'of', d.nominal_on - began.day)
            || CASE WHEN began.day > d.started_on THEN jsonb_build_object('got', began.day) ELSE '{{}}' END AS evidence
        FROM cases_deadline d JOIN rules r ON r.hall_id = d.hall_id, {_BEGAN}
        WHERE {_OPEN} AND d.due_at > %(now)s AND d.nominal_on > began.day
            AND (%(today)s - d.started_on) * 100 >= r.threshold * (d.nominal_on - d.started_on)
            AND (%(today)s - began.day) * 100 >= r.threshold * (d.nominal_on - began.day)
            AND {_OF.format("d.case_id")} AND NOT ({_WORKED})""",  # noqa: S608 - constants alone
    "came_again": f"""
        SELECT c.hall_id, c.id AS case_id, c.first_handler_id AS department_id, x.occasion, x.evidence
        FROM (
            SELECT m.case_id, v.arrived_at AS at, v.id AS visit_id, NULL::bigint AS again_id,
                'visit:' || v.id AS occasion, jsonb_build_object('visit', v.id,
                'on', (v.arrived_at AT TIME ZONE %(zone)s)::date, 'people', v.head_count) AS evidence
            FROM intake_visit_cases m JOIN intake_visit v ON v.id = m.visit_id
            WHERE v.reception_id IS NULL AND {_OF.format("m.case_id")}
            UNION ALL
            SELECT n.repeat_of_id, n.registered_at, NULL, n.id, 'case:' || n.id, jsonb_build_object('case', n.id,
                'on', (n.registered_at AT TIME ZONE %(zone)s)::date, 'channel', n.channel, 'people', n.head_count)
            FROM cases_case n WHERE n.repeat_of_id IS NOT NULL AND NOT EXISTS (
                    SELECT FROM cases_caselink l WHERE l.other_id = n.id AND l.kind = 'split')
                AND {_OF.format("n.repeat_of_id")}
        ) AS x JOIN cases_case c ON c.id = x.case_id JOIN rules r ON r.hall_id = c.hall_id
        WHERE c.status = ANY(%(states)s) AND c.first_handler_id IS NOT NULL AND x.at > c.registered_at
            AND (x.at AT TIME ZONE %(zone)s)::date - (c.registered_at AT TIME ZONE %(zone)s)::date >= r.threshold
            AND NOT EXISTS ({_ACCUSING})""",  # noqa: S608 - constants alone
    "returned": f"""
        SELECT d.hall_id, x.case_id, x.department_id, 'clock:' || d.id AS occasion, jsonb_build_object(
            x.what, x.id, 'on', d.started_on, 'days', %(today)s - d.started_on) AS evidence
        FROM (
            SELECT 'instruction' AS what, i.id, i.case_id, i.department_id, i.deadline_id FROM cases_instruction i
            WHERE i.status = 'given' AND {_OF.format("i.case_id")}
                AND EXISTS (SELECT FROM cases_instructionreport r WHERE r.instruction_id = i.id)
            UNION ALL
            SELECT 'commitment', m.id, k.case_id, m.department_id, m.deadline_id FROM consultations_commitment m
                JOIN consultations_consultation k ON k.id = m.consultation_id
            WHERE m.status = 'open' AND {_OF.format("k.case_id")}
                AND EXISTS (SELECT FROM consultations_commitmentreport r WHERE r.commitment_id = m.id)
            UNION ALL
            SELECT 'supervision', s.id, s.case_id, s.department_id, s.clock_id FROM accountability_supervision s
            WHERE s.status = 'open' AND {_OF.format("s.case_id")} AND EXISTS (
                SELECT FROM accountability_supervisionfeedback r WHERE r.supervision_id = s.id AND r.kind = 'return')
        ) AS x JOIN cases_deadline d ON d.id = x.deadline_id JOIN rules r ON r.hall_id = d.hall_id
        WHERE %(today)s - d.started_on > r.threshold""",  # noqa: S608 - constants alone
    "helper_silent": f"""
        SELECT d.hall_id, d.case_id, d.department_id, {_PERIOD} AS occasion, jsonb_build_object({_CLOCK},
            'days', %(today)s - d.due_on) AS evidence
        FROM cases_deadline d JOIN rules r ON r.hall_id = d.hall_id
        WHERE {_OPEN} AND d.due_at <= %(now)s AND %(today)s - d.due_on > r.threshold
            AND {_OF.format("d.case_id")}""",  # noqa: S608 - constants alone
    "low_rating": f"""
        SELECT c.hall_id, g.case_id, g.department_id, 'rating:' || g.id AS occasion, jsonb_build_object(
            'rating', g.id, 'on', (g.rated_at AT TIME ZONE %(zone)s)::date) AS evidence
        FROM cases_followup f JOIN cases_rating g ON g.id = f.rating_id JOIN cases_case c ON c.id = g.case_id
            JOIN rules r ON r.hall_id = c.hall_id
        WHERE f.status = 'open' AND g.target = 'unit' AND g.grade = {LOW}
            AND %(today)s - (g.rated_at AT TIME ZONE %(zone)s)::date >= r.threshold
            AND {_OF.format("g.case_id")}""",  # noqa: S608 - constants alone
}
_SEEN["overdue"] = _SEEN["helper_silent"]
# Only to a unit that has the matter, never to one that it complains of (第三十条), and each occasion once.
_FOUND = """
WITH rules AS (SELECT * FROM unnest(%(halls)s::bigint[], %(thresholds)s::int[]) AS x (hall_id, threshold)),
seen AS ({seen}),
found AS (
    SELECT s.hall_id, s.case_id, s.department_id, s.occasion, s.evidence FROM seen s
        JOIN staffing_department u ON u.id = s.department_id AND u.is_active
    WHERE EXISTS (SELECT FROM cases_casegrouppermission p
            WHERE p.content_object_id = s.case_id AND p.group_id = u.group_id)
        AND NOT EXISTS (SELECT FROM cases_respondent x
            WHERE x.case_id = s.case_id AND x.department_id = s.department_id)
        AND NOT EXISTS (SELECT FROM accountability_supervision x WHERE x.case_id = s.case_id
            AND x.department_id = s.department_id AND x.trigger = %(trigger)s AND x.occasion = s.occasion)
)
"""
_CASES = _FOUND + "SELECT DISTINCT case_id FROM found ORDER BY case_id LIMIT %(most)s"  # noqa: S608 - constants alone
# The proposals and their entries, in one statement; each has a stream of its own, which the unit does not read.
_WRITE = """,
proposed AS (
    INSERT INTO accountability_supervision (hall_id, case_id, department_id, trigger, occasion, evidence, problem,
        demand, status, opened_at, outcome, result)
    SELECT hall_id, case_id, department_id, %(trigger)s, occasion, evidence, '', '', 'proposed', %(now)s, '', ''
    FROM found ORDER BY case_id, department_id, occasion
    ON CONFLICT DO NOTHING RETURNING id, hall_id, evidence, occasion
),
written AS (
    INSERT INTO hall_journalentry (stream, seq, at, actor_id, actor_name, verb, object, before, after, reason,
        previous, hash)
    SELECT 'supervision:' || id, 0, %(now)s, NULL, %(actor_name)s, 'propose_supervision',
        'accountability.supervision:' || id, '{{}}',
        jsonb_build_object('trigger', %(trigger)s::text, 'occasion', occasion, 'evidence', evidence), '', '', ''
    FROM proposed ORDER BY id
)
SELECT hall_id, count(*) FROM proposed GROUP BY hall_id
"""
_PROPOSE = _FOUND + _WRITE


def _facts(code: str, held: Sequence[tuple[int, int]], *, now: dt.datetime, **more: Any) -> dict[str, Any]:
    trigger = TRIGGER_DATA[code]
    return {
        "trigger": code,
        "halls": [hall_id for hall_id, _threshold in held],
        "thresholds": [threshold for _hall_id, threshold in held],
        "clocks": list(trigger.clocks),
        "states": list(trigger.states),
        "now": now,
        "today": timezone.localdate(now),
        "zone": timezone.get_current_timezone_name(),
        "cases": None,
        **more,
    }


def cases_seen(code: str, held: Sequence[tuple[int, int]], *, now: dt.datetime, most: int) -> list[int]:
    """Ids of cases in which the trigger sees something new, at most so many."""
    if not held:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CASES.format(seen=_SEEN[code]), _facts(code, held, now=now, most=most))
        return [pk for (pk,) in cursor.fetchall()]


def accuses_its_unit(one: Supervision, *, now: dt.datetime) -> bool:
    """Whether the later matter that gave rise to it is by now known to complain of the unit or of one of its people."""
    again = one.evidence.get("case")
    if one.trigger != "came_again" or not again:
        return False
    held = Posting.objects.on(timezone.localdate(now)).filter(
        Q(department=one.department_id) | Q(home_department=one.department_id), user=OuterRef("user")
    )
    accused = Respondent.objects.filter(Q(department=one.department_id) | Exists(held), case=again)
    return bool(accused.exists())


def propose_statement(
    code: str, held: Sequence[tuple[int, int]], case_ids: Sequence[int], *, now: dt.datetime, actor_name: str
) -> tuple[str, dict[str, Any]]:
    """The statement that writes the proposals on these cases, for the action that holds their locks."""
    facts = _facts(code, held, now=now, actor_name=actor_name) | {"cases": list(case_ids)}
    return _PROPOSE.format(seen=_SEEN[code]), facts
