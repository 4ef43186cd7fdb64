"""Why matters came again, counted: of the repeats and skip-level matters of a period, what each was traced to.

The number says what the office did before (`CauseLink`, the version that counts), never anything about who came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accountability.lifecycle import LED_TO
from accountability.models import CauseLink
from accountability.queries.boards import registered_in
from accountability.queries.periods import Period, Scope
from cases.models import Case
from hall.access import Actor

UNTRACED = "untraced"
"""Nobody, and no sweep, has looked at it yet."""
WRONG = tuple(code for code in LED_TO if code != "none")
"""A breach or a fault of the office led to it."""
CAUSES_AGAIN = (*WRONG, "none", UNTRACED)
PARTS: Mapping[str, Q] = {"repeat": Q(repeat_of__isnull=False), "skip_level": Q(is_skip_level=True)}
"""The same matters as the numerators of the indicators of these names; one that is both stands in both."""


def cause_word(cause: str) -> str:
    return _("尚未追溯") if cause == UNTRACED else _(LED_TO[cause])


def came_again(scope: Scope, period: Period, *, now: dt.datetime) -> QuerySet[Any]:
    """The repeats and skip-level matters registered in the period, with `led_by`, a code of `CAUSES_AGAIN`."""
    links = CauseLink.objects.filter(case=OuterRef("pk"), at__lte=now).order_by("-version")
    matters = registered_in(scope, period, now=now).filter(PARTS["repeat"] | PARTS["skip_level"])
    return matters.annotate(led_by=Coalesce(Subquery(links.values("cause")[:1]), Value(UNTRACED)))


@dataclass(frozen=True, slots=True)
class Traced:
    """How many of the repeats and of the skip-level matters have that cause, and how many of them the reader sees."""

    counts: Mapping[str, int]
    seen: Mapping[str, int]


def causes_again(
    scope: Scope, period: Period, *, now: dt.datetime, actor: Actor | None = None
) -> dict[str, Traced]:
    """For every cause, those too that nothing was traced to. Without a reader nothing is seen. Two statements."""
    matters = came_again(scope, period, now=now)
    whole = _counted(matters)
    mine = (
        _counted(matters.filter(pk__in=Case.objects.visible_to(actor).order_by().values("pk")))
        if actor
        else {}
    )
    none = dict.fromkeys(PARTS, 0)
    return {cause: Traced(whole.get(cause, none), mine.get(cause, none)) for cause in CAUSES_AGAIN}


def _counted(matters: QuerySet[Any]) -> dict[str, dict[str, int]]:
    rows = (
        matters.order_by()
        .values("led_by")
        .annotate(**{f"n_{part}": Count("pk", filter=which) for part, which in PARTS.items()})
    )
    return {row["led_by"]: {part: row[f"n_{part}"] for part in PARTS} for row in rows}
