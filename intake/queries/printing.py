"""How it stands with the paper of a number."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from intake.models import PrintJob, Ticket
from staffing.models import Hall


def last_job(ticket: Ticket) -> PrintJob | None:
    """The newest slip of a ticket; None when none was asked for."""
    return PrintJob.objects.filter(ticket=ticket).order_by("-copy").first()


def unprinted(hall: Hall) -> QuerySet[PrintJob]:
    """Slips that ended unprinted, the newest first: not one of which a later slip was asked for."""
    later = PrintJob.objects.filter(ticket=OuterRef("ticket"), copy__gt=OuterRef("copy"))
    return (
        PrintJob.objects.filter(~Exists(later), printer__hall=hall, status="dead")
        .select_related("ticket__queue", "ticket__visit", "printer")
        .order_by("-id")
    )
