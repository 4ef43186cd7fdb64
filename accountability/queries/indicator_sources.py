"""The items behind every figure: one row for one thing that one indicator counts, with its day and its part.

A figure is a sum over items and a drill-down is their list, so the two cannot differ. Each source is one statement
for some halls and days; `indicator` tells whose item it is, `den`, `num`, `exc` in which part it stands, `value` its
days, seconds or heads. `ref` is the row it was made from; `case_id` the case where there is one.
"""

# ruff: noqa: S608 - every statement is put together from constants of this module

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from accountability.queries.indicator_table import FILE, INDICATORS, WINDOW_DAYS

COLUMNS = "indicator, ref, case_id, hall_id, department_id, channel, category, day, den, num, exc, value"
_CATEGORY = "coalesce(left(k.code, 2) || '0000', '')"
_CASE = f"c.channel, {_CATEGORY} AS category"
_OF_CASE = "LEFT JOIN cases_contentcategory k ON k.id = c.category_id"


def _values(*rows: str) -> str:
    """Each row: code, whether it is one of its items, den, num, exc, value."""
    listed = ", ".join(f"({row})" for row in rows)
    return f"CROSS JOIN LATERAL (VALUES {listed}) x(indicator, applies, den, num, exc, value)"


def _day(moment: str) -> str:
    return f"({moment} AT TIME ZONE %(tz)s)::date"


def _between(moment: str) -> str:
    return f"{moment} >= %(from_at)s AND {moment} < %(to_at)s"


_HALL = "= ANY(%(halls)s)"
HIDDEN = "%(hidden)s::bigint[]"
"""Cases that are kept from the reader: also as the reason why another thing stands in its part."""
_X = "x.den, x.num, x.exc, x.value::int"

# What passed to another unit in the same moment goes on in that unit's clock, and counts once, there.
_PASSED_ON = """d.void_at IS NOT NULL AND EXISTS (SELECT FROM cases_deadline n WHERE n.case_id = d.case_id
    AND n.kind = d.kind AND n.item = d.item AND n.started_on = d.started_on AND n.id > d.id)
    AND EXISTS (SELECT FROM hall_journalentry e WHERE e.stream = 'case:' || d.case_id
    AND e.verb = 'start_deadline' AND e.at = d.void_at AND e.after ->> 'term' = d.kind
    AND coalesce(e.after ->> 'item', '') = d.item AND e.after ->> 'started_on' = d.started_on::text)"""

# What is void after it was due was late all the same; what is void before, is nobody's. The period of
# sorting is the petition office's own: no other unit answers for it.
_CLOCKS = f"""
SELECT x.indicator, d.id AS ref, d.case_id, d.hall_id, d.department_id,
    {_CASE}, d.due_on AS day, {_X}
FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id {_OF_CASE}
CROSS JOIN LATERAL (SELECT coalesce(d.void_at < d.due_at, false) AS void, coalesce(d.met_at < d.due_at, false) AS kept,
    coalesce(d.met_at >= d.due_at, false) AS late, {
    _day("d.met_at")
} - d.due_on AS days, d.kind = 'handle' AS is_handle
) o
LEFT JOIN LATERAL (SELECT s.id, s.due_at, s.met_at, s.void_at FROM cases_deadline s
    WHERE is_handle AND kept AND s.case_id = d.case_id AND s.kind = 'serve' AND s.id > d.id ORDER BY s.id LIMIT 1
) s ON true
CROSS JOIN LATERAL (SELECT kept AND s.id IS NOT NULL AND s.met_at IS NULL AND s.void_at IS NULL
        AND (s.due_at IS NULL OR s.due_at > %(now)s) AS unserved,
    kept AND (s.id IS NULL OR coalesce(s.met_at < s.due_at, false) OR coalesce(s.void_at < s.due_at, false)
        OR (s.due_at IS NULL AND (s.met_at IS NOT NULL OR s.void_at IS NOT NULL))) AS closed) p
{
    _values(
        "'accept', d.kind = 'sort', NOT void, kept, void, NULL::int",
        "'accept_unit', d.kind = 'notify' AND EXISTS (SELECT FROM cases_triage t WHERE t.case_id = d.case_id"
        " AND t.outcome = 'forward_case'), NOT void, kept, void, NULL",
        "'notice', d.kind = 'notify', NOT void, kept, void, NULL",
        "'answer', is_handle, NOT void, kept, void, NULL",
        "'close', is_handle, NOT void AND NOT unserved, closed, void OR unserved, NULL",
        "'overdue', d.kind <> 'supervise' AND (void OR NOT kept), NOT void AND NOT kept, false, void, NULL",
        "'overdue_days', is_handle AND NOT void AND NOT kept, late, false, NOT late, days",
        "'overdue_longest', is_handle AND NOT void AND NOT kept, late, false, NOT late, days",
        "'supervised_answer', d.kind = 'supervise', NOT void, kept, void, NULL",
    )
}
WHERE d.hall_id {
    _HALL
} AND d.kind IN ('sort', 'notify', 'handle', 'supervise') AND d.due_on >= %(start)s AND d.due_on < %(end)s
    AND d.due_at <= %(now)s AND x.applies AND NOT ({_PASSED_ON})
"""

_REGISTERED = f"""
SELECT x.indicator, c.id AS ref, c.id AS case_id, c.hall_id, c.first_handler_id AS department_id, {_CASE},
    {_day("c.registered_at")} AS day, true, x.num, false, NULL::int
FROM cases_case c {_OF_CASE}
CROSS JOIN LATERAL (VALUES ('registered', false), ('online', c.channel = 'online'),
    ('repeat', c.repeat_of_id IS NOT NULL),
    ('skip_level', c.is_skip_level), ('group', c.is_group)) x(indicator, num)
WHERE c.hall_id {_HALL} AND {_between("c.registered_at")} AND c.registered_at <= %(now)s
"""

_ACCEPTED = f"""
SELECT x.indicator, c.id AS ref, c.id AS case_id, c.hall_id, c.first_handler_id AS department_id, {_CASE},
    c.accepted_on AS day, {_X}
FROM cases_case c {_OF_CASE}
CROSS JOIN LATERAL (SELECT c.repeat_of_id IS NULL AND EXISTS (SELECT FROM cases_worknote w WHERE w.case_id = c.id
    AND w.kind IN ('talk', 'visit', 'phone')) AS talked, c.status IN ('withdrawn', 'merged') AS gone) o
{
    _values(
        "'contact', c.repeat_of_id IS NULL, talked OR NOT gone, talked, gone AND NOT talked, NULL::int",
        "'accept_days', true, true, false, false, c.accepted_on - c.received_on",
    )
}
WHERE c.hall_id {
    _HALL
} AND c.accepted_on >= %(start)s AND c.accepted_on < %(end)s AND c.accepted_on <= %(today)s
    AND x.applies
"""

# The clock that the opinion stopped knows from which day its round ran: a later round does not change an earlier one.
_OPINIONS = f"""
SELECT x.indicator, p.id AS ref, p.case_id, c.hall_id, p.department_id, {_CASE}, {
    _day("p.issued_at")
} AS day, {_X}
FROM cases_opinion p JOIN cases_case c ON c.id = p.case_id {_OF_CASE}
CROSS JOIN LATERAL (SELECT {_day("p.issued_at")} - coalesce((SELECT min(d.started_on) FROM cases_deadline d
    WHERE d.case_id = p.case_id AND d.kind = 'handle' AND d.met_at = p.issued_at), c.accepted_on) AS days) o
{
    _values(
        "'answer_days', true, p.round = 1, false, p.round > 1, days",
        "'longest_days', true, p.round = 1, false, p.round > 1, days",
    )
}
WHERE c.hall_id {_HALL} AND p.status = 'issued' AND {_between("p.issued_at")} AND p.issued_at <= %(now)s
"""

_ENDS = "('closed', 'settled', 'replied', 'finally_closed')"
# Without consent nothing is told, with it neither secrets nor accusations; what was taken down is not public.
_CONCLUDED = f"""
SELECT x.indicator, c.id AS ref, c.id AS case_id, c.hall_id, c.first_handler_id AS department_id, {_CASE},
    {_day("c.status_since")} AS day, {_X}
FROM cases_case c {_OF_CASE}
CROSS JOIN LATERAL (SELECT c.public_consent AND NOT c.is_confidential AND c.statutory_class <> 'accusation'
    AND c.purpose <> 'accusation' AS may) o
{
    _values(
        "'concluded', true, true, false, false, NULL::int",
        "'public_reply', true, may, may AND EXISTS (SELECT FROM cases_noticecase l JOIN cases_resultnotice n"
        " ON n.id = l.notice_id WHERE l.case_id = c.id AND n.status = 'published'), NOT may, NULL",
    )
}
WHERE c.hall_id {_HALL} AND c.status IN {_ENDS} AND {_between("c.status_since")} AND c.status_since <= %(now)s
"""

_WINDOW = f"interval '{WINDOW_DAYS} days'"
_FIRST_SOLVED = f"""
SELECT 'first_solved' AS indicator, c.id AS ref, c.id AS case_id, c.hall_id, c.first_handler_id AS department_id,
    {_CASE}, {_day("c.status_since")} + {WINDOW_DAYS} AS day, true,
    NOT EXISTS (SELECT FROM cases_case r WHERE r.repeat_of_id = c.id AND r.id <> ALL({HIDDEN})
        AND r.registered_at > c.status_since
        AND {_day("r.registered_at")} <= {_day("c.status_since")} + {WINDOW_DAYS}), false, NULL::int
FROM cases_case c {_OF_CASE}
WHERE c.hall_id {_HALL} AND c.status IN {_ENDS} AND c.repeat_of_id IS NULL
    AND c.status_since >= %(from_at)s - {_WINDOW} AND c.status_since < %(to_at)s - {_WINDOW}
    AND {_day("c.status_since")} + {WINDOW_DAYS} < %(today)s
"""

_RATINGS = f"""
SELECT x.indicator || r.target, r.id AS ref, r.case_id, c.hall_id, r.department_id, {_CASE},
    {_day("coalesce(r.rated_at, r.closes_at)")} AS day, true, x.num, false, NULL::int
FROM cases_rating r JOIN cases_case c ON c.id = r.case_id {_OF_CASE}
CROSS JOIN LATERAL (VALUES ('participation_', true, r.status = 'rated'),
    ('satisfied_', r.status = 'rated', coalesce(r.grade IN (0, 1), false))) x(indicator, applies, num)
WHERE c.hall_id {_HALL} AND {_between("coalesce(r.rated_at, r.closes_at)")}
    AND coalesce(r.rated_at, r.closes_at) <= %(now)s AND x.applies
"""

# The same stays as `intake.queries.stays`: what the night ended was not measured. They are put together once, not
# anew for each ticket, which is how the planner does it when it takes the tables to be empty.
_TICKETS = f"""
WITH m AS MATERIALIZED (
    SELECT ticket_id, round(extract(epoch FROM sum(ended_at - started_at)
        FILTER (WHERE phase = 'waiting' AND ended_by IS NOT NULL))) AS waited,
    bool_or(phase = 'waiting' AND next_phase = 'called') AS was_called,
    round(extract(epoch FROM sum(ended_at - started_at)
        FILTER (WHERE phase = 'serving' AND ended_by IS NOT NULL))) AS took,
    bool_or(phase IN ('serving', 'done')) AS served, bool_or(phase = 'left') AS went
    FROM (SELECT g.ticket_id, g.phase, g.started_at, lead(g.started_at) OVER w AS ended_at,
        lead(g.staff_id) OVER w AS ended_by, lead(g.phase) OVER w AS next_phase
        FROM intake_segment g JOIN intake_ticket i ON i.id = g.ticket_id
        WHERE i.hall_id {_HALL} AND i.day >= %(start)s AND i.day < %(end)s
        WINDOW w AS (PARTITION BY g.ticket_id ORDER BY g.seq)) stay
    GROUP BY ticket_id)
SELECT x.indicator, t.id AS ref, NULL::bigint AS case_id, t.hall_id, q.department_id, 'visit' AS channel,
    '' AS category, t.day, {_X}
FROM m
JOIN intake_ticket t ON t.id = m.ticket_id JOIN intake_queue q ON q.id = t.queue_id
{
    _values(
        "'wait_median', true, coalesce(was_called AND waited IS NOT NULL, false), false,"
        " NOT coalesce(was_called AND waited IS NOT NULL, false), waited",
        "'wait_longest', true, waited IS NOT NULL, false, waited IS NULL, waited",
        "'abandon', true, served OR went, went AND NOT served, NOT served AND NOT went, NULL::numeric",
        "'talk_mean', served, took IS NOT NULL, false, took IS NULL, took",
        "'desk_to_case', true, served, served AND EXISTS (SELECT FROM intake_visit_cases v"
        f" WHERE v.visit_id = t.visit_id AND v.case_id <> ALL({HIDDEN})), NOT served, NULL",
    )
}
WHERE x.applies
"""

_VISITS = f"""
SELECT x.indicator, v.id AS ref, NULL::bigint AS case_id, v.hall_id, NULL::bigint AS department_id, 'visit' AS channel,
    '' AS category, {_day("v.arrived_at")} AS day, true, false, false, v.head_count
FROM intake_visit v CROSS JOIN LATERAL (VALUES ('visits', true), ('people', true), ('group_visits', v.is_group))
    x(indicator, applies)
WHERE v.hall_id {_HALL} AND {_between("v.arrived_at")} AND v.arrived_at <= %(now)s AND x.applies
"""

_RECEPTIONS = f"""
SELECT 'receptions' AS indicator, r.id AS ref, NULL::bigint AS case_id, r.hall_id, NULL::bigint AS department_id,
    '' AS channel, '' AS category, {_day("r.starts_at")} AS day, true, false, false, NULL::int
FROM staffing_leaderreception r
WHERE r.hall_id {_HALL} AND r.status = 'held' AND {_between("r.starts_at")} AND r.starts_at <= %(now)s
"""

_DOCKET = f"""
SELECT 'reception_cases' AS indicator, i.id AS ref, i.case_id, r.hall_id, c.first_handler_id AS department_id,
    coalesce(c.channel, 'visit'), {_CATEGORY} AS category, {_day("r.starts_at")} AS day,
    true, false, false, NULL::int
FROM staffing_leaderreception r JOIN cases_docketitem i ON i.reception_id = r.id
    LEFT JOIN cases_case c ON c.id = i.case_id {_OF_CASE}
WHERE r.hall_id {_HALL} AND {_between("r.starts_at")} AND r.starts_at <= %(now)s AND i.removed_at IS NULL
    AND EXISTS (SELECT FROM cases_receptionrecord e WHERE e.item_id = i.id)
"""

_SPONSORSHIPS = f"""
SELECT 'sponsor_resolved' AS indicator, s.id AS ref, NULL::bigint AS case_id, s.hall_id, u.department_id, '' AS channel,
    '' AS category, s.ended_on AS day, s.outcome <> 'handed_over', s.outcome = 'resolved', s.outcome = 'handed_over',
    NULL::int
FROM cases_sponsorship s LEFT JOIN cases_sponsorshipunit u ON u.sponsorship_id = s.id AND u.position = 0
WHERE s.hall_id {_HALL} AND s.status = 'ended' AND s.ended_on >= %(start)s AND s.ended_on < %(end)s
    AND s.ended_on <= %(today)s
    AND NOT EXISTS (SELECT FROM cases_sponsoredcase x WHERE x.sponsorship_id = s.id AND x.case_id = ANY({HIDDEN}))
"""

# It counts on the day it was sent to the unit; what was only proposed is left out on the day it was proposed.
_SENT = "coalesce(s.confirmed_at, s.opened_at)"
_SUPERVISIONS = f"""
SELECT x.indicator, s.id AS ref, s.case_id, s.hall_id, s.department_id, {_CASE}, {_day(_SENT)} AS day,
    sent, sent AND x.num, NOT sent, NULL::int
FROM accountability_supervision s JOIN cases_case c ON c.id = s.case_id {_OF_CASE}
CROSS JOIN LATERAL (SELECT s.status NOT IN ('proposed', 'dismissed') AS sent) o
CROSS JOIN LATERAL (VALUES ('supervised', false), ('supervised_closed', s.status = 'closed')) x(indicator, num)
WHERE s.hall_id {_HALL} AND s.opened_at < %(to_at)s AND {_between(_SENT)} AND {_SENT} <= %(now)s
"""

# A review may leave nothing of a finding; while it goes on, nothing is said.
_FINDINGS = f"""
SELECT x.indicator, f.id AS ref, f.case_id, f.hall_id, f.department_id, {_CASE}, {_day("x.at")} AS day,
    x.den, x.num, x.exc, NULL::int
FROM accountability_finding f JOIN cases_case c ON c.id = f.case_id {_OF_CASE}
CROSS JOIN LATERAL (VALUES ('findings', f.opened_at, true, false, false),
    ('findings_upheld', f.decided_at, f.status <> 'in_review', f.status IN ('upheld', 'reduced', 'confirmed', 'changed')
        AND coalesce(f.decided_days, 0) > 0, f.status = 'in_review')) x(indicator, at, den, num, exc)
WHERE f.hall_id {_HALL} AND f.opened_at < %(to_at)s AND {_between("x.at")} AND x.at <= %(now)s
"""

_ADVICE = f"""
SELECT x.indicator, a.id AS ref, NULL::bigint AS case_id, a.hall_id, a.department_id, '' AS channel, '' AS category,
    x.day, x.den, x.num, x.exc, NULL::int
FROM accountability_advice a
CROSS JOIN LATERAL (SELECT a.replied_on IS NOT NULL AS said) o
CROSS JOIN LATERAL (VALUES ('advice_sent', a.served_on, true, false, false),
    ('advice_answered', a.served_on, said OR a.due_on < %(today)s, said, NOT said AND a.due_on >= %(today)s),
    ('advice_adopted', a.replied_on, true, a.adopted IN ('adopted', 'partly'), false)) x(indicator, day, den, num, exc)
WHERE a.hall_id {_HALL} AND a.status IN ('served', 'replied', 'closed')
    AND x.day >= %(start)s AND x.day < %(end)s AND x.day <= %(today)s
"""

SOURCES: Mapping[str, str] = {
    "clocks": _CLOCKS,
    "registered": _REGISTERED,
    "accepted": _ACCEPTED,
    "opinions": _OPINIONS,
    "concluded": _CONCLUDED,
    "first_solved": _FIRST_SOLVED,
    "ratings": _RATINGS,
    "tickets": _TICKETS,
    "visits": _VISITS,
    "receptions": _RECEPTIONS,
    "docket": _DOCKET,
    "sponsorships": _SPONSORSHIPS,
    "supervisions": _SUPERVISIONS,
    "findings": _FINDINGS,
    "advice": _ADVICE,
}
if {one.source for one in INDICATORS.values()} != set(SOURCES):
    raise ValueError("accountability: an indicator has no source, or a source no indicator")


def items(codes: Iterable[str]) -> str:
    """`item(…COLUMNS)`: a FROM clause with all items of the sources of these indicators, and of others of them."""
    needed = dict.fromkeys(INDICATORS[code].source for code in codes)
    union = " UNION ALL ".join(f"({SOURCES[source]})" for source in needed)
    return f"({union}) AS item({COLUMNS})"


RULES = hashlib.sha256(repr(sorted(SOURCES.items())).encode() + FILE.read_bytes()).hexdigest()[:16]
"""Changes with every change of what is counted: a month counted by other rules is counted anew before it is shown."""
