"""Leaflets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as lazy

from staffing.models import Hall, Leaflet
from staffing.rules import LeafletFacts


class LeafletForm(forms.Form):
    hall = forms.ModelChoiceField(
        label=lazy("大厅"), queryset=Hall.objects.none(), required=False, empty_label=lazy("全部大厅"),
        help_text=lazy("写给全部大厅的，由系统管理员保存和公布。"),
    )  # fmt: skip
    slug = forms.CharField(
        label=lazy("网址短名"), max_length=40, help_text=lazy("小写字母、数字和短横线；公布后不再更改。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )  # fmt: skip
    topic = forms.CharField(label=lazy("主题"), max_length=40)
    topic_en = forms.CharField(label=lazy("主题（英文）"), max_length=60, required=False)
    order = forms.IntegerField(label=lazy("排序"), min_value=0, max_value=999, initial=0)
    title = forms.CharField(label=lazy("标题"), max_length=80)
    title_en = forms.CharField(label=lazy("标题（英文）"), max_length=120, required=False)
    body = forms.CharField(
        label=lazy("正文"), max_length=8000, widget=forms.Textarea(attrs={"rows": 14}),
        help_text=lazy("以“## ”开头的行是小标题，以“- ”开头的行是列表，空一行另起一段。"),
    )  # fmt: skip
    body_en = forms.CharField(
        label=lazy("正文（英文）"),
        max_length=12000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    def __init__(
        self, *args: Any, halls: QuerySet[Hall], leaflet: Leaflet | None = None, **kwargs: Any
    ) -> None:
        if leaflet is not None:
            names = [name for name in self.base_fields if name != "hall"]
            kwargs["initial"] = {name: getattr(leaflet, name) for name in names}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["hall"]
        field.queryset = halls
        field.initial = halls.first() if len(halls) == 1 else None
        if leaflet is not None:
            del self.fields["hall"]

    def facts(self) -> LeafletFacts:
        data = {name: value for name, value in self.cleaned_data.items() if name != "hall"}
        return LeafletFacts(**data)
