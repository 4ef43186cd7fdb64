"""The work list: open clocks of my units or my halls, the most urgent first, page by page along an index.

One page costs what its rows cost, however many cases there are: no total is counted, a next page starts behind
the last row's key, and each unit or hall is read along its own partial index on (due_at, id). Clocks that a pause
keeps from ending have no due date and come last.

Written in SQL, because this page is opened all day: a statement of constant text needs none of the time in which
the ORM would compile it, and its shape (first the limited front of each index, then everything else for those
few rows) is not left to the planner. The rights of a row are those of `CaseQuerySet.visible_to`; the tests walk
both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from cases.queries.lights import LEVELS
from cases.queries.search import exact_cases, search_query
from cases.terms import WINDOWS
from hall.access import Actor
from staffing.lifecycle import CLERK, DEPARTMENT_ROLES, HALL_MANAGER, LEADER, SUPERVISOR

HALL_SCOPE_ROLES = (CLERK, HALL_MANAGER, SUPERVISOR, LEADER)
PAGE = 25
COUNT_LIMIT = 100
EXPORT_LIMIT = 50_000

# The front of each place's index. Conditions that nobody asked for are folded away before planning.
_FRONT = """
    SELECT d.* FROM unnest(%(places)s::bigint[]) AS place (id) CROSS JOIN LATERAL (
        SELECT d.* FROM cases_deadline d
        WHERE d.met_at IS NULL AND d.void_at IS NULL
            AND ((%(scope)s = 'unit' AND d.department_id = place.id) OR (%(scope)s = 'hall' AND d.hall_id = place.id))
            -- a right that was not used is nothing to do
            AND (d.kind <> ALL (%(windows)s) OR d.due_at IS NULL OR d.due_at > %(now)s)
            AND (%(light)s <> 'red' OR d.due_at <= %(now)s)
            AND (%(light)s <> 'amber' OR (d.due_at > %(now)s AND d.amber_at <= %(now)s))
            AND (%(light)s <> 'green' OR (d.due_at > %(now)s AND (d.amber_at IS NULL OR d.amber_at > %(now)s)))
            AND (%(light)s <> 'paused' OR d.due_at IS NULL)
            AND (%(term)s = '' OR d.kind = %(term)s)
            AND (%(unit)s::bigint IS NULL OR d.department_id = %(unit)s::bigint)
            AND (NOT %(urgent)s OR d.is_urgent)
            AND (%(ids)s::bigint[] IS NULL OR d.case_id = ANY (%(ids)s::bigint[]))
            AND (%(words)s = '' OR EXISTS (
                SELECT FROM cases_case c WHERE c.id = d.case_id AND c.search @@ %(words)s::tsquery))
            AND (%(behind)s <> 'dated' OR (d.due_at >= %(after_at)s::timestamptz
                AND (d.due_at > %(after_at)s::timestamptz OR d.id > %(after)s)))
            AND (%(behind)s <> 'undated' OR (d.due_at IS NULL AND d.id > %(after)s))
        ORDER BY d.due_at, d.id LIMIT %(limit)s) AS d
    ORDER BY d.due_at, d.id LIMIT %(limit)s
"""
_ABOUT_ME = """
    (EXISTS (SELECT FROM cases_respondent r WHERE r.case_id = d.case_id
        AND (r.user_id = %(user)s OR r.department_id = ANY (%(units)s::bigint[])))
    OR EXISTS (SELECT FROM cases_recusal r WHERE r.case_id = d.case_id AND r.user_id = %(user)s))
"""
_NOT_GIVEN = """
    (%(scope)s = 'unit' AND NOT EXISTS (SELECT FROM cases_casegrouppermission g
        WHERE g.content_object_id = d.case_id AND g.group_id = u.group_id))
"""
_LIST = f"""
SELECT d.id, d.kind, d.law, d.due_on, d.due_at, d.amber_at, d.is_provisional, d.is_urgent, d.case_id,
    c.number, c.title, c.status, u.name AS unit, u.name_en AS unit_en,
    (SELECT p.name FROM cases_caseparty x JOIN cases_petitioner p ON p.id = x.petitioner_id
        WHERE x.case_id = d.case_id AND x.role = 'principal') AS petitioner,
    {_ABOUT_ME} OR {_NOT_GIVEN} AS hidden
FROM ({_FRONT}) AS d JOIN cases_case c ON c.id = d.case_id LEFT JOIN staffing_department u ON u.id = d.department_id
ORDER BY d.due_at, d.id
"""  # noqa: S608 - constants alone
_FRAME = f"""
SELECT h.id, h.name, h.name_en, work.open, work.late, inbox.unread, owed.supervised
FROM (SELECT count(*) AS open, count(*) FILTER (WHERE d.due_at <= %(now)s) AS late
        FROM ({_FRONT}) AS d WHERE NOT {_ABOUT_ME}) AS work
    CROSS JOIN (SELECT count(*) AS unread FROM (SELECT FROM hall_message m
        WHERE m.user_id = %(user)s AND m.channel = 'app' AND m.read_at IS NULL LIMIT %(limit)s) AS m) AS inbox
    CROSS JOIN (SELECT count(*) AS supervised FROM (SELECT FROM cases_deadline d
        JOIN staffing_department u ON u.id = d.department_id
        JOIN cases_casegrouppermission g ON g.content_object_id = d.case_id AND g.group_id = u.group_id
        WHERE d.department_id = ANY (%(own)s::bigint[]) AND d.kind = 'supervise' AND d.met_at IS NULL
            AND d.void_at IS NULL AND NOT {_ABOUT_ME} LIMIT %(limit)s) AS d) AS owed
    LEFT JOIN staffing_hall h ON h.id = %(hall)s
"""  # noqa: S608 - constants alone


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFilter:
    """What the reader asked for; empty values ask for nothing. `scope`: unit or hall; "" is the reader's usual one."""

    scope: str = ""
    light: str = ""
    term: str = ""
    department_id: int | None = None
    urgent: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Behind which row the next page starts. `due_at` None: among those without a due date."""

    due_at: dt.datetime | None
    pk: int

    def __str__(self) -> str:
        return f"{self.due_at.timestamp():.6f}_{self.pk}" if self.due_at else f"_{self.pk}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor that a page handed out; None for anything else, which starts from the front."""
        moment, _mark, pk = text.partition("_")
        try:
            due_at = dt.datetime.fromtimestamp(float(moment), dt.UTC) if moment else None
            return cls(due_at, int(pk)) if 0 <= int(pk) < 2**63 else None
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class WorkPage:
    rows: list[dict[str, Any]]
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What stands around every page of a reader; each count at most COUNT_LIMIT."""

    hall_id: int | None = None
    hall: str = ""
    hall_en: str = ""
    open: int = 0
    overdue: int = 0
    unread: int = 0
    supervised: int = 0
    """Supervisions that wait for the reader's unit to answer."""


def scopes(actor: Actor) -> list[str]:
    """Which lists the reader has: their units' first, then their halls'."""
    found = ["unit"] if actor.departments(*DEPARTMENT_ROLES) else []
    return [*found, "hall"] if actor.halls(*HALL_SCOPE_ROLES) else found


def _asked(actor: Actor, asked: WorkFilter, now: dt.datetime) -> dict[str, Any]:
    """The statement's parameters for what was asked; without any list of their own the reader has no places."""
    known = scopes(actor)
    scope = asked.scope if asked.scope in known else next(iter(known), "")
    places = {"unit": actor.departments(*DEPARTMENT_ROLES), "hall": actor.halls(*HALL_SCOPE_ROLES)}
    text = asked.text.strip()
    ids = (exact_cases(text) or None) if text else None
    words = search_query(text) if text and not ids else ""
    if text and not ids and not words:
        ids = []  # nothing in it can be looked for
    return {
        "now": now,
        "scope": scope,
        "places": list(places.get(scope, ())),
        "windows": sorted(WINDOWS),
        "light": asked.light if asked.light in LEVELS else "",
        "term": asked.term,
        "unit": asked.department_id,
        "urgent": asked.urgent,
        "ids": ids,
        "words": words,
        "user": actor.user_id,
        "units": list(actor.departments()),
    }


def _behind(cursor: Cursor | None) -> dict[str, Any]:
    if cursor is None:
        return {"behind": "", "after_at": None, "after": 0}
    return {"behind": "dated" if cursor.due_at else "undated", "after_at": cursor.due_at, "after": cursor.pk}


def _read(statement: str, facts: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def work_list(
    actor: Actor, asked: WorkFilter, *, now: dt.datetime, after: Cursor | None = None, size: int = PAGE
) -> WorkPage:
    """A page of open deadlines by (due_at, id), and the key behind which the next one starts (None: no more)."""
    facts = _asked(actor, asked, now) | {"limit": size + 1}
    rows: list[dict[str, Any]] = []
    here = after
    while len(rows) <= size:
        batch = _read(_LIST, facts | _behind(here))
        rows += [row for row in batch if not row["hidden"]]
        if len(batch) > size:
            here = Cursor(batch[-1]["due_at"], batch[-1]["id"])
        elif here is not None and here.due_at is not None:
            here = Cursor(None, 0)  # the dated ones are through
        else:
            break
    more = len(rows) > size
    rows = rows[:size]
    return WorkPage(rows, Cursor(rows[-1]["due_at"], rows[-1]["id"]) if more else None)


def every_row(actor: Actor, asked: WorkFilter, *, now: dt.datetime) -> Iterator[dict[str, Any]]:
    """All rows in the list's order, page by page, for an export; at most EXPORT_LIMIT."""
    after: Cursor | None = None
    given = 0
    while given < EXPORT_LIMIT:
        page = work_list(actor, asked, now=now, after=after, size=500)
        yield from page.rows
        given += len(page.rows)
        after = page.after
        if after is None:
            return


def frame_facts(actor: Actor, *, now: dt.datetime) -> FrameFacts:
    """The reader's hall, the open and late clocks at the front of their usual list, their unread messages.

    One bounded statement: no more than COUNT_LIMIT of anything is looked at.
    """
    if actor.user_id is None:
        return FrameFacts()
    halls = actor.halls()
    facts = _asked(actor, WorkFilter(), now) | _behind(None)
    own = list(actor.departments(*DEPARTMENT_ROLES))
    facts |= {"limit": COUNT_LIMIT, "hall": halls[0] if halls else None, "own": own}
    row = _read(_FRAME, facts)[0]
    names = (row["name"] or "", row["name_en"] or "")
    return FrameFacts(row["id"], *names, row["open"], row["late"], row["unread"], row["supervised"])
