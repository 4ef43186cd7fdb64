"""The form of one verb in a consultation: what is typed, handed to the one action, refusals laid at their fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from consultations import actions
from hall.access import Actor, Refused


class ConferForm(forms.Form):
    """`verb` names the action, `key` its argument for the row. `FIELDS`: how the action's field is called here."""

    verb: ClassVar[str]
    key: ClassVar[str]
    FIELDS: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, actor: Actor, now: dt.datetime, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now, self.row = actor, now, row

    @classmethod
    def typed(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed so far, to be shown again with more room for it."""
        return {name: data[name] for name in data if name != "csrfmiddlewaretoken"}

    def facts(self) -> dict[str, Any]:
        """The action's arguments, as typed."""
        return dict(self.cleaned_data)

    def place_of(self, field: str) -> str | None:
        """At which field of this form a refusal of the action is shown."""
        name = self.FIELDS.get(field, field)
        return name if name in self.fields else None

    def act(self) -> Any:
        """The one call. A refused input is laid at its field and raised again."""
        try:
            return getattr(actions, self.verb)(
                actor=self.actor, now=self.now, **{self.key: self.row.pk}, **self.facts()
            )
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(self.place_of(refused.field), str(refused.reason))
            raise
