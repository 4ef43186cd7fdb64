"""The work log of a case as it is read: newest first, with who wrote each line, for which unit, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.lifecycle import NOTE_KINDS
from cases.models import Case
from cases.queries.case_file import worded
from hall.batch import planned

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


_NOTES = """
SELECT x.kind, x.happened_on, x.people, x.place, x.text, x.is_open, x.at, u.name, u.name_en, d.name, d.name_en
FROM cases_worknote x LEFT JOIN hall_user u ON u.id = x.by_id LEFT JOIN staffing_department d ON d.id = x.department_id
WHERE x.case_id = %s ORDER BY x.happened_on DESC, x.id DESC LIMIT %s
"""


def work_notes(case: Case) -> list[Note]:
    return [
        Note(
            kind=_(NOTE_KINDS[kind]),
            happened_on=happened_on,
            people=people,
            place=place,
            text=text,
            is_open=is_open,
            who=worded(name, name_en),
            unit=worded(unit, unit_en),
            at=at,
        )
        for kind, happened_on, people, place, text, is_open, at, name, name_en, unit, unit_en in planned(
            _NOTES, [case.pk, MOST_NOTES]
        )
    ]
