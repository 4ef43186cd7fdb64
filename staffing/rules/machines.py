"""Who lets machines in, for how long, to what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from hall.models import User
from staffing.lifecycle import ADMINISTRATOR, SECURITY_ADMINISTRATOR
from staffing.models import MachineToken
from staffing.rules.who import security_keepers

LONGEST = dt.timedelta(days=366)
OVERLAP = dt.timedelta(days=7)
"""How long the former token still opens after it was turned over."""


def check_sees_machines(actor: Actor) -> None:
    if not actor.halls(SECURITY_ADMINISTRATOR, ADMINISTRATOR):
        raise Refused(_("只有本厅的系统管理员可以办理设备令牌和事件推送。"), "role")


def check_keeps_machines(actor: Actor, hall_id: int) -> None:
    if actor.kind != "system" and not actor.has(*security_keepers(), hall_id=hall_id):
        raise Refused(_("只有本厅的系统管理员可以办理设备令牌和事件推送。"), "role")


def check_can_issue_token(
    actor: Actor,
    *,
    hall_id: int,
    user: User,
    name: str,
    scopes: Collection[str],
    known: Collection[str],
    expires_at: dt.datetime,
    now: dt.datetime,
) -> None:
    """A machine's own account that nobody can sign in with, known scopes, a year at most."""
    check_keeps_machines(actor, hall_id)
    if user.has_usable_password() or user.is_superuser or user.is_staff:
        raise Refused(_("令牌只发给没有密码的设备账户，不发给人的账户。"), "input", field="user_id")
    if not user.is_active:
        raise Refused(_("这个账户已经停用。"), "input", field="user_id")
    if not name.strip():
        raise Refused(_("请写明设备或者系统的名称。"), "input", field="name")
    if not scopes:
        raise Refused(_("请至少选择一个范围。"), "input", field="scopes")
    if unknown := sorted(set(scopes) - set(known)):
        raise Refused(_("没有这样的范围：%(scope)s。") % {"scope": unknown[0]}, "input", field="scopes")
    _check_ends(expires_at, now)


def _check_ends(expires_at: dt.datetime, now: dt.datetime) -> None:
    if not now < expires_at <= now + LONGEST:
        raise Refused(_("有效期应当在今后一年以内。"), "input", field="expires_at")


def check_can_rotate_token(
    actor: Actor, token: MachineToken, *, expires_at: dt.datetime, now: dt.datetime
) -> None:
    check_keeps_machines(actor, token.hall_id)
    _check_lives(token, now)
    if MachineToken.objects.filter(replaces=token).exists():
        raise Refused(_("这个令牌已经换过。"), "state")
    _check_ends(expires_at, now)


def check_can_revoke_token(actor: Actor, token: MachineToken, *, now: dt.datetime) -> None:
    check_keeps_machines(actor, token.hall_id)
    _check_lives(token, now)


def _check_lives(token: MachineToken, now: dt.datetime) -> None:
    if token.revoked_at is not None or token.expires_at <= now:
        raise Refused(_("这个令牌已经失效。"), "state")
