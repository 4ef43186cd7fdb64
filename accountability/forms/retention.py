"""A period of keeping, as typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability.lifecycle.retention import Kind


class RetentionForm(forms.Form):
    days = forms.IntegerField(label=lazy("保存天数"), min_value=1, max_value=32_000)
    reason = forms.CharField(
        label=lazy("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("为什么需要保存这么久，或者为什么可以缩短。记入办理记录。"),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].help_text = _("%(least)s天到%(most)s天之间；系统默认%(days)s天。") % {
            "least": kind.least, "most": kind.most, "days": kind.days,
        }  # fmt: skip
