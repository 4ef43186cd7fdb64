"""The worker's part of the rota: gaps are warned of in advance, and who has not come in the morning."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from staffing import actions, queries


@shared_task(name="staffing.warn_gaps")
def warn_gaps() -> int:
    """Every hall's windows without staff in the working days ahead. Says nothing twice."""
    now = timezone.now()
    return sum(
        actions.warn_gaps(hall_id=pk, now=now) for pk in queries.open_halls().values_list("pk", flat=True)
    )


@shared_task(name="staffing.warn_not_come")
def warn_not_come() -> int:
    """Who is on duty and was not seen. Runs through the day, speaks once a half-day."""
    now = timezone.now()
    halls = queries.open_halls().values_list("pk", flat=True)
    return sum(actions.warn_not_come(hall_id=pk, now=now) for pk in halls)
