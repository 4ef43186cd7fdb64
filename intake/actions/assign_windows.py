"""The order of the house: which windows call from which queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.db import transaction

from hall import journal
from hall.access import Actor
from hall.models import Counter
from intake import rules
from intake.models import Queue
from intake.queries.queue import board_key
from staffing.models import Hall, Window


@transaction.atomic
def assign_windows(
    *, actor: Actor, hall_id: int, served: Mapping[int, Collection[int]], now: dt.datetime
) -> None:
    """Which windows call from which queue: queue id → window ids. Queues that are not named keep theirs.

    Takes effect with the next call; whoever waits stays where they are.
    """
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_assign_windows(actor, hall, now=now)
    windows = {window.pk: window.number for window in Window.objects.filter(hall=hall)}
    for queue in Queue.objects.select_for_update(no_key=True).filter(hall=hall, pk__in=served).order_by("pk"):
        before = set(queue.windows.values_list("pk", flat=True))
        wanted = {pk for pk in served[queue.pk] if pk in windows}
        if wanted != before:
            queue.windows.set(wanted)
            journal.record(
                actor,
                "assign_windows",
                queue,
                before={"windows": sorted(windows[pk] for pk in before)},
                after={"windows": sorted(windows[pk] for pk in wanted)},
                now=now,
            )
    Counter.objects.next(board_key(hall.pk))
