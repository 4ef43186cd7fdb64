"""A ticket's way through the hall: taken, called, served, done. Every move is one transaction.

Order of locks: window, then ticket, then the series of numbers, then the hall's board. The board's counter comes
last in every move, so its row is held for the commit alone, and its numbers are in the order of the commits.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hall import journal
from hall.access import SYSTEM, Actor, Refused
from hall.models import Counter
from intake import rules
from intake.lifecycle import TICKET
from intake.models import AT_WINDOW, Queue, Segment, Ticket, Visit
from intake.queries.queue import board_key, last_call, line_at
from staffing.models import Hall, LeaderReception, Window

BACK_AFTER = 3
"""Who missed the call and is back stands behind the next three."""


# -- the one way in which a ticket moves -------------------------------------------------------------------------


def _move(
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
    _write_segment(ticket)
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


def _write_segment(ticket: Ticket) -> None:
    Segment.objects.create(
        ticket=ticket,
        seq=ticket.seq,
        phase=ticket.status,
        started_at=ticket.since,
        queue_id=ticket.queue_id,
        window_id=ticket.window_id,
        staff_id=ticket.staff_id,
    )


def _locked(actor: Actor, ticket_id: int, seq: int | None, now: dt.datetime) -> Ticket:
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


def _window(actor: Actor, window_id: int) -> Window:
    """The window under its lock: one call at a time. NO KEY, so that references to it are not held up."""
    windows = Window.objects.select_for_update(of=("self",), no_key=True).select_related("hall")
    window = windows.filter(pk=window_id).first()
    if window is None or (actor.kind != "system" and window.hall_id not in actor.halls()):
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    return window


@contextmanager
def _one_each(window: Window, now: dt.datetime) -> Iterator[None]:
    """The database's last word on "one window, one visitor", said as a sentence.

    The window's lock lets a second call wait its turn, so only a writer that goes round the actions, or a second
    number of one visit, meets the constraint.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if broken == "ticket_one_at_a_window":
            rules.check_can_call(SYSTEM, window, now=now)
            raise Refused(_("%(window)s号窗口已有来访人。") % {"window": window.number}, "state") from error
        if broken == "ticket_one_window_for_a_visit":
            raise Refused(_("这位来访人正在另一个窗口办理，请稍后再叫。"), "state") from error
        raise


# -- the door ----------------------------------------------------------------------------------------------------


@transaction.atomic
def take_number(
    *,
    actor: Actor,
    queue_id: int,
    form_token: uuid.UUID,
    priority_reason: str = "",
    head_count: int = 1,
    reception_id: int | None = None,
    note: str = "",
    now: dt.datetime,
) -> Ticket:
    """A number for one person or one group. The same `form_token` always gives the same ticket.

    So a lost answer, a second tap or a printer that failed leaves no ghost: the form is sent again and the
    visitor holds the one number there is. Raises Refused (unseen, role, state, input, busy).
    """
    if known := Ticket.objects.filter(form_token=form_token).select_related("queue", "visit").first():
        return known
    queue = Queue.objects.select_related("hall").filter(pk=queue_id).first()
    if queue is None:
        raise Refused(_("没有这项业务，请重新选择。"), "unseen")
    reception = LeaderReception.objects.filter(pk=reception_id).first() if reception_id else None
    rules.check_can_take_number(
        actor, queue, priority_reason=priority_reason, head_count=head_count, reception=reception, now=now
    )
    try:
        with transaction.atomic():
            return _issue(actor, queue, form_token, priority_reason, head_count, reception, note, now)
    except IntegrityError:
        # The same form came over two connections at once; the other was faster, our number went back.
        if known := Ticket.objects.filter(form_token=form_token).select_related("queue", "visit").first():
            return known
        raise


def _issue(
    actor: Actor,
    queue: Queue,
    form_token: uuid.UUID,
    priority_reason: str,
    head_count: int,
    reception: LeaderReception | None,
    note: str,
    now: dt.datetime,
) -> Ticket:
    day, priority = timezone.localdate(now), int(bool(priority_reason))
    visit = Visit.objects.create(
        hall=queue.hall,
        arrived_at=now,
        head_count=head_count,
        is_group=head_count >= queue.hall.group_threshold,
        priority_reason=priority_reason,
        reception=reception,
        note=note[:200],
    )
    serial = Counter.objects.next(f"ticket/{queue.pk}/{day:%Y-%m-%d}")
    ticket = Ticket.objects.create(
        visit=visit,
        hall=queue.hall,
        queue=queue,
        day=day,
        serial=serial,
        number=f"{queue.letter}{serial:03}",
        form_token=form_token,
        priority=priority,
        queued_at=now,
        line_at=line_at(now, priority=priority, head_start=queue.head_start),
        since=now,
        staff_id=actor.user_id,
    )
    _write_segment(ticket)
    journal.record(
        actor,
        "take_number",
        ticket,
        now=now,
        stream=visit,
        after={"number": ticket.number, "queue": queue.pk, "priority": priority, "head_count": head_count},
    )
    Counter.objects.next(board_key(queue.hall_id))
    return ticket


# -- calling -----------------------------------------------------------------------------------------------------


@transaction.atomic
def call_next(*, actor: Actor, window_id: int, seen: int | None = None, now: dt.datetime) -> Ticket:
    """Call who is next in the queues this window serves, or was sent to this very window.

    SKIP LOCKED: two windows that call at once take two different people, neither waits for the other. `seen` is
    the last call that the page knew; with a later one the page is stale and nobody is called.
    """
    window = _window(actor, window_id)
    _settle_yesterday(window, now)
    rules.check_can_call_next(actor, window, now=now)
    if seen is not None and seen != last_call(window.pk):
        raise Refused(
            _("%(window)s号窗口在此之后又叫过号，请看最新情况。") % {"window": window.number}, "state"
        )
    ticket = (
        Ticket.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(_callable_from(window), hall=window.hall_id, day=timezone.localdate(now), status="waiting")
        .order_by("line_at", "id")
        .first()
    )
    if ticket is None:
        raise Refused(_("现在没有人等候。"), "state")
    return _call(actor, ticket, window, "call_next", now)


@transaction.atomic
def call_ticket(
    *,
    actor: Actor,
    ticket_id: int,
    window_id: int,
    seq: int | None = None,
    confirmed: bool = False,
    now: dt.datetime,
) -> Ticket:
    """Call this very ticket: out of turn, or back after it was missed or parked.

    When others came earlier it asks first: Refused(input, field "confirmed") with the question.
    """
    window = _window(actor, window_id)
    _settle_yesterday(window, now)
    ticket = _locked(actor, ticket_id, seq, now)
    others = 0 if ticket.status == "parked" else _others_first(ticket, window, now)
    rules.check_can_call_ticket(
        actor, ticket, window=window, others_first=others, confirmed=confirmed, now=now
    )
    return _call(actor, ticket, window, "call_ticket", now)


def _callable_from(window: Window) -> Q:
    queues = window.queues.values("pk")
    return Q(window=window) | Q(window=None, queue__in=queues)


def _others_first(ticket: Ticket, window: Window, now: dt.datetime) -> int:
    """How many the window would call before this ticket; for a missed one, everybody who waits."""
    line = Ticket.objects.filter(_callable_from(window), day=timezone.localdate(now), status="waiting")
    if ticket.status == "waiting":
        earlier = Q(line_at__lt=ticket.line_at) | Q(line_at=ticket.line_at, pk__lt=ticket.pk)
        line = line.filter(earlier)
    return line.count()


def _call(actor: Actor, ticket: Ticket, window: Window, verb: str, now: dt.datetime) -> Ticket:
    with _one_each(window, now):
        return _move(actor, ticket, verb, now=now, window=window, calls=1, called_at=now)


@transaction.atomic
def recall_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """Call the same visitor again; the display shows and speaks it anew."""
    ticket = _locked(actor, ticket_id, seq, now)
    rules.check_can_recall_ticket(actor, ticket, now=now)
    return _move(actor, ticket, "recall_ticket", now=now, calls=ticket.calls + 1, called_at=now)


# -- at the window -----------------------------------------------------------------------------------------------


@transaction.atomic
def serve_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """The called visitor has come to the window; from here on the time counts as served."""
    ticket = _locked(actor, ticket_id, seq, now)
    rules.check_can_serve_ticket(actor, ticket, now=now)
    return _move(actor, ticket, "serve_ticket", now=now)


@transaction.atomic
def miss_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """The called visitor did not come; the window is free. Their number stays good for the day."""
    ticket = _locked(actor, ticket_id, seq, now)
    rules.check_can_miss_ticket(actor, ticket, now=now)
    return _move(actor, ticket, "miss_ticket", now=now, window=None)


@transaction.atomic
def park_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """The visitor fetches a paper or makes a copy; the window goes on with others and calls them back itself."""
    ticket = _locked(actor, ticket_id, seq, now)
    rules.check_can_park_ticket(actor, ticket, now=now)
    return _move(actor, ticket, "park_ticket", now=now)


@transaction.atomic
def finish_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """The visitor's business is done; with no other open number their visit has ended."""
    ticket = _locked(actor, ticket_id, seq, now)
    rules.check_can_finish_ticket(actor, ticket, now=now)
    return _end(actor, ticket, "finish_ticket", now)


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
    ticket = _locked(actor, ticket_id, seq, now)
    queue = Queue.objects.filter(pk=queue_id, hall=ticket.hall_id).first() if queue_id else None
    window = Window.objects.filter(pk=window_id, hall=ticket.hall_id).first() if window_id else None
    if queue is None and window is None:
        raise Refused(_("没有这个业务或窗口，请重新选择。"), "input", field="target")
    rules.check_can_transfer_ticket(actor, ticket, queue=queue, window=window, now=now)
    return _move(
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
    ticket = _locked(actor, ticket_id, seq, now)
    rules.check_can_reinstate_ticket(actor, ticket, now=now)
    line = Ticket.objects.filter(queue=ticket.queue_id, day=ticket.day, status="waiting").order_by(
        "line_at", "id"
    )
    before = list(line.values_list("line_at", flat=True)[:BACK_AFTER])
    place = max(ticket.line_at, before[-1] + dt.timedelta(microseconds=1)) if before else ticket.line_at
    return _move(actor, ticket, "reinstate_ticket", now=now, line_at=place, calls=0, window=None)


@transaction.atomic
def leave_hall(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """The visitor goes; the number is closed and nobody is called for nothing."""
    ticket = _locked(actor, ticket_id, seq, now)
    rules.check_can_leave_hall(actor, ticket, now=now)
    return _end(actor, ticket, "leave_hall", now)


def _end(
    actor: Actor, ticket: Ticket, verb: str, now: dt.datetime, since: dt.datetime | None = None
) -> Ticket:
    _move(actor, ticket, verb, now=now, since=since)
    still_here = Ticket.objects.filter(visit=ticket.visit_id).exclude(status__in=TICKET.finals)
    if not still_here.exists():
        Visit.objects.filter(pk=ticket.visit_id).update(left_at=ticket.since)
    return ticket


# -- the night ---------------------------------------------------------------------------------------------------


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
    closed = sum(_settle(ticket, now) for ticket in tickets)
    if closed:
        journal.record(actor, "close_day", hall, after={"closed": closed}, now=now)
    return closed


def _settle_yesterday(window: Window, now: dt.datetime) -> None:
    """Whoever was left at the window on another day does not block it, even when the night's work did not run."""
    stale = Ticket.objects.select_for_update(of=("self",)).filter(
        window=window, status__in=AT_WINDOW, day__lt=timezone.localdate(now)
    )
    for ticket in stale:
        _settle(ticket, now)


def _settle(ticket: Ticket, now: dt.datetime) -> int:
    midnight = dt.datetime.combine(
        ticket.day + dt.timedelta(days=1), dt.time.min, timezone.get_current_timezone()
    )
    if ticket.status == "serving":
        _end(SYSTEM, ticket, "finish_ticket", now, since=midnight)
        return 1
    if ticket.status == "called":
        _move(SYSTEM, ticket, "miss_ticket", now=now, since=midnight, window=None)
    _end(SYSTEM, ticket, "leave_hall", now, since=midnight)
    return 1
