"""Keeping what was handed in: outside the web root, under its hash, readable by the hall's own process alone."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _

from cases.actions.materials import StoredFile
from cases.models import FileScan
from hall.access import Refused

CHUNK = 1 << 20
MATERIALS = "materials"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file that was received and recognised, not yet kept. `media_type` is what its bytes say it is.

    `is_scanned` is False when the virus scanner, which this hall has, gave no answer: it is asked again later.
    """

    of_the_house: ClassVar[bool] = True
    name: str
    media_type: str
    file: IO[bytes]
    is_scanned: bool = True


def keep_file(new: NewFile, folder_name: str = MATERIALS) -> StoredFile:
    """Write the bytes whole or not at all, under `materials/<hash>`; the same bytes are kept once.

    Called before the row exists: a rollback leaves a file without a row, which the sweep of drafts removes from
    `materials`; what is no material lies in a folder of its own. Raises Refused(input) when the disk is full: nothing
    half-written stays.
    """
    try:
        stored = _written(new, folder_name)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise Refused(
            _("存储空间已满，材料没有收下。请联系系统管理员，腾出空间后再上传，急件请改用纸质材料。"), "input"
        ) from error
    if not new.is_scanned:
        _scan_later(stored.file)
    return stored


def _scan_later(file: str) -> None:
    """Bytes that were found clean before are so still; those that were taken away once are back."""
    FileScan.objects.bulk_create([FileScan(file=file)], ignore_conflicts=True)
    again = FileScan.objects.filter(file=file, state="infected")
    again.update(state="waiting", looked_at=None, found="", gone_at=None)


def _written(new: NewFile, folder_name: str) -> StoredFile:
    root = Path(settings.HALL_PRIVATE_ROOT)
    folder = root / folder_name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            new.file.seek(0)
            while chunk := new.file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        sha256 = digest.hexdigest()
        place = folder / sha256[:2] / sha256
        place.parent.mkdir(mode=0o700, exist_ok=True)
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return StoredFile(
        name=new.name, media_type=new.media_type, size=size, sha256=sha256, file=str(place.relative_to(root))
    )


def path_of(file: str, folder_name: str = MATERIALS) -> Path:
    """Where a kept file lies; a name that leads out of the private root is an error, whoever wrote it."""
    root = Path(settings.HALL_PRIVATE_ROOT).resolve()
    place = (root / file).resolve()
    if not place.is_relative_to(root / folder_name):
        raise ValueError(f"not a kept file: {file}")
    return place
