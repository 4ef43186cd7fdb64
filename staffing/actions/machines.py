"""Tokens of machines: issued, turned over without a gap, taken back."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection

from django.db import transaction

from hall import journal
from hall.access import Actor
from hall.models import User
from staffing import rules
from staffing.actions.rota import locked_hall
from staffing.models import MachineToken

PREFIX = "hall_"


def digest(secret: str) -> str:
    """What is kept of a token. It has 256 random bits, so one pass is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _made(
    actor: Actor, user: User, hall_id: int, name: str, scopes: Collection[str], expires_at: dt.datetime,
    replaces: MachineToken | None, *, now: dt.datetime,
) -> tuple[MachineToken, str]:  # fmt: skip
    secret = PREFIX + secrets.token_urlsafe(32)
    token = MachineToken.objects.create(
        hall_id=hall_id, user=user, name=name.strip(), scopes=sorted(set(scopes)), hash=digest(secret), hint=secret[:9],
        issued_at=now, issued_by_id=actor.user_id or user.pk, expires_at=expires_at, replaces=replaces,
    )  # fmt: skip
    return token, secret


@transaction.atomic
def issue_token(
    *,
    actor: Actor,
    hall_id: int,
    user_id: int,
    name: str,
    scopes: Collection[str],
    known: Collection[str],
    expires_at: dt.datetime,
    now: dt.datetime,
) -> tuple[MachineToken, str]:
    """The token and its secret, which is shown once. `known`: the scopes that the house's doors ask for."""
    hall = locked_hall(hall_id)
    user = User.objects.select_for_update().get(pk=user_id)
    rules.check_can_issue_token(
        actor,
        hall_id=hall.pk,
        user=user,
        name=name,
        scopes=scopes,
        known=known,
        expires_at=expires_at,
        now=now,
    )
    if not user.is_machine:
        user.is_machine = True
        user.save(update_fields=["is_machine"])
    token, secret = _made(actor, user, hall.pk, name, scopes, expires_at, None, now=now)
    after = {"name": token.name, "scopes": token.scopes, "expires_at": expires_at.isoformat()}
    journal.record(actor, "issue_token", token, stream=user, after=after, now=now)
    return token, secret


@transaction.atomic
def rotate_token(
    *, actor: Actor, token_id: int, expires_at: dt.datetime, now: dt.datetime
) -> tuple[MachineToken, str]:
    """A new secret for the same machine; the former one opens for some days more, so that nothing stands still."""
    old = MachineToken.objects.locked(token_id)
    rules.check_can_rotate_token(actor, old, expires_at=expires_at, now=now)
    token, secret = _made(actor, old.user, old.hall_id, old.name, old.scopes, expires_at, old, now=now)
    old.expires_at = min(old.expires_at, now + rules.TOKEN_OVERLAP)
    old.save(update_fields=["expires_at"])
    after = {
        "replaces": old.pk,
        "expires_at": expires_at.isoformat(),
        "former_until": old.expires_at.isoformat(),
    }
    journal.record(actor, "rotate_token", token, stream=old.user, after=after, now=now)
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Actor, token_id: int, reason: str, now: dt.datetime) -> MachineToken:
    """It opens nothing from this moment on."""
    token = MachineToken.objects.locked(token_id)
    rules.check_can_revoke_token(actor, token, now=now)
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    journal.record(
        actor, "revoke_token", token, stream=token.user, after={"name": token.name}, reason=reason, now=now
    )
    return token


def use_token(secret: str, *, now: dt.datetime) -> MachineToken | None:
    """The living token of that secret, its last use noted to the minute; None for anything else."""
    token = (
        MachineToken.objects.filter(
            hash=digest(secret), revoked_at=None, expires_at__gt=now, user__is_active=True
        )
        .select_related("user")
        .first()
    )
    if token is not None and (
        token.last_used_at is None or now - token.last_used_at >= dt.timedelta(minutes=1)
    ):
        MachineToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
