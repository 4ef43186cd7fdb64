"""The virus scanner's second chance: what was taken while it gave no answer is shown to it, and what is infected goes
where nobody opens it."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from cases.models import FileScan
from cases.queries.scans import quarantined, waiting_scans
from hall import journal, outbox
from hall.access import SYSTEM
from hall.erasing import in_batches
from hall.uploads import scanning
from hall.uploads.clamav import Away
from staffing.lifecycle import ADMINISTRATOR, SECURITY_ADMINISTRATOR
from staffing.queries import holders

log = logging.getLogger("cases.scans")
MOST = 200
QUARANTINE = "quarantine"
QUARANTINE_KEPT = dt.timedelta(days=30)
"""So long an infected file can still be looked into by who keeps the house secure."""


def scan_files(*, now: dt.datetime) -> int:
    """Look at what waits, the longest waiting first; how many were looked at. A scanner that is away ends the round.

    Each file in a transaction of its own, skip-locked: two workers never take the same one.
    """
    if not scanning.is_on():
        return 0
    done, tried = 0, 0
    while tried < MOST and (looked := _next(now)) is not None:
        tried += 1
        done += looked
        if not looked:
            break
    return done


@transaction.atomic
def _next(now: dt.datetime) -> bool | None:
    """One file. False: the scanner gave no answer, None: nothing waits."""
    waiting = waiting_scans().exclude(tried_at=now)
    one = waiting.select_for_update(skip_locked=True).order_by("tries", "asked_at", "pk").first()
    if one is None:
        return None
    place = Path(settings.HALL_PRIVATE_ROOT) / one.file
    one.tries, one.tried_at = one.tries + 1, now
    if not place.exists() and _place_of(one).exists():  # moved by a round that died before it was on record
        _place_of(one).replace(place)
    try:
        with place.open("rb") as file:
            one.found = scanning.ask(file)
    except FileNotFoundError:  # of a form that was never sent again: the sweep of drafts has removed it
        one.delete()
        return True
    except Away as away:
        log.warning("the virus scanner did not answer: %s", away)
        one.save(update_fields=["tries", "tried_at"])
        return False
    one.state, one.looked_at = "infected" if one.found else "clean", now
    one.save(update_fields=["tries", "tried_at", "state", "looked_at", "found"])
    if one.found:
        _quarantine(one, place, now=now)
    return True


def _quarantine(one: FileScan, place: Path, *, now: dt.datetime) -> None:
    """Out of the way of everybody, on record without a name, and told to who keeps the house secure."""
    journal.record(
        SYSTEM,
        "quarantine_file",
        one,
        stream="uploads",
        after={"file": one.file, "found": one.found},
        now=now,
    )
    log.warning("a kept file was put into quarantine: %s, the virus scanner found %s", one.file, one.found)
    keepers = {
        user for role in (SECURITY_ADMINISTRATOR, ADMINISTRATOR) for user in holders(role, day=localdate(now))
    }
    outbox.post(
        "file_quarantined", to=sorted(keepers, key=lambda user: user.pk),
        context={"found": one.found, "number": one.pk},
        once=f"file_quarantined/{one.pk}/{now.timestamp():.0f}", urgent=True, now=now,
    )  # fmt: skip
    away = _place_of(one)
    away.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.replace(away)


def _place_of(one: FileScan) -> Path:
    return Path(settings.HALL_PRIVATE_ROOT) / QUARANTINE / f"{one.pk}"


def empty_quarantine(*, now: dt.datetime, kept: dt.timedelta = QUARANTINE_KEPT) -> int:
    """Infected files whose time is over are removed; what was found, and when, stays."""

    def remove(rows: QuerySet[FileScan]) -> None:
        for one in rows:
            _place_of(one).unlink(missing_ok=True)
        rows.update(gone_at=now)

    return in_batches(quarantined(now, kept), remove)
