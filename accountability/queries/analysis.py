"""First visits, repeats and skip-level matters; who owes an answer to what comes again; topics that rise.

Matters and places are counted, people never: no one is listed, scored or ranked. A list leaves out, untold, what its
reader may not see; a group of fewer than `SMALL` that the reader may not see whole is a number without a list.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accountability.queries.boards import registered_in
from accountability.queries.indicators import facts_of, figures_by
from accountability.queries.periods import Period, Scope
from cases.models import Case, ContentCategory, Opinion
from hall.access import Actor
from staffing.models import Jurisdiction

SMALL = 3
KINDS = ("registered", "repeat", "skip_level")
SINCE: Mapping[str, tuple[int | None, int | None]] = {
    "none": (None, None), "30": (0, 30), "90": (31, 90), "more": (91, None),
}  # fmt: skip
"""Days since the last answer, from and to; `none`: never answered."""

WINDOW = 30
BEFORE = 6
"""The last so many days against as many windows of the same length before."""
FEWEST = 5
"""Fewer first matters in the window are no topic, whatever was before."""
UNLIKELY = 0.001
FLOOR = 0.5
"""The mean of the windows before is taken for no less: from nothing, anything would be a burst."""


# -- first, repeated, skip-level ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mix:
    """Of the matters registered: first ones and repeats (together all of them), and those that are skip-level.

    `seen`: how many of each the reader may see.
    """

    key: Any
    registered: int
    repeat: int
    skip_level: int
    seen: tuple[int, int, int]

    @property
    def first(self) -> int:
        return self.registered - self.repeat

    def may_list(self, part: str) -> bool:
        """`first`, `repeat`, `skip_level`: a small group is listed for those alone who may see all of it."""
        n: int = getattr(self, part)
        return n >= SMALL or self.seen[("first", "repeat", "skip_level").index(part)] >= n


_FIELDS = {"department": "first_handler", "category": "category__code"}


def mixes(by: str, scope: Scope, period: Period, *, actor: Actor, now: dt.datetime) -> dict[Any, Mix]:
    """For each unit or category of the first level; the numbers are the boards' own."""
    table = figures_by(by, KINDS, scope, period, now=now)
    seen: dict[Any, list[int]] = {}
    rows = (
        registered_in(scope, period, now=now)
        .filter(pk__in=Case.objects.visible_to(actor).order_by().values("pk"))
        .values_list(_FIELDS[by])
        .annotate(
            first=Count("pk", filter=Q(repeat_of=None)),
            again=Count("pk", filter=Q(repeat_of__isnull=False)),
            skipping=Count("pk", filter=Q(is_skip_level=True)),
        )
    )
    for code, *counts in rows:
        key = code if by == "department" else f"{code[:2]}0000" if code else ""
        seen[key] = [a + b for a, b in zip(seen.get(key, [0, 0, 0]), counts, strict=True)]
    return {
        key: Mix(
            key, row["registered"].denominator, row["repeat"].numerator, row["skip_level"].numerator,
            (*seen.get(key, [0, 0, 0]),),  # type: ignore[arg-type]
        )
        for key, row in table.items()
    }  # fmt: skip


# -- what comes again ---------------------------------------------------------------------------------------------


def matters_repeated(scope: Scope, period: Period, *, now: dt.datetime) -> QuerySet[Case]:
    """Matters that were brought again in the period: how often, and when they were last answered.

    An opinion on the matter itself or on one of its repeats, issued by the end of the period, is an answer.
    """
    facts = facts_of(scope, period.start, period.end, now=now)
    until = min(facts["to_at"], now)
    again = Case.objects.filter(
        hall__in=scope.hall_ids, registered_at__gte=facts["from_at"], registered_at__lt=facts["to_at"],
        registered_at__lte=now,
    ).exclude(pk__in=scope.hidden.case_ids)  # fmt: skip
    times = (
        again.filter(repeat_of=OuterRef("pk"))
        .order_by()
        .values("repeat_of")
        .annotate(n=Count("pk"))
        .values("n")
    )
    issued = (
        Opinion.objects.filter(status="issued", issued_at__lt=until)
        .exclude(case__in=scope.hidden.case_ids)
        .order_by()
    )
    own = issued.filter(case=OuterRef("pk")).values("case").annotate(at=Max("issued_at")).values("at")
    of_repeats = (
        issued.filter(case__repeat_of=OuterRef("pk"))
        .values("case__repeat_of")
        .annotate(at=Max("issued_at"))
        .values("at")
    )
    matters = Case.objects.filter(
        pk__in=again.filter(repeat_of__isnull=False).order_by().values("repeat_of"), hall__in=scope.hall_ids
    ).exclude(pk__in=scope.hidden.case_ids)
    if scope.department_id is not None:
        matters = matters.filter(first_handler=scope.department_id)
    return matters.annotate(
        times=Subquery(times), own_at=Subquery(own), repeats_at=Subquery(of_repeats)
    ).order_by("-pk")


def since(matter: Any, last: dt.date) -> int | None:
    """Days from the last answer to that day."""
    answers = [one for one in (matter.own_at, matter.repeats_at) if one is not None]
    return (last - timezone.localdate(max(answers))).days if answers else None


def class_of(days: int | None) -> str:
    """Which of `SINCE`."""
    if days is None:
        return "none"
    return "30" if days <= 30 else "90" if days <= 90 else "more"


def last_day(period: Period, today: dt.date) -> dt.date:
    return min(period.last, today)


@dataclass(frozen=True, slots=True)
class Owing:
    """A unit's matters that were brought again, by the time since the last answer."""

    unit_id: int | None
    counts: dict[str, int]
    seen: dict[str, int]

    @property
    def whole(self) -> int:
        return sum(self.counts.values())

    def may_list(self, kind: str) -> bool:
        return self.counts[kind] >= SMALL or self.seen[kind] >= self.counts[kind]


def owing(scope: Scope, period: Period, *, actor: Actor, now: dt.datetime) -> dict[int | None, Owing]:
    """For each unit; one statement for the matters, one for which of them the reader may see."""
    last = last_day(period, timezone.localdate(now))
    rows = list(matters_repeated(scope, period, now=now).only("pk", "first_handler"))
    visible = set(
        Case.objects.visible_to(actor).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )
    table: dict[int | None, Owing] = {}
    for row in rows:
        own = table.setdefault(
            row.first_handler_id,
            Owing(row.first_handler_id, dict.fromkeys(SINCE, 0), dict.fromkeys(SINCE, 0)),
        )
        kind = class_of(since(row, last))
        own.counts[kind] += 1
        own.seen[kind] += row.pk in visible
    return table


# -- topics that rise ---------------------------------------------------------------------------------------------

# Only first matters: who comes again and again raises no topic.
_WINDOWS = """
SELECT c.place_region_id, left(k.code, 4), (%(last)s - (c.registered_at AT TIME ZONE %(tz)s)::date) / %(days)s, count(*)
FROM cases_case c JOIN cases_contentcategory k ON k.id = c.category_id
WHERE c.hall_id = ANY(%(halls)s) AND c.registered_at >= %(from_at)s AND c.registered_at < %(to_at)s
    AND c.registered_at <= %(now)s AND c.place_region_id IS NOT NULL AND c.repeat_of_id IS NULL
    AND (%(department)s::bigint IS NULL OR c.first_handler_id = %(department)s) AND c.id <> ALL(%(hidden)s::bigint[])
GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """A category (second level) in a place: how many first matters in the window, and in those before, oldest first."""

    region_id: int
    category: str
    counts: tuple[int, ...]
    chance: float
    region: Jurisdiction | None = None
    kind: ContentCategory | None = None

    @property
    def now(self) -> int:
        return self.counts[-1]

    @property
    def mean(self) -> float:
        return sum(self.counts[:-1]) / BEFORE


def tail(n: int, mean: float) -> float:
    """P(X ≥ n) of a Poisson variable: how likely so many are when nothing has changed."""
    below, term = 0.0, math.exp(-mean)
    for k in range(n):
        below += term
        term *= mean / (k + 1)
    return max(0.0, 1.0 - below)


def window_of(last: dt.date) -> Period:
    return Period.between(last - dt.timedelta(days=WINDOW - 1), last)


def rising(scope: Scope, last: dt.date, *, now: dt.datetime) -> list[Topic]:
    """Topics with at least `FEWEST` first matters in the window that ends on that day, so many more than the mean of
    the six windows before that chance gives it in fewer than one of a thousand. In the order of place and category.
    """
    start = last - dt.timedelta(days=WINDOW * (BEFORE + 1) - 1)
    facts = facts_of(scope, start, last + dt.timedelta(days=1), now=now) | {"last": last, "days": WINDOW}
    found: dict[tuple[int, str], list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_WINDOWS, facts)
        for region, code, ago, n in cursor.fetchall():
            found.setdefault((region, code), [0] * (BEFORE + 1))[BEFORE - ago] += n
    topics = []
    for (region, code), counts in sorted(found.items()):
        chance = tail(counts[-1], max(FLOOR, sum(counts[:-1]) / BEFORE))
        if counts[-1] >= FEWEST and chance < UNLIKELY:
            topics.append(Topic(region, code, tuple(counts), chance))
    return _named(topics)


def _named(topics: Sequence[Topic]) -> list[Topic]:
    regions = Jurisdiction.objects.in_bulk([one.region_id for one in topics])
    codes = {f"{one.category}00" for one in topics}
    kinds = {one.code[:4]: one for one in ContentCategory.objects.filter(code__in=codes)}
    return [
        Topic(one.region_id, one.category, one.counts, one.chance, regions.get(one.region_id), kinds.get(one.category))
        for one in topics
    ]  # fmt: skip


# -- the lists ----------------------------------------------------------------------------------------------------


def topic_cases(
    scope: Scope, last: dt.date, region_id: int, category: str, *, now: dt.datetime
) -> QuerySet[Case]:
    """The first matters of the window that a topic counts."""
    return registered_in(scope, window_of(last), now=now).filter(
        repeat_of=None, place_region=region_id, category__code__startswith=category
    )


def since_filter(matters: QuerySet[Any], kind: str, last: dt.date) -> QuerySet[Any]:
    """Those whose last answer lies so long back; the same classes as `class_of`."""
    if kind == "none":
        return matters.filter(own_at=None, repeats_at=None)
    from_days, to_days = SINCE[kind]
    tz = timezone.get_current_timezone()

    def end_of(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tz)

    newest = Q(own_at__isnull=False) | Q(repeats_at__isnull=False)
    if from_days is not None:  # neither is younger
        oldest_end = end_of(last - dt.timedelta(days=from_days))
        for name in ("own_at", "repeats_at"):
            newest &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lt": oldest_end})
    if to_days is not None:  # and one is not older
        begin = end_of(last - dt.timedelta(days=to_days + 1))
        newest &= Q(own_at__gte=begin) | Q(repeats_at__gte=begin)
    return matters.filter(newest)


__all__ = [
    "BEFORE", "FEWEST", "KINDS", "SINCE", "SMALL", "UNLIKELY", "WINDOW", "Mix", "Owing", "Topic", "class_of",
    "last_day", "matters_repeated", "mixes", "owing", "rising", "since", "since_filter", "tail", "topic_cases",
    "window_of",
]  # fmt: skip
