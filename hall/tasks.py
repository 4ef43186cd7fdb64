"""The kernel's tasks, and the one place that hands work to the broker."""

from __future__ import annotations

import logging
import os
import threading
import time
from functools import lru_cache
from queue import SimpleQueue

from celery import current_app, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from hall import documents, outbox

log = logging.getLogger("hall.tasks")


GATHER = 0.05
"""Seconds in which nudges of one process become one: a worker does all that is due anyway."""


def nudge(what: str) -> None:
    """Ask a worker for `messages`, `documents`, or a task of an app by its name.

    A thread of this process does it: nobody waits for the broker.

    What the thread has not sent when the process ends, beat catches up with.
    """
    _wanted(os.getpid()).put(what)


@lru_cache(maxsize=1)
def _wanted(_process: int) -> SimpleQueue[str]:
    """Of this very process: a thread does not survive the fork of a worker."""
    wanted: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_pass_on, args=(wanted,), name="nudges", daemon=True).start()
    return wanted


def _pass_on(wanted: SimpleQueue[str]) -> None:
    while True:
        first = wanted.get()
        time.sleep(GATHER)
        for what in {first, *(wanted.get() for _n in range(wanted.qsize()))}:
            _publish(what)


def _publish(what: str) -> None:
    """With the broker down it is logged; beat catches up."""
    task = {"messages": send_messages, "documents": render_documents}.get(what)
    try:
        (task or current_app.signature(what)).apply_async(retry=False, ignore_result=True)
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
