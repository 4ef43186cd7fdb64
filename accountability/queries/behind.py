"""The list that a figure is the number of: the same items, one by one, the latest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from accountability.models import Advice
from accountability.queries.indicator_sources import items
from accountability.queries.indicator_table import INDICATORS
from accountability.queries.indicators import answers, facts_of, narrowed, unhidden
from accountability.queries.periods import Period, Scope
from cases.models import Case
from hall.access import Actor
from intake.models import Ticket

PARTS = {"denominator": "den", "numerator": "num", "excluded": "exc", "rest": "den AND NOT num"}
PAGE = 25


@dataclass(frozen=True, slots=True)
class Item:
    """`ref`: the deadline, rating, ticket … that was counted. `case` is set where the reader may see it."""

    ref: int
    case_id: int | None
    day: dt.date
    value: int | None
    case: Case | None = None
    ticket: Ticket | None = None
    advice: Advice | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """One page; `after` is the cursor of the next one, "" at the end."""

    items: list[Item]
    after: str = ""


def cases_behind(
    code: str,
    scope: Scope,
    period: Period,
    part: str = "denominator",
    *,
    now: dt.datetime,
    actor: Actor | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Behind:
    """The items of one part (`denominator`, `numerator`, `rest` = the one less the other, `excluded`), the latest
    first, by key. With an actor, what this person may not see is left out; without one, all of them: as many as the
    figure says. What is hidden from the reader of the scope is in neither.
    """
    if not answers(code, scope):
        return Behind([])
    ahead, facts = "", facts_of(scope, period.start, period.end, now=now) | {"limit": limit + 1, "code": code}
    if (cursor_at := _parsed(after)) is not None:
        ahead = " AND (day, ref) < (%(after_day)s, %(after_ref)s)"
        facts |= {"after_day": cursor_at[0], "after_ref": cursor_at[1]}
    sql = f"""SELECT ref, case_id, day, value FROM {items([code])}
        WHERE indicator = %(code)s AND ({PARTS[part]}){narrowed(scope)}{unhidden(scope)}{ahead}
        ORDER BY day DESC, ref DESC LIMIT %(limit)s"""  # noqa: S608 - of our own constants
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        rows = [Item(*row) for row in cursor.fetchall()]
    more = len(rows) > limit
    rows = rows[:limit]
    cursor_after = f"{rows[-1].day}~{rows[-1].ref}" if more else ""
    return Behind(_shown(code, rows, actor) if actor else rows, cursor_after)


def _parsed(text: str) -> tuple[dt.date, int] | None:
    day, _tilde, ref = text.partition("~")
    try:
        return dt.date.fromisoformat(day), int(ref)
    except ValueError:
        return None


def _shown(code: str, rows: list[Item], actor: Actor) -> list[Item]:
    """Whom a case complains of does not learn here that there is one (第二十八条、第三十条): left out, untold."""
    things = INDICATORS[code].things
    if things == "case":
        visible = Case.objects.visible_to(actor).select_related("first_handler", "category")
        cases = visible.in_bulk([row.case_id for row in rows if row.case_id])
        return [
            Item(row.ref, row.case_id, row.day, row.value, case=cases.get(row.case_id or 0))
            for row in rows
            if row.case_id is None or row.case_id in cases
        ]
    if things == "ticket":
        tickets = Ticket.objects.visible_to(actor).select_related("queue").in_bulk([row.ref for row in rows])
        return [
            Item(row.ref, None, row.day, row.value, ticket=tickets[row.ref])
            for row in rows
            if row.ref in tickets
        ]
    if things == "advice":
        pieces = (
            Advice.objects.visible_to(actor).select_related("department").in_bulk([row.ref for row in rows])
        )
        return [
            Item(row.ref, None, row.day, row.value, advice=pieces[row.ref])
            for row in rows
            if row.ref in pieces
        ]
    return rows
