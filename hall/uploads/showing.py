"""What of a file is shown on other people's screens: a picture of it, never the file.

A photo goes out without what the camera wrote beside it (the place where it was taken, the device); a page of a PDF is
made into a picture in a process of its own (`sheet`). Of other kinds nothing is shown.
"""

from __future__ import annotations

import json
import logging
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext_lazy as lazy

from hall.access import Refused
from hall.uploads.sheet import CPU_SECONDS, NO_SUCH_PAGE

log = logging.getLogger("hall.uploads")
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
PDF = "application/pdf"
SHOWN = (*PICTURES, PDF)
LARGEST = 24 * 1024 * 1024
"""Bytes of a picture: six ends load it at once."""
KEPT = 8
PATIENCE = 3 * CPU_SECONDS
NOT_SHOWN = lazy("这种文件不能在视频里出示，请用“共享屏幕”打开给各方看。")
TOO_LARGE = lazy("这张图片太大，不能在视频里出示，请用“共享屏幕”打开给各方看。")
UNREADABLE = lazy("这份文件读不出来，可能已经损坏，或者太复杂。请用“共享屏幕”打开给各方看。")
NO_PAGE = lazy("没有这一页，请核对页码。")


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture, and of how many pages it is one."""

    media_type: str
    data: bytes
    pages: int


_one_at_a_time = threading.Lock()


def shown_page(place: Path, media_type: str, page: int) -> Shown:
    """The page as a picture. Raises Refused(input) in words. Kept for a while in the process: all ends ask at once."""
    if media_type not in SHOWN:
        raise Refused(NOT_SHOWN, "input", field="material")
    if page < 1 or (media_type != PDF and page > 1):
        raise Refused(NO_PAGE, "input", field="page")
    with _one_at_a_time:
        return _made(str(place), media_type, page)


@lru_cache(maxsize=KEPT)
def _made(place: str, media_type: str, page: int) -> Shown:
    if media_type == PDF:
        return _sheet(place, page)
    if Path(place).stat().st_size > LARGEST:
        raise Refused(TOO_LARGE, "input", field="material")
    data = Path(place).read_bytes()
    try:
        return Shown(media_type, _CLEANED[media_type](data) if media_type in _CLEANED else data, 1)
    except (struct.error, IndexError, ValueError):
        raise Refused(UNREADABLE, "input", field="material") from None


def _sheet(place: str, page: int) -> Shown:
    """By `sheet`, which is given nothing of our surroundings."""
    program = [sys.executable, "-I", str(Path(__file__).with_name("sheet.py")), place, str(page)]
    try:
        done = subprocess.run(
            program, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise Refused(UNREADABLE, "input", field="material") from None
    if done.returncode == NO_SUCH_PAGE:
        raise Refused(NO_PAGE, "input", field="page")
    said, _line, data = done.stdout.partition(b"\n")
    if done.returncode or not data:
        log.warning("a page could not be made into a picture: exit %s", done.returncode)
        raise Refused(UNREADABLE, "input", field="material")
    return Shown("image/png", data, int(json.loads(said)["pages"]))


# -- without what stands beside the picture ------------------------------------------------------------------------

_PNG_KEPT = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"iCCP", b"sBIT", b"pHYs",
}  # fmt: skip


def _png(data: bytes) -> bytes:
    kept, at = [data[:8]], 8
    while True:
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise ValueError("cut off")
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _jpeg(data: bytes) -> bytes:
    """Without comments and APP1 to APP15 but Adobe's mark and the colours; which way is up is said anew."""
    kept, at, turned = [data[:2]], 2, 0
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        mark = data[at + 1]
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise ValueError("cut off")
        body = data[at + 4 : end]
        if mark == 0xE1 and body.startswith(b"Exif\0\0"):
            turned = _orientation(body[6:])
        is_kept = not (0xE1 <= mark <= 0xEF or mark == 0xFE) or mark == 0xEE
        if is_kept or (mark == 0xE2 and body.startswith(b"ICC_PROFILE\0")):
            kept.append(data[at:end])
        if mark == 0xDA:  # the picture itself begins; behind its end cameras append others
            last = data.find(b"\xff\xd9", end)
            if last < end:
                raise ValueError("cut off")
            return b"".join([kept[0], _turned(turned), *kept[1:-1], data[at : last + 2]])
        at = end


def _orientation(exif: bytes) -> int:
    """1 to 8, or 0 where nothing is said that can be read."""
    try:
        order = {b"II": "<", b"MM": ">"}[exif[:2]]
        (start,) = struct.unpack(f"{order}I", exif[4:8])
        (count,) = struct.unpack(f"{order}H", exif[start : start + 2])
        for n in range(min(count, 64)):
            at = start + 2 + 12 * n
            tag, _kind, _many, value = struct.unpack(f"{order}HHIH", exif[at : at + 10])
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 0
    except (KeyError, struct.error):
        return 0
    return 0


def _turned(orientation: int) -> bytes:
    if orientation < 2:
        return b""
    exif = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif


def _webp(data: bytes) -> bytes:
    """Without the chunks EXIF and XMP, and without the flags that announce them."""
    kept, at, whole = [], 12, 8 + struct.unpack("<I", data[4:8])[0]
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("no WEBP")
    while at + 8 <= min(whole, len(data)):
        name, (length,) = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])
        end = at + 8 + length + length % 2
        chunk = data[at:end]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if name not in (b"EXIF", b"XMP "):
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


_CLEANED = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}
