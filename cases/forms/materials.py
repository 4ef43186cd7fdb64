"""Files as they are received: recognised by their bytes, never by their name or by what the browser says."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

import puremagic
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.materials import StoredFile
from cases.actions.store import NewFile

HEAD = 64 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX = f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet"
TYPES: Mapping[str, tuple[str, ...]] = {  # media type → its endings, the usual one first
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    "audio/mpeg": (".mp3", ".mpga"),
    "audio/mp4": (".m4a", ".f4a"),
    "audio/wav": (".wav",),
    "video/mp4": (".mp4", ".m4v"),
    "text/plain": (".txt",),
}
ACCEPT = ",".join(ending for endings in TYPES.values() for ending in endings)
_BY_ENDING = {ending: kind for kind, endings in TYPES.items() for ending in endings}
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml|meta|style|!--)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def sniff(file: IO[bytes]) -> str:
    """The media type that the bytes have, "" when it is none that is accepted; "text/html" for a web page."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if _MARKUP.search(head[:2048].lstrip(b"\xef\xbb\xbf")):
        return "text/html"
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if head[4:8] == b"ftyp" and head[8:12] in (b"mif1", b"msf1", b"heic", b"heix", b"hevc"):
        return "image/heic"
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        found = []
    for match in found:
        if match.confidence >= 0.2 and (kind := _BY_ENDING.get(match.extension)) and kind not in (DOCX, XLSX):
            return kind
    return "" if found and max(match.confidence for match in found) >= 0.4 else _text(head)


def _office(file: IO[bytes]) -> str:
    """A Word or Excel file is a ZIP with the right table of contents; nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return ""
    finally:
        file.seek(0)
    if "[Content_Types].xml" not in names:
        return ""
    return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else ""


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


def read_file(upload: UploadedFile[Any]) -> NewFile:
    """An upload under a safe name with the ending that its bytes deserve. Raises ValidationError in words."""
    name = _safe_name(upload.name or "")
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix.lower()
    file = upload.file
    if not upload.size or file is None:
        raise ValidationError(_("“%(name)s”是空文件。") % {"name": name})
    kind = sniff(file)
    if kind == "text/html":
        raise ValidationError(_("“%(name)s”的内容是网页，不是%(said)s，未收下。请打印为PDF或拍照后再上传。") % {
            "name": name, "said": ending.lstrip(".").upper() or _("材料")})  # fmt: skip
    if kind == "text/plain" and ending not in (".txt", ""):
        raise ValidationError(
            _("“%(name)s”的内容与文件类型不符，不是%(said)s，未收下。请核对文件。")
            % {"name": name, "said": ending.lstrip(".").upper()}
        )
    if kind not in TYPES:
        raise ValidationError(
            _("“%(name)s”不是可以收下的文件。可以上传：%(kinds)s。") % {"name": name, "kinds": KINDS_IN_WORDS}
        )
    if ending not in TYPES[kind]:
        name = stem + TYPES[kind][0]
    return NewFile(name=name, media_type=kind, file=file)


KINDS_IN_WORDS = gettext_lazy(
    "PDF、图片（JPG、PNG、WEBP、HEIC）、Word、Excel、文本、录音（MP3、M4A、WAV）、录像（MP4）"
)


def _safe_name(name: str) -> str:
    """The last part of the name without control and direction characters, at most 120 characters."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(ch for ch in last if unicodedata.category(ch)[0] != "C").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:110]}{dot}{ending[:10]}" if dot else kept[:120] or _("材料")


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


@dataclass(frozen=True, slots=True)
class TooLarge:
    """A file that the upload handler left out while it was being received."""

    name: str
    reason: str


class MaterialsForm(forms.Form):
    """Several files at once. Those that are fine are kept even when others, or other fields, are not.

    `kept` are the files that an earlier sending of this form already brought; `drop` names those to leave out.
    """

    materials = forms.Field(
        label=gettext_lazy("材料"),
        required=False,
        widget=ManyFiles(attrs={"multiple": True, "accept": ACCEPT}),
    )

    def __init__(
        self, *args: Any, kept: Sequence[StoredFile] = (), left_out: Sequence[TooLarge] = (), **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        dropped = set(self.data.getlist("drop_material")) if hasattr(self.data, "getlist") else set()
        self.kept = [file for file in kept if file.sha256 not in dropped]
        self.left_out = left_out
        self.accepted: list[NewFile] = []

    @property
    def help(self) -> str:
        facts = {
            "kinds": KINDS_IN_WORDS,
            "mb": settings.HALL_UPLOAD_LIMIT // (1024 * 1024),
            "n": settings.HALL_UPLOAD_COUNT,
        }
        return _("可一次选择多个：%(kinds)s。每个不超过%(mb)sMB，最多%(n)s个。") % facts

    def clean(self) -> dict[str, Any]:
        uploads = self.files.getlist("materials") if hasattr(self.files, "getlist") else []
        for upload in uploads:
            try:
                self.accepted.append(read_file(upload))
            except ValidationError as error:
                self.add_error("materials", error)
        limit, count = settings.HALL_UPLOAD_LIMIT, settings.HALL_UPLOAD_COUNT
        for one in self.left_out:
            facts = {"name": _safe_name(one.name), "mb": limit // (1024 * 1024), "n": count}
            words = {
                "size": _("“%(name)s”超过%(mb)sMB，未收下。请压缩、分段或改用光盘提交；其他内容都还在。"),
                "count": _("一次最多收%(n)s个文件，“%(name)s”未收下。"),
            }
            self.add_error("materials", words[one.reason] % facts)
        room = max(count - len(self.kept), 0)
        if len(self.accepted) > room:
            self.add_error("materials", _("每件最多%(n)s份材料，多出的没有收下。") % {"n": count})
            del self.accepted[room:]
        return self.cleaned_data
