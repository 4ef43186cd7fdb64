"""The worker's part: the day's digest after midnight, the walk along the journal at night."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accountability import actions
from hall.access import SYSTEM


@shared_task(name="accountability.publish_digests")
def publish_digests() -> int:
    """Publish the digest of every day that is over and has none."""
    return actions.publish_due_digests(now=timezone.now())


@shared_task(name="accountability.verify_journal")
def verify_journal() -> bool:
    """Walk along the whole journal and keep what was found."""
    return actions.verify_journal(actor=SYSTEM, now=timezone.now()).is_whole
