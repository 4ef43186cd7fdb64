"""Files as they are received: recognised by their bytes, never by their name or by what the browser says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.materials import StoredFile
from cases.actions.store import NewFile
from hall.uploads import ACCEPT, KINDS_IN_WORDS, examined
from hall.uploads.receiving import LeftOut, in_words
from hall.uploads.scanning import is_scanned


def read_file(upload: UploadedFile[Any]) -> NewFile:
    """An upload that was looked through, under a safe name. Raises ValidationError in words."""
    if upload.file is None:
        raise ValidationError(_("请选择文件。"))
    file = upload.file
    found = examined(file, upload.name or "")
    scanned = is_scanned(file, found.name)
    return NewFile(name=found.name, media_type=found.media_type, file=file, is_scanned=scanned)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


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
        self, *args: Any, kept: Sequence[StoredFile] = (), left_out: Sequence[LeftOut] = (), **kwargs: Any
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
        count = settings.HALL_UPLOAD_COUNT
        for one in self.left_out:
            self.add_error("materials", in_words(one))
        room = max(count - len(self.kept), 0)
        if len(self.accepted) > room:
            self.add_error("materials", _("每件最多%(n)s份材料，多出的没有收下。") % {"n": count})
            del self.accepted[room:]
        return self.cleaned_data
