"""The form of one verb on a case: what is typed, handed to the one action, and its refusals laid at their fields."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as lazy

from cases import actions
from cases.models import Case
from hall import documents
from hall.access import Actor, Refused
from hall.models import IssuedDocument, stream_of
from staffing.models import Department


def words_field(
    label: Any, *, rows: int = 3, required: bool = True, most: int = 4000, **options: Any
) -> forms.CharField:
    """A text of some lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, **options)


def day_field(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An active unit, found by typing."""

    def __init__(self, label: Any, *, required: bool = True) -> None:
        super().__init__(
            label=label,
            queryset=Department.objects.none(),
            required=required,
            widget=forms.Select(attrs={"data-combobox": ""}),
            empty_label=lazy("请选择"),
        )


class VerbForm(forms.Form):
    """Base of them all. `verb` names the action; what is typed becomes its keyword arguments (see `facts`).

    `seen` is the last journal entry that the page knew of the case.
    """

    verb: ClassVar[str]
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, actor: Actor, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.actor, self.now = case, actor, now
        for name, field in self.fields.items():
            if isinstance(field, UnitField):
                field.queryset = self.units(name)

    def units(self, name: str) -> Any:
        """Whom the field of that name offers."""
        return Department.objects.filter(is_active=True)

    def facts(self) -> dict[str, Any]:
        """The action's arguments: a chosen row becomes `<name>_id`, an empty choice None, several chosen `<names>` a
        list `<name>_ids`, all else as typed.
        """
        said: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name == "seen":
                continue
            if isinstance(self.fields[name], forms.ModelMultipleChoiceField):
                said[f"{name.removesuffix('s')}_ids"] = [row.pk for row in value]
            elif isinstance(self.fields[name], forms.ModelChoiceField):
                said[f"{name}_id"] = value.pk if value else None
            else:
                said[name] = value
        return said

    def also_locked(self) -> tuple[int, ...]:
        """Other cases that the act changes: the door locks them together with this one, in order of id."""
        return ()

    def act(self) -> Any:
        """The one call. A refused input is laid at its field and raised again."""
        try:
            return getattr(actions, self.verb)(
                actor=self.actor, case_id=self.case.pk, now=self.now, **self.facts()
            )
        except Refused as refused:
            if refused.kind == "input":
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise

    def say_again(self, name: str, value: str) -> None:
        """What a hidden field says when the form is shown again with its errors."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[name] = value
        self.data = data

    def drafts(self) -> list[dict[str, Any]]:
        """The papers that the act would issue: it is done, they are read, and all of it is undone.

        So a draft is the paper, word for word; no number is used up, nothing is sent.
        """
        issued = IssuedDocument.objects.filter(stream=stream_of(self.case))
        with transaction.atomic():
            last = issued.order_by("-id").values_list("id", flat=True).first() or 0
            self.act()
            pages = [
                documents.page(one) | {"number": ""} for one in issued.filter(pk__gt=last).order_by("id")
            ]
            transaction.set_rollback(True)
        return pages


class ReasonedForm(VerbForm):
    """A verb that asks for its reason alone."""

    reason = words_field(lazy("理由"), most=2000)
