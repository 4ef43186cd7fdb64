"""Security keys: asked, registered, used, stopped, taken away. The first factor of an account brings recovery codes."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from hall import journal, outbox
from hall.access import PUBLIC, Actor
from hall.batch import broken_by
from hall.models import User
from staffing import rules
from staffing.actions.factors import drop_codes_without_factor, first_codes, own_account
from staffing.models import FactorDemand, KeyChallenge, SecurityKey

BYTES = 64


@transaction.atomic
def make_challenge(*, user_id: int, purpose: str, now: dt.datetime) -> KeyChallenge:
    """Random bytes for a key to sign. Those that nobody came back with go, so that pressing often costs nothing."""
    mine = KeyChallenge.objects.filter(user_id=user_id, purpose=purpose)
    made = KeyChallenge.objects.create(
        user_id=user_id, purpose=purpose, challenge=secrets.token_bytes(BYTES), made_at=now,
        expires_at=now + rules.CHALLENGE_LASTS,
    )  # fmt: skip
    mine.filter(expires_at__lte=now).delete()
    late = list(mine.order_by("-id").values_list("pk", flat=True)[rules.MOST_CHALLENGES :])
    KeyChallenge.objects.filter(pk__in=late).delete()
    return made


@transaction.atomic
def spend_challenge(*, token: uuid.UUID | None, user_id: int, purpose: str, now: dt.datetime) -> bytes | None:
    """Used up before the answer is judged, in a transaction of its own: right or wrong, it is good once."""
    if token is None:
        return None
    asked = (
        KeyChallenge.objects.select_for_update()
        .filter(token=token, user_id=user_id, purpose=purpose, expires_at__gt=now)
        .first()
    )
    if asked is None:
        return None
    asked.delete()
    return bytes(asked.challenge)


@transaction.atomic
def add_security_key(
    *, actor: Actor, name: str, answer: Mapping[str, Any] | None, challenge: bytes | None, now: dt.datetime
) -> tuple[SecurityKey, list[str]]:
    """The key, and recovery codes where the account has none yet; its owner is told by every channel."""
    user, name = own_account(actor), name.strip()
    new = rules.check_can_add_security_key(
        actor, user, name=name, answer=answer, challenge=challenge, now=now
    )
    try:
        with transaction.atomic():
            key = SecurityKey.objects.create(
                user=user, name=name, credential_id=new.credential_id, public_key=new.public_key,
                sign_count=new.sign_count, transports=list(new.transports), is_synced=new.is_synced, added_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        # Two people with one key at the same moment: the account's lock does not hold the other's.
        if "credential_id" in broken_by(error):
            rules.refuse_known_key()
        raise
    FactorDemand.objects.filter(user=user).delete()
    entry = journal.record(
        actor, "add_security_key", user, after={"key": key.pk, "synced": key.is_synced}, now=now
    )
    _tell("security_key_added", key, entry.pk, now)
    return key, first_codes(user, now)


@transaction.atomic
def remove_security_key(*, actor: Actor, key_id: int, now: dt.datetime) -> User:
    """It opens nothing any more. With the last factor the recovery codes go too."""
    user = own_account(actor)
    key = SecurityKey.objects.select_for_update(of=("self",)).select_related("user").get(pk=key_id)
    rules.check_can_remove_security_key(actor, key, now=now)
    entry = journal.record(actor, "remove_security_key", user, before={"key": key.pk}, now=now)
    _tell("security_key_removed", key, entry.pk, now)
    key.delete()
    drop_codes_without_factor(user)
    return user


@transaction.atomic
def stop_security_key(*, key_id: int, now: dt.datetime) -> None:
    """Its counter went back. The refusal has undone its own transaction, so this is one of its own."""
    key = SecurityKey.objects.select_for_update(of=("self",)).select_related("user").filter(pk=key_id).first()
    if key is None or key.stopped_at is not None:
        return
    key.stopped_at = now
    key.save(update_fields=["stopped_at"])
    entry = journal.record(PUBLIC, "stop_security_key", key.user, after={"key": key.pk}, now=now)
    _tell("security_key_stopped", key, entry.pk, now)


def _tell(kind: str, key: SecurityKey, entry_id: int, now: dt.datetime) -> None:
    outbox.post(
        kind, to=key.user, context={"name": key.name}, once=f"{kind}/{entry_id}",
        url=reverse("staffing:second-factor"), urgent=kind != "security_key_removed", now=now,
    )  # fmt: skip
