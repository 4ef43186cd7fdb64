"""The worker's part: months of figures are counted as the journal grows, and checked every night."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accountability import actions


@shared_task(name="accountability.count_months")
def count_months() -> int:
    """Count the months in which something has changed."""
    return actions.count_months(now=timezone.now())


@shared_task(name="accountability.check_months")
def check_months() -> int:
    """Count every month anew; what differs is put right and told."""
    return len(actions.check_months(now=timezone.now()))
