"""What the public types for a seat, and the code at the door."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hearings.rules import SeatWish
from staffing.actions import seal, unseal

_PHONE = re.compile(r"1\d{10}")


def _code_field(label: Any, help_text: Any = "") -> forms.CharField:
    attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
    return forms.CharField(
        label=label, max_length=40, widget=forms.TextInput(attrs=attrs), help_text=help_text
    )


class TakeSeatForm(forms.Form):
    """Name, telephone, consent; `mark` is the form's own, `trap` no person sees."""

    mark = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=lazy("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=lazy("手机号"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        help_text=lazy("旁听码和改期通知都发到这个手机。"),
    )
    agreed = forms.BooleanField(
        label=lazy("我知道：姓名和手机号加密保存，只用于这次旁听的入场核对和通知，听证结束后删除。"),
        required=False,
    )
    trap = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, data: Any = None, *, now: dt.datetime) -> None:
        super().__init__(data, initial={"mark": seal(now)})

    def clean_phone(self) -> str:
        phone = unicodedata.normalize("NFKC", self.cleaned_data["phone"])
        phone = re.sub(r"[\s-]", "", phone).removeprefix("+86")
        if not _PHONE.fullmatch(phone):
            raise forms.ValidationError(_("手机号是11位数字。没有手机的，请致电大厅登记。"))
        return phone

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if (known := unseal(values.get("mark", ""))) is None:
            self.add_error(None, _("本页已经失效。请再提交一次，填写的内容都还在。"))
        else:
            values["drawn_at"], values["token"] = known
        return values

    def wish(self, language: str) -> SeatWish:
        values = dict(self.cleaned_data)
        values.pop("mark")
        return SeatWish(**values, language=language)

    def renewed(self, now: dt.datetime) -> None:
        """Another mark, for a page whose own is no good any more."""
        given: Any = self.data
        data = given.copy()
        data["mark"], data["trap"] = seal(now), ""
        self.data = data


class SeatCodeForm(forms.Form):
    code = _code_field(lazy("旁听码"), lazy("登记后显示并用短信发给您的12位字母和数字，不分大小写。"))


class AdmitPublicForm(forms.Form):
    code = _code_field(lazy("旁听码"))
