"""A round of the worker over many rows: one that fails in any way holds up no other, and is told of."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import connection
from django.utils import timezone

from hall import outbox
from staffing.lifecycle import ADMINISTRATOR
from staffing.queries import holders

T = TypeVar("T")
log = logging.getLogger("accountability.sweeps")


def swept(step: Callable[[], T], what: str) -> T | None:
    """What the step gives, which is a transaction of its own; None where it failed, with the log saying why."""
    try:
        return step()
    except Exception:
        if not connection.is_usable():  # the next ones would fail as well
            raise
        log.exception("%s was left out", what)
        return None


def tell_failed(verb: str, failed: int, *, now: dt.datetime) -> None:
    """The administrators, once a day for each kind of round."""
    if not failed:
        return
    day = timezone.localdate(now)
    people = list(holders(ADMINISTRATOR, day=day))
    context = {"verb": verb, "failed": failed}
    outbox.post("sweep_failed", to=people, context=context, once=f"sweep_failed/{verb}/{day}", now=now)
