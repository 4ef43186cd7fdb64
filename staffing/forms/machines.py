"""Tokens of machines, and the systems that are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.models import Message, User
from hall.webhooks import EVENTS, TEST_EVENT
from staffing import queries
from staffing.forms.fields import day_field
from staffing.models import Hall, Webhook

USUAL_DAYS, MOST_DAYS = 180, 365


class _HallField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class _AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label}（{obj.username}）"


def _set_halls(form: forms.Form, halls: QuerySet[Hall]) -> None:
    """Who keeps one hall alone is not asked which."""
    field: Any = form.fields["hall"]
    field.queryset = halls
    if len(halls) == 1:
        field.initial, field.widget = halls[0].pk, forms.HiddenInput()


class _Ends(forms.Form):
    """Until the end of a day, a year from today at most."""

    NAMES: Mapping[str, str] = {"expires_at": "expires_on"}
    expires_on = day_field(
        lazy("有效期至"), help_text=lazy("当日结束时失效，最长一年。到期前可以更换，新旧令牌并用7天。")
    )

    def __init__(self, data: Any = None, *, now: dt.datetime) -> None:
        today = timezone.localdate(now)
        super().__init__(data, initial={"expires_on": today + dt.timedelta(days=USUAL_DAYS)})
        limits = {"min": today, "max": today + dt.timedelta(days=MOST_DAYS)}
        attrs = {name: day.isoformat() for name, day in limits.items()}
        self.fields["expires_on"].widget.attrs.update(attrs)

    @property
    def expires_at(self) -> dt.datetime:
        after = self.cleaned_data["expires_on"] + dt.timedelta(days=1)
        return timezone.make_aware(dt.datetime.combine(after, dt.time()))


class IssueTokenForm(_Ends):
    NAMES: Mapping[str, str] = {"expires_at": "expires_on", "user_id": "user", "hall_id": "hall"}
    hall = _HallField(label=lazy("大厅"), queryset=Hall.objects.none())
    user = _AccountField(
        label=lazy("设备账户"), queryset=User.objects.none(), empty_label=lazy("请选择"),
        help_text=lazy("没有密码、已安排岗位的账户；能看什么、办什么，由它的岗位决定。"),
    )  # fmt: skip
    name = forms.CharField(
        label=lazy("设备或者系统"), max_length=80, help_text=lazy("例如：城市数据交换平台、一楼取号机。")
    )
    scopes = forms.MultipleChoiceField(
        label=lazy("范围"), widget=forms.CheckboxSelectMultiple,
        help_text=lazy("在岗位的权限之内再收窄；只选用得着的。"),
    )  # fmt: skip
    field_order = ("hall", "user", "name", "expires_on", "scopes")

    def __init__(
        self, data: Any = None, *, halls: QuerySet[Hall], known: Collection[str], now: dt.datetime
    ) -> None:
        super().__init__(data, now=now)
        _set_halls(self, halls)
        fields: dict[str, Any] = self.fields
        accounts = queries.machine_accounts(today=timezone.localdate(now))
        fields["user"].queryset = User.objects.filter(pk__in=[one.pk for one in accounts]).order_by(
            "name", "pk"
        )
        fields["scopes"].choices = [(scope, queries.scope_words(scope)) for scope in sorted(known)]

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "hall_id": data["hall"].pk,
            "user_id": data["user"].pk,
            "name": data["name"],
            "scopes": data["scopes"],
            "expires_at": self.expires_at,
        }


class RotateTokenForm(_Ends):
    pass


class RevokeTokenForm(forms.Form):
    reason = forms.CharField(
        label=lazy("收回原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


class RegisterMachineForm(forms.Form):
    """An account without a password: nobody signs in with it."""

    name = forms.CharField(
        label=lazy("名称"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )
    name_en = forms.CharField(label=lazy("英文名称"), max_length=160, required=False)
    username = forms.SlugField(
        label=lazy("用户名"), max_length=60, help_text=lazy("小写字母、数字和短横线，例如：city-exchange。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )  # fmt: skip


def _choices(codes: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [("", _("全部")), *((code, str(label)) for code, label in codes)]


class TokenFilter(forms.Form):
    state = forms.ChoiceField(label=lazy("状态"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        field: Any = self.fields["state"]
        field.choices = _choices([("live", _("有效")), ("ended", _("已失效"))])

    def asked(self) -> dict[str, str]:
        """What is not understood is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


class DeliveryFilter(TokenFilter):
    event = forms.ChoiceField(label=lazy("事件"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = _choices(Message.STATES)
        fields["event"].choices = _choices([*EVENTS.items(), (TEST_EVENT, _("测试"))])


class WebhookForm(forms.Form):
    NAMES: Mapping[str, str] = {"hall_id": "hall"}
    hall = _HallField(label=lazy("大厅"), queryset=Hall.objects.none())
    name = forms.CharField(label=lazy("接收系统"), max_length=80)
    url = forms.CharField(
        label=lazy("接收地址"), max_length=500,
        help_text=lazy("以 https:// 开头；证书不能核实的、转到别处的，都不发送。"),
        widget=forms.TextInput(attrs={"type": "url", "inputmode": "url", "autocomplete": "off"}),
    )  # fmt: skip
    is_active = forms.BooleanField(
        label=lazy("启用"), required=False, initial=True,
        help_text=lazy("停用期间发生的事件不再补发，已经在等待的留到启用后发送。"),
    )  # fmt: skip
    events = forms.MultipleChoiceField(label=lazy("推送哪些事件"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, halls: QuerySet[Hall], webhook: Webhook | None = None) -> None:
        names = ("name", "url", "is_active", "events")
        super().__init__(data, initial={name: getattr(webhook, name) for name in names} if webhook else None)
        field: Any = self.fields["events"]
        field.choices = list(EVENTS.items())
        if webhook is None:
            _set_halls(self, halls)
        else:
            del self.fields["hall"]
