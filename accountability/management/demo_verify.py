"""The demo's published days and one night's walk. Called last, when everything else of the demo is written."""

from __future__ import annotations

import datetime as dt

from accountability.actions import publish_due_digests, verify_journal
from hall.access import SYSTEM


def verified(now: dt.datetime) -> None:
    """Digests of all days that are over, then the check of the night."""
    while publish_due_digests(now=now):
        pass
    verify_journal(actor=SYSTEM, now=now)
