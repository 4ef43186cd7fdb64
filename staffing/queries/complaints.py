"""Complaints as staff list them, and until when one is to be answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hall import clock
from hall.access import Actor
from hall.models import statutory_calendar
from staffing.models import Complaint, Hall

SHOWN = 25
AMBER_DAYS = 3


def due_day(hall: Hall, received_on: dt.date) -> dt.date:
    """The hall's own number of working days after the day it came (`Hall.complaint_days`)."""
    calendar, day = statutory_calendar(), received_on
    for _n in range(max(1, hall.complaint_days)):
        day = calendar.next_workday(day + clock.ONE_DAY)
    return day


def light_of(complaint: Complaint, today: dt.date) -> str:
    if complaint.status != "received":
        return "done"
    if today > complaint.due_on:
        return "red"
    return "amber" if (complaint.due_on - today).days <= AMBER_DAYS else "green"


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    complaint: Complaint
    light: str


@dataclass(frozen=True, slots=True)
class ComplaintsPage:
    rows: list[ComplaintRow]
    after: int | None


def complaints_page(
    actor: Actor,
    *,
    today: dt.date,
    status: str = "",
    about: str = "",
    late: bool = False,
    after: int | None = None,
    size: int = SHOWN,
) -> ComplaintsPage:
    """Newest first, as far as the reader may see them. One statement."""
    found = Complaint.objects.visible_to(actor).select_related("hall", "window")
    if status:
        found = found.filter(status=status)
    if about:
        found = found.filter(about=about)
    if late:
        found = found.filter(status="received", due_on__lt=today)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: size + 1])
    shown = rows[:size]
    return ComplaintsPage(
        [ComplaintRow(one, light_of(one, today)) for one in shown], shown[-1].pk if len(rows) > size else None
    )


def complaint_counts(actor: Actor, today: dt.date) -> tuple[int, int]:
    """How many wait for an answer, and how many of them are late."""
    waiting = Complaint.objects.visible_to(actor).filter(status="received")
    return waiting.count(), waiting.filter(due_on__lt=today).count()
