"""The kernel's tasks, and the one place that hands work to the broker."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from hall import documents, outbox

log = logging.getLogger("hall.tasks")


def nudge(what: str) -> None:
    """Ask a worker for `messages` or `documents`. With the broker down it is logged; beat catches up."""
    task = {"messages": send_messages, "documents": render_documents}[what]
    try:
        task.apply_async(retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("broker out of reach, %s wait for the next sweep: %s", what, error)


@shared_task(name="hall.send_messages")
def send_messages() -> int:
    """Deliver what is due in the outbox."""
    return outbox.deliver(now=timezone.now())


@shared_task(name="hall.render_documents")
def render_documents() -> int:
    """Render every issued document that has no file yet."""
    return documents.render_due(now=timezone.now())
