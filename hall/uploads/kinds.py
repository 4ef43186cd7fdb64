"""Which kind of file it is, by its bytes; never by its name or by what the browser says."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import IO

import puremagic

from hall.access import Text

HEAD = 64 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
DOCX, XLSX = f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet"
ODT, ODS = f"{_OPEN}text", f"{_OPEN}spreadsheet"
ARCHIVES = (DOCX, XLSX, ODT, ODS)
OLE = "application/x-ole-storage"
TYPES: Mapping[str, tuple[str, ...]] = {  # media type → its endings, the usual one first
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    ODT: (".odt",),
    ODS: (".ods",),
    "audio/mpeg": (".mp3", ".mpga"),
    "audio/mp4": (".m4a", ".f4a"),
    "audio/wav": (".wav",),
    "video/mp4": (".mp4", ".m4v"),
    "text/plain": (".txt",),
}
_BY_ENDING = {ending: kind for kind, endings in TYPES.items() for ending in endings}
_PLAIN_HEADS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": OLE,
}
_HEIC = (b"mif1", b"msf1", b"heic", b"heix", b"hevc", b"heim", b"heis")
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml|meta|style|!--)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class Feared(Exception):
    """Something in the file is not let in. `words` may name %(name)s, and each of `facts`."""

    def __init__(self, words: Text, **facts: object) -> None:
        super().__init__(words)
        self.words, self.facts = words, facts


def sniff(file: IO[bytes]) -> str:
    """The media type that the bytes have, "" when it is none that is known; "text/html" for a web page."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    for begins, kind in _PLAIN_HEADS.items():
        if head.startswith(begins):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "image/heic"
    if _MARKUP.search(head[:2048].lstrip(b"\xef\xbb\xbf")):
        return "text/html"
    return _by_magic(head)


def _by_magic(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        found = []
    for match in found:
        kind = _BY_ENDING.get(match.extension)
        if match.confidence >= 0.2 and kind and kind.split("/")[0] in ("audio", "video"):
            return kind
    return "" if found and max(match.confidence for match in found) >= 0.4 else _text(head)


def _office(file: IO[bytes]) -> str:
    """A Word, Excel or OpenDocument file is a ZIP with the right table of contents; nothing is unpacked yet."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            first = archive.infolist()[0] if names else None
            said = b""
            if first is not None and first.filename == "mimetype" and first.file_size <= 100:
                said = archive.read(first)
    except Exception:  # noqa: BLE001 - a broken archive makes zipfile raise whatever it comes upon
        return ""
    finally:
        file.seek(0)
    if "[Content_Types].xml" in names:
        return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else ""
    kind = said.decode("ascii", "replace").strip()
    return kind if kind in (ODT, ODS) and "content.xml" in names else ""


def _text(head: bytes) -> str:
    """Plain text: UTF-8 or GB18030, without control characters."""
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the head may end within a character
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return "" if not text.strip() or _CONTROL.search(text) else "text/plain"
    return ""
