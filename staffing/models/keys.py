"""Security keys and passkeys (W3C WebAuthn) as the second factor, and the challenges that they are asked to sign."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.models import User

PURPOSES = {"add": _("登记"), "sign_in": _("登录"), "confirm": _("确认本人")}


class SecurityKeyQuerySet(models.QuerySet["SecurityKey"]):
    def usable(self) -> SecurityKeyQuerySet:
        """Those that still open something."""
        return self.filter(stopped_at=None)


class SecurityKey(models.Model):
    """The public half of a key that lives in somebody's device; the private half never leaves it.

    `stopped_at`: its counter went back, so two devices hold the same key. It opens nothing any more, and stands here
    until its owner takes it away: an account does not fall back to the password because of it.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="security_keys", db_index=False)
    name = models.CharField(_("名称"), max_length=40)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField(max_length=2048)
    sign_count = models.BigIntegerField(default=0)
    transports = ArrayField(models.CharField(max_length=20), default=list)
    is_synced = models.BooleanField()
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    objects = SecurityKeyQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="security_key_name_once"),
            models.CheckConstraint(
                condition=~Q(name="") & Q(sign_count__gte=0), name="security_key_counts_up"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(used_at__gte=F("added_at")), name="security_key_used_after"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="is_one_key",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("user", "credential_id", "public_key", "added_at"),
            ),
            pgtrigger.Protect(
                name="never_counts_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__sign_count__gt=pgtrigger.F("new__sign_count")),
            ),
            pgtrigger.Protect(
                name="stays_stopped",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__stopped_at__isnull=False, new__stopped_at__isnull=True),
            ),
        ]


class KeyChallenge(models.Model):
    """Random bytes that a key signs: for one person, one purpose, the session that asked, some minutes, and once."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=8, choices=list(PURPOSES.items()))
    challenge = models.BinaryField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="key_challenge_expires"),
            models.CheckConstraint(
                condition=Q(purpose__in=list(PURPOSES)), name="key_challenge_for_something"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "purpose", "-id"], name="key_challenge_of"),
            models.Index(fields=["expires_at"], name="key_challenge_by_end"),
        ]
