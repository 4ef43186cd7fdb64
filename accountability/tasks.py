"""The worker's part in accounting."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accountability import actions


@shared_task(name="accountability.propose_supervisions")
def propose_supervisions() -> int:
    """Propose for supervision what the triggers see."""
    return actions.propose_supervisions(now=timezone.now())
