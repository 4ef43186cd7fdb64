"""How much room the disk has for files: the same question at every door, for the recordings and on the status page."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from django.conf import settings


class Disk(NamedTuple):
    """In bytes."""

    total: int
    used: int
    free: int


def disk() -> Disk:
    """Of the disk that the private root lies on, or will. Raises OSError."""
    place = Path(settings.HALL_PRIVATE_ROOT)
    while not place.exists():
        place = place.parent
    return Disk(*shutil.disk_usage(place))
