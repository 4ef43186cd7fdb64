"""The worker's part: who was silent, and what has lost its object with its case."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from consultations import actions


@shared_task(name="consultations.record_silence")
def record_silence() -> int:
    """Record every unit whose day has passed without a word."""
    return actions.record_silence(now=timezone.now())


@shared_task(name="consultations.lapse_consultations")
def lapse_consultations() -> int:
    """End the consultations whose case has ended."""
    return actions.lapse_consultations(now=timezone.now())
