"""Other systems are told: who they are, with which secret, and each delivery until it was taken or given up."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from hall import journal, outbox
from hall.access import Actor
from hall.erasing import delete, in_batches
from hall.webhooks import TEST_EVENT
from hall.webhooks.posting import NotTaken, parsed, post
from hall.webhooks.signing import headers_of, new_secret
from staffing import rules
from staffing.actions.rota import locked_hall
from staffing.models import Delivery, Webhook

SEND = "staffing.send_deliveries"


@transaction.atomic
def save_webhook(
    *,
    actor: Actor,
    hall_id: int,
    name: str,
    url: str,
    events: Collection[str],
    is_active: bool = True,
    webhook_id: int | None = None,
    now: dt.datetime,
) -> tuple[Webhook, str]:
    """Enter a system or change it; for a new one its secret too, which is shown once ("" else).

    While it is not active nothing is noted for it, and what waits goes on waiting.
    """
    hall = locked_hall(hall_id)
    webhook = (
        None if webhook_id is None else Webhook.objects.select_for_update().get(pk=webhook_id, hall=hall)
    )
    rules.check_can_save_webhook(actor, webhook, hall_id=hall.pk, name=name, url=url, events=events, now=now)
    secret, before = "", None
    if webhook is None:
        secret = new_secret()
        webhook = Webhook(hall=hall, secret=secret, created_at=now, created_by_id=actor.user_id)
    else:
        before = _facts(webhook)
    webhook.name, webhook.url, webhook.events = name.strip(), url.strip(), sorted(set(events))
    webhook.is_active = is_active
    if webhook.pk:
        webhook.save(update_fields=["name", "url", "events", "is_active"])
    else:
        webhook.save()
    journal.record(actor, "save_webhook", webhook, before=before, after=_facts(webhook), now=now)
    if is_active:
        transaction.on_commit(_nudge)
    return webhook, secret


def _facts(webhook: Webhook) -> dict[str, Any]:
    """Of the address the host alone: a path may hold a key."""
    parts = parsed(webhook.url)
    return {
        "name": webhook.name,
        "host": parts.hostname if parts else "",
        "events": webhook.events,
        "is_active": webhook.is_active,
    }


@transaction.atomic
def rotate_webhook(*, actor: Actor, webhook_id: int, now: dt.datetime) -> tuple[Webhook, str]:
    """A new secret; the former one signs beside it for some days, so that the receiver changes when it suits them."""
    webhook = Webhook.objects.locked(webhook_id)
    rules.check_can_rotate_webhook(actor, webhook, now=now)
    webhook.former_secret, webhook.secret = webhook.secret, new_secret()
    webhook.former_until = now + rules.SECRET_OVERLAP
    webhook.save(update_fields=["secret", "former_secret", "former_until"])
    after = {"former_until": webhook.former_until.isoformat()}
    journal.record(actor, "rotate_webhook", webhook, after=after, now=now)
    return webhook, webhook.secret


@transaction.atomic
def send_test_event(*, actor: Actor, webhook_id: int, now: dt.datetime) -> Delivery:
    """A message about no matter, for the receiver to try their side with."""
    webhook = Webhook.objects.locked(webhook_id)
    rules.check_can_send_test_event(actor, webhook, now=now)
    delivery = Delivery(webhook=webhook, event=TEST_EVENT, created_at=now, next_attempt_at=now)
    delivery.body = body_of(delivery, at=now)
    delivery.save(force_insert=True)
    journal.record(actor, "send_test_event", webhook, after={"message": delivery.message_id}, now=now)
    transaction.on_commit(_nudge)
    return delivery


@transaction.atomic
def replay_delivery(*, actor: Actor, delivery_id: int, now: dt.datetime) -> Delivery:
    """Send it once more, with the id that it had, so that a receiver who took it can tell."""
    delivery = Delivery.objects.select_related("webhook").locked(delivery_id)
    rules.check_can_replay_delivery(actor, delivery, now=now)
    before = {"state": delivery.state, "attempts": delivery.attempts}
    delivery.state, delivery.attempts, delivery.next_attempt_at = "pending", 0, now
    delivery.save(update_fields=["state", "attempts", "next_attempt_at"])
    after = {"message": delivery.message_id}
    journal.record(actor, "replay_delivery", delivery.webhook, before=before, after=after, now=now)
    transaction.on_commit(_nudge)
    return delivery


def _nudge() -> None:
    outbox.nudge(SEND)


def body_of(delivery: Delivery, *, at: dt.datetime, **case: Any) -> str:
    """What goes out: which message, what happened, when, to which matter; not a word of what the matter is about."""
    told = {"id": delivery.message_id, "event": delivery.event, "at": at.isoformat(), "case": case or None}
    return json.dumps(told, ensure_ascii=False)


def put_deliveries(rows: Collection[Delivery]) -> int:
    """Within the caller's transaction: what is to be sent; returns how many are new."""
    before = Delivery.objects.filter(entry__in=[row.entry_id for row in rows]).count()
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        transaction.on_commit(_nudge)
    return Delivery.objects.filter(entry__in=[row.entry_id for row in rows]).count() - before


def send_delivery(*, now: dt.datetime, without: Collection[int] = ()) -> Delivery | None:
    """Send the one that is due first and say which it was; `without`: systems that have just failed and may rest."""
    due = Delivery.objects.filter(webhook__is_active=True).exclude(webhook__in=without)
    tried: Delivery | None = outbox.work_off(
        due.select_related("webhook"), lambda one: _send(one, now=now), now=now
    )
    return tried


def _send(delivery: Delivery, *, now: dt.datetime) -> None:
    webhook, keys = delivery.webhook, [delivery.webhook.secret]
    if webhook.former_until is not None and webhook.former_until > now:
        keys.append(webhook.former_secret)
    headers = headers_of(keys, delivery.message_id, delivery.body, now=now)
    reach: dict[str, Any] = {
        "networks": settings.HALL_WEBHOOK_NETWORKS,
        "seconds": settings.HALL_WEBHOOK_SECONDS,
    }
    try:
        delivery.answered = post(webhook.url, delivery.body, headers, **reach)
    except NotTaken as failure:
        delivery.answered = failure.answered
        raise


def due_deliveries(*, now: dt.datetime, kept: dt.timedelta = rules.DELIVERY_KEPT) -> QuerySet[Delivery]:
    return Delivery.objects.filter(created_at__lt=now - kept).exclude(state="pending")


def forget_deliveries(*, now: dt.datetime, kept: dt.timedelta = rules.DELIVERY_KEPT) -> int:
    """Take away what is past its time and not waiting any more; how many."""
    return in_batches(due_deliveries(now=now, kept=kept), delete)
