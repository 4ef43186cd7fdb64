"""Signing in, one's own password, accounts."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy


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


def _code_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=40, help_text=help_text, required=required,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "autofocus": required}
        ),
    )  # fmt: skip


class SecondStepForm(forms.Form):
    code = _code_field(lazy("验证码"), lazy("手机验证器上的六位数字；手机不在身边时，填一个恢复码。"))


class KeyAnswerForm(forms.Form):
    """What the browser brings back from a security key: JSON in a hidden field, written by `webauthn.js`."""

    answer = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    NAMES: ClassVar[dict[str, str]] = {"answer": ""}
    """What is wrong with it stands above the form: nobody can go to a hidden field."""

    def answer_of(self) -> dict[str, Any] | None:
        """None where there is none, or nothing that could be one."""
        try:
            said = json.loads(self.cleaned_data["answer"]) if self.is_valid() else None
        except (ValueError, RecursionError):
            return None
        return said if isinstance(said, dict) else None


class SecurityKeyForm(KeyAnswerForm):
    name = forms.CharField(
        label=lazy("密钥名称"), max_length=40, widget=forms.TextInput(attrs={"autofocus": True}),
        help_text=lazy("自己认得出的名称，例如“钥匙串上的密钥”“办公电脑指纹”。"),
    )  # fmt: skip


class AuthenticatorForm(forms.Form):
    code = _code_field(lazy("验证码"), lazy("扫描后，手机上显示的六位数字。"))


class ConfirmSessionForm(forms.Form):
    """The password, or a code for those who have a second factor."""

    password = forms.CharField(
        label=lazy("密码"), strip=False, max_length=200, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )  # fmt: skip
    code = _code_field(lazy("或者填验证码"), lazy("手机验证器上的六位数字。"), required=False)

    def __init__(self, *args: Any, with_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_code:
            del self.fields["code"]

    def clean(self) -> None:
        if not self.cleaned_data.get("password") and not self.cleaned_data.get("code"):
            self.add_error("password", _("请输入密码。"))


class ResetSecondFactorForm(forms.Form):
    reason = forms.CharField(
        label=lazy("重置原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True}),
        help_text=lazy("写明怎样确认是本人，例如“本人持工作证当面申请，手机丢失”。"),
    )  # fmt: skip


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
        if (
            self.cleaned_data.get("again")
            and self.cleaned_data.get("new_password") != self.cleaned_data["again"]
        ):
            self.add_error("again", _("两次输入的新密码不一致。"))


class RegisterUserForm(forms.Form):
    name = forms.CharField(
        label=lazy("姓名"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )
    name_en = forms.CharField(label=lazy("英文姓名"), max_length=160, required=False)
    username = forms.SlugField(
        label=lazy("用户名"), max_length=60, help_text=lazy("小写字母、数字和短横线，一人一号，不设公用账户。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=lazy("电子邮箱"), required=False, help_text=lazy("填写后，催办同时发邮件。")
    )
    phone = forms.CharField(label=lazy("手机"), max_length=20, required=False)
    language = forms.ChoiceField(label=lazy("界面语言"), choices=settings.LANGUAGES, initial="zh-hans")


class DisableUserForm(forms.Form):
    reason = forms.CharField(
        label=lazy("停用原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )
