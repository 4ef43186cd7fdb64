"""A number at the door, for one person or one group."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused
from hall.models import Counter
from intake import rules
from intake.actions.print_jobs import put_down
from intake.actions.queue import write_segment
from intake.models import Booking, Queue, Ticket, Visit
from intake.queries.queue import board_key, line_at
from staffing.models import Device, LeaderReception


@transaction.atomic
def take_number(
    *,
    actor: Actor,
    queue_id: int,
    form_token: uuid.UUID,
    priority_reason: str = "",
    head_count: int = 1,
    reception_id: int | None = None,
    booking: Booking | None = None,
    note: str = "",
    kiosk: Device | None = None,
    language: str = "zh-hans",
    now: dt.datetime,
) -> Ticket:
    """A number for one person or one group. The same `form_token` always gives the same ticket.

    So a lost answer, a second tap or a printer that failed leaves no ghost: the form is sent again and the
    visitor holds the one number there is. `booking` proves that a place was
    booked (`check_in_booking`). `kiosk`: the enrolled one that asks; its printer is told in the same transaction, and
    nobody waits for the paper. Raises Refused (unseen, role, state, input, busy).
    """
    if known := Ticket.objects.filter(form_token=form_token).select_related("queue", "visit").first():
        return known
    queue = Queue.objects.select_related("hall").filter(pk=queue_id).first()
    if queue is None:
        raise Refused(_("没有这项业务，请重新选择。"), "unseen")
    reception = LeaderReception.objects.filter(pk=reception_id).first() if reception_id else None
    rules.check_can_take_number(
        actor,
        queue,
        priority_reason=priority_reason,
        head_count=head_count,
        reception=reception,
        proven=booking is not None and booking.reception_id == reception_id,
        kiosk=kiosk,
        now=now,
    )
    try:
        with transaction.atomic():
            ticket = _issue(
                actor, queue, form_token, priority_reason, head_count, reception, note, kiosk, now
            )
            if kiosk is not None and kiosk.printer is not None and kiosk.printer.revoked_at is None:
                put_down(ticket, kiosk.printer, language=language, actor=actor, now=now)
            return ticket
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
    kiosk: Device | None,
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
        device=kiosk,
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
    write_segment(ticket)
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
