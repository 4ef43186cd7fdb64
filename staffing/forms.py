"""What people type, and where a refusal is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.access import Refused
from staffing.models import OpeningHours

if TYPE_CHECKING:
    HoursModelForm = forms.ModelForm[OpeningHours]
else:
    HoursModelForm = forms.ModelForm

WEEKDAYS = list(
    enumerate([lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"), lazy("周日")])
)


def show(form: forms.BaseForm, refused: Refused) -> None:
    """Put a refusal at its field, where the form has that field; else above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


class SignInForm(forms.Form):
    username = forms.CharField(
        label=lazy("用户名"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )  # fmt: skip
    password = forms.CharField(
        label=lazy("密码"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


class ChangePasswordForm(forms.Form):
    old_password = forms.CharField(
        label=lazy("原密码"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )  # fmt: skip
    new_password = forms.CharField(
        label=lazy("新密码"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=lazy("再输入一次新密码"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def policy(self) -> list[str]:
        return password_validators_help_texts()

    def clean(self) -> None:
        if self.cleaned_data.get("again") and self.cleaned_data.get("new_password") != self.cleaned_data["again"]:
            self.add_error("again", _("两次输入的新密码不一致。"))


class HoursForm(HoursModelForm):
    weekday = forms.TypedChoiceField(label=lazy("星期"), choices=WEEKDAYS, coerce=int)

    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens", "closes"]
