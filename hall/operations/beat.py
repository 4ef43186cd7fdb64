"""Which of the worker's tasks is late: the beat's table against the rows that the tasks leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from celery.schedules import crontab
from django.conf import settings
from django.utils import timezone

from hall.models import TaskRun
from hall.operations.health import broker

GRACE = dt.timedelta(minutes=5)
"""A worker that is started anew, or busy with something long, is not late."""
QUEUE = "celery"


@dataclass(frozen=True, slots=True)
class Turn:
    """A task of the table: when it last succeeded, when its next turn was, how it went."""

    task: str
    run: TaskRun | None
    due_at: dt.datetime | None
    is_late: bool

    @property
    def failed_last(self) -> bool:
        return bool(self.run and self.run.error)


def turns(*, now: dt.datetime) -> list[Turn]:
    """Every task of the beat, the late ones first. One query."""
    runs = TaskRun.objects.in_bulk()
    found = []
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        run = runs.get(str(entry["task"]))
        ended = run.succeeded_at if run else None
        due_at = _next(entry["schedule"], ended) if ended else None
        # What never ran is late once others have been running for a day: a new house is not.
        is_late = due_at is not None and due_at + GRACE < now
        found.append(Turn(str(entry["task"]), run, due_at, is_late))
    return sorted(found, key=lambda turn: (not turn.is_late, not turn.failed_last, turn.task))


def _next(schedule: Any, after: dt.datetime) -> dt.datetime:
    if isinstance(schedule, crontab):
        start, ends_in, _now = schedule.remaining_delta(after, tz=timezone.get_current_timezone())
        turn: dt.datetime = start + ends_in
        return turn
    return after + dt.timedelta(seconds=float(schedule))


def queued() -> int:
    """How much work waits in the broker. Raises redis.RedisError, OSError."""
    with broker() as asked:
        return int(asked.llen(QUEUE))
