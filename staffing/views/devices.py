"""The devices of a hall, for its administrators; and the pass that lets a clerk's page use the reader beside it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Actor, Refused, Request, get_visible, whole_number
from staffing import actions, rules
from staffing.forms import BindDevicesForm, DeviceFilter, DeviceForm, RevokeDeviceForm, show
from staffing.lifecycle import ADMINISTRATOR
from staffing.models import Device, Hall
from staffing.queries import LOST, find_devices
from staffing.views.receptions import hall_of

PAGE = 40


def _halls(actor: Actor) -> tuple[int, ...]:
    rules.check_keeps_devices(actor)
    return actor.halls(ADMINISTRATOR)


def _place(request: Request) -> Hall:
    return hall_of(request, Hall.objects.filter(pk__in=_halls(request.actor)).order_by("code"))


def _device(request: Request, device_id: int) -> Device:
    return get_visible(
        Device.objects.visible_to(request.actor).select_related("hall", "printer"), pk=device_id
    )


def _list(hall: Hall) -> str:
    return f"{reverse('staffing:devices')}?hall={hall.code}"


@require_GET
def devices(request: Request) -> HttpResponse:
    return _devices(request, _place(request))


def _devices(
    request: Request, hall: Hall, bind: BindDevicesForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    form = DeviceFilter(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    found = find_devices(
        request.actor, hall, kind=data.get("kind", ""), state=data.get("state", "") or "used"
    )
    if (last := whole_number(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    context = {
        "place": hall,
        "form": form,
        "devices": rows[:PAGE],
        "cursor": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "lost_since": now - LOST,
        "bind": bind
        or BindDevicesForm(
            initial={"kiosk": hall.kiosk_enrolled_only, "display": hall.display_enrolled_only}
        ),
        "filtered": form.has_changed(),
    }
    return render(request, "staffing/devices.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def register_device(request: Request) -> HttpResponse:
    """The answer shows the code: once, on this page, and nowhere else."""
    hall = _place(request)
    form = DeviceForm(request.POST or None, hall=hall)
    if request.method == "POST" and form.is_valid():
        try:
            device, code = actions.register_device(
                actor=request.actor, hall_id=hall.pk, kind=form.cleaned_data["kind"], facts=form.facts(),
                now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            show(form, refused)
        else:
            if code:
                return _code(request, device, code)
            messages.success(request, _("%(name)s已保存。") % {"name": device.name})
            return redirect(_list(hall))
    context = {"form": form, "place": hall}
    return render(request, "staffing/save_device.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def change_device(request: Request, device_id: int) -> HttpResponse:
    device = _device(request, device_id)
    form = DeviceForm(request.POST or None, hall=device.hall, device=device)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.change_device(
                actor=request.actor, device_id=device.pk, facts=form.facts(), now=timezone.now()
            )
        except Refused as refused:
            if refused.kind != "input":
                raise
            show(form, refused)
        else:
            messages.success(request, _("%(name)s已保存。") % {"name": saved.name})
            return redirect(_list(device.hall))
    context = {"form": form, "place": device.hall, "device": device}
    return render(request, "staffing/save_device.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
def issue_device_code(request: Request, device_id: int) -> HttpResponse:
    device = _device(request, device_id)
    issued, code = actions.issue_device_code(actor=request.actor, device_id=device.pk, now=timezone.now())
    return _code(request, issued, code)


def _code(request: Request, device: Device, code: str) -> HttpResponse:
    context = {
        "place": device.hall,
        "device": device,
        "code": code,
        "address": request.build_absolute_uri(reverse("staffing:enrol-device")),
    }
    return render(request, "staffing/device_code.html", context)


@require_http_methods(["GET", "POST"])
def revoke_device(request: Request, device_id: int) -> HttpResponse:
    device = _device(request, device_id)
    form = RevokeDeviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke_device(
                actor=request.actor,
                device_id=device.pk,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except Refused as refused:
            if refused.kind != "input":
                raise
            show(form, refused)
        else:
            messages.success(request, _("%(name)s已停用。") % {"name": device.name})
            return redirect(_list(device.hall))
    context = {"form": form, "place": device.hall, "device": device}
    return render(request, "staffing/revoke_device.html", context, status=422 if form.is_bound else 200)


@require_POST
def bind_devices(request: Request) -> HttpResponse:
    hall, form = _place(request), BindDevicesForm(request.POST)
    if form.is_valid():
        try:
            actions.bind_devices(
                actor=request.actor, hall_id=hall.pk, now=timezone.now(), **form.cleaned_data
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("设置已保存。"))
            return redirect(_list(hall))
    return _devices(request, hall, form, status=422)


@never_cache
@require_POST
def reader_pass(request: Request, device_id: int) -> HttpResponse:
    """For the script of the registration page: a pass of one minute for that reader and this origin."""
    origin = f"{request.scheme}://{request.get_host()}"
    made = actions.pass_for_reader(
        actor=request.actor, device_id=device_id, origin=origin, now=timezone.now()
    )
    return JsonResponse({"pass": made})
