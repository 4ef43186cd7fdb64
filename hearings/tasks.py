"""The worker's part."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from hearings import actions


@shared_task(name="hearings.erase_audience")
def erase_audience() -> int:
    """Names and telephones of the public whose hearing has long been over are erased."""
    return actions.erase_audience(now=timezone.now())
