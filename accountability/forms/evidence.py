"""The files that may come with a form: within the limits and kinds of materials, recognised by their bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as lazy

from cases.actions.materials import StoredFile
from cases.actions.store import NewFile, keep_file, path_of
from cases.forms.materials import MaterialsForm
from hall.access import Actor

KEPT_FOR = dt.timedelta(hours=12)
_SALT = "accountability.evidence"


class EvidenceForm(MaterialsForm):
    """Base of the forms that take files, beside a form of a verb with its `verb`.

    When the form is refused, what was fine is kept for its next sending: `kept_files` is the house's own signed word
    for this person, verb and row. What is never sent again lies among the materials, where the sweep of drafts removes
    it after a day.
    """

    kept_files = forms.CharField(required=False, widget=forms.HiddenInput)
    verb: ClassVar[str]

    def __init__(self, *args: Any, actor: Actor, row: Any, **kwargs: Any) -> None:
        data = args[0] if args else None
        self._whose = [actor.user_id, self.verb, row.pk]
        kept = self._unsigned(data.get("kept_files", "")) if data is not None else []
        super().__init__(*args, kept=kept, actor=actor, row=row, **kwargs)
        field: forms.Field = self.fields["materials"]
        field.label, field.help_text = lazy("佐证材料"), self.help
        self.order_fields([name for name in self.fields if name != "materials"])

    def _unsigned(self, token: str) -> Sequence[StoredFile]:
        try:
            whose, files = signing.loads(token, salt=_SALT, max_age=KEPT_FOR)
        except signing.BadSignature:
            return []
        found = [StoredFile(**facts) for facts in files] if whose == self._whose else []
        return [one for one in found if path_of(one.file).is_file()]

    def facts(self) -> dict[str, Any]:
        """The action's arguments: the words, and the files of this and of earlier sendings."""
        said = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("materials", "kept_files")
        }
        files: list[NewFile | StoredFile] = [*self.kept, *self.accepted]
        return {**said, "files": files}

    def keep_on(self) -> None:
        """The form is shown again: nobody has to choose a file twice that was fine."""
        files = {one.sha256: one for one in (*self.kept, *map(keep_file, self.accepted))}
        self.kept, self.accepted = list(files.values()), []
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["kept_files"] = signing.dumps([self._whose, [asdict(one) for one in self.kept]], salt=_SALT)
        self.data = data
