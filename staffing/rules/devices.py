"""Which machines a hall trusts: who registers them, what each may open, and what a stopped one is told."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from staffing.lifecycle import ADMINISTRATOR, CLERK, DEVICE_KINDS, GUIDE, HALL_MANAGER, LIAISON
from staffing.models import Device, Hall, Window

CODE_LASTS = dt.timedelta(minutes=15)
COOKIE = "hall_device"
WRONG_CODES, WRONG_WINDOW = 20, dt.timedelta(minutes=15)
"""So many wrong codes from one address, then the rest of the quarter of an hour is waited for."""


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What an administrator writes of a device."""

    name: str
    window_id: int | None = None
    printer_id: int | None = None
    host: str = ""
    port: int = 9100
    profile: str = ""
    confirms: bool = True


def check_keeps_devices(actor: Actor, hall_id: int | None = None) -> None:
    if actor.kind != "system" and not actor.has(ADMINISTRATOR, hall_id=hall_id):
        raise Refused(_("只有本厅的系统管理员可以登记和停用设备。"), "role")


def check_can_register_device(
    actor: Actor, hall: Hall, kind: str, facts: DeviceFacts, *, now: dt.datetime
) -> None:
    """By an administrator of the hall; the printer of a kiosk, and the window, are of the same hall."""
    check_keeps_devices(actor, hall.pk)
    if kind not in DEVICE_KINDS:
        raise Refused(_("请选择设备的种类。"), "input", field="kind")
    _check_facts(hall.pk, kind, facts, None)


def check_can_change_device(actor: Actor, device: Device, facts: DeviceFacts, *, now: dt.datetime) -> None:
    check_keeps_devices(actor, device.hall_id)
    _check_in_use(device)
    _check_facts(device.hall_id, device.kind, facts, device)


def _check_facts(hall_id: int, kind: str, facts: DeviceFacts, device: Device | None) -> None:
    if not facts.name.strip():
        raise Refused(_("请写明设备的名称。"), "input", field="name")
    same = Device.objects.filter(hall=hall_id, name=facts.name.strip(), revoked_at=None)
    if device is not None:
        same = same.exclude(pk=device.pk)
    if same.exists():
        raise Refused(_("本厅已有同名的设备，请换一个名称。"), "input", field="name")
    if facts.window_id and not Window.objects.filter(pk=facts.window_id, hall=hall_id).exists():
        raise Refused(_("这个窗口不是本厅的窗口。"), "input", field="window")
    if facts.printer_id:
        if kind != "kiosk":
            raise Refused(_("只有取号机可以配打印机。"), "input", field="printer")
        if not Device.objects.printers(hall_id).filter(pk=facts.printer_id).exists():
            raise Refused(_("这台打印机不在本厅使用。"), "input", field="printer")
    if kind == "printer":
        check_printer_address(facts.host, facts.port)
    elif facts.host:
        raise Refused(_("只有打印机需要填写地址。"), "input", field="host")


def check_printer_address(host: str, port: int) -> None:
    """An IP address inside the hall's own networks: the house calls it, and must not be sent to call elsewhere."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise Refused(_("请填写打印机的IP地址，如192.168.1.50。"), "input", field="host") from None
    if not any(address in network for network in settings.HALL_PRINTER_NETWORKS):
        raise Refused(_("打印机的地址应当在本厅的内部网络。"), "input", field="host")
    if not 1 <= port <= 65535:
        raise Refused(_("端口应在1至65535之间。"), "input", field="port")


def check_can_issue_device_code(actor: Actor, device: Device, *, now: dt.datetime) -> None:
    """For a device that is in use, as often as needed: a browser may lose its credential. A printer has none."""
    check_keeps_devices(actor, device.hall_id)
    _check_in_use(device)
    if device.kind == "printer":
        raise Refused(_("打印机不需要登记码。"), "state")


def check_can_enrol_device(device: Device, *, now: dt.datetime) -> None:
    """Whoever has the code stands before the device; it opens once, and for a quarter of an hour."""
    if device.code_expires_at is None or device.code_expires_at <= now:
        raise Refused(_("这个登记码已经过期，请系统管理员重新生成一个。"), "input", field="code")
    if device.revoked_at is not None or not device.hall.is_open:
        raise Refused(_("这台设备已经停用，请系统管理员重新登记。"), "input", field="code")


def check_can_revoke_device(actor: Actor, device: Device, *, reason: str, now: dt.datetime) -> None:
    """From this moment on it opens nothing; the reason stands on its screen."""
    check_keeps_devices(actor, device.hall_id)
    _check_in_use(device)
    if not reason.strip():
        raise Refused(_("请写明停用的原因，设备上会显示。"), "input", field="reason")


def check_can_bind_devices(actor: Actor, hall: Hall, *, kiosk: bool, now: dt.datetime) -> None:
    """Kiosks are bound only where there is one, so that nobody locks the hall's door by a tick."""
    check_keeps_devices(actor, hall.pk)
    if (
        kiosk
        and not Device.objects.filter(
            hall=hall, kind="kiosk", revoked_at=None, enrolled_at__isnull=False
        ).exists()
    ):
        raise Refused(_("本厅还没有登记好的取号机，先登记一台再限制。"), "input", field="kiosk")


def _check_in_use(device: Device) -> None:
    if device.revoked_at is not None:
        raise Refused(_("这台设备已经停用。"), "state")


# -- what a device opens -----------------------------------------------------------------------------------------


def stopped(device: Device) -> Refused:
    """What a device that was taken back is told: why, and how it is mended."""
    return Refused(
        _("这台设备（%(name)s）已经停用：%(reason)s") % {"name": device.name, "reason": device.revoke_reason},
        "role",
    )


def check_opens(device: Device | None, hall: Hall, kind: str, actor: Actor) -> None:
    """The display and the kiosk are open to every browser unless the hall bound them to what it enrolled.

    A device that was taken back opens neither, bound or not: whoever stands before it must see that. Staff of the
    hall look at its display from their desks.
    """
    if device is not None and device.revoked_at is not None:
        raise stopped(device)
    bound = hall.kiosk_enrolled_only if kind == "kiosk" else hall.display_enrolled_only
    if not bound or (device is not None and device.hall_id == hall.pk and device.kind == kind):
        return
    if kind == "display" and actor.has(CLERK, GUIDE, LIAISON, HALL_MANAGER, ADMINISTRATOR, hall_id=hall.pk):
        return
    raise Refused(
        _("本厅只用登记过的取号机取号。") if kind == "kiosk" else _("本厅的叫号大屏只在登记过的设备上打开。"),
        "role",
    )


def check_can_use_reader(actor: Actor, device: Device, *, now: dt.datetime) -> None:
    """A reader of the hall that is in use; by whoever registers visitors there."""
    if actor.kind != "system" and not actor.has(CLERK, LIAISON, HALL_MANAGER, hall_id=device.hall_id):
        raise Refused(_("身份证由本厅的登记人员读取。"), "role")
    if device.revoked_at is not None:
        raise stopped(device)
