"""How a ticket moves, and the moves at the window and at the desk. Every move is one transaction.

Order of locks: window, then ticket, then the series of numbers, then the hall's board. The board's counter comes
last in every move, so its row is held for the commit alone, and its numbers are in the order of the commits.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused
from hall.models import Counter
from intake import rules
from intake.lifecycle import TICKET
from intake.models import Queue, Segment, Ticket, Visit
from intake.queries.queue import board_key
from staffing.models import Window

BACK_AFTER = 3
"""Who missed the call and is back stands behind the next three."""


# -- the one way in which a ticket moves -------------------------------------------------------------------------


def move(
    actor: Actor,
    ticket: Ticket,
    verb: str,
    *,
    now: dt.datetime,
    since: dt.datetime | None = None,
    **facts: Any,
) -> Ticket:
    """Change the facts, add the segment, journal the act, raise the board. The caller holds the ticket's lock.

    Two doors may read their clocks in another order than they get the lock: a segment never begins before the
    one it follows.
    """
    before = ticket.status
    ticket.status = TICKET.target(verb, before)
    ticket.seq += 1
    ticket.since = max(since or now, ticket.since)
    ticket.staff_id = actor.user_id
    for name, value in facts.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=["status", "seq", "since", "staff", *facts])
    write_segment(ticket)
    journal.record(
        actor,
        verb,
        ticket,
        now=now,
        stream=f"visit:{ticket.visit_id}",
        before={"status": before},
        after={"status": ticket.status, "queue": ticket.queue_id, "window": ticket.window_id},
    )
    Counter.objects.next(board_key(ticket.hall_id))
    return ticket


def write_segment(ticket: Ticket) -> None:
    Segment.objects.create(
        ticket=ticket,
        seq=ticket.seq,
        phase=ticket.status,
        started_at=ticket.since,
        queue_id=ticket.queue_id,
        window_id=ticket.window_id,
        staff_id=ticket.staff_id,
    )


def locked(actor: Actor, ticket_id: int, seq: int | None, now: dt.datetime) -> Ticket:
    """The ticket under its lock, or a refusal: not visible, or no longer as the page showed it.

    `seq` is what the page knew. A second click, a resent form, a page left open: the ticket has moved on since,
    and nothing is done twice.
    """
    try:
        ticket = Ticket.objects.visible_to(actor).locked(ticket_id)
    except Ticket.DoesNotExist:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen") from None
    if seq is not None and seq != ticket.seq:
        raise Refused(rules.what_happened(ticket, now), "state")
    return ticket


def end(
    actor: Actor, ticket: Ticket, verb: str, now: dt.datetime, since: dt.datetime | None = None
) -> Ticket:
    move(actor, ticket, verb, now=now, since=since)
    still_here = Ticket.objects.filter(visit=ticket.visit_id).exclude(status__in=TICKET.finals)
    if not still_here.exists():
        Visit.objects.filter(pk=ticket.visit_id).update(left_at=ticket.since)
    return ticket


# -- at the window -----------------------------------------------------------------------------------------------


@transaction.atomic
def serve_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """The called visitor has come to the window; from here on the time counts as served."""
    ticket = locked(actor, ticket_id, seq, now)
    rules.check_can_serve_ticket(actor, ticket, now=now)
    return move(actor, ticket, "serve_ticket", now=now)


@transaction.atomic
def miss_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """The called visitor did not come; the window is free. Their number stays good for the day."""
    ticket = locked(actor, ticket_id, seq, now)
    rules.check_can_miss_ticket(actor, ticket, now=now)
    return move(actor, ticket, "miss_ticket", now=now, window=None)


@transaction.atomic
def park_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """The visitor fetches a paper or makes a copy; the window goes on with others and calls them back itself."""
    ticket = locked(actor, ticket_id, seq, now)
    rules.check_can_park_ticket(actor, ticket, now=now)
    return move(actor, ticket, "park_ticket", now=now)


@transaction.atomic
def finish_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """The visitor's business is done; with no other open number their visit has ended."""
    ticket = locked(actor, ticket_id, seq, now)
    rules.check_can_finish_ticket(actor, ticket, now=now)
    return end(actor, ticket, "finish_ticket", now)


@transaction.atomic
def transfer_ticket(
    *,
    actor: Actor,
    ticket_id: int,
    queue_id: int | None = None,
    window_id: int | None = None,
    seq: int | None = None,
    now: dt.datetime,
) -> Ticket:
    """Send the visitor to another queue, or to one window. They keep their number and their place in time.

    Nobody waits from the end again because they were sent to the wrong window first.
    """
    if (queue_id is None) == (window_id is None):
        raise Refused(_("请选择转到哪个业务或哪个窗口。"), "input", field="target")
    ticket = locked(actor, ticket_id, seq, now)
    queue = Queue.objects.filter(pk=queue_id, hall=ticket.hall_id).first() if queue_id else None
    window = Window.objects.filter(pk=window_id, hall=ticket.hall_id).first() if window_id else None
    if queue is None and window is None:
        raise Refused(_("没有这个业务或窗口，请重新选择。"), "input", field="target")
    rules.check_can_transfer_ticket(actor, ticket, queue=queue, window=window, now=now)
    return move(
        actor,
        ticket,
        "transfer_ticket",
        now=now,
        queue=queue or ticket.queue,
        window=window,
        calls=0,
        queued_at=now,
    )


# -- at the desk -------------------------------------------------------------------------------------------------


@transaction.atomic
def reinstate_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """Back in line after a missed call, behind the next three who wait: neither sent to the end nor let in first."""
    ticket = locked(actor, ticket_id, seq, now)
    rules.check_can_reinstate_ticket(actor, ticket, now=now)
    line = Ticket.objects.filter(queue=ticket.queue_id, day=ticket.day, status="waiting").order_by(
        "line_at", "id"
    )
    before = list(line.values_list("line_at", flat=True)[:BACK_AFTER])
    place = max(ticket.line_at, before[-1] + dt.timedelta(microseconds=1)) if before else ticket.line_at
    return move(actor, ticket, "reinstate_ticket", now=now, line_at=place, calls=0, window=None)


@transaction.atomic
def leave_hall(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """The visitor goes; the number is closed and nobody is called for nothing."""
    ticket = locked(actor, ticket_id, seq, now)
    rules.check_can_leave_hall(actor, ticket, now=now)
    return end(actor, ticket, "leave_hall", now)
