"""At the device itself, without a login: the code is typed, and the device holds a credential from then on."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hall.access import PUBLIC, Refused
from staffing import actions
from staffing.forms import DeviceCodeForm, show
from staffing.models import Device
from staffing.rules import DEVICE_COOKIE, stopped

BROWSERS, AGENTS = ("display", "kiosk"), ("reader",)
KEPT = dt.timedelta(days=400)
"""As long as browsers keep a cookie at all; each enrolment begins it anew."""


def _is_agent(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_device(request: HttpRequest) -> HttpResponse:
    """`/device/enrol/`: a browser gets a cookie and goes to its page; an agent gets its token as JSON."""
    form = DeviceCodeForm(request.POST or None)
    if request.method != "POST":
        return render(request, "staffing/enrol_device.html", {"form": form})
    status = 422
    if form.is_valid():
        try:
            enrolled = actions.exchange_code(
                actor=PUBLIC,
                code=form.cleaned_data["code"],
                address=request.META.get("REMOTE_ADDR", ""),
                kinds=AGENTS if _is_agent(request) else BROWSERS,
                now=timezone.now(),
            )
        except Refused as refused:
            show(form, refused)
            status = refused.status if refused.kind == "busy" else 422
        else:
            if enrolled is not None:
                return _enrolled(request, *enrolled)
            form.add_error("code", _("没有这个登记码，或者已经用过。请对照管理员的屏幕再输一次。"))
    if _is_agent(request):
        return JsonResponse(
            {"reason": " ".join(str(error) for error in form.errors.get("code", [])), "field": "code"},
            status=status,
        )
    return render(request, "staffing/enrol_device.html", {"form": form}, status=status)


def _enrolled(request: HttpRequest, device: Device, secret: str) -> HttpResponse:
    if device.kind in AGENTS:
        origin = f"{request.scheme}://{request.get_host()}"
        return JsonResponse({"token": secret, "reader": device.pk, "name": device.name, "origin": origin})
    answer = redirect(reverse(f"intake:{device.kind}", args=[device.hall.code]))
    answer.set_cookie(
        DEVICE_COOKIE, secret, max_age=KEPT, httponly=True, secure=request.is_secure(), samesite="Lax"
    )
    return answer


@login_not_required
@never_cache
@require_safe
def device_self(request: HttpRequest) -> HttpResponse:
    """`/device/self/`: who a device is, by its token or cookie; an agent asks every few minutes, and stops on 403."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    secret = token if scheme == "Bearer" else request.COOKIES.get(DEVICE_COOKIE, "")
    device = actions.see_device(secret.strip(), now=timezone.now())
    if device is None:
        return JsonResponse({"reason": _("这台设备还没有登记。"), "kind": "unseen"}, status=404)
    if device.revoked_at is not None:
        return JsonResponse(stopped(device).as_dict(), status=403)
    return JsonResponse({"device": device.pk, "kind": device.kind, "name": device.name})
