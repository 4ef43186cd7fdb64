"""What comes in as a file: what it is by its bytes, what in it could do harm, under what name it is kept and given out.

`examined` is the one way in, for every door that takes a file. It raises a ValidationError in words that say the way
out; the form lays it at its field. Nothing here decodes a picture, opens a document or runs anything: what is read are
headers, tables of contents, and for archives every entry up to a limit (docs/uploads.md says what is looked for).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.uploads import archives, kinds, names, others, pdf, pictures
from hall.uploads.kinds import DOCX, TYPES, XLSX

ACCEPT = ",".join(ending for endings in TYPES.values() for ending in endings)
KINDS_IN_WORDS = lazy(
    "PDF、图片（JPG、PNG、GIF、WEBP、HEIC）、Word、Excel、ODF文档和表格、文本、录音（MP3、M4A、WAV）、录像（MP4）"
)
TABLES = (XLSX, "text/plain")
"""What a table to be read in may be."""

__all__ = ["ACCEPT", "DOCX", "KINDS_IN_WORDS", "TABLES", "TYPES", "XLSX", "Examined", "examined"]


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was looked through: its name for keeping, with the ending that its bytes deserve."""

    name: str
    media_type: str


def examined(file: IO[bytes], given_name: str) -> Examined:
    """The file, when it is of an accepted kind and nothing in it is to be feared. Raises ValidationError in words."""
    name = names.safe_name(given_name)
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix.lower()
    said = {"name": name, "said": ending.lstrip(".").upper() or _("材料")}
    file.seek(0)
    if not file.read(1):
        raise ValidationError(_("“%(name)s”是空文件。") % said)
    kind = kinds.sniff(file)
    if kind == "text/html":
        raise ValidationError(
            _("“%(name)s”的内容是网页，不是%(said)s，未收下。请打印为PDF或拍照后再上传。") % said
        )
    if kind == "text/plain" and ending not in (".txt", ""):
        raise ValidationError(_("“%(name)s”的内容与文件类型不符，不是%(said)s，未收下。请核对文件。") % said)
    if kind == kinds.OLE:
        raise ValidationError(others.ole_in_words(file) % said)
    if kind not in TYPES:
        raise ValidationError(
            _("“%(name)s”不是可以收下的文件。可以上传：%(kinds)s。") % {**said, "kinds": KINDS_IN_WORDS}
        )
    look_through(file, kind, name)
    if ending not in TYPES[kind]:
        name = stem + TYPES[kind][0]
    return Examined(name, kind)


def look_through(file: IO[bytes], kind: str, name: str) -> None:
    """What is to be feared in a file of that kind. Raises ValidationError in words."""
    said = {"name": name}
    try:
        if kind in kinds.ARCHIVES:
            archives.check(file, kind)
        elif kind.startswith("image/"):
            pictures.check(file, kind)
        elif kind == "application/pdf":
            pdf.check(file)
        if kind not in kinds.ARCHIVES:
            others.check_is_nothing_else(file, kind)
    except kinds.Feared as feared:
        raise ValidationError(str(feared.words) % {**said, **feared.facts}) from None
    finally:
        file.seek(0)
