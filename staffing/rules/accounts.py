"""Who may do what with accounts, and what a password must be."""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from hall.models import User
from staffing.models import Posting
from staffing.queries import words_of_places
from staffing.rules.who import (
    MANAGED_ROLES,
    check_keeps_accounts,
    is_administrator,
)

KINDS_OF_CHARACTERS = 3
OF_THE_TRADE = ("信访", "接访", "xinfang", "jiefang", "petition", "reception")


class ThreeKindsOfCharacters:
    """A password mixes at least three of: small letters, capitals, digits, other signs (GB/T 22239-2019 8.1.4)."""

    def validate(self, password: str, user: User | None = None) -> None:
        kinds = (
            any(ch.islower() for ch in password),
            any(ch.isupper() for ch in password),
            any(ch.isdigit() for ch in password),
            any(not ch.isalnum() for ch in password),
        )
        if sum(kinds) < KINDS_OF_CHARACTERS:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _("密码须包含小写字母、大写字母、数字、符号四类中的至少三类。")


class NoNameOfThePlace:
    """A password holds no word that everybody here would try first: the halls, their places, the trade (ASVS 6.1.2)."""

    def validate(self, password: str, user: User | None = None) -> None:
        said = password.casefold()
        if any(word in said for word in (*OF_THE_TRADE, *words_of_places())):
            raise ValidationError(self.get_help_text(), code="password_of_the_place")

    def get_help_text(self) -> str:
        return _("密码不能含有大厅、所在地的名称或者“信访”“接访”等字样（包括拼音、英文）。")


def temporary_password(user: User) -> str:
    """A random one that keeps the policy: fourteen characters of four kinds, none mistaken for another on paper."""
    small, capital, digits, signs = "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+=?"
    pool = small + capital + digits
    while True:
        rest = [secrets.choice(kind) for kind in (small, capital, digits, *[pool] * 10)]
        secrets.SystemRandom().shuffle(rest)
        password = "".join([*rest[:7], secrets.choice(signs), *rest[7:]])
        try:
            validate_password(password, user)
        except ValidationError:  # by chance of the letters of the user name: another one is drawn
            continue
        return password


def must_change_password(user: User, *, now: dt.datetime) -> bool:
    """A temporary password, or one older than HALL_PASSWORD_MAX_DAYS (GB/T 22239-2019 8.1.4), is changed first."""
    if user.must_change_password:
        return True
    if not settings.HALL_PASSWORD_MAX_DAYS or not user.has_usable_password():
        return False
    since = user.password_changed_at or user.created_at
    return now - since >= dt.timedelta(days=settings.HALL_PASSWORD_MAX_DAYS)


def check_is_person(user: User, *, field: str = "") -> None:
    """A machine comes in by its token: nobody signs in as one, so it has no password (GB/T 22239-2019 8.1.4)."""
    if user.is_machine or (user.pk and user.machine_tokens.exists()):
        raise Refused(
            _("这是设备账户，不设密码；设备凭令牌接入。"), "input" if field else "state", field=field
        )


def _check_password(password: str, user: User, field: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "input", field=field) from None


def check_can_sign_in(user: User, *, now: dt.datetime) -> None:
    if not user.is_active:
        raise Refused(_("账户已停用，请联系系统管理员。"), "role")


def check_can_sign_out(actor: Actor, *, now: dt.datetime) -> None:
    """Anybody may leave."""


def check_can_set_language(user: User, language: str, *, now: dt.datetime) -> None:
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("没有这种界面语言。"), "input", field="language")


def check_can_change_password(user: User, old: str, new: str, *, now: dt.datetime) -> None:
    """The owner alone, who knows the old one; the new one is another and keeps the policy."""
    check_is_person(user)
    if user.has_usable_password() and not user.check_password(old):
        raise Refused(_("原密码不正确。"), "input", field="old_password")
    if old and old == new:
        raise Refused(_("新密码不能与原密码相同。"), "input", field="new_password")
    _check_password(new, user, "new_password")


def check_can_register_user(actor: Actor, user: User, password: str | None, *, now: dt.datetime) -> None:
    check_keeps_accounts(actor)
    if not user.name:
        raise Refused(_("请填写姓名。"), "input", field="name")
    if not user.username:
        raise Refused(_("请填写用户名。"), "input", field="username")
    if User.objects.filter(username=user.username).exists():
        raise Refused(_("用户名“%(u)s”已有人使用。") % {"u": user.username}, "input", field="username")
    if password is not None:
        check_is_person(user, field="password")
        _check_password(password, user, "password")


def check_can_touch_account(actor: Actor, user: User, *, now: dt.datetime) -> None:
    """A manager does not touch the account of someone whom only an administrator may post, nor anybody their own."""
    check_keeps_accounts(actor)
    if actor.user_id == user.pk:
        raise Refused(_("不能办理自己的账户，请由另一位管理人员办理。"), "role")
    if is_administrator(actor):
        return
    today = timezone.localdate(now)
    above = Posting.objects.filter(user=user).on(today).exclude(role__in=MANAGED_ROLES)
    if user.is_superuser or above.exists():
        raise Refused(_("此人的账户只能由系统管理员办理。"), "role")


def check_can_reset_password(actor: Actor, user: User, password: str, *, now: dt.datetime) -> None:
    check_can_touch_account(actor, user, now=now)
    check_is_person(user)
    _check_password(password, user, "password")


def check_can_disable_user(actor: Actor, user: User, *, now: dt.datetime) -> None:
    check_can_touch_account(actor, user, now=now)
    if not user.is_active:
        raise Refused(_("账户已经停用。"), "state")


def check_can_enable_user(actor: Actor, user: User, *, now: dt.datetime) -> None:
    check_can_touch_account(actor, user, now=now)
    if user.is_active:
        raise Refused(_("账户已经启用。"), "state")
