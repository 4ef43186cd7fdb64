"""Who was shown whose data, when and why: the journal's looks, for heads over their own people.

A look is the reader's who held a post in the head's unit or hall on that day; somebody who moved on takes later ones
along.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accountability.lifecycle import READ_KINDS, READS
from accountability.queries.hidden import hidden_from
from cases.models import Case
from cases.queries.case_file import worded
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import AUDITOR, DEPARTMENT_HEAD, HALL_MANAGER, SUPERVISOR
from staffing.models import Posting
from staffing.queries.hours import day_bounds

PAGE = 25
EXPORT_LIMIT = 20_000

# The post on that day decides; a person with two posts is listed once. `foreign`: the case is neither of a hall nor of
# a unit in which the reader holds a post that day.
_LOOKS = """
SELECT e.id, e.at, e.actor_id, u.name, u.name_en, e.verb, e.stream, e.after, e.reason, p.hall_id, p.department_id,
    d.name AS unit, d.name_en AS unit_en, h.name AS hall, h.name_en AS hall_en, c.id AS case_id,
    c.id IS NOT NULL AND NOT EXISTS (SELECT FROM staffing_posting o WHERE o.user_id = e.actor_id
        AND (o.hall_id = c.hall_id OR o.department_id = c.first_handler_id)
        AND o.from_on <= p.day AND (o.until_on IS NULL OR o.until_on >= p.day)) AS is_foreign
FROM hall_journalentry e
    JOIN hall_user u ON u.id = e.actor_id
    JOIN LATERAL (SELECT p.hall_id, p.department_id, x.day FROM staffing_posting p,
            (SELECT (e.at AT TIME ZONE %(zone)s)::date AS day) x
        WHERE p.user_id = e.actor_id AND p.from_on <= x.day AND (p.until_on IS NULL OR p.until_on >= x.day)
            AND (p.hall_id = ANY (%(halls)s::bigint[]) OR p.department_id = ANY (%(units)s::bigint[]))
        ORDER BY p.id LIMIT 1) p ON true
    LEFT JOIN staffing_department d ON d.id = p.department_id
    LEFT JOIN staffing_hall h ON h.id = p.hall_id
    LEFT JOIN cases_case c ON e.stream = 'case:' || c.id::text
        AND c.id = CASE WHEN e.stream LIKE 'case:%%' THEN substr(e.stream, 6)::bigint END
WHERE e.verb IN ({looks}) AND NOT (e.verb IN ('reveal_person', 'watch_recording') AND e.stream LIKE 'petitioner:%%')
    AND (c.id IS NULL OR c.id <> ALL (%(hidden)s::bigint[]))
    AND (%(reader)s::bigint IS NULL OR e.actor_id = %(reader)s::bigint)
    AND (%(verbs)s::text[] IS NULL OR e.verb = ANY (%(verbs)s::text[]))
    AND (%(first)s::timestamptz IS NULL OR e.at >= %(first)s::timestamptz)
    AND (%(last)s::timestamptz IS NULL OR e.at < %(last)s::timestamptz)
    AND (%(after)s::bigint IS NULL OR e.id < %(after)s::bigint)
ORDER BY e.id DESC LIMIT %(limit)s
""".replace("{looks}", ", ".join(f"'{verb}'" for verb in sorted(READS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFilter:
    """What the reader asked for; the days are both included."""

    reader_id: int | None = None
    kind: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look. `case_number` is "" where the head may not see the case: that there was one, `case_id` says; what it
    was for is then not said either. Looks into a case that is kept from the head are left to others who manage.
    """

    entry_id: int
    at: dt.datetime
    reader_id: int
    reader: str
    unit: str
    hall_id: int | None
    verb: str
    reason: str
    case_id: int | None = None
    case_number: str = ""
    is_foreign: bool = False
    found: int | None = None
    department_id: int | None = None

    @property
    def said(self) -> str:
        """The reason, as far as this head reads it: it may name who complains, or of whom."""
        return self.reason if self.case_id is None or self.case_number else ""

    @property
    def kind(self) -> str:
        return READS[self.verb][0]

    @property
    def what(self) -> str:
        """In Chinese; the page translates it."""
        return READS[self.verb][1]

    @property
    def day(self) -> dt.date:
        return timezone.localdate(self.at)


@dataclass(frozen=True, slots=True)
class LookPage:
    rows: list[Look]
    after: int | None


def scope_of(actor: Actor) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The halls and the units whose people's looks the actor sees."""
    return actor.halls(HALL_MANAGER, SUPERVISOR, AUDITOR), actor.departments(DEPARTMENT_HEAD)


def look_page(actor: Actor, asked: LookFilter, *, after: int | None = None, size: int = PAGE) -> LookPage:
    """A page of looks, newest first: one statement, one for what is kept from the actor, and one for
    the numbers of the cases that the actor may see.
    """
    halls, units = scope_of(actor)
    verbs = [verb for verb, (kind, _what) in READS.items() if kind == asked.kind] if asked.kind else None
    facts: dict[str, Any] = {
        "zone": settings.TIME_ZONE,
        "halls": list(halls),
        "units": list(units),
        "hidden": list(hidden_from(actor).case_ids),
        "reader": asked.reader_id,
        "verbs": verbs,
        "first": day_bounds(asked.first, asked.first)[0] if asked.first else None,
        "last": day_bounds(asked.last, asked.last)[1] if asked.last else None,
        "after": after,
        "limit": size + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, facts)
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    rows = _numbered(actor, [_look(one) for one in found[:size]])
    return LookPage(rows, rows[-1].entry_id if len(found) > size else None)


def every_look(actor: Actor, asked: LookFilter) -> Iterator[Look]:
    """All of them, page by page, for a file; at most EXPORT_LIMIT."""
    after, given = None, 0
    while given < EXPORT_LIMIT:
        page = look_page(actor, asked, after=after, size=500)
        yield from page.rows
        given, after = given + len(page.rows), page.after
        if after is None:
            return


def _look(one: dict[str, Any]) -> Look:
    after = one["after"] or {}
    return Look(
        entry_id=one["id"],
        at=one["at"],
        reader_id=one["actor_id"],
        reader=worded(one["name"], one["name_en"]),
        unit=worded(one["unit"], one["unit_en"]) or worded(one["hall"], one["hall_en"]),
        hall_id=one["hall_id"],
        department_id=one["department_id"],
        verb=one["verb"],
        reason=one["reason"],
        case_id=one["case_id"],
        is_foreign=one["is_foreign"],
        found=after.get("candidates") if one["verb"] == "look_up_history" else None,
    )


def _numbered(actor: Actor, looks: list[Look]) -> list[Look]:
    wanted = {look.case_id for look in looks if look.case_id}
    if not wanted:
        return looks
    seen = dict(Case.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", "number"))
    return [replace(look, case_number=seen.get(look.case_id or 0, "")) for look in looks]


def readers_of(actor: Actor) -> list[User]:
    """Whom the filter offers: everybody who holds or held a post in the actor's halls and units."""
    halls, units = scope_of(actor)
    posts = Posting.objects.filter(Q(hall__in=halls) | Q(department__in=units))
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("name", "pk"))


def kinds() -> Iterable[tuple[str, str]]:
    return READ_KINDS.items()
