"""The filters of a figure: they stand in its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability.queries.periods import Period
from cases.lifecycle import CHANNELS


def _plain(text: str) -> str:
    return text.strip().replace("－", "-").replace("～", "..").replace("~", "..").upper().replace(" ", "")


class FigureForm(forms.Form):
    """`hall`, `unit`, `channel`, `category`, `period`; what is not understood is said at its field."""

    period = forms.CharField(label=lazy("统计期"), required=False, max_length=30)
    hall = forms.TypedChoiceField(label=lazy("大厅"), required=False, coerce=int, empty_value=None)
    unit = forms.TypedChoiceField(label=lazy("责任单位"), required=False, coerce=int, empty_value=None)
    channel = forms.ChoiceField(label=lazy("信访形式"), required=False)
    category = forms.ChoiceField(label=lazy("内容分类"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        units: Mapping[int, str],
        categories: Mapping[str, str],
        whole: bool,
        dims: str,
        halls: Mapping[int, str] | None = None,
    ) -> None:
        """`whole`: may ask for all units together; `dims`: which filters the indicator answers to; `halls`: those that
        the reader can choose from, asked for where there are several.
        """
        super().__init__(data)
        every = [("", _("全部"))]
        self._choose("hall", [*every, *(halls or {}).items()])
        if not halls or len(halls) < 2:
            del self.fields["hall"]
        self._choose("unit", [*(every if whole else []), *units.items()])
        self._choose("channel", [*every, *((code, _(name)) for code, name in CHANNELS.items())])
        self._choose("category", [*every, *categories.items()])
        for letter, name in (("u", "unit"), ("c", "channel"), ("k", "category")):
            if letter not in dims and (whole or name != "unit"):
                del self.fields[name]

    def _choose(self, name: str, rows: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = rows  # type: ignore[attr-defined]

    def clean_period(self) -> Period | None:
        text = _plain(self.cleaned_data["period"])
        if not text:
            return None
        found = Period.parse(text)
        if found is None:
            raise forms.ValidationError(_("看不懂这个统计期；区间最长三年。"))
        return found


class BoardForm(FigureForm):
    """The filters of a board: hall and unit. Its period is a day or a month of its own, and stays when they change."""

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        units: Mapping[int, str],
        whole: bool,
        halls: Mapping[int, str],
        grain: str,
    ) -> None:
        super().__init__(data, units=units, categories={}, whole=whole, dims="u", halls=halls)
        self.grain = grain
        self.fields["period"].widget = forms.HiddenInput()
        if len(units) < 2:
            del self.fields["unit"]

    @property
    def narrows(self) -> bool:
        """Whether there is anything to choose."""
        return bool({"hall", "unit"} & self.fields.keys())

    def clean_period(self) -> Period | None:
        """What nobody understands is the present one: it was no field that the reader saw."""
        found = Period.parse(_plain(self.cleaned_data["period"]))
        return found if found and found.grain == self.grain else None
