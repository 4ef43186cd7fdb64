"""Whom the hall tells of its matters without being asked, and what was told."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.fields import EncryptedTextField
from hall.models import JournalEntry, Message, User
from staffing.models.machines import SecurityQuerySet
from staffing.models.places import Hall


class WebhookQuerySet(SecurityQuerySet["Webhook"]):
    pass


class Webhook(models.Model):
    """An address of another system, the events that it hears of, and the secret that our messages are signed with.

    While the secret is turned over the former one signs too, until `former_until`.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="webhooks", db_index=False)
    name = models.CharField(_("接收系统"), max_length=80)
    url = models.CharField(_("接收地址"), max_length=500)
    events = ArrayField(models.CharField(max_length=60))
    secret = EncryptedTextField()
    former_secret = EncryptedTextField(blank=True)
    former_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["hall", "-id"], name="webhook_by_hall")]
        constraints = [
            models.CheckConstraint(condition=~Q(events=[]), name="webhook_hears_something"),
            models.UniqueConstraint(fields=["hall", "url"], name="webhook_one_address"),
        ]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, actor: Actor) -> DeliveryQuerySet:
        return self.filter(webhook__in=Webhook.objects.visible_to(actor))

    def locked(self, pk: int) -> Delivery:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Delivery(models.Model):
    """One message to one system, kept with what became of it. Its `key` stays the same however often it is sent.

    The columns of waiting and trying are those of `hall.Message`, and `hall.outbox` works them off.
    """

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries", db_index=False)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.CharField(max_length=60)
    subject = models.CharField(max_length=40, blank=True)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=Message.STATES, default="pending")
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    answered = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["webhook", "-id"], name="delivery_by_webhook"),
            models.Index(fields=["webhook", "state", "-id"], name="delivery_by_state"),
            models.Index(fields=["webhook", "event", "-id"], name="delivery_by_event"),
            models.Index(fields=["next_attempt_at"], condition=Q(state="pending"), name="delivery_pending"),
            BrinIndex(fields=["created_at"], name="delivery_by_time", autosummarize=True),
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "entry"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(next_attempt_at__isnull=False) | ~Q(state="pending"),
                name="delivery_pending_has_its_time",
            ),
        ]

    @property
    def message_id(self) -> str:
        return f"msg_{self.key.hex}"
