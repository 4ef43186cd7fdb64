"""A device as an administrator writes it, the code that is typed at it, and how it shows who it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from staffing.lifecycle import DEVICE_KINDS
from staffing.models import Device, Hall, Window
from staffing.rules import DeviceFacts

PROFILES = (
    "default", "TM-T88III", "TM-T88IV", "TM-T88V", "TM-T20II", "TM-P80", "NT-5890K", "POS-5890", "ZJ-5870", "RP326",
)  # fmt: skip
"""Of python-escpos; `default` suits most 80 mm printers that speak ESC/POS."""


class DeviceFilter(forms.Form):
    kind = forms.ChoiceField(
        label=lazy("种类"), required=False,
        choices=[("", lazy("全部")), *((code, lazy(name)) for code, name in DEVICE_KINDS.items())],
    )  # fmt: skip
    state = forms.ChoiceField(
        label=lazy("状态"), required=False,
        choices=[("", lazy("在用")), ("waiting", lazy("待登记")), ("revoked", lazy("已停用"))],
    )  # fmt: skip


class DeviceForm(forms.Form):
    """Which fields a kind needs, the rule says; a kind once registered stays."""

    kind = forms.ChoiceField(label=lazy("种类"))
    name = forms.CharField(
        label=lazy("名称"), max_length=60, help_text=lazy("写明放在哪里，如“一楼东门取号机”。")
    )
    window = forms.ModelChoiceField(
        label=lazy("窗口"), queryset=Window.objects.none(), required=False, empty_label=lazy("不属于窗口"),
        help_text=lazy("身份证阅读器放在哪个窗口。"),
    )  # fmt: skip
    printer = forms.ModelChoiceField(
        label=lazy("号票打印机"), queryset=Device.objects.none(), required=False,
        empty_label=lazy("没有，由浏览器打印"), help_text=lazy("取号机取号后，由这台打印机出票。"),
    )  # fmt: skip
    host = forms.CharField(
        label=lazy("打印机IP地址"),
        max_length=45,
        required=False,
        help_text=lazy("打印机必填，如192.168.1.50。"),
    )
    port = forms.IntegerField(label=lazy("端口"), min_value=1, max_value=65535, initial=9100, required=False)
    profile = forms.ChoiceField(
        label=lazy("打印机型号"), choices=[(one, one) for one in PROFILES], required=False, initial="default"
    )
    confirms = forms.BooleanField(
        label=lazy("打印机回报状态"), required=False, initial=True,
        help_text=lazy("能发现缺纸和没打完的号票；打印机不支持的，取消勾选。"),
    )  # fmt: skip

    def __init__(self, *args: Any, hall: Hall, device: Device | None = None, **kwargs: Any) -> None:
        if device is not None:
            names = ("kind", "name", "host", "port", "profile", "confirms")
            kwargs["initial"] = {name: getattr(device, name) for name in names} | {
                "window": device.window_id, "printer": device.printer_id,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [
            ("", _("请选择")),
            *((code, _(name)) for code, name in DEVICE_KINDS.items()),
        ]
        fields["window"].queryset = Window.objects.filter(hall=hall)
        fields["printer"].queryset = Device.objects.printers(hall.pk)
        if device is not None:
            del fields["kind"]
            for name in {
                "printer": ("window", "printer"),
                "kiosk": ("host", "port", "profile", "confirms"),
            }.get(device.kind, ("printer", "host", "port", "profile", "confirms")):
                del fields[name]

    def facts(self) -> DeviceFacts:
        data = self.cleaned_data
        window, printer = data.get("window"), data.get("printer")
        return DeviceFacts(
            name=data["name"],
            window_id=window.pk if window else None,
            printer_id=printer.pk if printer else None,
            host=data.get("host", "").strip(),
            port=data.get("port") or 9100,
            profile=data.get("profile", "") or "default",
            confirms=data.get("confirms", True),
        )


_TYPED = {"class": "code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class DeviceCodeForm(forms.Form):
    code = forms.CharField(
        label=lazy("登记码"),
        max_length=20,
        help_text=lazy("系统管理员生成的8位字母和数字，15分钟内有效，只能用一次。"),
        widget=forms.TextInput(attrs=_TYPED),
    )


class RevokeDeviceForm(forms.Form):
    reason = forms.CharField(
        label=lazy("原因"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("设备的屏幕上会显示，如“已换新机”。"),
    )  # fmt: skip


class BindDevicesForm(forms.Form):
    kiosk = forms.BooleanField(label=lazy("只用登记过的取号机取号"), required=False)
    display = forms.BooleanField(label=lazy("叫号大屏只在登记过的设备上打开"), required=False)
