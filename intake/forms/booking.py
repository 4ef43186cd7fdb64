"""What people type to book a place with a leader, and how a robot is told from them without help from outside.

Three things, none of which asks anything of eyes or ears: a field that only a machine fills in, a form that cannot be
sent sooner than a person can type, and a small sum in words. All three are signed into the form; none needs
JavaScript, a cookie or somebody else's service. The limits by telephone and address are the real dam
(`book_reception`).
"""

from __future__ import annotations

import datetime as dt
import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.rules import MAX_REPRESENTATIVES
from intake.rules.booking import SUBJECT_LENGTH, Wish

QUICKEST, LONGEST = dt.timedelta(seconds=4), dt.timedelta(hours=2)
"""Nobody types name, telephone and subject in less; after two hours the form is opened anew."""
_SALT = "intake.book-reception"
_CHINESE = "〇一二三四五六七八九"
_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip


def in_words(number: int, language: str) -> str:
    """`十三`, `thirteen`: below twenty."""
    if language.startswith("en"):
        return _ENGLISH[number]
    if number < 10:
        return _CHINESE[number].replace("〇", "零")
    return "十" + (_CHINESE[number - 10] if number > 10 else "")


def read_number(text: str) -> int | None:
    """As a person may type it: `21`, `２１`, `二十一`, `twelve`."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain.isdecimal():
        return int(plain[:4])
    if plain in _ENGLISH:
        return _ENGLISH.index(plain)
    plain = plain.replace("零", "〇").replace("两", "二")
    tens, ten, ones = plain.rpartition("十")
    if any(len(part) > 1 or part not in _CHINESE for part in (tens, ones)) or not plain:
        return None
    return (10 * (_CHINESE.index(tens) if tens else 1) if ten else 0) + (_CHINESE.index(ones) if ones else 0)


@dataclass(frozen=True, slots=True)
class Riddle:
    """The sum that a form asks for, with the moment it was shown and the name of the form."""

    first: int
    second: int
    shown_at: dt.datetime
    form_token: uuid.UUID

    @classmethod
    def new(cls, *, now: dt.datetime) -> Riddle:
        return cls(3 + secrets.randbelow(17), 2 + secrets.randbelow(8), now, uuid.uuid4())

    @classmethod
    def read(cls, signed: str) -> Riddle | None:
        """None for what we did not sign."""
        try:
            first, second, shown, token = signing.loads(signed, salt=_SALT)
        except (signing.BadSignature, ValueError):
            return None
        return cls(first, second, dt.datetime.fromtimestamp(shown, dt.UTC), uuid.UUID(token))

    def signed(self) -> str:
        return signing.dumps(
            [self.first, self.second, self.shown_at.timestamp(), str(self.form_token)], salt=_SALT
        )

    def question(self) -> str:
        language = get_language() or "zh-hans"
        return pgettext("riddle", "%(first)s加%(second)s等于几？") % {
            "first": in_words(self.first, language),
            "second": in_words(self.second, language),
        }

    @property
    def answer(self) -> int:
        return self.first + self.second


class WishForm(forms.Form):
    """Who comes, why, and how many."""

    name = forms.CharField(
        label=lazy("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=lazy("手机号"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    subject = forms.CharField(
        label=lazy("反映什么问题"),
        max_length=SUBJECT_LENGTH,
        help_text=lazy("一句话说明，如“拆迁补偿没有到账”。详细情况到场再说，这里不用写证件号码和他人姓名。"),
    )
    head_count = forms.IntegerField(
        label=lazy("来几个人"),
        min_value=1,
        initial=1,
        help_text=lazy("多人反映同一事项的，请推选代表，代表不超过5人。"),
        widget=forms.NumberInput(attrs={"max": MAX_REPRESENTATIVES, "inputmode": "numeric"}),
    )

    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(
            data["name"], data["phone"], data["subject"], data["head_count"], data.get("consent", True)
        )


class BookReceptionForm(WishForm):
    """The public's form. `now` is needed for the moment that a form was shown."""

    stamp = forms.CharField(widget=forms.HiddenInput)
    answer = forms.CharField(
        max_length=20,
        help_text=lazy("这道题用来区分人和程序，用数字或汉字回答都可以。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": lazy("请回答这道题。")},
    )
    website = forms.CharField(
        label=lazy("这一栏请空着"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, now: dt.datetime) -> None:
        super().__init__(data)
        self.now = now
        given = Riddle.read(data.get("stamp", "")) if data is not None else None
        self.is_ours = given is not None and given.shown_at > now - LONGEST
        self.riddle = given if given is not None and self.is_ours else Riddle.new(now=now)
        self.fields["answer"].label = self.riddle.question()
        self.fields["stamp"].initial = self.riddle.signed()

    @property
    def form_token(self) -> uuid.UUID:
        return self.riddle.form_token

    def stamp_value(self) -> str:
        """What the page shows: the riddle given, or a new one where that was none of ours."""
        return self.riddle.signed()

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("请把这一栏清空后再提交。"))
        return ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.is_ours:
            self.add_error("answer", _("这张表打开得太久了，请回答新的一题，再提交一次。"))
        elif dt.timedelta() <= self.now - self.riddle.shown_at < QUICKEST:  # before: a clock that is ahead
            self.add_error(None, _("提交得太快了。请核对一遍填写的内容，再提交一次。"))
        elif "answer" in data and read_number(data["answer"]) != self.riddle.answer:
            self.add_error("answer", _("答案不对，请再算一次。"))
        return data


class BookForVisitorForm(WishForm):
    """The clerk's form: a telephone where there is one, and the visitor's word that it may be kept."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=lazy("已向本人说明：姓名和电话只用于这次预约的通知，并征得同意。"),
        error_messages={"required": lazy("请先征得本人同意，并勾选。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].required = False
        self.fields["phone"].label = lazy("电话")
        self.fields["phone"].help_text = lazy("没有电话的请留空：变动时系统提醒您转告本人。")
        for name in ("name", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"


class ConfirmBookingForm(forms.Form):
    code = forms.CharField(
        label=lazy("验证码"),
        max_length=12,
        help_text=lazy("短信里的6位数字。"),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
        error_messages={"required": lazy("请输入短信里的验证码。")},
    )


class ReasonForm(forms.Form):
    """Why: for cancelling, for moving somebody forward, for looking at a number."""

    reason = forms.CharField(
        label=lazy("原因"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autofocus": True}),
    )


class CheckInForm(forms.Form):
    """For which business the number is; the form's token makes it unrepeatable."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)
    queue = forms.IntegerField(error_messages={"required": lazy("请选择办理的业务。")})
    head_count = forms.IntegerField(label=lazy("实到人数"), min_value=1, max_value=999)
