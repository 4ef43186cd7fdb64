"""The worker's part: replies to advice that are due or late."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accountability import actions


@shared_task(name="accountability.remind_advices")
def remind_advices() -> int:
    """Take every due reminder of advice."""
    return actions.remind_advices(now=timezone.now())
