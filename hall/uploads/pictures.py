"""How large a picture says it is, read from its header before anything decodes it: one of a few bytes may ask for
gigabytes of memory on the screen of whoever opens it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from django.utils.translation import gettext_lazy as lazy

from hall.uploads.kinds import Feared

MOST_SIDE = 30_000
MOST_PIXELS = 250_000_000
"""A telephone with 200 megapixels takes 16320 by 12240."""
_MOVING = ("image/gif", "image/webp")
MOST_FRAMES = 1_000
MOST_MOVING = 2_000_000_000
"""Pixels of all frames of a moving picture together."""
Size = tuple[int, int]

DAMAGED = lazy("“%(name)s”这张图片已损坏，读不出大小，未收下。请重新拍照或者另存后再上传。")
TOO_LARGE = lazy(
    "“%(name)s”为%(width)s×%(height)s像素，超过限制（每边不超过%(side)s，总共不超过%(most)s百万像素），未收下。请缩小后再上传。"
)
TOO_LONG = lazy("“%(name)s”是过长的动图，未收下。请改为视频，或者截取其中的画面。")


def check(file: IO[bytes], kind: str) -> None:
    """Raises Feared."""
    file.seek(0)
    data = file.read()
    try:
        sizes = _READERS[kind](data)
    except (struct.error, IndexError, ValueError):
        raise Feared(DAMAGED) from None
    if not sizes or any(min(size) < 1 for size in sizes):
        raise Feared(DAMAGED)
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    sides = max(max(size) for size in sizes)
    if sides > MOST_SIDE or width * height > MOST_PIXELS:
        raise Feared(
            TOO_LARGE, width=width, height=height, side=f"{MOST_SIDE:,}", most=MOST_PIXELS // 1_000_000
        )
    if kind in _MOVING and (len(sizes) > MOST_FRAMES or len(sizes) * width * height > MOST_MOVING):
        raise Feared(TOO_LONG)


def _png(data: bytes) -> list[Size]:
    if data[12:16] != b"IHDR":
        raise ValueError
    return [struct.unpack(">II", data[16:24])]


_FRAME_MARKS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def _jpeg(data: bytes) -> list[Size]:
    """Every frame header before the picture itself begins."""
    found, at = [], 2
    while True:
        if data[at] != 0xFF:
            raise ValueError
        mark = data[at + 1]
        if mark == 0xFF:  # filling
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if length < 2 or at + 2 + length > len(data):
            raise ValueError
        if mark in _FRAME_MARKS:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            found.append((width, height))
        if mark == 0xDA:
            return found
        at += 2 + length


def _gif(data: bytes) -> list[Size]:
    """The screen, and each frame, which may be larger than it."""
    found = [struct.unpack("<HH", data[6:10])]
    at = 13 + _colours(data[10])
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            found.append(struct.unpack("<HH", data[at + 5 : at + 9]))
            at += 11 + _colours(data[at + 9])
        elif data[at] == 0x21:
            at += 2
        else:
            raise ValueError
        while data[at]:
            at += 1 + data[at]
        at += 1
    return found


def _colours(flags: int) -> int:
    """Bytes of a table of colours."""
    return 3 << (1 + (flags & 7)) if flags & 0x80 else 0


def _webp(data: bytes) -> list[Size]:
    kind = data[12:16]
    if kind == b"VP8X":
        return [_wide(data, 24), *_moving(data)]
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return [(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))]
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return [(width & 0x3FFF, height & 0x3FFF)]
    raise ValueError


def _wide(data: bytes, at: int) -> Size:
    return (
        1 + int.from_bytes(data[at : at + 3], "little"),
        1 + int.from_bytes(data[at + 3 : at + 6], "little"),
    )


def _moving(data: bytes) -> list[Size]:
    """The frames of a moving one."""
    found, at = [], 12
    while at + 8 <= len(data):
        (length,) = struct.unpack("<I", data[at + 4 : at + 8])
        if data[at : at + 4] == b"ANMF":
            found.append(_wide(data, at + 14))
        at += 8 + length + (length & 1)
    return found


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of an ISO file: kind, begin and end of what is inside."""
    while start + 8 <= end:
        (size,) = struct.unpack(">I", data[start : start + 4])
        kind, inside = data[start + 4 : start + 8], start + 8
        if size == 1:
            (size,) = struct.unpack(">Q", data[start + 8 : start + 16])
            inside += 8
        stop = end if size == 0 else start + size
        if stop < inside or stop > end:
            raise ValueError
        yield kind, inside, stop
        start = stop


def _heic(data: bytes) -> list[Size]:
    """`ispe` of every picture in the file, the whole of a grid among them: meta → iprp → ipco → ispe."""
    found = []
    for kind, start, stop in _boxes(data, 0, len(data)):
        if kind != b"meta":
            continue
        for inner, begin, end in _boxes(data, start + 4, stop):
            if inner != b"iprp":
                continue
            for container, first, last in _boxes(data, begin, end):
                if container == b"ipco":
                    found += [
                        struct.unpack(">II", data[at + 4 : at + 12])
                        for name, at, _end in _boxes(data, first, last)
                        if name == b"ispe"
                    ]
    return found


_READERS: Mapping[str, Callable[[bytes], list[Size]]] = {
    "image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp, "image/heic": _heic,
}  # fmt: skip
