"""The unusual looking of some days with what was said of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from accountability.models import AccessReview
from accountability.queries.access_log import EXPORT_LIMIT, Look, LookFilter, look_page, scope_of
from accountability.queries.unusual import Openings, Unusual, unusual
from hall.access import Actor
from staffing.models import Hall
from staffing.queries import halves_of


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A listed item with its notes; `is_done` when the last note counted as many looks as there are."""

    item: Unusual
    notes: list[AccessReview]

    @property
    def is_done(self) -> bool:
        return bool(self.notes) and self.notes[-1].count >= self.item.count


@dataclass(frozen=True, slots=True)
class UnusualList:
    """`is_cut`: there were more looks than are gone through at once; take fewer days."""

    rows: list[Reviewed]
    is_cut: bool


def unusual_list(
    actor: Actor, first: dt.date, last: dt.date, *, reader_id: int | None = None, kind: str = ""
) -> UnusualList:
    """What is listed of the people from the first day to the last: five statements, two more for each hall. Notes are
    those of the reader's own halls and units.
    """
    halls, units = scope_of(actor)
    asked = LookFilter(reader_id=reader_id, first=first, last=last)
    page = look_page(actor, asked, size=EXPORT_LIMIT)
    found = [one for one in unusual(page.rows, openings_of(page.rows)) if not kind or one.kind == kind]
    notes: dict[tuple[int, dt.date, str], list[AccessReview]] = defaultdict(list)
    for note in (
        AccessReview.objects.filter(
            Q(hall__in=halls) | Q(department__in=units), day__gte=first, day__lte=last
        )
        .select_related("by")
        .order_by("id")
    ):
        notes[note.reader_id, note.day, note.kind].append(note)
    rows = [Reviewed(one, notes[one.reader_id, one.day, one.kind]) for one in found]
    return UnusualList(rows, page.after is not None)


def scope_of_item(actor: Actor, item: Unusual) -> tuple[int | None, int | None]:
    """For which hall, or else for which unit, the actor manages whoever looked."""
    halls, _units = scope_of(actor)
    look = item.looks[0]
    return (look.hall_id, None) if look.hall_id in halls else (None, look.department_id)


def openings_of(looks: list[Look]) -> Openings:
    """First opening and last closing of each hall on each of the days."""
    days: dict[int, set[dt.date]] = defaultdict(set)
    for look in looks:
        if look.hall_id is not None:
            days[look.hall_id].add(look.day)
    found: dict[tuple[int, dt.date], tuple[dt.datetime, dt.datetime] | None] = {}
    for hall in Hall.objects.filter(pk__in=days):
        for day, halves in halves_of(hall, sorted(days[hall.pk])).items():
            found[hall.pk, day] = (halves[0].starts_at, halves[-1].ends_at) if halves else None
    return found


def item_of(actor: Actor, reader_id: int, day: dt.date, kind: str) -> Reviewed | None:
    """One listed item, as the actor sees it; None when nothing is listed there."""
    return next(iter(unusual_list(actor, day, day, reader_id=reader_id, kind=kind).rows), None)
