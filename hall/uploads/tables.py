"""A table handed in to be read at once: nothing of it is kept as a file, but what it unpacks to is, for a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hall.uploads import look_through
from hall.uploads.kinds import XLSX, sniff
from hall.uploads.names import safe_name
from hall.uploads.receiving import LeftOut, in_words
from hall.uploads.scanning import is_scanned


def table_of(files: Mapping[str, Any], left_out: Sequence[LeftOut], field: str = "file") -> Any:
    """The upload, under a safe name. What is no table at all its reader says. Raises ValidationError in words."""
    if left_out:
        one = left_out[0]
        if one.reason == "size":
            raise ValidationError(
                _("文件超过%(mb)sMB，未收下。请分成几份，或者去掉图片后再传。")
                % {"mb": one.limit // (1024 * 1024)}
            )
        raise ValidationError(in_words(one))
    if not (upload := files.get(field)):
        raise ValidationError(_("请选择文件。"))
    upload.name = safe_name(upload.name or "")
    if sniff(upload.file) == XLSX:
        look_through(upload.file, XLSX, upload.name)
    is_scanned(upload.file, upload.name)
    upload.file.seek(0)
    return upload
