"""Paper for numbers: put down with the ticket, printed by a worker, tried again; no number waits for it."""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef

from hall import journal, outbox
from hall.access import Actor
from intake.actions.paper import PrinterFault, Way, send, slip_of
from intake.models import PrintJob, Ticket
from intake.rules import OVER, check_can_print_ticket
from staffing.models import Device

log = logging.getLogger("intake.print")

WAITS = tuple(dt.timedelta(seconds=s) for s in (5, 15, 30, 60, 120))
"""After the first, second, … failed attempt; the last one holds from then on."""
TOO_LATE = dt.timedelta(minutes=10)
"""Whoever took the number is not standing at the printer any more: paper would only lie about."""
LEASE = dt.timedelta(seconds=60)
"""Longer than any attempt can take. A worker that says nothing for so long is dead."""


def put_down(ticket: Ticket, printer: Device, *, language: str, actor: Actor, now: dt.datetime) -> PrintJob:
    """One more slip of the ticket, in the caller's transaction; the caller holds the ticket or has just made it."""
    last = PrintJob.objects.filter(ticket=ticket).aggregate(last=Max("copy"))["last"] or 0
    job = PrintJob.objects.create(
        ticket=ticket, printer=printer, copy=last + 1, language=language, created_at=now,
        created_by_id=actor.user_id, next_attempt_at=now,
    )  # fmt: skip
    transaction.on_commit(lambda: outbox.nudge("intake.print_tickets"))
    return job


@transaction.atomic
def print_ticket(
    *,
    actor: Actor,
    ticket_id: int,
    printer_id: int | None,
    kiosk: Device | None = None,
    language: str = "zh-hans",
    now: dt.datetime,
) -> PrintJob:
    """Print it (again). A second paper says 重打, so that nobody takes it for a second number."""
    ticket = (
        Ticket.objects.select_for_update(of=("self",), no_key=True).select_related("visit").get(pk=ticket_id)
    )
    printer = Device.objects.filter(pk=printer_id, kind="printer").first() if printer_id else None
    check_can_print_ticket(actor, ticket, printer, kiosk=kiosk, now=now)
    printer = cast("Device", printer)
    job = put_down(ticket, printer, language=language, actor=actor, now=now)
    after = {"number": ticket.number, "copy": job.copy, "printer": printer.pk}
    journal.record(actor, "print_ticket", ticket, stream=ticket.visit, after=after, now=now)
    return job


# -- the worker's part -------------------------------------------------------------------------------------------


def work_off(*, now: dt.datetime, limit: int = 100) -> int:
    """Print what is due, one slip at a time at each printer; returns how many were tried.

    The slip goes over the line outside of any transaction, under a lease: a printer that hangs holds no row, and a
    worker that dies in the middle leaves a job that is tried again, then as 重打.
    """
    out: set[int] = set()
    tried, began = 0, time.monotonic()
    while tried < limit:
        moment = now + dt.timedelta(seconds=time.monotonic() - began)
        job = _claim(out, moment)
        if job is None:
            break
        tried += 1
        fault = _attempt(job, moment)
        _settle(job, fault, now + dt.timedelta(seconds=time.monotonic() - began))
        if fault is not None:
            out.add(job.printer_id)
    return tried


def _claim(out: set[int], now: dt.datetime) -> PrintJob | None:
    while True:
        job = None
        try:
            with transaction.atomic():
                job = _next(out, now)
                if job is None:
                    return None
                if job.status == "sending":
                    job.begun = True
                if _is_pointless(job, now):
                    _end(job, "dead", job.last_error or "too late")
                    continue
                job.status, job.attempts = "sending", job.attempts + 1
                job.next_attempt_at = now + LEASE
                job.save(update_fields=["status", "begun", "attempts", "next_attempt_at"])
                return job
        except IntegrityError:
            # Another worker took a slip for the same printer between our look and our word.
            out.add(job.printer_id if job is not None else 0)


def _is_pointless(job: PrintJob, now: dt.datetime) -> bool:
    return now - job.created_at >= TOO_LATE or job.printer.revoked_at is not None or job.ticket.status in OVER


def _next(out: set[int], now: dt.datetime) -> PrintJob | None:
    busy = PrintJob.objects.filter(printer=OuterRef("printer"), status="sending").exclude(pk=OuterRef("pk"))
    return (
        PrintJob.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("ticket__hall", "ticket__queue", "ticket__visit", "printer")
        .filter(~Exists(busy), status__in=("waiting", "sending"), next_attempt_at__lte=now)
        .exclude(printer__in=out)
        .order_by("next_attempt_at", "id")
        .first()
    )


def _attempt(job: PrintJob, now: dt.datetime) -> PrinterFault | None:
    way = Way(job.printer.host, job.printer.port, job.printer.confirms)
    try:
        try:
            slip = slip_of(job, now=now)
        except Exception as error:
            raise PrinterFault(f"{type(error).__name__}: {error}", begun=False) from error
        send(slip, way)
    except PrinterFault as fault:
        log.warning(
            "slip %s not printed at device %s (attempt %s): %s", job.pk, job.printer_id, job.attempts, fault
        )
        return fault
    return None


@transaction.atomic
def _settle(job: PrintJob, fault: PrinterFault | None, now: dt.datetime) -> None:
    mine = (
        PrintJob.objects.select_for_update()
        .filter(pk=job.pk, status="sending", attempts=job.attempts)
        .first()
    )
    if mine is None:
        return  # the lease ran out and somebody else has it
    if fault is None:
        mine.printed_at = now
        _end(mine, "printed", mine.last_error)
        return
    mine.status, mine.last_error = "waiting", str(fault)[:200]
    mine.begun = mine.begun or fault.begun
    mine.next_attempt_at = now + WAITS[min(mine.attempts, len(WAITS)) - 1]
    mine.save(update_fields=["status", "begun", "last_error", "next_attempt_at"])


def _end(job: PrintJob, status: str, error: str) -> None:
    job.status, job.next_attempt_at, job.last_error = status, None, error
    job.save(update_fields=["status", "begun", "next_attempt_at", "printed_at", "last_error"])
