"""The virus scanner's second look: at what was taken while it gave no answer, at what was kept before it came, and at
everything again when its signatures have become much newer. What is infected goes where nobody opens it."""

from __future__ import annotations

import datetime as dt
import io
import logging
import time
from itertools import islice
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from cases.actions.recording_store import read_part
from cases.models import FileScan, Recording, RecordingPart
from cases.queries.scans import SEALED, in_turn, never_shown, quarantined, stored_files, token_of
from hall import journal, outbox
from hall.access import SYSTEM
from hall.erasing import in_batches
from hall.fields import Undecryptable
from hall.uploads import scanning
from hall.uploads.clamav import Away
from staffing.lifecycle import ADMINISTRATOR, SECURITY_ADMINISTRATOR
from staffing.queries import holders

log = logging.getLogger("cases.scans")
MOST = 200
"""Files of one round, and the seconds after which none is begun: the next round is five minutes later."""
ROUND_SECONDS = 240.0
CHUNK = 500
SETTLED = dt.timedelta(days=1)
"""A file younger than this may be about to get its row, or has just been shown to the scanner."""
QUARANTINE = "quarantine"
QUARANTINE_KEPT = dt.timedelta(days=30)
"""So long an infected file can still be looked into by who keeps the house secure."""


def rescan_files(*, now: dt.datetime) -> int:
    """Put every kept file that the scanner never saw into its queue (`scan_files`); how many those are.

    Nothing is looked at here. Stopped in the middle it has done what it did, and the next goes on.
    """
    if not scanning.is_on():
        return 0
    queued, stored = 0, stored_files(before=now - SETTLED)
    while files := list(islice(stored, CHUNK)):
        new = [FileScan(file=file, is_old=True, asked_at=now) for file in never_shown(files)]
        FileScan.objects.bulk_create(new, ignore_conflicts=True)
        queued += len(new)
    return queued


def scan_files(*, now: dt.datetime, before: dt.datetime | None = None, most: int = MOST) -> int:
    """Look at what waits, then at what was found clean before that moment; how many were looked at. Left out, the
    moment is HALL_CLAMAV_AGAIN_DAYS before the scanner's signatures were made. A scanner that is away ends the round.

    Each file in a transaction of its own, skip-locked: two workers never take the same one.
    """
    if not scanning.is_on():
        return 0
    until, done, tried = time.monotonic() + ROUND_SECONDS, 0, 0
    before = before or _signed_before(now)
    while tried < most and time.monotonic() < until and (looked := _next(now, before)) is not None:
        tried += 1
        done += looked
        if not looked:
            break
    return done


def _signed_before(now: dt.datetime) -> dt.datetime | None:
    """None: nothing is looked at again."""
    days = settings.HALL_CLAMAV_AGAIN_DAYS
    try:
        signed_at = scanning.itself().signed_at if days else None
    except Away:
        return None
    return min(signed_at, now) - dt.timedelta(days=days) if signed_at else None


@transaction.atomic
def _next(now: dt.datetime, before: dt.datetime | None) -> bool | None:
    """One file. False: the scanner gave no answer, None: nothing waits."""
    in_order = (rows.select_for_update(skip_locked=True).first() for rows in in_turn(now, before))
    one = next((row for row in in_order if row is not None), None)
    if one is None:
        return None
    place = Path(settings.HALL_PRIVATE_ROOT) / one.file
    one.tries, one.tried_at = one.tries + 1, now
    if not place.exists() and _place_of(one).exists():  # moved by a round that died before it was on record
        _place_of(one).replace(place)
    try:
        with _opened(place, one.file) as file:
            one.found = scanning.ask(file)
    except FileNotFoundError:  # of a form that was never sent again: the sweep of drafts has removed it
        one.delete()
        return True
    except Undecryptable as fault:  # its turn comes again behind all others: the key may yet be put back
        log.warning("a sealed file can't be shown to the virus scanner: %s", fault)
        one.save(update_fields=["tries", "tried_at"])
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


def _opened(place: Path, file: str) -> IO[bytes]:
    """What somebody brought; of a sealed one the plain bytes are in memory only, a part at a time."""
    return io.BytesIO(read_part(file)) if file.startswith(SEALED) else place.open("rb")


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
    if token := token_of(one.file):
        # rotate_keys holds a part's row while it writes its file anew: it must not bring this one back.
        list(RecordingPart.objects.select_for_update().filter(recording__token=token, file=one.file))
    away = _place_of(one)
    away.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.replace(away)


def _place_of(one: FileScan) -> Path:
    return Path(settings.HALL_PRIVATE_ROOT) / QUARANTINE / f"{one.pk}"


def forget_parts(recording: Recording, *, now: dt.datetime) -> None:
    """Part of erasing a recording: nothing of it stays in the quarantine, and no round that is looking at a part just
    now puts one there afterwards.
    """
    rows = FileScan.objects.filter(file__startswith=f"{SEALED}{recording.token.hex}/").order_by("pk")
    for one in rows.select_for_update():
        if one.state == "infected" and one.gone_at is None:
            _place_of(one).unlink(missing_ok=True)
            one.gone_at = now
            one.save(update_fields=["gone_at"])
        elif one.state != "infected":
            one.delete()


def empty_quarantine(*, now: dt.datetime, kept: dt.timedelta = QUARANTINE_KEPT) -> int:
    """Infected files whose time is over are removed; what was found, and when, stays."""

    def remove(rows: QuerySet[FileScan]) -> None:
        for one in rows:
            _place_of(one).unlink(missing_ok=True)
        rows.update(gone_at=now)

    return in_batches(quarantined(now, kept), remove)
