"""The night: what a day left open is closed, and taken for nobody's work."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from hall import journal
from hall.access import SYSTEM, Actor
from intake import rules
from intake.actions.queue import end, move
from intake.lifecycle import TICKET
from intake.models import Ticket
from staffing.models import Hall


@transaction.atomic
def close_day(*, actor: Actor = SYSTEM, hall_id: int, now: dt.datetime) -> int:
    """Close every open number of earlier days; returns how many. Served ones are done, the others have left.

    What the night closes has no `staff` on its last segment, so no figure takes the night for work.
    """
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_close_day(actor, hall, now=now)
    tickets = (
        Ticket.objects.select_for_update(of=("self",))
        .filter(hall=hall, day__lt=timezone.localdate(now))
        .exclude(status__in=TICKET.finals)
        .order_by("id")
    )
    closed = sum(settle(ticket, now) for ticket in tickets)
    if closed:
        journal.record(actor, "close_day", hall, after={"closed": closed}, now=now)
    return closed


def settle(ticket: Ticket, now: dt.datetime) -> int:
    """End one ticket at the midnight that ended its day. The caller holds its lock; returns 1, to be counted."""
    midnight = dt.datetime.combine(
        ticket.day + dt.timedelta(days=1), dt.time.min, timezone.get_current_timezone()
    )
    if ticket.status == "serving":
        end(SYSTEM, ticket, "finish_ticket", now, since=midnight)
        return 1
    if ticket.status == "called":
        move(SYSTEM, ticket, "miss_ticket", now=now, since=midnight, window=None)
    end(SYSTEM, ticket, "leave_hall", now, since=midnight)
    return 1
