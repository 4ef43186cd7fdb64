"""The worker's part: requests that silence has granted, hearings whose matter has moved on."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from hearings import actions


@shared_task(name="hearings.grant_silent_requests")
def grant_silent_requests() -> int:
    """Grant what nobody decided in time, where the hall's rules say so."""
    return actions.grant_silent_requests(now=timezone.now())


@shared_task(name="hearings.lapse_hearings")
def lapse_hearings() -> int:
    """End the hearings of matters that have ended or gone on to another procedure."""
    return actions.lapse_hearings(now=timezone.now())
