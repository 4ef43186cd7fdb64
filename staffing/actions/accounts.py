"""Accounts: who may enter, with which password, in which language. Each act stands in the stream user:ID."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused
from hall.models import User
from staffing import queries, rules
from staffing.actions.posts import sync_rights
from staffing.actions.sessions import Entered, begin, end_all
from staffing.actions.tries import forgive, forgive_all
from staffing.models import FactorDemand


def _locked(user_id: int) -> User:
    return User.objects.select_for_update().get(pk=user_id)


def _own(actor: Actor) -> User:
    """The actor's own account, locked."""
    if actor.user_id is None:
        raise Refused(_("请先登录。"), "role")
    return _locked(actor.user_id)


def _self(user: User) -> Actor:
    """The owner of the account, before any post of theirs was read."""
    return Actor(name=user.name, user_id=user.pk)


@transaction.atomic
def sign_in(
    *, user_id: int, entered: Entered | None = None, tried: int | None = None, now: dt.datetime
) -> User:
    """Someone showed who they are. Rights that began or ended with a date are brought up to date, and a role that asks
    for a second factor begins its days of grace.
    """
    user = _locked(user_id)
    rules.check_can_sign_in(user, now=now)
    sync_rights(user, today=timezone.localdate(now))
    user.last_login = now
    user.save(update_fields=["last_login"])
    if tried is not None:
        forgive(tried)
    if entered is not None:
        begin(user, entered, now=now)
    if queries.needs_second_factor(user, now=now) and not queries.usable_factors(user):
        FactorDemand.objects.get_or_create(user=user, defaults={"since": now})
    else:
        FactorDemand.objects.filter(user=user).delete()
    journal.record(_self(user), "sign_in", user, now=now)
    return user


@transaction.atomic
def sign_out(*, actor: Actor, now: dt.datetime) -> User:
    user = _own(actor)
    rules.check_can_sign_out(actor, now=now)
    journal.record(actor, "sign_out", user, now=now)
    return user


@transaction.atomic
def set_language(*, actor: Actor, language: str, now: dt.datetime) -> User:
    """The language of the pages and of what is sent to the actor."""
    user = _own(actor)
    rules.check_can_set_language(user, language, now=now)
    if user.language != language:
        before, user.language = user.language, language
        user.save(update_fields=["language"])
        journal.record(
            actor, "set_language", user, before={"language": before}, after={"language": language}, now=now
        )
    return user


@transaction.atomic
def change_password(*, actor: Actor, old: str, new: str, key: str = "", now: dt.datetime) -> User:
    """The actor's own password, against the old one; all sessions end but the one (`key`) in which it was changed."""
    user = _own(actor)
    rules.check_can_change_password(user, old, new, now=now)
    _set_password(user, new, must_change=False, now=now)
    end_all(user, user.pk, but=key, now=now)
    journal.record(actor, "change_password", user, now=now)
    return user


def _set_password(user: User, password: str, *, must_change: bool, now: dt.datetime) -> None:
    user.set_password(password)
    user.password_changed_at, user.must_change_password = now, must_change
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])


@transaction.atomic
def register_user(
    *,
    actor: Actor,
    username: str,
    name: str,
    name_en: str = "",
    email: str = "",
    phone: str = "",
    language: str = "zh-hans",
    password: str | None = None,
    is_machine: bool = False,
    now: dt.datetime,
) -> User:
    """An account for one person, or for a machine, which never has a password. The password given is temporary; without
    one nobody can sign in yet.
    """
    user = User(
        username=username.strip().lower(),
        name=name.strip(),
        name_en=name_en.strip(),
        email=email.strip(),
        phone=phone.strip(),
        language=language,
        is_machine=is_machine,
    )
    rules.check_can_register_user(actor, user, password, now=now)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
        user.password_changed_at, user.must_change_password = now, True
    user.save(force_insert=True)
    journal.record(actor, "register_user", user, after={"username": user.username}, now=now)
    return user


@transaction.atomic
def reset_password(*, actor: Actor, user_id: int, password: str, now: dt.datetime) -> User:
    """A temporary password for someone who forgot theirs: opens a locked account, must be changed when used."""
    user = _locked(user_id)
    rules.check_can_reset_password(actor, user, password, now=now)
    forgive_all(user.username)
    _set_password(user, password, must_change=True, now=now)
    end_all(user, actor.user_id, now=now)
    journal.record(actor, "reset_password", user, now=now)
    return user


@transaction.atomic
def disable_user(*, actor: Actor, user_id: int, reason: str = "", now: dt.datetime) -> User:
    """The account can no longer sign in, and an open session ends with its next request. Nothing is deleted."""
    user = _locked(user_id)
    rules.check_can_disable_user(actor, user, now=now)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_all(user, actor.user_id, now=now)
    journal.record(actor, "disable_user", user, before={"is_active": True}, after={"is_active": False},
                   reason=reason, now=now)  # fmt: skip
    return user


@transaction.atomic
def enable_user(*, actor: Actor, user_id: int, now: dt.datetime) -> User:
    user = _locked(user_id)
    rules.check_can_enable_user(actor, user, now=now)
    user.is_active = True
    user.save(update_fields=["is_active"])
    journal.record(
        actor, "enable_user", user, before={"is_active": False}, after={"is_active": True}, now=now
    )
    return user
