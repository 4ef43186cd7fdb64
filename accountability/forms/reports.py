"""Which month report is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.templatetags.hall import cn_month


class ReportForm(forms.Form):
    """`hall`, `month`, `unit`; `again` has it made anew."""

    hall = forms.TypedChoiceField(label=lazy("大厅"), coerce=int)
    month = forms.TypedChoiceField(label=lazy("月份"), coerce=dt.date.fromisoformat)
    unit = forms.TypedChoiceField(label=lazy("范围"), required=False, coerce=int, empty_value=None)
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        halls: Mapping[int, str],
        units: Mapping[int, str],
        whole: bool,
        months: list[dt.date],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self._choose("hall", list(halls.items()))
        self._choose("month", [(one.isoformat(), cn_month(one)) for one in months])
        self._choose("unit", [*([("", _("全厅"))] if whole else []), *units.items()])
        self.fields["unit"].required = not whole
        if len(halls) == 1:
            self.fields["hall"].widget = forms.HiddenInput()
            self.fields["hall"].initial = next(iter(halls))

    def _choose(self, name: str, rows: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = rows  # type: ignore[attr-defined]
