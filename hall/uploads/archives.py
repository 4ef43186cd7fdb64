"""Word, Excel and OpenDocument files are archives: what they unpack to, and what of it a program would run.

The table of contents is asked first; then every entry is read to its end in pieces, because a table of contents may
lie. Nothing is written anywhere, and no XML is parsed: marks are looked for in the text.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext_lazy as lazy

from hall.uploads import others
from hall.uploads.kinds import DOCX, XLSX, Feared

MOST_ENTRIES = 4_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_NESTED = 64
PIECE = 1 << 20
OVERLAP = 256

DAMAGED = lazy("“%(name)s”已损坏，打不开，未收下。请用Office或WPS打开后重新保存再上传。")
LOCKED = lazy("“%(name)s”设了密码，看不了里面的内容，未收下。请去掉密码后再上传。")
TOO_LARGE = lazy("“%(name)s”展开后超过%(mb)sMB，未收下。请去掉多余的图片和工作表，或者另存为PDF后再上传。")
TOO_MANY = lazy("“%(name)s”里的文件太多（超过%(n)s个），未收下。请另存为PDF后再上传。")
PATHS = lazy("“%(name)s”里有指向别处的文件名，不是正常的文档，未收下。请另存为PDF后再上传。")
NESTED = lazy("“%(name)s”里嵌入了压缩包或者别的文件，未收下。请把嵌入的文件取出单独上传，或者另存为PDF。")
MACROS = lazy("“%(name)s”里有宏，未收下。请另存为不含宏的文档（.docx、.xlsx）或者PDF后再上传。")
LINKED = lazy("“%(name)s”会从外部读取模板或者执行命令，未收下。请另存为PDF后再上传。")
ODD = lazy("“%(name)s”的写法不是正常的文档，未收下。请用Office或WPS打开后重新保存，或者另存为PDF后再上传。")
BOTH = lazy("“%(name)s”的前后还附着别的内容，未收下。请用Office或WPS打开后重新保存再上传。")

_ARCHIVE_HEADS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ",
)
_PROGRAM_HEADS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")
_EMBEDDED = re.compile(r"(word|xl|ppt)/embeddings/[^/]+\.(docx?|xlsx?|pptx?|bin)", re.IGNORECASE)
_MACRO_NAMES = re.compile(
    r"(.*/)?vba(project|data)[^/]*|xl/(macrosheets|dialogsheets)/.*|(word|xl)/activex/.*"
    r"|basic/(?!(.*/)?script-l[bc]\.xml$).+\.(xml|xba)|scripts/.+",
    re.IGNORECASE,
)
_MACRO_MARKS = re.compile(
    rb"macroEnabled|vbaProject|ms-excel\.(macrosheet|intlmacrosheet)|vnd\.sun\.star\.(script|expand):|macro:///",
    re.IGNORECASE,
)
_LINK_MARKS = re.compile(rb"DDEAUTO|<(\w+:)?ddeLink|\bms-msdt:|\bmhtml:", re.IGNORECASE)
_TEMPLATE = re.compile(
    rb"<Relationship\b(?=[^>]*/(attachedTemplate|oleObject|frame|subDocument)[\"'])"
    rb"(?=[^>]*\bTarget\s*=\s*[\"'](https?:|ftp:|[\\/]{2}|file:(//|\\\\)[^/\\]|file:[\\/]{4}))",
    re.IGNORECASE,
)
"""Read from another computer; Word notes the place of a template on the author's own as well, which does nothing."""
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


class _Left:
    """How much may still be unpacked, over all archives within each other."""

    def __init__(self) -> None:
        self.bytes = MOST_UNPACKED
        self.entries = MOST_ENTRIES
        self.nested = MOST_NESTED

    def take(self, count: int) -> None:
        self.bytes -= count
        if self.bytes < 0:
            raise Feared(TOO_LARGE, mb=MOST_UNPACKED // (1024 * 1024))


def check(file: IO[bytes], kind: str) -> None:
    """Raises Feared."""
    _archive(file, kind, _Left(), deep=False)


def _archive(file: IO[bytes], kind: str, left: _Left, *, deep: bool) -> None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _contents(archive, entries, left)
            _is_all(file, archive, entries)
            for entry in entries:
                _entry(archive, entry, kind, left, deep=deep)
    except Feared:
        raise
    except Exception:  # noqa: BLE001 - a broken archive makes zipfile raise whatever it comes upon
        raise Feared(DAMAGED) from None


def _contents(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], left: _Left) -> None:
    """What the table of contents itself says: how many, how large, under which names."""
    left.entries -= len(entries)
    if left.entries < 0:
        raise Feared(TOO_MANY, n=f"{MOST_ENTRIES:,}")
    if sum(entry.file_size for entry in entries) > left.bytes:
        raise Feared(TOO_LARGE, mb=MOST_UNPACKED // (1024 * 1024))
    names = [entry.filename for entry in entries]
    if any(map(_leads_out, entries)) or len(set(names)) != len(names):
        raise Feared(PATHS)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Feared(LOCKED)
    if any(_MACRO_NAMES.fullmatch(name) for name in names):
        raise Feared(MACROS)


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    """Absolute, upwards, with a drive or a backslash, or a link to another file. `orig_filename`: as it was written."""
    name = entry.orig_filename
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return is_link or name.startswith("/") or bool(re.search(r"\\|\x00|:|(^|/)\.\.(/|$)", name))


def _is_all(file: IO[bytes], archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Nothing before the first entry, nothing behind the end: else it is another kind of file as well. Entries that
    lie over each other unpack the same bytes many times.
    """
    file.seek(0, io.SEEK_END)
    size = file.tell()
    tail = min(size, 22)
    file.seek(size - tail)
    if archive.comment or not file.read(tail).startswith(b"PK\x05\x06"):
        raise Feared(BOTH)
    places = sorted(entries, key=lambda entry: entry.header_offset)
    if places and places[0].header_offset != 0:
        raise Feared(BOTH)
    ends = [entry.header_offset + 30 + entry.compress_size for entry in places]
    following = [entry.header_offset for entry in places[1:]] + [archive.start_dir]
    if any(end > begin for end, begin in zip(ends, following, strict=True)):
        raise Feared(DAMAGED)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, kind: str, left: _Left, *, deep: bool) -> None:
    """Read to its end, whatever the table of contents said of its size."""
    is_embedded = bool(_EMBEDDED.fullmatch(entry.filename))
    is_markup = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    before: bytes = b""
    whole: list[bytes] = []
    for number, piece in enumerate(_pieces(archive, entry, left)):
        if number == 0:
            _begins(piece, entry.filename.lower(), is_markup=is_markup, is_embedded=is_embedded)
        if is_markup:
            _markup(before + piece)
            before = piece[-OVERLAP:]
        if is_embedded:
            whole.append(piece)
    if whole:
        _embedded(io.BytesIO(b"".join(whole)), kind, left, deep=deep)


def _begins(piece: bytes, name: str, *, is_markup: bool, is_embedded: bool) -> None:
    """An archive or a program within; markup in a writing in which no mark would be found."""
    is_packed_picture = name.endswith((".emz", ".wmz")) and piece.startswith(b"\x1f\x8b\x08")
    if not (is_embedded or is_packed_picture) and piece.startswith(
        (*_ARCHIVE_HEADS, *_PROGRAM_HEADS, others.OLE_HEAD)
    ):
        raise Feared(NESTED)
    if is_markup and b"\x00" in piece[:64]:
        raise Feared(ODD)


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: _Left) -> Iterator[bytes]:
    try:
        with archive.open(entry) as inside:
            while piece := inside.read(PIECE):
                left.take(len(piece))
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        raise Feared(DAMAGED) from None


def _markup(text: bytes) -> None:
    if _ENTITY.search(text):
        raise Feared(ODD)
    if _MACRO_MARKS.search(text):
        raise Feared(MACROS)
    if _LINK_MARKS.search(text) or _TEMPLATE.search(text):
        raise Feared(LINKED)


def _embedded(file: IO[bytes], kind: str, left: _Left, *, deep: bool) -> None:
    """A chart brings its table along, and a formula its OLE object; one within one of those is too much."""
    left.nested -= 1
    head = file.read(8)
    if deep or left.nested < 0 or kind not in (DOCX, XLSX):
        raise Feared(NESTED)
    if head.startswith(b"PK\x03\x04"):
        _archive(file, kind, left, deep=True)
    elif head.startswith(others.OLE_HEAD):
        if others.ole_holds(file, others.VBA):
            raise Feared(MACROS)
        if others.ole_holds(file, others.PACKED):
            raise Feared(NESTED)
    else:
        raise Feared(NESTED)
