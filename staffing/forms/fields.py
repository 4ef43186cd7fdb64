"""What the forms of this app share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from hall.access import Refused

WEEKDAYS = list(
    enumerate(
        [lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"), lazy("周日")]
    )
)


def show(form: forms.BaseForm, refused: Refused) -> None:
    """Put a refusal at its field, where the form has that field; else above the form."""
    field = getattr(form, "NAMES", {}).get(refused.field, refused.field)
    form.add_error(field if field in form.fields else None, str(refused))


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def hour_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)
