"""What the month board counts beside the course of the cases: the line, receptions, charges, supervision, advice; made
as sets of rows, and each figure of them in plain SQL once more.
"""

from __future__ import annotations

# `number` of a case is 'M' || n. Every constant below is there to give each part of each figure something.
FILL = {
    "visits": """
INSERT INTO intake_visit (hall_id, arrived_at, head_count, is_group, priority_reason, note)
SELECT %(hall)s, registered_at - interval '40 minutes', 1 + id %% 7, id %% 7 > 3, '', number
FROM cases_case WHERE number BETWEEN 'M' AND 'N' AND id %% 2 = 0
""",
    "links": """
INSERT INTO intake_visit_cases (visit_id, case_id)
SELECT v.id, c.id FROM intake_visit v JOIN cases_case c ON c.number = v.note WHERE v.id %% 3 > 0
""",
    "tickets": """
INSERT INTO intake_ticket (visit_id, hall_id, queue_id, day, serial, number, token, priority, status, queued_at,
    line_at, calls, seq, since)
SELECT id, hall_id, (%(queues)s::bigint[])[1 + id %% 3], day, serial, 'A' || serial, gen_random_uuid(), 0,
    CASE id %% 10 WHEN 0 THEN 'left' WHEN 1 THEN 'left' WHEN 2 THEN 'waiting' ELSE 'done' END, arrived_at, arrived_at,
    0, 1, arrived_at
FROM (SELECT *, (arrived_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
    row_number() OVER (PARTITION BY (arrived_at AT TIME ZONE 'Asia/Shanghai')::date ORDER BY id) AS serial
    FROM intake_visit) v
""",
    "segments": """
INSERT INTO intake_segment (ticket_id, seq, phase, started_at, queue_id, staff_id)
SELECT t.id, x.seq, x.phase, t.queued_at + make_interval(secs => x.after), t.queue_id,
    CASE WHEN x.by THEN %(clerk)s END
FROM intake_ticket t CROSS JOIN LATERAL (VALUES
    (1, 'waiting', 0::float8, false, true),
    (2, 'left', 1800 + t.id %% 61, t.id %% 20 = 0, t.id %% 10 < 2),
    (2, 'called', 60 + t.id * 37 %% 2400, true, t.id %% 10 > 2),
    (3, 'serving', 90 + t.id * 37 %% 2400, true, t.id %% 10 > 2),
    (4, 'done', 300 + t.id * 37 %% 2400 + t.id * 53 %% 1500, t.id %% 9 > 0, t.id %% 10 > 2)
) x(seq, phase, after, by, happens)
WHERE x.happens
""",
    "triages": """
INSERT INTO cases_triage (case_id, outcome, ground, article, reason, competent_body, decided_at)
SELECT id, CASE WHEN id %% 2 = 0 THEN 'forward_case' ELSE 'accept_case' END, '', '', '', '', registered_at
FROM cases_case WHERE number BETWEEN 'M' AND 'N'
""",
    "receptions": """
INSERT INTO staffing_leaderreception (hall_id, leader_id, title, title_en, portfolio, portfolio_en, form, place,
    place_en, starts_at, ends_at, capacity, status, published_at, approval_needed, revision, change_note)
SELECT %(hall)s, %(leader)s, '县长', '', '', '', 'fixed', '', '', at, at + interval '2 hours', 10,
    CASE WHEN n %% 9 = 0 THEN 'cancelled' WHEN at > %(now)s THEN 'published' ELSE 'held' END, at - interval '5 days',
    false, 0, ''
FROM generate_series(1, %(span)s / 86400) AS n
CROSS JOIN LATERAL (
    SELECT date_trunc('day', %(begin)s::timestamptz) + make_interval(days => n::int, hours => 2) AS at) x
""",
    "docket": """
INSERT INTO cases_docketitem (reception_id, case_id, headline, who, head_count, place, placed_at, removed_at,
    removal_reason)
SELECT r.id, CASE WHEN p < 5 THEN %(first_id)s + (r.id * 7 + p * 1009) %% %(all)s END, '来访', '', 1, p, r.starts_at,
    CASE WHEN p = 4 THEN r.starts_at END, ''
FROM staffing_leaderreception r CROSS JOIN generate_series(1, 6) AS p
""",
    "records": """
INSERT INTO cases_receptionrecord (item_id, version, companions, problem, place, cause, opinion, is_settled, result,
    correction, at)
SELECT i.id, v, '', '问题', '', '', '意见', false, '', CASE WHEN v > 1 THEN '更正' ELSE '' END, i.placed_at
FROM cases_docketitem i CROSS JOIN generate_series(1, 2) AS v WHERE i.place <> 3 AND (v = 1 OR i.place = 1)
""",
    "sponsorships": """
WITH ended AS (INSERT INTO cases_sponsorship (hall_id, name, level, problem, leader_id, title, title_en, contact_id,
    people, plan, responsibility, started_on, first_planned_on, planned_on, percent, status, outcome, outcome_note,
    ended_on, created_at)
SELECT %(hall)s, '事项', 'county', '问题', %(leader)s, '县长', '', %(manager)s, '', '方案', '分工', day - 90, day, day,
    100, 'ended', (ARRAY['resolved', 'not_resolved', 'handed_over', 'resolved'])[1 + n %% 4], '', day, %(begin)s
FROM generate_series(1, %(span)s / 86400 / 2) AS n
CROSS JOIN LATERAL (SELECT (%(begin)s::timestamptz)::date + n * 2 AS day) d RETURNING id)
INSERT INTO cases_sponsorshipunit (sponsorship_id, department_id, position)
SELECT e.id, (%(units)s::bigint[])[1 + (e.id + p) %% 20], p FROM ended e CROSS JOIN generate_series(0, 1) AS p
""",
    "supervisions": """
INSERT INTO accountability_supervision (hall_id, case_id, department_id, trigger, occasion, evidence, problem, demand,
    status, feedback_due_on, document_id, opened_at, confirmed_at, closed_at, outcome, result)
SELECT hall_id, id, first_handler_id, 'perfunctory', '', '{}', '问题', '要求', status, at::date + 15, id, at,
    CASE WHEN sent THEN at + interval '2 days' END,
    CASE WHEN status IN ('closed', 'dismissed') THEN at + interval '9 days' END,
    CASE WHEN status = 'closed' THEN 'solved' ELSE '' END, '核实'
FROM (SELECT c.*, (ARRAY['proposed', 'dismissed', 'open', 'answered', 'closed'])[1 + c.id %% 5] AS status,
    c.id %% 5 > 1 AS sent, c.registered_at + interval '12 days' AS at FROM (
        SELECT id, hall_id, first_handler_id, registered_at FROM cases_case
        WHERE number BETWEEN 'M' AND 'N' AND id %% 23 = 0) c) x
""",
    "supervised": """
INSERT INTO cases_deadline (case_id, kind, law, department_id, hall_id, item, started_on, extension_days, due_on,
    due_at, nominal_on, is_provisional, is_urgent, calendar_version, step_moments, step_rungs, steps_taken,
    met_at, void_at, void_reason)
SELECT case_id, 'supervise', 'r22', department_id, hall_id, '', confirmed_at::date, 0, feedback_due_on, due_at,
    feedback_due_on, false, false, '', '{}', '{}', 0,
    CASE WHEN id %% 4 IN (0, 1) THEN due_at + make_interval(days => 1 - 3 * (id %% 4)::int) END,
    CASE WHEN id %% 4 = 2 THEN due_at - interval '1 day' END, ''
FROM accountability_supervision
CROSS JOIN LATERAL (SELECT (feedback_due_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS due_at) d
WHERE confirmed_at IS NOT NULL
""",
    "advice": """
INSERT INTO accountability_advice (hall_id, kind, title, department_id, body, facts, consequence, article, proposal,
    reply_days, revision, status, drafted_by_id, drafted_at, returned_note, approved_by_id, approved_at, document_id,
    served_on, served_at, served_how,
    due_on, is_provisional, step_moments, steps_taken, adopted, replied_on, outcome, closed_at, result)
SELECT %(hall)s, 'work', '事由', (%(units)s::bigint[])[1 + n %% 20], '', '情况', '', '依据', '建议', 30, 1,
    CASE WHEN replied THEN 'replied' ELSE 'served' END, %(clerk)s, day, '', %(manager)s, day, n,
    day, day, '送达', day + 30, false, '[]',
    0, CASE WHEN replied THEN (ARRAY['adopted', 'partly', 'declined'])[1 + n %% 3] ELSE '' END,
    CASE WHEN replied THEN day + 20 END, '', NULL, ''
FROM generate_series(1, %(span)s / 86400) AS n
CROSS JOIN LATERAL (SELECT (%(begin)s::timestamptz)::date + n::int AS day, n %% 3 > 0 AS replied) d
""",
}  # fmt: skip

_DAY = "(%s AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %%(from)s AND %%(to)s"
_TODAY = "(%(now)s AT TIME ZONE 'Asia/Shanghai')::date"
# Each segment with the one after it by its number, ticket by ticket: no window function, no value of the counted rows.
_STAYS = """
SELECT t.id,
    (SELECT round(extract(epoch FROM sum(n.started_at - s.started_at))) FROM intake_segment s JOIN intake_segment n
        ON n.ticket_id = s.ticket_id AND n.seq = s.seq + 1
        WHERE s.ticket_id = t.id AND s.phase = 'waiting' AND n.staff_id IS NOT NULL) AS waited,
    (SELECT round(extract(epoch FROM sum(n.started_at - s.started_at))) FROM intake_segment s JOIN intake_segment n
        ON n.ticket_id = s.ticket_id AND n.seq = s.seq + 1
        WHERE s.ticket_id = t.id AND s.phase = 'serving' AND n.staff_id IS NOT NULL) AS talked,
    EXISTS (SELECT FROM intake_segment s WHERE s.ticket_id = t.id AND s.phase = 'called') AS called,
    EXISTS (SELECT FROM intake_segment s WHERE s.ticket_id = t.id AND s.phase = 'done') AS served,
    EXISTS (SELECT FROM intake_segment s WHERE s.ticket_id = t.id AND s.phase = 'left') AS went,
    EXISTS (SELECT FROM intake_visit_cases l WHERE l.visit_id = t.visit_id) AS linked
FROM intake_ticket t WHERE t.hall_id = %(hall)s AND t.day BETWEEN %(from)s AND %(to)s
"""
RECOUNT = {
    "line": f"""WITH stay AS ({_STAYS}), ordered AS (SELECT waited, row_number() OVER (ORDER BY waited) AS place,
            count(*) OVER () AS n FROM stay WHERE called AND waited IS NOT NULL)
        SELECT (SELECT sum(waited) FROM ordered WHERE place IN ((n + 1) / 2, (n + 2) / 2)),
            (SELECT count(*) FROM ordered WHERE place IN ((n + 1) / 2, (n + 2) / 2)),
            (SELECT max(waited) FROM stay), (SELECT count(*) FROM stay WHERE served OR went),
            (SELECT count(*) FROM stay WHERE went AND NOT served), (SELECT sum(talked) FROM stay),
            (SELECT count(talked) FROM stay), (SELECT count(*) FROM stay WHERE served),
            (SELECT count(*) FROM stay WHERE served AND linked)""",
    "visits": f"""SELECT count(*), sum(head_count), count(*) FILTER (WHERE is_group) FROM intake_visit
        WHERE hall_id = %(hall)s AND {_DAY % "arrived_at"} AND arrived_at <= %(now)s""",
    "receptions": f"""SELECT count(*) FROM staffing_leaderreception
        WHERE hall_id = %(hall)s AND status = 'held' AND {_DAY % "starts_at"} AND starts_at <= %(now)s""",
    "heard": f"""SELECT count(DISTINCT i.id) FROM cases_receptionrecord e JOIN cases_docketitem i ON i.id = e.item_id
        JOIN staffing_leaderreception r ON r.id = i.reception_id
        WHERE r.hall_id = %(hall)s AND i.removed_at IS NULL AND {_DAY % "r.starts_at"} AND r.starts_at <= %(now)s""",
    "charges": f"""SELECT count(*) FILTER (WHERE outcome = 'resolved'), count(*) FROM cases_sponsorship
        WHERE hall_id = %(hall)s AND outcome IN ('resolved', 'not_resolved') AND ended_on BETWEEN %(from)s AND %(to)s
        AND ended_on <= {_TODAY}""",
    "supervised": f"""SELECT count(*), count(*) FILTER (WHERE status = 'closed') FROM accountability_supervision
        WHERE hall_id = %(hall)s AND status IN ('open', 'answered', 'closed') AND {_DAY % "confirmed_at"}
        AND confirmed_at <= %(now)s""",
    "feedback": """SELECT count(*) FILTER (WHERE void_at IS NULL), count(*) FILTER (WHERE met_at < due_at)
        FROM cases_deadline WHERE hall_id = %(hall)s AND kind = 'supervise' AND due_on BETWEEN %(from)s AND %(to)s
        AND due_at <= %(now)s""",
    "forwarded": """SELECT count(*) FILTER (WHERE void_at IS NULL), count(*) FILTER (WHERE met_at < due_at)
        FROM cases_deadline d JOIN cases_triage t USING (case_id) WHERE d.hall_id = %(hall)s AND kind = 'notify'
        AND t.outcome = 'forward_case' AND due_on BETWEEN %(from)s AND %(to)s AND due_at <= %(now)s""",
    "advice": f"""SELECT count(*), count(*) FILTER (WHERE replied_on IS NOT NULL OR due_on < {_TODAY}),
        count(replied_on) FROM accountability_advice
        WHERE hall_id = %(hall)s AND served_on BETWEEN %(from)s AND least(%(to)s, {_TODAY})""",
    "adopted": f"""SELECT count(*), count(*) FILTER (WHERE adopted <> 'declined') FROM accountability_advice
        WHERE hall_id = %(hall)s AND replied_on BETWEEN %(from)s AND least(%(to)s, {_TODAY})""",
}  # fmt: skip

BY_UNIT = {
    "registered": f"""SELECT first_handler_id, count(*), 0 FROM cases_case
        WHERE hall_id = %(hall)s AND {_DAY % "registered_at"} GROUP BY 1""",
    "concluded": f"""SELECT first_handler_id, count(*), 0 FROM cases_case WHERE hall_id = %(hall)s
        AND status = 'closed' AND {_DAY % "status_since"} AND status_since <= %(now)s GROUP BY 1""",
    **{
        code: f"""SELECT department_id, count(*) FILTER (WHERE void_at IS NULL OR void_at >= due_at),
            count(*) FILTER (WHERE met_at < due_at) FROM cases_deadline WHERE hall_id = %(hall)s AND kind = '{kind}'
            AND due_on BETWEEN %(from)s AND %(to)s AND due_at <= %(now)s GROUP BY 1"""
        for code, kind in (("notice", "notify"), ("answer", "handle"), ("close", "handle"))
    },
    "overdue": """SELECT department_id, count(*) FILTER (WHERE (void_at IS NULL OR void_at >= due_at)
            AND (met_at IS NULL OR met_at >= due_at)), 0
        FROM cases_deadline WHERE hall_id = %(hall)s AND kind IN ('sort', 'notify', 'handle')
        AND due_on BETWEEN %(from)s AND %(to)s AND due_at <= %(now)s GROUP BY 1""",
    "satisfied_unit": f"""SELECT r.department_id, count(*), count(*) FILTER (WHERE grade < 2) FROM cases_rating r
        JOIN cases_case c ON c.id = r.case_id WHERE c.hall_id = %(hall)s AND target = 'unit' AND {_DAY % "rated_at"}
        AND rated_at <= %(now)s GROUP BY 1""",
}  # fmt: skip
"""For each unit: denominator and numerator."""
