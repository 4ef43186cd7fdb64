"""The second factor: an authenticator app (RFC 6238) or a key, and codes for the day on which they are lost."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyotp
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from hall import journal, outbox
from hall.access import Actor, Refused
from hall.fields import keyed
from hall.models import User
from staffing import queries, rules
from staffing.actions.public_forms import plain_code
from staffing.actions.tries import forgive
from staffing.models import Authenticator, FactorDemand, RecoveryCode, SecurityKey
from staffing.queries.signin import step_of

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Signed:
    """What a security key answered, and the challenge that it was to sign (None: expired, used, or never asked)."""

    answer: Mapping[str, Any] | None
    challenge: bytes | None


def own_account(actor: Actor) -> User:
    """Part of an action: the actor's own account, locked."""
    if actor.user_id is None:
        raise Refused(_("请先登录。"), "role")
    return User.objects.select_for_update().get(pk=actor.user_id)


def _hash(user: User, code: str) -> bytes:
    return keyed("recovery", f"{user.pk}/{code}")


def _new_codes(user: User, now: dt.datetime) -> list[str]:
    """Fresh ones in place of all others. Sixty bits each: nobody guesses one, so the hash need not be slow."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [
        "".join(secrets.choice(_ALPHABET) for _n in range(_LENGTH)) for _m in range(rules.RECOVERY_CODES)
    ]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, hash=_hash(user, code), made_at=now) for code in codes
    )
    return ["-".join(code[at : at + 4] for at in range(0, _LENGTH, 4)) for code in codes]


def take_code(user: User, typed: str, *, now: dt.datetime) -> str:
    """Part of an action that holds the account's lock: use up a code of the app, or a recovery code. Which of them.

    A code is good once: a step that was used, or lies before one that was, opens nothing any more.
    """
    app, code = queries.authenticator_of(user), plain_code(typed)
    if app is not None and len(code) == 6:
        step = step_of(app.secret, code, reach=1, now=now)
        if step is not None and step > app.last_step:
            app.last_step = step
            app.save(update_fields=["last_step"])
            return "app"
        if step is not None:
            raise Refused(_("这个验证码已经用过，请等手机显示下一个。"), "input", field="code")
    elif len(code) == _LENGTH and queries.has_second_factor(user):
        kept = RecoveryCode.objects.filter(user=user, hash=_hash(user, code), used_at=None).first()
        if kept is not None:
            kept.used_at = now
            kept.save(update_fields=["used_at"])
            journal.record(Actor(user.name, user.pk), "use_recovery_code", user, now=now)
            return "recovery"
    raise Refused(_("验证码不正确。一直不对时，请看手机是否设为自动校时。"), "input", field="code")


def take_key(user: User, signed: Signed, *, now: dt.datetime) -> str:
    """Part of an action that holds the account's lock: one of the person's keys signed what was asked."""
    key, count = rules.check_can_use_security_key(user, signed.answer, signed.challenge, now=now)
    key.sign_count, key.used_at = count, max(now, key.added_at)  # added on a host whose clock is ahead
    key.save(update_fields=["sign_count", "used_at"])
    return "key"


@transaction.atomic
def pass_second_step(
    *, user_id: int, code: str = "", signed: Signed | None = None, tried: int, now: dt.datetime
) -> str:
    """The second page of signing in: what this origin got wrong before is forgotten with the right code or key."""
    user = User.objects.select_for_update().get(pk=user_id)
    by = take_key(user, signed, now=now) if signed is not None else take_code(user, code, now=now)
    forgive(tried)
    return by


@transaction.atomic
def make_authenticator(*, actor: Actor, now: dt.datetime) -> Authenticator:
    """Begin: a fresh secret, which asks for nothing until the phone has proved that it knows it."""
    user = own_account(actor)
    present = Authenticator.objects.select_for_update().filter(user=user).first()
    rules.check_can_make_authenticator(actor, present, now=now)
    Authenticator.objects.filter(user=user).delete()
    made = Authenticator.objects.create(user=user, secret=pyotp.random_base32(), made_at=now)
    journal.record(actor, "make_authenticator", user, now=now)
    return made


@transaction.atomic
def confirm_authenticator(*, actor: Actor, code: str, now: dt.datetime) -> list[str]:
    """The phone has it: from now on signing in asks for a code. Returns the recovery codes, shown once, where
    the account has none yet."""
    user = own_account(actor)
    present = Authenticator.objects.select_for_update().filter(user=user).first()
    step = rules.check_can_confirm_authenticator(present, plain_code(code), now=now)
    Authenticator.objects.filter(user=user).update(confirmed_at=now, last_step=step)
    FactorDemand.objects.filter(user=user).delete()
    journal.record(actor, "confirm_authenticator", user, now=now)
    return first_codes(user, now)


@transaction.atomic
def renew_recovery_codes(*, actor: Actor, now: dt.datetime) -> list[str]:
    """New ones; the old ones open nothing any more."""
    user = own_account(actor)
    rules.check_can_renew_recovery_codes(user, now=now)
    journal.record(actor, "renew_recovery_codes", user, now=now)
    return _new_codes(user, now)


def first_codes(user: User, now: dt.datetime) -> list[str]:
    """Part of an action: new ones for who has none left; the others keep theirs, and an empty list says so."""
    return [] if queries.codes_left(user) else _new_codes(user, now)


def drop_codes_without_factor(user: User) -> None:
    """Part of an action: codes stand in for a factor, and go with the last one."""
    if not queries.has_second_factor(user):
        RecoveryCode.objects.filter(user=user).delete()


@transaction.atomic
def remove_authenticator(*, actor: Actor, now: dt.datetime) -> User:
    """Back to the password alone, or to the security keys where there are some."""
    user = own_account(actor)
    rules.check_can_remove_authenticator(user, now=now)
    Authenticator.objects.filter(user=user).delete()
    drop_codes_without_factor(user)
    journal.record(actor, "remove_authenticator", user, now=now)
    return user


@transaction.atomic
def reset_second_factor(*, actor: Actor, user_id: int, reason: str, now: dt.datetime) -> User:
    """The phone or the key is lost: another person takes all factors away; their owner is told by every channel."""
    user = User.objects.select_for_update().get(pk=user_id)
    rules.check_can_reset_second_factor(actor, user, reason, now=now)
    Authenticator.objects.filter(user=user).delete()
    SecurityKey.objects.filter(user=user).delete()
    drop_codes_without_factor(user)
    entry = journal.record(actor, "reset_second_factor", user, reason=reason.strip(), now=now)
    outbox.post(
        "second_factor_reset", to=user, context={"by": actor.name}, once=f"second_factor_reset/{entry.pk}",
        url=reverse("staffing:second-factor"), urgent=True, now=now,
    )  # fmt: skip
    return user
