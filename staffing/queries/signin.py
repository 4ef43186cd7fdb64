"""Who tried to sign in and from where, who is signed in, and what a person has beside the password."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

import pyotp
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from hall.fields import keyed, origin_of
from hall.models import User
from staffing.models import Authenticator, FactorDemand, Posting, RecoveryCode, SignInTry, StaffSession

STEP = 30
DRIFT = 20
"""Steps to either side in which a wrong clock is still recognised, to be told: ten minutes."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a try comes from: a device on which the owner of the account signed in before, else a network."""

    key: bytes
    known: bool


def account_key(username: str) -> bytes:
    """A name as it was typed, whether anybody has it or not."""
    return keyed("sign-in", username.strip().lower())


def origin(username: str, *, device: str, address: str) -> Origin:
    """`device` is "" where this account never signed in from it."""
    if device:
        return Origin(keyed("device", f"{device}/{username.strip().lower()}"), True)
    return Origin(origin_of(address), False)


def _opens(times: list[dt.datetime], most: int, window: dt.timedelta) -> dt.datetime | None:
    """When fewer than `most` of these (latest first) lie in the window; None when that is so already."""
    return times[most - 1] + window if len(times) >= most else None


def closed_until(
    account: bytes, origin: Origin, *, most: int, spread: int, network: int, pause: dt.timedelta,
    window: dt.timedelta, now: dt.datetime,
) -> dt.datetime | None:  # fmt: skip
    """Until when this origin may not try this account. A known device is judged by its own tries alone.

    All others share two more limits: `spread` tries on one account from anywhere, after which one more is let through
    each `pause`; and `network` tries from one place, whatever the account.
    """
    recent = SignInTry.objects.filter(at__gt=now - window).order_by("-at").values_list("at", flat=True)
    own = _opens(list(recent.filter(account=account, origin=origin.key)[:most]), most, window)
    if origin.known:
        return own
    others = list(recent.filter(account=account, known=False)[:spread])
    slow = others[0] + pause if len(others) >= spread else None
    here = _opens(list(recent.filter(origin=origin.key, known=False)[:network]), network, window)
    ends = [end for end in (own, slow, here) if end is not None and end > now]
    return max(ends, default=None)


# -- sessions ------------------------------------------------------------------------------------------------------

_BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(agent: str) -> str:
    """`Firefox · Windows`: enough for the owner to tell one device from another, not enough to follow anybody."""
    named = [next((name for sign, name in known if sign in agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in named if name)


def network_name(address: str) -> str:
    """The network without the machine in it: `10.12.3.*`, `2001:db8:1::*`."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if known.version == 4:
        return f"{address.rpartition('.')[0]}.*"
    return f"{ipaddress.ip_network((address, 48), strict=False).network_address}*"


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A living session as its owner reads it."""

    session: StaffSession
    seen_at: dt.datetime
    is_this: bool


def sessions_of(user: User, *, key: str = "", now: dt.datetime) -> list[SessionLine]:
    """Newest first. When it was last used follows from when it will expire."""
    age = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = list(StaffSession.objects.filter(user=user).living(now)[:50])
    ends = dict(
        Session.objects.filter(session_key__in=[row.key for row in rows]).values_list(
            "session_key", "expire_date"
        )
    )
    return [
        SessionLine(row, max(row.began_at, ends[row.key] - age), row.key == key)
        for row in rows
        if row.key in ends
    ]


# -- the second factor -----------------------------------------------------------------------------------------------


def authenticator_of(user: User) -> Authenticator | None:
    """The one in use; one that was begun and never confirmed asks nobody for anything."""
    return Authenticator.objects.filter(user=user, confirmed_at__isnull=False).first()


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def step_of(secret: str, code: str, *, reach: int, now: dt.datetime) -> int | None:
    """The step of time (RFC 6238) whose code this is, at most `reach` from now; the nearest first."""
    app, present = pyotp.TOTP(secret, interval=STEP), int(now.timestamp()) // STEP
    for away in sorted(range(-reach, reach + 1), key=abs):
        if pyotp.utils.strings_equal(code, app.generate_otp(present + away)):
            return present + away
    return None


def needs_second_factor(user: User, *, now: dt.datetime) -> bool:
    """Whether a role of today asks for one (HALL_SECOND_FACTOR_ROLES)."""
    roles = settings.HALL_SECOND_FACTOR_ROLES
    if not roles:
        return False
    return Posting.objects.filter(user=user, role__in=roles).on(timezone.localdate(now)).exists()


def second_factor_due(user: User) -> dt.datetime | None:
    """The end of the days of grace; None where nothing was asked for."""
    asked: FactorDemand | None = FactorDemand.objects.filter(user=user).first()
    return asked.since + dt.timedelta(days=settings.HALL_SECOND_FACTOR_GRACE_DAYS) if asked else None


def living_sessions(user: User, now: dt.datetime) -> QuerySet[StaffSession]:
    return StaffSession.objects.filter(user=user).living(now)
