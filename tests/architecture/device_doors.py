"""What the doors of devices are asked with: a reader that is in use, and a display that waits for its code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from tests.architecture.world import World
from tests.devices import enrolled, registered


def devices(here: World) -> World:
    """Adds them to the world. The code of the display outlasts the slowest walk."""
    reader, _token = enrolled(here.cast, "reader", "一号窗口阅读器", here.now)
    registered(here.cast, "printer", "东门打印机", here.now, host="192.168.1.49")
    _display, code = registered(here.cast, "display", "一楼大屏", here.now + dt.timedelta(hours=6))
    here.leading |= {"device_id": reader.pk, "enrol_code": code}
    return here


DEVICE_FORMS: Mapping[str, Callable[[World], dict[str, Any]]] = {
    "/device/enrol/": lambda here: {"data": {"code": here.leading["enrol_code"]}},
    "/devices/new/": lambda here: {
        "data": {"kind": "printer", "name": "西门打印机", "host": "192.168.1.50", "port": "9100"}
    },
    "/devices/bind/": lambda here: {"data": {"display": "on"}},
    "/devices/<device_id>/change/": lambda here: {"data": {"name": "二号窗口阅读器"}},
    "/devices/<device_id>/revoke/": lambda here: {"data": {"reason": "已换新机"}},
}
