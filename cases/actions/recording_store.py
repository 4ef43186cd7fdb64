"""The parts of recordings on the disk: each sealed under its own name, outside the web root, erased for good."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from cases.actions.store import path_of
from cases.models import Recording
from cases.queries.recordings import Piece, pieces_between
from hall.fields import seal, unseal

RECORDINGS = "recordings"


def name_of_part(recording: Recording, number: int) -> str:
    """Where it lies below the private root; nothing that came over the line is in it. Tokens repeat in no database."""
    return f"{RECORDINGS}/{recording.token.hex}/{number:06d}.part"


def write_part(name: str, data: bytes) -> None:
    """Whole or not at all, and on the disk when this returns. Raises OSError when the disk is full."""
    place = path_of(name, RECORDINGS)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(seal(data, name))
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_part(name: str) -> bytes:
    """What was sealed. Raises FileNotFoundError, or `hall.fields.Undecryptable` for a file that was changed."""
    return unseal(path_of(name, RECORDINGS).read_bytes(), name)


def stream(pieces: Sequence[Piece], first: int, last: int) -> Iterator[bytes]:
    """The bytes from `first` to `last` of the whole, piece by piece: never more than one in memory."""
    for one in pieces_between(pieces, first, last):
        data = read_part(one.file)
        yield data[max(first - one.start, 0) : last - one.start + 1]


def erase_parts(recording: Recording) -> None:
    """Every byte of it. Nothing there is no fault: it was begun before."""
    folder = path_of(f"{RECORDINGS}/{recording.token.hex}", RECORDINGS)
    if folder.exists():
        shutil.rmtree(folder)
