"""Opening hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as lazy

from staffing.forms.fields import WEEKDAYS
from staffing.models import OpeningHours

if TYPE_CHECKING:
    HoursModelForm = forms.ModelForm[OpeningHours]
else:
    HoursModelForm = forms.ModelForm


class HoursForm(HoursModelForm):
    weekday = forms.TypedChoiceField(label=lazy("星期"), choices=WEEKDAYS, coerce=int)

    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens", "closes"]
