"""What the display shows and what a console must know: a hall's moment as plain values."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hall.citations import in_english
from intake.lifecycle import PRIORITY_REASONS
from intake.models import AT_WINDOW, Ticket, Visit
from intake.queries.queue import HallNow, WindowNow
from staffing.models import Hall, LeaderReception

SHOWN_CALLS, SHOWN_MISSED = 4, 12
NEXT = 5
CROWDED = 8
"""More rows than these (two windows stand in one) need the small letters of the display."""


def called_now(hall_id: int, today: dt.date) -> QuerySet[Ticket]:
    """Who is at a window: first those still on their way, the latest call on top."""
    return (
        Ticket.objects.filter(hall=hall_id, day=today, status__in=AT_WINDOW)
        .select_related("window", "queue")
        .order_by("status", "-called_at", "-id")  # "called" stands before "serving"
    )


def away(hall_id: int, today: dt.date, status: str) -> QuerySet[Ticket]:
    """Who missed the call or is parked, the latest first."""
    return (
        Ticket.objects.filter(hall=hall_id, day=today, status=status)
        .select_related("visit", "queue", "window")
        .order_by("-since", "-id")
    )


def priority_words(visit: Visit) -> str:
    """Why somebody goes first, in the reader's language; "" for an ordinary visitor."""
    reason = visit.priority_reason
    return _(PRIORITY_REASONS[reason]) if reason else ""


def spoken(ticket: Ticket) -> str:
    """The call as a sentence for the loudspeaker; the display's script spells number and window digit by digit."""
    number, window = ticket.number, ticket.window.number if ticket.window else ""
    return _("请%(number)s到%(window)s号窗口") % {"number": number, "window": window}


def display_state(hall: Hall, state: HallNow, *, today: dt.date) -> dict[str, Any]:
    """The hall display's feed. Numbers, windows, counts: nothing in it is about a person.

    `calls[].id` changes with every call and recall, so each is announced once; `at` and `now` let a display that
    was just switched on keep quiet about old ones.
    """
    present = list(called_now(hall.pk, today))
    windows = [_window(window, state) for window in state.windows if window.is_active]
    loads = [load for load in state.loads() if load.queue.is_active]
    missed = away(hall.pk, today, "missed").values_list("number", flat=True)[:SHOWN_MISSED]
    return {
        "now": state.now.isoformat(),
        "hall": hall.label,
        "calls": [
            {
                "id": f"{ticket.pk}-{ticket.seq if ticket.status == 'called' else ticket.seq - 1}",
                "number": ticket.number,
                "window": ticket.window.number if ticket.window else None,
                "queue": ticket.queue.label,
                "status": ticket.status,
                "at": ticket.called_at.isoformat() if ticket.called_at else None,
                "calls": ticket.calls,
                "say": spoken(ticket),
            }
            for ticket in present[:SHOWN_CALLS]
        ],
        "windows": windows,
        "queues": [
            {
                "letter": load.queue.letter,
                "name": load.queue.label,
                "waiting": load.waiting,
                "estimate": load.estimate.words(),
            }
            for load in loads
        ],
        "missed": list(missed),
        "many": len(loads) + len(windows) / 2 > CROWDED,
    }


def _window(window: WindowNow, state: HallNow) -> dict[str, Any]:
    names = [q.label for q in state.queues if window.id in state.served_by.get(q.pk, ())]
    return {
        "number": window.number,
        "name": window_label(window),
        "queues": names,
        "ticket": window.ticket_number,
        "status": window.status or ("free" if window.attended(state.now) else "closed"),
    }


def window_label(window: WindowNow) -> str:
    return window.name_en if window.name_en and in_english() else window.name


def console_state(window: WindowNow, state: HallNow, current: Ticket | None) -> dict[str, Any]:
    """What a console shows, for a machine: a call button on the desk, a handheld."""
    line = state.line_for(window)
    return {
        "window": window.number,
        "seen": window.seen,
        "current": None
        if current is None
        else {
            "ticket": current.pk,
            "number": current.number,
            "seq": current.seq,
            "status": current.status,
            "since": current.since.isoformat(),
            "calls": current.calls,
            "head_count": current.visit.head_count,
        },
        "waiting": len(line),
        "next": [{"ticket": t.pk, "number": t.number, "seq": t.seq} for t in line[:NEXT]],
    }


def current_at(window_id: int) -> Ticket | None:
    """Who is at the window, with their visit."""
    tickets = Ticket.objects.filter(window=window_id, status__in=AT_WINDOW)
    return tickets.select_related("visit", "queue", "window", "visit__reception").first()


def bookable_receptions(hall_id: int, today: dt.date) -> list[LeaderReception]:
    """Today's published leader receptions of the hall: what a booked visitor has come for."""
    day = LeaderReception.objects.filter(
        hall=hall_id, starts_at__date=today, status__in=("published", "held")
    )
    return list(day.select_related("leader", "room").order_by("starts_at", "id"))
