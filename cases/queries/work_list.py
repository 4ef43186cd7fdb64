"""The work list: open clocks of my units or my halls, the most urgent first, page by page along an index.

One page costs what its rows cost, however many cases there are: no total is counted, a next page starts behind
the last row's key, and each unit or hall is read along its own partial index on (due_at, id). Clocks that a pause
keeps from ending have no due date and come last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cases.models import CaseGroupPermission, CaseParty, Deadline, Recusal, Respondent
from cases.queries.lights import with_light
from cases.queries.search import search_cases
from cases.terms import WINDOWS
from hall.access import Actor
from hall.models import Message
from staffing.lifecycle import CLERK, DEPARTMENT_ROLES, HALL_MANAGER, LEADER, SUPERVISOR

HALL_SCOPE_ROLES = (CLERK, HALL_MANAGER, SUPERVISOR, LEADER)
PAGE = 25
COUNT_LIMIT = 100
EXPORT_LIMIT = 50_000

_COLUMNS = (
    "id", "kind", "law", "due_on", "due_at", "amber_at", "is_provisional", "is_urgent", "case_id", "case__number",
    "case__title", "case__status", "department__name", "department__name_en",
)  # fmt: skip


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
            return cls(due_at, int(pk))
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class WorkPage:
    rows: list[dict[str, Any]]
    after: Cursor | None


def scopes(actor: Actor) -> list[str]:
    """Which lists the reader has: their units' first, then their halls'."""
    found = ["unit"] if actor.departments(*DEPARTMENT_ROLES) else []
    return [*found, "hall"] if actor.halls(*HALL_SCOPE_ROLES) else found


def _lists(actor: Actor, scope: str) -> list[QuerySet[Deadline]]:
    """One query for each index range of the scope: each unit, or each hall."""
    known = scopes(actor)
    chosen = scope if scope in known else next(iter(known), "")
    if chosen == "unit":
        given = CaseGroupPermission.objects.filter(
            content_object=OuterRef("case_id"), group__department=OuterRef("department_id")
        )
        units = actor.departments(*DEPARTMENT_ROLES)
        found = [Deadline.objects.open().filter(Exists(given), department_id=unit) for unit in units]
    elif chosen == "hall":
        found = [Deadline.objects.open().filter(hall_id=hall) for hall in actor.halls(*HALL_SCOPE_ROLES)]
    else:
        return [Deadline.objects.none()]
    return [_not_about(actor, rows) for rows in found]


def _not_about(actor: Actor, rows: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """Without the cases that complain of the reader or the reader's units, or from which the reader is recused."""
    accused = Respondent.objects.filter(
        Q(user_id=actor.user_id) | Q(department_id__in=actor.departments()), case=OuterRef("case_id")
    )
    recused = Recusal.objects.filter(case=OuterRef("case_id"), user_id=actor.user_id)
    return rows.filter(~Exists(accused), ~Exists(recused))


def _filtered(actor: Actor, asked: WorkFilter, now: dt.datetime) -> list[QuerySet[Deadline]]:
    condition = ~Q(kind__in=WINDOWS, due_at__lte=now)  # a right that was not used is nothing to do
    if asked.light:
        condition &= with_light(asked.light, now)
    if asked.term:
        condition &= Q(kind=asked.term)
    if asked.department_id:
        condition &= Q(department_id=asked.department_id)
    if asked.urgent:
        condition &= Q(is_urgent=True)
    if asked.text.strip():
        condition &= Q(case__in=search_cases(actor, asked.text).order_by())
    return [rows.filter(condition) for rows in _lists(actor, asked.scope)]


def _behind(rows: QuerySet[Deadline], cursor: Cursor | None) -> QuerySet[Deadline]:
    """The rows behind a key; `due_at >=` lets the index seek, the rest drops what was shown."""
    if cursor is None:
        return rows
    if cursor.due_at is None:
        return rows.filter(due_at=None, pk__gt=cursor.pk)
    behind = rows.filter(due_at__gte=cursor.due_at)
    return behind.exclude(due_at=cursor.due_at, pk__lte=cursor.pk)


def _told(rows: QuerySet[Deadline]) -> QuerySet[Deadline, dict[str, Any]]:
    principal = CaseParty.objects.filter(case=OuterRef("case_id"), role="principal")
    return (
        rows.order_by("due_at", "id")
        .annotate(petitioner=Subquery(principal.values("petitioner__name")[:1]))
        .values(*_COLUMNS, "petitioner")
    )


def _read(lists: Sequence[QuerySet[Deadline]], limit: int) -> list[dict[str, Any]]:
    """The first rows over all lists: one list is read as it is, several are merged by their keys first."""
    if len(lists) == 1:
        return list(_told(lists[0])[:limit])
    keys = [rows.order_by("due_at", "id").values_list("due_at", "id")[:limit] for rows in lists]
    merged = reduce(lambda one, other: one.union(other), keys).order_by("due_at", "id")[:limit]
    return list(_told(Deadline.objects.filter(pk__in=[pk for _due_at, pk in merged])))


def work_list(
    actor: Actor, asked: WorkFilter, *, now: dt.datetime, after: Cursor | None = None, size: int = PAGE
) -> WorkPage:
    """A page of open deadlines by (due_at, id), and the key behind which the next one starts (None: no more)."""
    lists = _filtered(actor, asked, now)
    rows = _read([_behind(one, after) for one in lists], size + 1)
    if after is not None and after.due_at is not None and len(rows) <= size:
        undated = Cursor(None, 0)
        rows += _read([_behind(one, undated) for one in lists], size + 1 - len(rows))
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


@dataclass(frozen=True, slots=True)
class Counts:
    """Open and overdue clocks of a list, never more than COUNT_LIMIT of each."""

    open: int = 0
    overdue: int = 0


def clock_counts(actor: Actor, *, now: dt.datetime) -> Counts:
    """How many clocks run in the reader's usual list and how many are late, in one bounded look at its front."""
    if not scopes(actor):
        return Counts()
    lists = _filtered(actor, WorkFilter(), now)
    firsts = [rows.order_by("due_at", "id").values_list("due_at", "id")[:COUNT_LIMIT] for rows in lists]
    merged = firsts[0] if len(firsts) == 1 else reduce(lambda one, other: one.union(other), firsts)
    late = [due_at for due_at, _pk in merged]
    overdue = sum(due_at is not None and due_at <= now for due_at in late)
    return Counts(min(len(late), COUNT_LIMIT), min(overdue, COUNT_LIMIT))


def unread_messages(actor: Actor) -> QuerySet[Message]:
    """The newest unread messages of the reader, at most COUNT_LIMIT."""
    unread = Message.objects.filter(user_id=actor.user_id, channel="app", read_at=None)
    return unread.order_by("-id")[:COUNT_LIMIT]
