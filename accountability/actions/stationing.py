"""Advice on stationing is asked for by a person and worked out by a worker; what was given stays as it is."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from accountability import rules
from accountability.models import StationingAdvice
from hall import journal, outbox
from hall.access import Actor
from hall.models import JournalEntry, stream_of
from staffing.models import Hall

WORK_OUT = "accountability.work_out_stationing"
"""The worker's task that answers."""
ATTEMPTS = 3


@transaction.atomic
def request_stationing_advice(
    *, actor: Actor, hall_id: int, weeks: int, target_minutes: int, ninety_minutes: int, now: dt.datetime
) -> StationingAdvice:
    """Ask for it on the weeks up to yesterday; who asks while one is being worked out gets that one."""
    # Two who ask at once ask for one: the row of the hall lets them through one by one.
    hall = Hall.objects.select_for_update(no_key=True, of=("self",)).get(pk=hall_id)
    rules.check_can_request_stationing_advice(
        actor, hall.pk, weeks=weeks, target_minutes=target_minutes, ninety_minutes=ninety_minutes, now=now
    )
    advice = StationingAdvice.objects.filter(hall=hall, answered_at=None).first()
    if advice is None:
        yesterday = timezone.localdate(now) - dt.timedelta(days=1)
        advice = StationingAdvice.objects.create(
            hall=hall,
            first_on=yesterday - dt.timedelta(days=7 * weeks - 1),
            last_on=yesterday,
            target_minutes=target_minutes,
            ninety_minutes=ninety_minutes,
            # By the period alone: the same question about the same history has the same answer.
            seed=yesterday.toordinal(),
            asked_by_id=actor.user_id,
            asked_at=now,
        )
        after = {
            "first_on": advice.first_on, "last_on": advice.last_on, "target": target_minutes,
            "ninety": ninety_minutes,
        }  # fmt: skip
        journal.record(actor, "request_stationing_advice", advice, after=after, now=now)
    transaction.on_commit(partial(outbox.nudge, WORK_OUT))
    return advice


@transaction.atomic
def start_stationing_advice(*, actor: Actor, advice_id: int, now: dt.datetime) -> StationingAdvice:
    """A worker takes it up; it takes long, so that another one must not do the same meanwhile.

    What has cost ATTEMPTS workers their life is given up: it comes back answered, with the failure.
    """
    advice = StationingAdvice.objects.locked(advice_id)
    rules.check_can_start_stationing_advice(actor, advice, now=now)
    begun = JournalEntry.objects.filter(stream=stream_of(advice), verb="start_stationing_advice")
    if begun.count() >= ATTEMPTS:
        return fail_stationing_advice(actor=actor, advice_id=advice_id, failure=f"{ATTEMPTS}×", now=now)
    advice.started_at, advice.progress = now, 0
    advice.save(update_fields=["started_at", "progress"])
    journal.record(actor, "start_stationing_advice", advice, after={"started_at": now}, now=now)
    return advice


def show_progress(advice_id: int, percent: int) -> None:
    """How far the worker is: no act, so it stands in no journal, and it never goes back."""
    waiting = StationingAdvice.objects.filter(pk=advice_id, answered_at=None, progress__lt=percent)
    waiting.update(progress=min(percent, 99))


@transaction.atomic
def answer_stationing_advice(
    *, actor: Actor, advice_id: int, result: dict[str, Any], now: dt.datetime
) -> StationingAdvice:
    """What the worker found. From here on the row never changes."""
    advice = StationingAdvice.objects.locked(advice_id)
    rules.check_can_answer_stationing_advice(actor, advice, now=now)
    advice.result, advice.answered_at, advice.progress = result, now, 100
    advice.save(update_fields=["result", "answered_at", "progress"])
    after = {"enough": result["enough"], "units": len(result["units"])}
    journal.record(actor, "answer_stationing_advice", advice, after=after, now=now)
    return advice


@transaction.atomic
def fail_stationing_advice(
    *, actor: Actor, advice_id: int, failure: str, now: dt.datetime
) -> StationingAdvice:
    """The worker could not; the error is said, and it may be asked for again."""
    advice = StationingAdvice.objects.locked(advice_id)
    rules.check_can_fail_stationing_advice(actor, advice, now=now)
    advice.failure, advice.answered_at = failure[:200] or "?", now
    advice.save(update_fields=["failure", "answered_at"])
    journal.record(actor, "fail_stationing_advice", advice, after={"failure": advice.failure}, now=now)
    return advice
