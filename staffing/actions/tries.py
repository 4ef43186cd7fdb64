"""Tries to sign in: counted first, judged after, so that a hundred at once are no more than one after another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse

from hall import journal, outbox
from hall.access import PUBLIC
from hall.erasing import delete, in_batches
from hall.models import User
from staffing import rules
from staffing.models import SignInTry
from staffing.queries.signin import Origin, account_key

NOBODY = "sign-in:unknown"
"""The stream of wrong names. The name is not kept: people type passwords there."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A try that may look at the password (`pk`), or until when there is none."""

    pk: int | None
    until: dt.datetime | None = None


@transaction.atomic
def begin_try(*, username: str, origin: Origin, now: dt.datetime) -> Tried:
    """Count a try before the password is looked at; refused ones leave no trace and lengthen nothing."""
    account = account_key(username)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign-in{account.hex()}"])
    until = rules.closed(account, origin, now=now)
    if until is not None:
        return Tried(None, until)
    row = SignInTry.objects.create(account=account, origin=origin.key, known=origin.known, at=now)
    return Tried(row.pk)


@transaction.atomic
def sign_in_failed(
    *, username: str, tried: int, step: str = "password", now: dt.datetime
) -> dt.datetime | None:
    """It was wrong; returns until when this origin is closed now. As many statements for a name that nobody has.

    `step` "code": somebody knows the password and not the code, of which the owner is told, once a day at most.
    """
    row = SignInTry.objects.get(pk=tried)
    until = rules.closed(bytes(row.account), Origin(bytes(row.origin), row.known), now=now)
    after = {"locked": until is not None, "known_device": row.known, "step": step}
    user = User.objects.filter(username=username.strip().lower()).first()
    if user is not None:
        journal.record(PUBLIC, "sign_in_failed", user, after=after, now=now)
        if step == "code" and until is not None:
            outbox.post(
                "second_step_failed", to=user, context={}, once=f"second_step_failed/{user.pk}/{now:%Y%m%d}",
                url=reverse("staffing:change-password"), urgent=True, now=now,
            )  # fmt: skip
    else:
        journal.record(PUBLIC, "sign_in_failed", row, stream=NOBODY, after=after, now=now)
    return until


def forgive(tried: int) -> None:
    """It was right: what this origin got wrong on this account before is forgotten, what others did is not."""
    row = SignInTry.objects.filter(pk=tried).first()
    if row is not None:
        SignInTry.objects.filter(account=row.account, origin=row.origin).delete()


def forgive_all(username: str) -> None:
    """A new password: the account begins anew for every origin."""
    SignInTry.objects.filter(account=account_key(username)).delete()


def due_sign_in_tries(*, now: dt.datetime) -> QuerySet[SignInTry]:
    return SignInTry.objects.filter(at__lt=now - 2 * rules.window())


def forget_sign_in_tries(*, now: dt.datetime) -> int:
    """Delete what no limit counts any more."""
    return in_batches(due_sign_in_tries(now=now), delete)
