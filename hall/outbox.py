"""Everything that is sent goes through here: a row in the caller's transaction, delivery by a worker after.

`post` inserts and nudges a worker on commit; losing the nudge (Redis gone, worker dead) only delays, because
the beat's sweep calls `deliver` for all that is due. A `once` key makes a second row impossible, so an action
that is repeated tells nobody twice.

The words of a message live in templates/messages/<kind>.txt (first line the subject, the rest the text) and
are made when it is read or sent, in the language of its reader.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string

from hall.batch import missing, together
from hall.models import Message, User

log = logging.getLogger("hall.outbox")

BACK_OFF = tuple(dt.timedelta(minutes=m) for m in (1, 5, 30, 120, 720))
"""Waits after the first, second, … failed attempt; after the last one the message is dead."""


def at_site(path: str) -> str:
    """The full address of a path of this site, as messages, papers and feeds print it."""
    return f"{settings.HALL_SITE_URL.rstrip('/')}{path}"


def address_of(url_name: str, *args: Any) -> str:
    """The full address of a page."""
    return at_site(reverse(url_name, args=args))


@dataclass(frozen=True, slots=True)
class Phone:
    """A reader without an account, reached by SMS: a petitioner."""

    number: str
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class Text:
    """One SMS as its backend gets it."""

    to: str
    body: str


class BaseSMSBackend:
    """The interface of Django's e-mail backends, for SMS: open, close, send_messages."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        self.fail_silently = fail_silently

    def open(self) -> bool | None:
        return None

    def close(self) -> None:
        return None

    def send_messages(self, messages: Sequence[Text]) -> int:
        """Send them all; returns how many went out. Raises on failure unless `fail_silently`."""
        raise NotImplementedError


class ConsoleSMSBackend(BaseSMSBackend):
    """Writes each SMS to the log: the default, until a carrier's gateway is configured."""

    def send_messages(self, messages: Sequence[Text]) -> int:
        for message in messages:
            log.info("SMS to %s: %s", message.to[:3] + "****" + message.to[-4:], message.body)
        return len(messages)


def post(
    kind: str,
    *,
    to: Iterable[User] | User | Phone,
    context: Mapping[str, Any],
    once: str,
    now: dt.datetime,
    url: str = "",
    urgent: bool = False,
) -> int:
    """Tell each reader; returns how many rows are new.

    Staff are told in the application, and by e-mail too when their account has an address; a `Phone` by SMS.
    `once` names the occasion; the reader and the channel are added to it.
    """
    rows: list[Message] = []

    def add(channel: str, reader: str, **facts: Any) -> None:
        direct = channel == "app"
        rows.append(
            Message(
                kind=kind,
                channel=channel,
                context=dict(context),
                url=url,
                urgent=urgent,
                once=f"{once}/{reader}/{channel}",
                created_at=now,
                state="sent" if direct else "pending",
                sent_at=now if direct else None,
                next_attempt_at=None if direct else now,
                **facts,
            )
        )

    if isinstance(to, Phone):
        add("sms", "phone", address=to.number, language=to.language)
    else:
        for user in [to] if isinstance(to, User) else to:
            add("app", str(user.pk), user=user, language=user.language)
            if user.email:
                add("email", str(user.pk), user=user, language=user.language)
    new: int = sum(together(*missing(*rows))) if rows else 0
    if any(row.channel != "app" for row in rows):
        transaction.on_commit(nudge)
    return new


def forget(*kinds: str, key: str, now: dt.datetime) -> int:
    """What was sent about somebody who is erased no longer says to whom, nor what: the rows stay, empty; one that still
    waits is not sent any more. `key` is what followed the kind in `once`. Returns how many.
    """
    rows = Message.objects.filter(
        reduce(or_, (Q(once=f"{kind}/{key}") | Q(once__startswith=f"{kind}/{key}/") for kind in kinds)),
        channel="sms",
    )
    rows.filter(state="pending").update(state="dead", next_attempt_at=None)
    return rows.update(address="", context={}, last_error="")


def nudge(what: str = "messages") -> None:
    """Ask a worker to deliver (or for a task by its name) now. Never fails, never waits: the sweep is the guarantee."""
    import_string(settings.HALL_NUDGE)(what)


def words(message: Message) -> tuple[str, str]:
    """Subject and text of a message in the active language."""
    text = render_to_string(f"messages/{message.kind}.txt", {**message.context, "message": message})
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip()


def deliver(*, now: dt.datetime, limit: int = 100) -> int:
    """Send what is due, each row under its own lock; returns how many were tried."""
    tried = 0
    while tried < limit and work_off(Message.objects.all(), _send, now=now) is not None:
        tried += 1
    return tried


def work_off(rows: QuerySet[Any], send: Callable[[Any], None], *, now: dt.datetime) -> Any | None:
    """Try the row that is due first, under its own lock; None when nothing is due.

    Two workers never take the same row (skip-locked). A failure is kept on the row with its error and tried
    again after the next wait of `BACK_OFF`.
    """
    with transaction.atomic():
        row = (
            rows.select_for_update(skip_locked=True, of=("self",))
            .filter(state="pending", next_attempt_at__lte=now)
            .order_by("next_attempt_at", "id")
            .first()
        )
        if row is not None:
            _attempt(row, send, now)
    return row


def _attempt(row: Any, send: Callable[[Any], None], now: dt.datetime) -> None:
    row.attempts += 1
    try:
        send(row)
    except Exception as error:  # noqa: BLE001 - a gateway may fail in any way; the row keeps what it said
        log.warning("%s %s not sent (attempt %s): %s", row._meta.label_lower, row.pk, row.attempts, error)
        row.last_error = f"{type(error).__name__}: {error}"[:500]
        if row.attempts > len(BACK_OFF):
            row.state, row.next_attempt_at = "dead", None
        else:
            row.next_attempt_at = now + BACK_OFF[row.attempts - 1]
    else:
        row.state, row.sent_at, row.next_attempt_at = "sent", now, None
    row.save(update_fields=[name for name in _ATTEMPT if hasattr(row, name)])


_ATTEMPT = ("state", "attempts", "sent_at", "next_attempt_at", "last_error", "answered")
"""What an attempt changes; `answered` where a row has it."""


def _send(message: Message) -> None:
    with translation.override(message.language):
        subject, body = words(message)
    if message.channel == "sms":
        backend = import_string(settings.HALL_SMS_BACKEND)()
        if backend.send_messages([Text(message.address, body or subject)]) != 1:
            raise RuntimeError("the SMS gateway did not take the message")
    else:
        to = message.address or (message.user.email if message.user else "")
        mail = EmailMessage(subject, body, to=[to], connection=get_connection())
        if mail.send() != 1:
            raise RuntimeError("the mail server did not take the message")


def mark_read(*, user_id: int, message_ids: Iterable[int], now: dt.datetime) -> int:
    """The reader has seen them; only their own rows count."""
    return Message.objects.filter(user_id=user_id, pk__in=list(message_ids), read_at=None).update(read_at=now)


def requeue(*, message_id: int, now: dt.datetime) -> bool:
    """Give a dead message a new life (after the gateway was mended)."""
    return bool(
        Message.objects.filter(pk=message_id, state="dead").update(
            state="pending", attempts=0, next_attempt_at=now
        )
    )
