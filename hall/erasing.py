"""Erasing what is past its time, in batches: a sweep that is stopped has done what it did, and the next goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from hall.models import ApiCall

M = TypeVar("M", bound=Model)
BATCH = 2000
CALLS_KEPT = dt.timedelta(hours=48)
"""How long the key of a call is known; docs/api.md tells clients."""


def in_batches(due: QuerySet[M], act: Callable[[QuerySet[M]], object]) -> int:
    """Each batch in a transaction of its own; what somebody else holds is left for the next sweep. How many rows.

    `act` is handed the rows of a batch and erases them, whole or in part.
    """
    gone, last = 0, None
    rows = due.order_by("pk").select_for_update(skip_locked=True, of=("self",))
    while True:
        with transaction.atomic():
            keys = list(
                (rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:BATCH]
            )
            if not keys:
                return gone
            act(due.model._default_manager.filter(pk__in=keys))
        gone, last = gone + len(keys), keys[-1]


def delete(rows: QuerySet[M]) -> object:
    return rows.delete()


def due_calls(*, now: dt.datetime, kept: dt.timedelta = CALLS_KEPT) -> QuerySet[ApiCall]:
    return ApiCall.objects.filter(at__lt=now - kept)


def forget_calls(*, now: dt.datetime, kept: dt.timedelta = CALLS_KEPT) -> int:
    """Take away the answers whose keys are known no longer; how many."""
    return in_batches(due_calls(now=now, kept=kept), delete)
