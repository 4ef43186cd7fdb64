"""Files that are two things at once, and the old Office format, which is refused: but with the right words."""

from __future__ import annotations

import re
import zipfile
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.uploads.kinds import Feared

OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
VBA = ("_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA", "Macros")
PACKED = ("\x01Ole10Native", "Package")
_LOCKED = ("EncryptedPackage",)
NEAR = 2048
"""Programs look for what they know in so many bytes from the beginning."""
_RUN = re.compile(rb"<\s*(script|html|!doctype\s+html|iframe|svg)\b|<\?php|#!\s*/", re.IGNORECASE)
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
"""Found wherever they stand, by programs that look for archives which unpack themselves; six bytes are no chance."""

TWO_AT_ONCE = lazy(
    "“%(name)s”同时又是另一种文件（图片、文档里藏着压缩包、程序或网页），未收下。请重新拍照、截屏或者打印为PDF后再上传。"
)


def check_is_nothing_else(file: IO[bytes], kind: str) -> None:
    """Other programs must not take the same bytes for an archive, a paper or a page. Raises Feared.

    What a camera appends to its picture (a second picture, a moment of video) is let in.
    """
    file.seek(0)
    head = file.read(NEAR)
    if kind != "application/pdf" and b"%PDF-" in head[:1024]:
        raise Feared(TWO_AT_ONCE)
    if kind != "text/plain" and _RUN.search(head):
        raise Feared(TWO_AT_ONCE)
    if kind != "text/plain" and _holds(file, _ARCHIVES):
        raise Feared(TWO_AT_ONCE)
    if _is_archive(file):
        raise Feared(TWO_AT_ONCE)


def _holds(file: IO[bytes], marks: tuple[bytes, ...]) -> bool:
    file.seek(0)
    data = file.read()
    return any(mark in data for mark in marks)


def _is_archive(file: IO[bytes]) -> bool:
    """A ZIP is read from its end: whatever stands before it, programs open it. Its table of contents must hold, as the
    mark alone stands by chance in any picture.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return bool(archive.namelist())
    except Exception:  # noqa: BLE001 - what is no archive makes zipfile raise whatever it comes upon
        return False


# -- the old Office format -----------------------------------------------------------------------------------------


def ole_holds(file: IO[bytes], names: tuple[str, ...]) -> bool:
    """A stream or storage of one of these names is in its directory, where names stand in UTF-16, each in an entry of
    128 bytes."""
    file.seek(0)
    data = file.read()
    for name in names:
        wanted = name.encode("utf-16-le")
        at = data.find(wanted)
        while at >= 0:
            # The directory's entries begin at multiples of 128, with the name, its end and its length behind it.
            if at % 128 == 0 and data[at + 64 : at + 66] == (len(wanted) + 2).to_bytes(2, "little"):
                return True
            at = data.find(wanted, at + 2)
    return False


def ole_in_words(file: IO[bytes]) -> str:
    """Why it is not taken; names %(name)s."""
    if ole_holds(file, _LOCKED):
        return _("“%(name)s”设了密码，看不了里面的内容，未收下。请去掉密码后再上传。")
    if ole_holds(file, VBA):
        return _("“%(name)s”里有宏，未收下。请另存为不含宏的文档（.docx、.xlsx）或者PDF后再上传。")
    return _("“%(name)s”是旧版的Office文件（.doc、.xls），未收下。请另存为.docx、.xlsx或者PDF后再上传。")
