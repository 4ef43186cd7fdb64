"""What the kiosk, the desk and the console send."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from intake.lifecycle import PRIORITY_REASONS

BOOKED = "booked"


class TakeNumberForm(forms.Form):
    """One number. `priority` is a reason, or `booked:<id of the reception>`; the form's token makes it unrepeatable."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)
    queue = forms.IntegerField(label=_("办理业务"), error_messages={"required": _("请选择办理的业务。")})
    priority = forms.CharField(label=_("优先原因"), required=False, max_length=40)
    booking_code = forms.CharField(
        label=_("预约码"),
        required=False,
        max_length=20,
        help_text=_("在预约成功的短信里，8位字母和数字。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    head_count = forms.IntegerField(
        label=_("一起来的人数"),
        min_value=1,
        max_value=999,
        initial=1,
        required=False,
        error_messages={
            "invalid": _("人数请填数字。"),
            "min_value": _("人数至少为1。"),
            "max_value": _("人数应在1至999之间。"),
        },
    )
    note = forms.CharField(label=_("备注"), required=False, max_length=200)

    def clean_head_count(self) -> int:
        return self.cleaned_data.get("head_count") or 1

    def clean_priority(self) -> str:
        reason, _colon, reception = self.cleaned_data["priority"].partition(":")
        if reason not in PRIORITY_REASONS or (reception and not reception.isdecimal()):
            raise forms.ValidationError(_("优先原因不在代码表中。"))
        return str(self.cleaned_data["priority"])

    def check_in_facts(self) -> dict[str, Any]:
        """As `check_in_booking` takes them: whoever gives a code has booked, whatever else is ticked."""
        facts = self.facts()
        del facts["priority_reason"]
        return {**facts, "code": self.cleaned_data["booking_code"]}

    def facts(self) -> dict[str, Any]:
        """As `take_number` takes them."""
        reason, _colon, reception = self.cleaned_data["priority"].partition(":")
        return {
            "queue_id": self.cleaned_data["queue"],
            "form_token": self.cleaned_data["form_token"],
            "priority_reason": reason,
            "reception_id": int(reception) if reception else None,
            "head_count": self.cleaned_data["head_count"],
            "note": self.cleaned_data["note"],
        }


def fresh_token() -> uuid.UUID:
    """For a form that is shown anew."""
    return uuid.uuid4()


class CallNextForm(forms.Form):
    """`seen`: the last call that the page knows."""

    seen = forms.IntegerField(required=False)


class MoveForm(forms.Form):
    """`seq`: the ticket as the page knows it."""

    seq = forms.IntegerField(required=False)


class CallTicketForm(MoveForm):
    confirmed = forms.BooleanField(required=False)


class TransferForm(MoveForm):
    """`target` is `queue:<id>` or `window:<id>`."""

    target = forms.RegexField(
        r"^(queue|window):\d+$", label=_("转到"), error_messages={"required": _("请选择转到哪个业务或哪个窗口。"),
                                                               "invalid": _("没有这个业务或窗口，请重新选择。")}
    )  # fmt: skip

    def facts(self) -> dict[str, int]:
        kind, _colon, key = self.cleaned_data["target"].partition(":")
        return {f"{kind}_id": int(key)}


class AssignForm(forms.Form):
    """The ticks of the table windows × queues, each `<queue>-<window>`."""

    def pairs(self) -> list[tuple[int, int]]:
        """(queue id, window id) of every tick; whatever is no pair of numbers is no tick."""
        ticks = self.data.getlist("served") if isinstance(self.data, QueryDict) else []
        split = [tick.split("-") for tick in ticks]
        return [
            (int(pair[0]), int(pair[1]))
            for pair in split
            if len(pair) == 2 and all(n.isdecimal() for n in pair)
        ]
