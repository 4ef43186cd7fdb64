"""The forms of the complaint channel: of those who complain, and of those who answer."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from staffing.actions import seal, unseal
from staffing.forms.fields import day_field
from staffing.lifecycle import COMPLAINT, COMPLAINT_ABOUT
from staffing.models import Hall, Window
from staffing.rules import Said

_PHONE = re.compile(r"1\d{10}")


class WindowField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class ComplaintForm(forms.Form):
    """What happened. Only what and about what are asked for; `mark` is the form's own, `trap` no person sees."""

    mark = forms.CharField(widget=forms.HiddenInput, required=False)
    page = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    about = forms.ChoiceField(label=lazy("关于什么"), widget=forms.RadioSelect)
    about_manager = forms.BooleanField(label=lazy("涉及大厅负责人本人（只由督查员办理）"), required=False)
    text = forms.CharField(
        label=lazy("发生了什么"), max_length=3000, strip=True, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=lazy("写清楚经过和您希望怎样改进。不必写您的信访事项本身。"),
    )  # fmt: skip
    happened_on = day_field(lazy("哪一天"), required=False)
    happened_at = forms.CharField(label=lazy("大约几点"), max_length=40, required=False)
    window = WindowField(
        label=lazy("哪个窗口"),
        queryset=Window.objects.none(),
        required=False,
        empty_label=lazy("不清楚、与窗口无关"),
    )
    name = forms.CharField(
        label=lazy("姓名"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=lazy("手机"), max_length=20, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        help_text=lazy("留了手机的，有答复时给您发短信。"),
    )  # fmt: skip
    trap = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    NAMES: Mapping[str, str] = {}

    def __init__(self, data: Any = None, *, hall: Hall, now: dt.datetime, page: str = "") -> None:
        super().__init__(
            data, initial={"mark": seal(now), "page": page, "about": "website" if page else None}
        )
        fields: dict[str, Any] = self.fields
        fields["about"].choices = [(code, _(label)) for code, label in COMPLAINT_ABOUT.items()]
        fields["window"].queryset = Window.objects.filter(hall=hall, is_active=True).order_by("number")
        fields["happened_on"].widget.attrs["max"] = timezone.localdate(now).isoformat()

    def clean_phone(self) -> str:
        phone = unicodedata.normalize("NFKC", self.cleaned_data["phone"])
        phone = re.sub(r"[\s-]", "", phone).removeprefix("+86")
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError(_("手机号是11位数字；不想留的，可以空着。"))
        return phone

    def clean_page(self) -> str:
        """A path of this site, or nothing."""
        page: str = self.cleaned_data["page"]
        return page if page.startswith("/") and not page.startswith("//") else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if (known := unseal(values.get("mark", ""))) is None:
            self.add_error(None, _("本页已经失效。请再提交一次，填写的内容都还在。"))
        else:
            values["drawn_at"], values["token"] = known
        return values

    def said(self, language: str) -> Said:
        values = self.cleaned_data
        window = values.pop("window")
        values.pop("mark")
        return Said(**values, window_id=window.pk if window else None, language=language)

    def renewed(self, now: dt.datetime) -> None:
        """Another mark, for a page whose own is no good any more."""
        given: Any = self.data
        data = given.copy()
        data["mark"], data["trap"] = seal(now), ""
        self.data = data


class ComplaintCodeForm(forms.Form):
    code = forms.CharField(
        label=lazy("受理码"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=lazy("提交后显示的12位字母和数字，不分大小写。"),
    )  # fmt: skip


class ComplaintsFilter(forms.Form):
    """The filters of the list; what is not understood is left out."""

    status = forms.ChoiceField(label=lazy("状态"), required=False)
    about = forms.ChoiceField(label=lazy("关于什么"), required=False)
    late = forms.BooleanField(label=lazy("只看超期未答复"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["status"].choices = [("", _("全部")), *((code, _(label)) for code, label in COMPLAINT.choices)]
        fields["about"].choices = [("", _("全部")), *((c, _(label)) for c, label in COMPLAINT_ABOUT.items())]

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("status", "about")} | {
            "late": bool(self.cleaned_data.get("late"))
        }


def _words(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=3000, widget=forms.Textarea(attrs={"rows": 5}), help_text=help_text
    )


class AnswerComplaintForm(forms.Form):
    answer = _words(lazy("答复"), lazy("查明的情况、怎样改进；投诉人凭受理码看到全文。"))


class ForwardComplaintForm(forms.Form):
    forwarded_to = forms.CharField(label=lazy("转交哪个机构"), max_length=80)
    answer = _words(lazy("告诉投诉人的话"), lazy("为什么转交、以后向谁询问；投诉人凭受理码看到全文。"))
