"""Sessions: begun, carried on, ended; and a form that is kept while its sender signs in or confirms."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused
from hall.erasing import delete, in_batches
from hall.models import User
from staffing import queries, rules
from staffing.actions.factors import Signed, own_account, take_code, take_key
from staffing.actions.tries import forgive
from staffing.models import KeptForm, KeyChallenge, StaffSession

KEEP_FORM = dt.timedelta(hours=1)
KEEP_ENDED = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Entered:
    """How somebody came in."""

    key: str
    device: str
    network: str
    second_factor: bool


def begin(user: User, entered: Entered, *, now: dt.datetime) -> StaffSession:
    """Part of `sign_in`."""
    return StaffSession.objects.create(
        user=user, key=entered.key, began_at=now, device=entered.device[:60], network=entered.network[:60],
        second_factor=entered.second_factor,
    )  # fmt: skip


def end(sessions: Iterable[StaffSession], by: int | None, *, now: dt.datetime) -> int:
    """Part of an action. The session's row goes, so that no process finds it at its next request; ours stays."""
    rows = list(sessions)
    Session.objects.filter(session_key__in=[row.key for row in rows]).delete()
    return StaffSession.objects.filter(pk__in=[row.pk for row in rows], ended_at=None).update(
        ended_at=Greatest("began_at", Value(now)),  # it may have begun on a host whose clock is ahead
        ended_by=by,
    )


def end_all(user: User, by: int | None, *, but: str = "", now: dt.datetime) -> int:
    """Part of an action: every living session of the account, except one."""
    return end(queries.living_sessions(user, now).exclude(key=but), by, now=now)


@transaction.atomic
def end_session(*, actor: Actor, session_id: int, now: dt.datetime) -> StaffSession:
    """One device is signed out."""
    session = StaffSession.objects.locked(session_id)
    rules.check_can_end_session(actor, session, now=now)
    end([session], actor.user_id, now=now)
    journal.record(
        actor, "end_session", session, stream=session.user, after={"device": session.device}, now=now
    )
    session.refresh_from_db()
    return session


@transaction.atomic
def end_other_sessions(*, actor: Actor, key: str, now: dt.datetime) -> int:
    """All of one's own, except the one that says so."""
    rules.check_can_end_other_sessions(actor, now=now)
    user = own_account(actor)
    count = end_all(user, actor.user_id, but=key, now=now)
    if count:
        journal.record(actor, "end_other_sessions", user, after={"ended": count}, now=now)
    return count


def carry_session(*, old: str, new: str) -> None:
    """A session goes on under another key (after the password was changed)."""
    StaffSession.objects.filter(key=old, ended_at=None).update(key=new)


@transaction.atomic
def confirm_session(
    *,
    actor: Actor,
    password: str = "",
    code: str = "",
    signed: Signed | None = None,
    tried: int | None = None,
    now: dt.datetime,
) -> User:
    """The person is still there: by the password, or by a code or a key where a second factor is set up."""
    rules.check_can_confirm_session(actor, now=now)
    user = own_account(actor)
    by = "password"
    if signed is not None:
        by = take_key(user, signed, now=now)
    elif code:
        take_code(user, code, now=now)
        by = "code"
    elif not user.check_password(password):
        raise Refused(_("密码不正确。"), "input", field="password")
    if tried is not None:
        forgive(tried)
    journal.record(actor, "confirm_session", user, after={"by": by}, now=now)
    return user


@transaction.atomic
def keep_form(
    *, actor: Actor, path: str, fields: Sequence[tuple[str, str]], had_files: bool, now: dt.datetime
) -> KeptForm:
    """What was typed is kept, encrypted, until its sender is back. Not in the journal: nothing was done yet."""
    rules.check_can_keep_form(actor, now=now)
    return KeptForm.objects.create(
        user_id=actor.user_id or 0, path=path[:500], data=json.dumps(list(fields), ensure_ascii=False),
        had_files=had_files, kept_at=now, expires_at=now + KEEP_FORM,
    )  # fmt: skip


def fields_of(kept: KeptForm) -> list[tuple[str, str]]:
    return [(name, value) for name, value in json.loads(kept.data)]


@transaction.atomic
def drop_form(*, actor: Actor, token: uuid.UUID, now: dt.datetime) -> None:
    """Not wanted any more."""
    kept = KeptForm.objects.select_for_update().filter(token=token).first()
    if kept is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    rules.check_can_drop_form(actor, kept, now=now)
    kept.delete()


def due_sessions(*, now: dt.datetime, kept: dt.timedelta = KEEP_ENDED) -> QuerySet[StaffSession]:
    living = StaffSession.objects.living(now).values("pk")
    return StaffSession.objects.filter(began_at__lt=now - kept).exclude(pk__in=living)


def forget_sessions(*, now: dt.datetime, kept: dt.timedelta = KEEP_ENDED) -> int:
    """Sessions that ended long ago, and what is left of expired ones."""
    in_batches(Session.objects.filter(expire_date__lt=now - dt.timedelta(days=1)), delete)
    return in_batches(due_sessions(now=now, kept=kept), delete)


def due_forms(*, now: dt.datetime) -> QuerySet[KeptForm]:
    return KeptForm.objects.filter(expires_at__lt=now)


def forget_forms(*, now: dt.datetime) -> int:
    """Forms and challenges that nobody came back for."""
    KeyChallenge.objects.filter(expires_at__lt=now).delete()
    return in_batches(due_forms(now=now), delete)
