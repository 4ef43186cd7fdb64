"""What happened to a matter is told to the systems that the hall's administrator entered."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case
from hall.models import Happening
from hall.outbox import at_site
from staffing.actions import body_of, put_deliveries
from staffing.models import Delivery, Webhook

BATCH = 500
API = "/api/v1/cases/{}/"


@transaction.atomic
def announce_events(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Make a delivery of each event for each system that hears of it; returns how many events were taken.

    The database notes an event in the transaction of the act (`hall.models.Happening`), two workers never take the
    same, and what was taken is gone: each event is told once, an outage only delays it.
    """
    taken = list(
        Happening.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("entry")
        .order_by("pk")[:limit]
    )
    if not taken:
        return 0
    entries = [one.entry for one in taken]
    hearing: dict[int, list[Webhook]] = {}
    for webhook in Webhook.objects.filter(is_active=True).only("id", "hall_id", "events"):
        hearing.setdefault(webhook.hall_id, []).append(webhook)
    if hearing:
        about = {int(entry.stream.partition(":")[2]) for entry in entries}
        numbers = Case.objects.filter(pk__in=about, hall_id__in=hearing).values_list(
            "pk", "number", "hall_id"
        )
        cases = {pk: (number, hall_id) for pk, number, hall_id in numbers}
        rows = []
        for entry in entries:
            pk = int(entry.stream.partition(":")[2])
            number, hall_id = cases.get(pk, ("", 0))
            for webhook in hearing.get(hall_id, []):
                if entry.verb in webhook.events:
                    row = Delivery(
                        webhook=webhook, entry=entry, event=entry.verb, subject=number, created_at=now,
                        next_attempt_at=now,
                    )  # fmt: skip
                    row.body = body_of(
                        row, at=entry.at, id=pk, number=number, version=entry.seq, url=at_site(API.format(pk))
                    )
                    rows.append(row)
        put_deliveries(rows)
    Happening.objects.filter(pk__in=[one.pk for one in taken]).delete()
    return len(taken)
