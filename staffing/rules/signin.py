"""How often one may try to come in, who ends a session, and when a second factor may be changed."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from hall.models import User
from staffing import queries
from staffing.models import Authenticator, KeptForm, StaffSession
from staffing.queries.signin import DRIFT, Origin, closed_until, step_of
from staffing.rules.who import check_keeps_security

SPREAD = 4
"""So many times HALL_SIGN_IN_TRIES from unknown devices, and the account lets only one of them through each PAUSE."""
PER_NETWORK = 10
"""So many times HALL_SIGN_IN_TRIES from one network, whatever the accounts: one password tried on many names."""
PAUSE = dt.timedelta(minutes=1)
RECOVERY_CODES = 10


def window() -> dt.timedelta:
    """How long a try is counted."""
    return dt.timedelta(minutes=settings.HALL_LOCK_OUT_MINUTES)


def closed(account: bytes, origin: Origin, *, now: dt.datetime) -> dt.datetime | None:
    """Until when this origin waits. Who attacks from elsewhere closes only elsewhere: the owner's device goes on."""
    most = settings.HALL_SIGN_IN_TRIES
    return closed_until(
        account, origin, most=most, spread=SPREAD * most, network=PER_NETWORK * most, pause=PAUSE, window=window(),
        now=now,
    )  # fmt: skip


# -- sessions --------------------------------------------------------------------------------------------------------


def check_can_end_session(actor: Actor, session: StaffSession, *, now: dt.datetime) -> None:
    """One's own, or anybody's for those who keep security."""
    if session.user_id != actor.user_id:
        check_keeps_security(actor)
    if session.ended_at is not None:
        raise Refused(_("这次登录已经结束。"), "state")


def check_can_end_other_sessions(actor: Actor, *, now: dt.datetime) -> None:
    """Anybody may end their own."""
    if actor.user_id is None:
        raise Refused(_("请先登录。"), "role")


def check_can_confirm_session(actor: Actor, *, now: dt.datetime) -> None:
    """The person of the session alone, with what they signed in by."""
    if actor.user_id is None:
        raise Refused(_("请先登录。"), "role")


def check_can_keep_form(actor: Actor, *, now: dt.datetime) -> None:
    if actor.user_id is None:
        raise Refused(_("请先登录。"), "role")


def check_can_drop_form(actor: Actor, kept: KeptForm, *, now: dt.datetime) -> None:
    """Whoever typed it, and nobody else learns that it is there."""
    if kept.user_id != actor.user_id:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")


# -- the second factor -----------------------------------------------------------------------------------------------


def check_can_make_authenticator(actor: Actor, present: Authenticator | None, *, now: dt.datetime) -> None:
    if actor.user_id is None:
        raise Refused(_("请先登录。"), "role")
    if present is not None and present.confirmed_at is not None:
        raise Refused(_("两步验证已经设置。换手机请先停用，再重新设置。"), "state")


def check_can_confirm_authenticator(present: Authenticator | None, code: str, *, now: dt.datetime) -> int:
    """The first code proves that the phone has the secret. Returns its step, which is used up with it."""
    if present is None:
        raise Refused(_("请先开始设置。"), "state")
    if present.confirmed_at is not None:
        raise Refused(_("两步验证已经设置。换手机请先停用，再重新设置。"), "state")
    step = step_of(present.secret, code, reach=1, now=now)
    if step is not None:
        return step
    reason = _("验证码不正确。请输入手机上正在显示的六位数字。")
    if (far := step_of(present.secret, code, reach=DRIFT, now=now)) is not None:
        seconds = (far - int(now.timestamp()) // 30) * 30
        words = (
            _("验证码本身没有错，但手机时间比这里快约%(n)s秒。请把手机设为自动校时后再试。")
            if seconds > 0
            else _("验证码本身没有错，但手机时间比这里慢约%(n)s秒。请把手机设为自动校时后再试。")
        )
        reason = words % {"n": abs(seconds)}
    raise Refused(reason, "input", field="code")


def _check_has(user: User) -> None:
    if not queries.has_second_factor(user):
        raise Refused(_("还没有设置两步验证。"), "state")


def check_can_renew_recovery_codes(user: User, *, now: dt.datetime) -> None:
    _check_has(user)


def check_can_remove_authenticator(user: User, *, now: dt.datetime) -> None:
    """Not the last one where the role asks for one: another administrator resets it when the phone is lost."""
    if queries.authenticator_of(user) is None:
        raise Refused(_("还没有设置手机验证码。"), "state")
    if queries.usable_factors(user) == 1 and queries.needs_second_factor(user, now=now):
        raise Refused(
            _("您的岗位必须使用两步验证，不能停用。请先登记安全密钥；丢失手机的，请安全管理员重置。"), "state"
        )


def check_can_reset_second_factor(actor: Actor, user: User, reason: str, *, now: dt.datetime) -> None:
    """Another person, for a reason that stands in the journal."""
    check_keeps_security(actor)
    if actor.user_id == user.pk:
        raise Refused(_("不能重置自己的两步验证，请由另一位管理员办理。"), "role")
    _check_has(user)
    if len(reason.strip()) < 4:
        raise Refused(_("请写明重置的原因。"), "input", field="reason")
