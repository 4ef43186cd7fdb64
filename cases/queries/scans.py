"""Kept files and the virus scanner: which wait for it, whose turn it is again, and which were taken away."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import FileScan, Recording
from hall.access import Refused

OURS = ("documents", "reports", "quarantine")
"""Folders of the private root in which nobody's file lies but what the house wrote itself."""
SEALED = "recordings/"


def check_is_there(place: Path, file: str) -> None:
    """The bytes lie where their row says. Raises Refused(state) with what became of them."""
    if place.is_file():
        return
    if FileScan.objects.filter(file=file, state="infected").exists():
        raise Refused(_("这份材料收下之后查出病毒，已经隔离，不能打开。请联系提交人重新提供。"), "state")
    raise Refused(_("材料文件不在存储中，请联系系统管理员从备份恢复。"), "state")


def waiting_scans() -> QuerySet[FileScan]:
    """Those that nobody has looked at, the one that has waited longest first."""
    return FileScan.objects.filter(state="waiting").order_by("asked_at", "pk")


def at_the_door() -> QuerySet[FileScan]:
    """Let in while the scanner gave no answer, and not looked at yet."""
    return FileScan.objects.filter(state="waiting", is_old=False).order_by("asked_at")


def kept_before() -> QuerySet[FileScan]:
    """Kept before there was a scanner, and not looked at yet."""
    return FileScan.objects.filter(state="waiting", is_old=True)


def in_quarantine() -> QuerySet[FileScan]:
    return FileScan.objects.filter(state="infected", gone_at=None)


def found_since(moment: dt.datetime) -> int:
    return FileScan.objects.filter(state="infected", looked_at__gte=moment).count()


def in_turn(now: dt.datetime, before: dt.datetime | None) -> Iterator[QuerySet[FileScan]]:
    """What the scanner is shown, in this order: what was let in while it was away, what it never saw because it came
    before it, what it last saw before that moment. Never one twice in a round (`now`).
    """
    waiting = FileScan.objects.filter(state="waiting").exclude(tried_at=now)
    for is_old in (False, True):
        yield waiting.filter(is_old=is_old).order_by("tries", "asked_at", "pk")
    if before is not None:
        clean = FileScan.objects.filter(state="clean", looked_at__lt=before).exclude(tried_at=now)
        yield clean.order_by("tried_at", "pk")


def stored_files(*, before: dt.datetime) -> Iterator[str]:
    """Every file below the private root that somebody brought, written before that moment, folder by folder: its name
    there. What is being written has a name that begins with `tmp`.
    """
    root = Path(settings.HALL_PRIVATE_ROOT)
    for place, folders, files in os.walk(root):
        folder = Path(place)
        folders[:] = sorted(one for one in folders if folder != root or one not in OURS)
        for name in sorted(files):
            path = folder / name
            if folder == root or name.startswith("tmp") or path.is_symlink():
                continue
            try:
                written = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
            except FileNotFoundError:
                continue
            if written < before:
                yield str(path.relative_to(root))


def never_shown(files: Sequence[str]) -> list[str]:
    """Those of them that the scanner has no row for; of a recording only when it is closed: before that its parts are
    read to close it.
    """
    known = set(FileScan.objects.filter(file__in=files).values_list("file", flat=True))
    tokens = {token for one in files if (token := token_of(one))}
    closed = set(
        Recording.objects.filter(token__in=tokens, settled_at__isnull=False).values_list("token", flat=True)
    )
    return [
        one for one in files if one not in known and (not one.startswith(SEALED) or token_of(one) in closed)
    ]


def token_of(file: str) -> uuid.UUID | None:
    """The recording that a sealed file is a part of; None for any other file."""
    folder, _slash, rest = file.removeprefix(SEALED).partition("/")
    if not file.startswith(SEALED) or not rest:
        return None
    try:
        return uuid.UUID(hex=folder)
    except ValueError:
        return None


def quarantined(now: dt.datetime, kept: dt.timedelta) -> QuerySet[FileScan]:
    """Infected files whose bytes are still in the quarantine although their time there is over."""
    return FileScan.objects.filter(state="infected", gone_at=None, looked_at__lte=now - kept)
