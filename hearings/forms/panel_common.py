"""The form of a verb on a row of a hearing: what is typed goes to the one action, refusals come to their fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from hall.access import Actor, Refused
from hearings import actions


class RowForm(forms.Form):
    """`verb` names the action, `key` its argument for the row; `NAMES` which field shows what is refused elsewhere."""

    verb: ClassVar[str]
    key: ClassVar[str]
    NAMES: ClassVar[Mapping[str, str]] = {}
    row: Any

    def __init__(self, *args: Any, actor: Actor, now: dt.datetime, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now, self.row = actor, now, row
        self.prepare()

    def prepare(self) -> None:
        """What the choices are made from."""

    def facts(self) -> dict[str, Any]:
        """The action's arguments, as typed."""
        return dict(self.cleaned_data)

    def act(self) -> Any:
        """The one call. A refused input is laid at its field and raised again."""
        try:
            return getattr(actions, self.verb)(
                actor=self.actor, now=self.now, **{self.key: self.row.pk}, **self.facts()
            )
        except Refused as refused:
            if refused.kind in ("input", "state"):
                name = self.NAMES.get(refused.field, refused.field)
                self.add_error(name if name in self.fields else None, str(refused.reason))
            raise


def words_field(
    label: Any, *, rows: int = 3, required: bool = True, most: int = 2000, **options: Any
) -> forms.CharField:
    """A text of some lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, **options)
