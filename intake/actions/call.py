"""Calling: the next, one out of turn, the same again. One window has one visitor, one visitor one window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.access import SYSTEM, Actor, Refused
from hall.batch import broken_by
from intake import rules
from intake.actions.close_day import settle
from intake.actions.queue import locked, move
from intake.models import AT_WINDOW, Ticket
from intake.queries.queue import last_call
from staffing.models import Window


@transaction.atomic
def call_next(*, actor: Actor, window_id: int, seen: int | None = None, now: dt.datetime) -> Ticket:
    """Call who is next in the queues this window serves, or was sent to this very window.

    SKIP LOCKED: two windows that call at once take two different people, neither waits for the other. `seen` is
    the last call that the page knew; with a later one the page is stale and nobody is called.
    """
    window = _window(actor, window_id)
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
    ticket = locked(actor, ticket_id, seq, now)
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
    _settle_yesterday(window, now)
    with _one_each(window, now):
        return move(actor, ticket, verb, now=now, window=window, calls=1, called_at=now)


@transaction.atomic
def recall_ticket(*, actor: Actor, ticket_id: int, seq: int | None = None, now: dt.datetime) -> Ticket:
    """Call the same visitor again; the display shows and speaks it anew."""
    ticket = locked(actor, ticket_id, seq, now)
    rules.check_can_recall_ticket(actor, ticket, now=now)
    return move(actor, ticket, "recall_ticket", now=now, calls=ticket.calls + 1, called_at=now)


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
        broken = broken_by(error)
        if broken == "ticket_one_at_a_window":
            rules.check_can_call(SYSTEM, window, now=now)
            raise Refused(_("%(window)s号窗口已有来访人。") % {"window": window.number}, "state") from error
        if broken == "ticket_one_window_for_a_visit":
            raise Refused(_("这位来访人正在另一个窗口办理，请稍后再叫。"), "state") from error
        raise


def _settle_yesterday(window: Window, now: dt.datetime) -> None:
    """Whoever was left at the window on another day does not block it, even when the night's work did not run."""
    stale = Ticket.objects.select_for_update(of=("self",)).filter(
        window=window, status__in=AT_WINDOW, day__lt=timezone.localdate(now)
    )
    for ticket in stale:
        settle(ticket, now)
