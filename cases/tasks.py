"""The worker's part: the sweep every minute, reminders to rate, the exchange with the national system, the nights."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from cases import actions
from cases.forms.exchange import national_file


@shared_task(name="cases.sweep_deadlines")
def sweep_deadlines() -> int:
    """Take every due reminder and escalation."""
    return actions.sweep_deadlines(now=timezone.now())


@shared_task(name="cases.recheck_deadlines")
def recheck_deadlines() -> int:
    """End the windows that passed unused, close their cases, recompute every open deadline, report what differs."""
    now = timezone.now()
    actions.lapse_windows(now=now)
    actions.close_lapsed_cases(now=now)
    return len(actions.recheck_deadlines(now=now))


@shared_task(name="cases.remind_ratings")
def remind_ratings() -> int:
    """Remind petitioners who may still rate, as often as the rule says."""
    return actions.remind_ratings(now=timezone.now())


@shared_task(name="cases.expire_ratings")
def expire_ratings() -> int:
    """Record as not rated what nobody rated in its period."""
    return actions.expire_ratings(now=timezone.now())


@shared_task(name="cases.compute_figures")
def compute_figures() -> int:
    """Count the last closed quarters anew, for the hall manager to publish."""
    return actions.compute_figures(now=timezone.now())


@shared_task(name="cases.import_national_rows")
def import_national_rows() -> int:
    """Register the rows of confirmed files from the national system."""
    return actions.import_national_rows(now=timezone.now())


@shared_task(name="cases.make_national_exports")
def make_national_exports() -> int:
    """Make the large files for the national system."""
    return actions.make_national_exports(write=national_file, now=timezone.now())


@shared_task(name="cases.announce_events")
def announce_events() -> int:
    """Make deliveries of what happened, until there is nothing new."""
    told = 0
    while some := actions.announce_events(now=timezone.now()):
        told += some
    return told


@shared_task(name="cases.scan_files")
def scan_files() -> int:
    """Show the virus scanner what was taken while it gave no answer, what it never saw, what it saw long ago."""
    return actions.scan_files(now=timezone.now())


@shared_task(name="cases.rescan_files")
def rescan_files() -> int:
    """Find the kept files that the virus scanner never saw: `scan_files` shows them to it."""
    return actions.rescan_files(now=timezone.now())


@shared_task(name="cases.settle_recordings")
def settle_recordings() -> int:
    """Close the recordings of which everything has come, stop those whose room or browser is gone."""
    return actions.settle_recordings(now=timezone.now())


@shared_task(name="cases.sweep_video_rooms")
def sweep_video_rooms() -> int:
    """Free the rooms that nobody opened, note who lost the line, end what was forgotten."""
    now = timezone.now()
    return (
        actions.release_video_rooms(now=now) + actions.note_dropped(now=now) + actions.end_forgotten(now=now)
    )
