"""The worker's part: findings for what is late, the end of the unit's time to speak, why somebody came again."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accountability import actions


@shared_task(name="accountability.open_findings")
def open_findings() -> int:
    """Open a finding for every late period."""
    return actions.open_findings(now=timezone.now())


@shared_task(name="accountability.lapse_statements")
def lapse_statements() -> int:
    """End the time of the units that said nothing."""
    return actions.lapse_statements(now=timezone.now())


@shared_task(name="accountability.trace_repeats")
def trace_repeats() -> int:
    """Trace every matter that came again."""
    return actions.trace_repeats(now=timezone.now())
