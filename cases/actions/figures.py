"""The quarter's figures: counted every night, published by the hall manager as the manager saw them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cases.models import PublicFigure
from cases.queries import figures as queries
from cases.rules import check_can_publish_figures
from hall import journal
from hall.access import Actor
from staffing.models import Hall


def compute_figures(*, now: dt.datetime) -> int:
    """Count the last closed quarters of every open hall; how many rows are new or say something else than before.

    What is published stays as it was published; a difference shows beside it, for the manager to publish anew.
    """
    changed = 0
    for hall_id in Hall.objects.filter(is_open=True).values_list("pk", flat=True):
        for quarter in queries.closed_quarters(timezone.localdate(now)):
            data = queries.counted(hall_id, quarter)
            with transaction.atomic():
                row, new = PublicFigure.objects.select_for_update().get_or_create(
                    hall_id=hall_id, quarter=quarter, defaults={"data": data, "computed_at": now}
                )
                if not new and row.data != data:
                    row.data, row.computed_at = data, now
                    row.save(update_fields=["data", "computed_at"])
                    changed += 1
            changed += new
    return changed


@transaction.atomic
def publish_figures(*, actor: Actor, figure_id: int, seen: dt.datetime, now: dt.datetime) -> PublicFigure:
    """From now on the public reads the quarter as it was counted at `seen`. Raises Refused (role; state)."""
    figure = PublicFigure.objects.locked(figure_id)
    check_can_publish_figures(actor, figure, seen=seen, now=now)
    before = {"published_at": figure.published_at}
    figure.published, figure.published_at = queries.masked(figure.data), now
    figure.published_by_id = actor.user_id
    figure.save(update_fields=["published", "published_at", "published_by"])
    after = {"quarter": figure.quarter, "computed_at": figure.computed_at, "published": figure.published}
    journal.record(actor, "publish_figures", figure, before=before, after=after, now=now)
    return figure
