"""How it stands with the paper of a number."""

from __future__ import annotations

from intake.models import PrintJob, Ticket


def last_job(ticket: Ticket) -> PrintJob | None:
    """The newest slip of a ticket; None when none was asked for."""
    return PrintJob.objects.filter(ticket=ticket).order_by("-copy").first()
