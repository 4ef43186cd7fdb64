"""Devices for tests: registered by the administrator, enrolled with their code."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from hall.access import PUBLIC
from staffing.actions import enrol_device, register_device
from staffing.models import Device
from staffing.rules import DEVICE_COOKIE, DeviceFacts
from tests.cast import NOW, Cast
from tests.kept import kept

KINDS = ("display", "kiosk", "reader")


@kept
def registered(
    cast: Cast, kind: str, name: str = "一号", now: dt.datetime = NOW, **facts: Any
) -> tuple[Device, str]:
    return register_device(
        actor=cast.act(cast.administrator, now), hall_id=cast.hall.pk, kind=kind,
        facts=DeviceFacts(name=name, **facts), now=now,
    )  # fmt: skip


@kept
def enrolled(
    cast: Cast, kind: str, name: str = "一号", now: dt.datetime = NOW, **facts: Any
) -> tuple[Device, str]:
    """The device and its credential."""
    _device, code = registered(cast, kind, name, now, **facts)
    done = enrol_device(actor=PUBLIC, code=code, kinds=KINDS, now=now)
    assert done is not None
    return done


def browser(secret: str) -> Client:
    """The browser of an enrolled display or kiosk."""
    client = Client()
    client.cookies[DEVICE_COOKIE] = secret
    return client
