"""The check value of a receipt, as a person types it off the paper."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability.queries.receipts import SHORTEST
from staffing.forms.fields import day_field

_VALUE = re.compile(rf"[0-9a-f]{{{SHORTEST},64}}")


class CheckReceiptForm(forms.Form):
    """Any width, any case, with spaces or line breaks."""

    value = forms.CharField(
        label=lazy("登记校验码"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=lazy("印在登记凭证最下面，由数字和字母a至f组成。抄前16位就可以；全部64位最可靠。"),
    )  # fmt: skip
    day = day_field(lazy("登记日期"), help_text=lazy("登记凭证上的登记日期。"))

    def __init__(self, data: Any = None, *, now: dt.datetime) -> None:
        super().__init__(data)
        self.today = timezone.localdate(now)
        self.fields["day"].widget.attrs["max"] = self.today.isoformat()

    def clean_value(self) -> str:
        text = unicodedata.normalize("NFKC", self.cleaned_data["value"]).lower()
        value = re.sub(r"[\s\-·:]", "", text)
        if not _VALUE.fullmatch(value):
            raise forms.ValidationError(
                _("校验码由数字和字母a至f组成，至少抄%(n)s位。请对照凭证再看一遍；数字0和字母o容易看错。")
                % {"n": SHORTEST}
            )
        return value

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("登记日期不会晚于今天。"))
        return day
