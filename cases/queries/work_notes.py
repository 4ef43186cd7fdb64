"""The work log of a case as it is read: newest first, with who wrote each line, for which unit, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.lifecycle import NOTE_KINDS
from cases.models import Case

MOST_NOTES = 200


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the log. `unit` is empty for the hall's desk."""

    kind: str
    happened_on: dt.date
    people: str
    place: str
    text: str
    is_open: bool
    who: str
    unit: str
    at: dt.datetime


def work_notes(case: Case) -> list[Note]:
    rows = case.work_notes.select_related("by", "department").order_by("-happened_on", "-id")[:MOST_NOTES]
    return [
        Note(
            kind=_(NOTE_KINDS[row.kind]),
            happened_on=row.happened_on,
            people=row.people,
            place=row.place,
            text=row.text,
            is_open=row.is_open,
            who=row.by.label if row.by else "",
            unit=row.department.label if row.department else "",
            at=row.at,
        )
        for row in rows
    ]
