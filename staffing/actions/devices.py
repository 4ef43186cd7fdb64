"""Devices of a hall: registered, enrolled by a code that is typed at the device, taken back."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused, get_visible
from hall.fields import keyed, origin_of
from staffing import rules
from staffing.actions.machines import digest
from staffing.actions.public_forms import count_try, plain_code, refuse_too_many
from staffing.actions.rota import locked_hall
from staffing.models import Device, Hall
from staffing.rules import DeviceFacts

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PREFIX = "device_"
SEEN_EVERY = dt.timedelta(minutes=1)
PASS_LASTS = dt.timedelta(seconds=60)


def _code_hash(code: str) -> str:
    # The code is short: with the house's key nobody who reads the table can try them all.
    return keyed("device-code", plain_code(code)).hex()


def _new_code(device: Device, now: dt.datetime) -> str:
    code = "".join(secrets.choice(ALPHABET) for _n in range(8))
    device.code_hash, device.code_expires_at = _code_hash(code), now + rules.CODE_LASTS
    return f"{code[:4]}-{code[4:]}"


@transaction.atomic
def register_device(
    *, actor: Actor, hall_id: int, kind: str, facts: DeviceFacts, now: dt.datetime
) -> tuple[Device, str]:
    """The device, and the code to type at it, which is shown once; "" for a printer."""
    hall = locked_hall(hall_id)
    rules.check_can_register_device(actor, hall, kind, facts, now=now)
    device = Device(
        hall=hall, kind=kind, registered_at=now, registered_by_id=actor.user_id, **_columns(facts)
    )
    code = "" if kind == "printer" else _new_code(device, now)
    device.save(force_insert=True)
    after = {"kind": kind, **_columns(facts)}
    journal.record(actor, "register_device", device, stream=hall, after=after, now=now)
    return device, code


def _columns(facts: DeviceFacts) -> dict[str, object]:
    return {
        "name": facts.name.strip(),
        "window_id": facts.window_id,
        "printer_id": facts.printer_id,
        "host": facts.host,
        "port": facts.port,
        "profile": facts.profile,
        "confirms": facts.confirms,
    }


@transaction.atomic
def change_device(*, actor: Actor, device_id: int, facts: DeviceFacts, now: dt.datetime) -> Device:
    """Another name, window, printer or address; its credential stays."""
    device = Device.objects.locked(device_id)
    rules.check_can_change_device(actor, device, facts, now=now)
    changed = {name: value for name, value in _columns(facts).items() if getattr(device, name) != value}
    if not changed:
        return device
    before = {name: getattr(device, name) for name in changed}
    for name, value in changed.items():
        setattr(device, name, value)
    try:
        with transaction.atomic():
            device.save(update_fields=list(changed))
    except IntegrityError:
        raise Refused(_("本厅已有同名的设备，请换一个名称。"), "input", field="name") from None
    journal.record(
        actor, "change_device", device, stream=_hall_stream(device), before=before, after=changed, now=now
    )
    return device


def _hall_stream(device: Device) -> str:
    return f"hall:{device.hall_id}"


@transaction.atomic
def issue_device_code(*, actor: Actor, device_id: int, now: dt.datetime) -> tuple[Device, str]:
    """A new code; an earlier one that was not used is void. Until it is typed, the device keeps its credential."""
    device = Device.objects.locked(device_id)
    rules.check_can_issue_device_code(actor, device, now=now)
    code = _new_code(device, now)
    device.save(update_fields=["code_hash", "code_expires_at"])
    journal.record(actor, "issue_device_code", device, stream=_hall_stream(device), now=now)
    return device, code


def exchange_code(
    *, actor: Actor, code: str, address: str, kinds: tuple[str, ...], now: dt.datetime
) -> tuple[Device, str] | None:
    """`enrol_device` for whoever types at `address`; None for a code that is not known. Wrong ones count against their
    origin. Raises Refused(busy).
    """
    origin = origin_of(address)
    with transaction.atomic():
        refuse_too_many("device", origin, rules.WRONG_CODES, rules.WRONG_WINDOW, now=now, field="code")
        enrolled = enrol_device(actor=actor, code=code, kinds=kinds, now=now)
        if enrolled is None:
            count_try("device", origin, now=now)
    return enrolled


@transaction.atomic
def enrol_device(
    *, actor: Actor, code: str, kinds: tuple[str, ...], now: dt.datetime
) -> tuple[Device, str] | None:
    """The device and its credential, which it alone keeps; an earlier one opens nothing any more.

    `kinds`: what may be enrolled through this door. Of two who type one code at once the second finds it gone.
    """
    device = (
        Device.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hall")
        .filter(code_hash=_code_hash(code), kind__in=kinds)
        .first()
    )
    if device is None:
        return None
    rules.check_can_enrol_device(device, now=now)
    secret = PREFIX + secrets.token_urlsafe(32)
    again = device.enrolled_at is not None
    device.secret_hash, device.code_hash, device.code_expires_at = digest(secret), None, None
    device.enrolled_at = device.last_seen_at = now
    device.save(update_fields=["secret_hash", "code_hash", "code_expires_at", "enrolled_at", "last_seen_at"])
    journal.record(
        actor, "enrol_device", device, stream=_hall_stream(device), after={"again": again}, now=now
    )
    return device, secret


@transaction.atomic
def revoke_device(*, actor: Actor, device_id: int, reason: str, now: dt.datetime) -> Device:
    """It opens nothing from this moment on. The hash of its credential stays, so that it can be told why."""
    device = Device.objects.locked(device_id)
    rules.check_can_revoke_device(actor, device, reason=reason, now=now)
    device.revoked_at, device.revoke_reason = now, reason.strip()
    device.code_hash = device.code_expires_at = None
    device.save(update_fields=["revoked_at", "revoke_reason", "code_hash", "code_expires_at"])
    journal.record(actor, "revoke_device", device, stream=_hall_stream(device), reason=reason, now=now)
    return device


@transaction.atomic
def bind_devices(*, actor: Actor, hall_id: int, kiosk: bool, display: bool, now: dt.datetime) -> Hall:
    """Whether the kiosk and the display of the hall open on enrolled devices alone."""
    hall = locked_hall(hall_id)
    rules.check_can_bind_devices(actor, hall, kiosk=kiosk, now=now)
    before = {"kiosk": hall.kiosk_enrolled_only, "display": hall.display_enrolled_only}
    after = {"kiosk": kiosk, "display": display}
    if before != after:
        hall.kiosk_enrolled_only, hall.display_enrolled_only = kiosk, display
        hall.save(update_fields=["kiosk_enrolled_only", "display_enrolled_only"])
        journal.record(actor, "bind_devices", hall, before=before, after=after, now=now)
    return hall


# -- what a device shows -----------------------------------------------------------------------------------------


def see_device(secret: str, *, now: dt.datetime) -> Device | None:
    """The device of that credential, taken back or not, its being there noted to the minute; None for anything else."""
    if not secret.startswith(PREFIX):
        return None
    device = Device.objects.filter(secret_hash=digest(secret)).select_related("printer").first()
    if device is not None:
        _seen(device, now)
    return device


def _seen(device: Device, now: dt.datetime) -> None:
    if device.last_seen_at is None or now - device.last_seen_at >= SEEN_EVERY:
        Device.objects.filter(pk=device.pk).update(last_seen_at=now)


def pass_for_reader(*, actor: Actor, device_id: int, origin: str, now: dt.datetime) -> str:
    """What a page shows to the agent at its side: for one minute, this reader and this origin.

    The key is the hash of the agent's credential, which both sides have. A reader that was taken back gets none.
    """
    halls = actor.halls()
    device: Device = get_visible(
        Device.objects.filter(kind="reader", secret_hash__isnull=False, hall__in=halls), pk=device_id
    )
    rules.check_can_use_reader(actor, device, now=now)
    said = {
        "reader": device.pk,
        "origin": origin,
        "until": int((now + PASS_LASTS).timestamp()),
        "once": secrets.token_hex(8),
    }
    body = base64.urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).decode().rstrip("=")
    _seen(device, now)
    return f"{body}.{signature_of(device.secret_hash or '', body)}"


def signature_of(key: str, body: str) -> str:
    """HMAC-SHA-256 of a pass, in hexadecimal."""
    return hmac.new(key.encode(), body.encode(), hashlib.sha256).hexdigest()
