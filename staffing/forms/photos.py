"""A portrait for badges: JPEG or PNG by its bytes, without what a camera writes into it beside the picture."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.uploads.receiving import LeftOut, in_words
from staffing.actions import Photo

PHOTO_LIMIT = 2 * 1024 * 1024
SIDES = (120, 6000)
"""Pixels: smaller is no portrait on paper, larger is no photo."""


def read_photo(upload: UploadedFile[Any]) -> Photo:
    """The photo, recognised and cleaned. Raises ValidationError in words."""
    data = upload.read()
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            clean, size, kind = *_png(data), "image/png"
        elif data.startswith(b"\xff\xd8\xff"):
            clean, size, kind = *_jpeg(data), "image/jpeg"
        else:
            raise ValidationError(_("照片须是JPG或PNG格式。"))
    except (struct.error, IndexError, ValueError):
        raise ValidationError(_("这张照片已损坏，请另选一张。")) from None
    if min(size) < SIDES[0] or max(size) > SIDES[1]:
        raise ValidationError(
            _("照片为%(w)s×%(h)s像素，每边须在%(least)s到%(most)s之间。")
            % {"w": size[0], "h": size[1], "least": SIDES[0], "most": SIDES[1]}
        )
    return Photo(clean, kind)


_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"iCCP", b"pHYs"}


def _png(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The chunks that make the picture; text, time and Exif are left out."""
    kept, at, size = [data[:8]], 8, (0, 0)
    while True:
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise ValueError("cut off")
        if name == b"IHDR":
            size = struct.unpack(">II", data[at + 8 : at + 16])
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        if name == b"IEND":
            return b"".join(kept), size
        at = end


_FRAMES = {0xC0, 0xC1, 0xC2}


def _jpeg(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """Without comments and APP1 to APP15 (Exif with the place where it was taken) except Adobe's colour mark."""
    kept, at, size = [data[:2]], 2, (0, 0)
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        mark = data[at + 1]
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise ValueError("cut off")
        if mark in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            size = (width, height)
        if mark == 0xDA:  # the picture itself begins: the rest is kept up to its end
            last = data.find(b"\xff\xd9", end)  # the first: behind it cameras append pictures with places
            if last < end:
                raise ValueError("cut off")
            return b"".join([*kept, data[at : last + 2]]), size
        if not (0xE1 <= mark <= 0xEF and mark != 0xEE) and mark != 0xFE:
            kept.append(data[at:end])
        at = end


class PersonnelFileForm(forms.Form):
    photo = forms.Field(
        label=lazy("照片"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png"}),
        help_text=lazy("JPG或PNG，不超过2MB，正面免冠；照片里的拍摄地点等信息会去掉。不选则保留原照片。"),
    )
    qualifications = forms.CharField(
        label=lazy("学历、资格和专长"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=lazy("如法律职业资格、心理咨询师、方言。"),
    )  # fmt: skip

    def __init__(self, *args: Any, left_out: Sequence[LeftOut] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left_out = left_out

    def clean_photo(self) -> Photo | None:
        if self.left_out:
            raise ValidationError(in_words(self.left_out[0]))
        upload = self.files.get("photo")
        return read_photo(upload) if upload else None
