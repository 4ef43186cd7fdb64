"""The worker's part in people and places."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from staffing import actions


@shared_task(name="staffing.forget_tries")
def forget_tries() -> int:
    """Delete the tries at public forms that no limit counts any more."""
    return actions.forget_tries(now=timezone.now())
