"""The filters of the access log, and the note that something was looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability.lifecycle import UNUSUAL
from accountability.queries.access_log import LookFilter, kinds, readers_of
from hall.access import Actor
from staffing.forms.fields import day_field

DAYS = 14
MOST_DAYS = 31


class AccessLogFilter(forms.Form):
    """What is not understood is left out."""

    reader = forms.TypedChoiceField(label=lazy("人员"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=lazy("查阅方式"), required=False)
    first = day_field(lazy("从哪一天"), required=False)
    last = day_field(lazy("到哪一天"), required=False)

    def __init__(self, data: Mapping[str, Any], actor: Actor) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["reader"].choices = [("", _("全部")), *((one.pk, one.label) for one in readers_of(actor))]
        fields["kind"].choices = [("", _("全部")), *((code, _(label)) for code, label in kinds())]

    def asked(self) -> LookFilter:
        self.is_valid()
        found = self.cleaned_data
        return LookFilter(
            reader_id=found.get("reader"),
            kind=found.get("kind") or "",
            first=found.get("first"),
            last=found.get("last"),
        )


class UnusualFilter(forms.Form):
    """A stretch of at most a month; a fortnight until today unless asked otherwise."""

    kind = forms.ChoiceField(label=lazy("列出的原因"), required=False)
    first = day_field(lazy("从哪一天"), required=False)
    last = day_field(lazy("到哪一天"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [("", _("全部")), *((code, _(label)) for code, label in UNUSUAL.items())]

    def asked(self, today: dt.date) -> tuple[str, dt.date, dt.date]:
        self.is_valid()
        last = self.cleaned_data.get("last") or today
        first = self.cleaned_data.get("first") or last - dt.timedelta(days=DAYS - 1)
        first = min(max(first, last - dt.timedelta(days=MOST_DAYS - 1)), last)
        return self.cleaned_data.get("kind") or "", first, last


class ReviewForm(forms.Form):
    words = forms.CharField(
        label=lazy("查看后的说明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=lazy("问过谁、是不是工作需要、怎样处理。说明会保留，不能修改。"),
    )  # fmt: skip
