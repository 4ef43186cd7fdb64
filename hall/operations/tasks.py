"""What every task of the worker does at its end: a row says when it ran and how it went.

In SQL, because this is imported before any model may be.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import Task
from django.db import DatabaseError, connection
from django.utils import timezone

log = logging.getLogger("hall.operations")

_NOTE = """
INSERT INTO hall_taskrun AS known (name, runs, failures, ended_at, succeeded_at, failed_at, seconds, error)
VALUES (%(name)s, 1, %(bad)s, %(now)s, %(good_at)s, %(bad_at)s, %(seconds)s, %(error)s)
ON CONFLICT (name) DO UPDATE SET runs = known.runs + 1, failures = known.failures + excluded.failures,
    ended_at = excluded.ended_at, succeeded_at = coalesce(excluded.succeeded_at, known.succeeded_at),
    failed_at = coalesce(excluded.failed_at, known.failed_at), seconds = excluded.seconds, error = excluded.error
"""


def note(name: str, seconds: float, error: str = "") -> None:
    """The kind of the error alone: what it says may be about people."""
    now = timezone.now()
    facts: dict[str, Any] = {
        "name": name[:120], "bad": int(bool(error)), "now": now, "good_at": None if error else now,
        "bad_at": now if error else None, "seconds": seconds, "error": error[:120],
    }  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, facts)
    except DatabaseError as fault:  # the database is away: the task has said so itself, its next run is noted
        log.warning("run of %s not noted: %s", name, type(fault).__name__)


class Noted(Task):  # type: ignore[type-arg]
    """The class of all our tasks (`hall.celery`)."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:  # as a function, not as work that was handed out
            return super().__call__(*args, **kwargs)
        began = time.monotonic()
        try:
            result = super().__call__(*args, **kwargs)
        except Exception as error:
            note(str(self.name), time.monotonic() - began, type(error).__name__)
            raise
        note(str(self.name), time.monotonic() - began)
        return result
