"""Which device asks: its cookie, read and checked before the page or the feed is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from hall.access import PUBLIC, Actor, Refused
from staffing.actions import see_device
from staffing.models import Device, Hall
from staffing.rules import DEVICE_COOKIE, check_opens, stopped

View = Callable[..., HttpResponseBase]


def device_at(request: HttpRequest) -> Device | None:
    """The device whose cookie (or token) comes with it, also one that was taken back. No query where there is none."""
    if not hasattr(request, "_device"):
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        secret = token.strip() if scheme == "Bearer" else request.COOKIES.get(DEVICE_COOKIE, "")
        request._device = see_device(secret, now=timezone.now()) if secret else None  # type: ignore[attr-defined]
    found: Device | None = request._device  # type: ignore[attr-defined]
    return found


def opens(request: HttpRequest, hall: Hall, kind: str, actor: Actor | None = None) -> Device | None:
    """The enrolled device of that hall and kind; None for another browser, where those may. Raises Refused(role)."""
    device = device_at(request)
    speaker: Actor = actor if actor is not None else getattr(request, "actor", PUBLIC)
    check_opens(device, hall, kind, speaker)
    return device if device and device.hall_id == hall.pk and device.kind == kind else None


def at_a_device(view: View) -> View:
    """A device that was taken back is told so before anything is compared: 304 would leave the old page standing."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            device = device_at(request)
            if device is not None and device.revoked_at is not None:
                raise stopped(device)
            return view(request, *args, **kwargs)
        except Refused as refused:
            if refused.kind != "role" or request.path.startswith("/api/"):
                raise
            return render(request, "intake/device_stopped.html", {"refused": refused}, status=403)

    return checked
