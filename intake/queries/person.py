"""One person, one timeline: matters, visits, ratings, and who looked at their numbers; as far as a reader may see.

One statement for a page, put together from the five tables and cut by (moment, kind, row). Whatever belongs to a
matter that the reader may not see is not in it, and is not counted either.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from cases.queries.rights import visible_select
from hall.access import Actor

PAGE = 20
KINDS = ("registered", "state", "visit", "rating", "look")
"""In the order in which things of one moment stand, the later first."""
SHOWN = {"": KINDS, "matters": ("registered", "state", "rating"), "visits": ("visit",), "looks": ("look",)}
"""What the reader asked for → kinds of events."""

_OF_THIS_PERSON = (
    "cases_case.id IN (SELECT x.case_id FROM cases_caseparty x WHERE x.petitioner_id = %(person)s)"
)
_CASE = "jsonb_build_object('id', c.id, 'number', c.number, 'title', c.title)"
_STAYS = """
    SELECT s.phase, s.started_at, lead(s.started_at) OVER w AS ended_at, lead(s.staff_id) OVER w AS ended_by
    FROM intake_segment s WHERE s.ticket_id = t.id WINDOW w AS (ORDER BY s.seq)
"""
_TICKETS = f"""
    SELECT jsonb_agg(jsonb_build_object('number', t.number, 'queue', q.name, 'queue_en', q.name_en, 'window', w.name,
        'window_en', w.name_en, 'status', t.status, 'waited', stay.waited, 'served', stay.served) ORDER BY t.id)
    FROM intake_ticket t JOIN intake_queue q ON q.id = t.queue_id LEFT JOIN staffing_window w ON w.id = t.window_id
        CROSS JOIN LATERAL (SELECT
            extract(epoch FROM sum(ended_at - started_at) FILTER (WHERE phase = 'waiting'))::float8 AS waited,
            extract(epoch FROM sum(ended_at - started_at) FILTER (WHERE phase = 'serving'))::float8 AS served
            FROM ({_STAYS}) AS stays WHERE ended_by IS NOT NULL) AS stay
    WHERE t.visit_id = v.id
"""  # noqa: S608 - constants alone
_EVENTS = f"""
    SELECT c.registered_at AS at, 1 AS kind, c.id, jsonb_build_object('cases', jsonb_build_array({_CASE}),
        'channel', c.channel) AS facts
    FROM cases_case c JOIN mine ON mine.id = c.id
    UNION ALL
    SELECT c.status_since, 2, c.id, jsonb_build_object('cases', jsonb_build_array({_CASE}), 'status', c.status)
    FROM cases_case c JOIN mine ON mine.id = c.id WHERE c.status <> 'registered'
    UNION ALL
    SELECT v.arrived_at, 3, v.id, jsonb_build_object('people', v.head_count, 'tickets', ({_TICKETS}), 'cases', (
        SELECT jsonb_agg({_CASE} ORDER BY c.id) FROM intake_visit_cases x JOIN mine ON mine.id = x.case_id
            JOIN cases_case c ON c.id = x.case_id WHERE x.visit_id = v.id))
    FROM intake_visit v
    WHERE v.id IN (SELECT x.visit_id FROM intake_visit_cases x JOIN mine ON mine.id = x.case_id)
    UNION ALL
    SELECT coalesce(r.rated_at, CASE r.status WHEN 'expired' THEN r.closes_at ELSE r.opened_at END), 4, r.id,
        jsonb_build_object('cases', jsonb_build_array({_CASE}), 'target', r.target, 'status', r.status,
            'grade', r.grade, 'unit', d.name, 'unit_en', d.name_en)
    FROM cases_rating r JOIN mine ON mine.id = r.case_id JOIN cases_case c ON c.id = r.case_id
        LEFT JOIN staffing_department d ON d.id = r.department_id
    UNION ALL
    SELECT j.at, 5, j.id, jsonb_build_object('verb', j.verb, 'who', j.actor_name, 'reason', j.reason,
        'number', j.after ->> 'case')
    FROM hall_journalentry j
    WHERE %(looks)s AND j.stream = 'petitioner:' || %(person)s::text AND (j.verb = 'look_up_history' OR (
        j.verb = 'reveal_person' AND j.after ->> 'case' IN (
            SELECT c.number FROM cases_case c JOIN mine ON mine.id = c.id)))
"""  # noqa: S608 - constants alone


@dataclass(frozen=True, slots=True)
class Cursor:
    """Behind which event the next page starts."""

    at: dt.datetime
    kind: int
    pk: int

    def __str__(self) -> str:
        return f"{self.at.timestamp():.6f}_{self.kind}_{self.pk}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor that a page handed out; None for anything else, which starts from the front."""
        try:
            at, kind, pk = text.split("_")
            found = cls(dt.datetime.fromtimestamp(float(at), dt.UTC), int(kind), int(pk))
        except (ValueError, OverflowError, OSError):
            return None
        return found if 0 <= found.kind < 100 and 0 <= found.pk < 2**63 else None


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is one of KINDS; `facts` are those of its branch of the statement."""

    at: dt.datetime
    kind: str
    pk: int
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Events:
    rows: list[Event]
    after: Cursor | None


def events_of(
    actor: Actor,
    person_id: int,
    *,
    looks: bool,
    show: str = "",
    after: Cursor | None = None,
    size: int = PAGE,
) -> Events:
    """What happened with this person, newest first, of the matters that the reader may see; `looks`: and who looked."""
    right, params = visible_select(actor, _OF_THIS_PERSON)
    statement = f"""
        WITH mine (id) AS MATERIALIZED ({right})
        SELECT at, kind, id, facts::text FROM ({_EVENTS}) AS event
        WHERE kind = ANY (%(kinds)s) AND (NOT %(behind)s OR (at, kind, id) < (%(at)s, %(kind)s, %(id)s))
        ORDER BY at DESC, kind DESC, id DESC LIMIT %(limit)s
    """  # noqa: S608 - constants alone
    facts: dict[str, Any] = {
        **params,
        "person": person_id,
        "looks": looks,
        "kinds": [KINDS.index(kind) + 1 for kind in SHOWN.get(show, KINDS)],
        "behind": after is not None,
        "at": after.at if after else dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
        "kind": after.kind if after else 0,
        "id": after.pk if after else 0,
        "limit": size + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        found = [Event(at, KINDS[kind - 1], pk, json.loads(text)) for at, kind, pk, text in cursor.fetchall()]
    rows = found[:size]
    last = rows[-1] if len(found) > size else None
    return Events(rows, Cursor(last.at, KINDS.index(last.kind) + 1, last.pk) if last else None)
