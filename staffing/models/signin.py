"""Signing in: tries that failed, sessions that live, the second factor, and a form that met the sign-in page."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hall.fields import EncryptedTextField
from hall.models import User


class SignInTry(models.Model):
    """A try that has not succeeded: counted before the password is looked at, taken away when it was right.

    `account` is the keyed hash of the name that was typed, whether anybody has it or not. `origin` is the device on
    which the owner has signed in before (`known`), else the network that the try came from.
    """

    account = models.BinaryField(max_length=16)
    origin = models.BinaryField(max_length=16)
    known = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="try_by_account"),
            models.Index(fields=["origin", "at"], condition=Q(known=False), name="try_by_network"),
            BrinIndex(fields=["at"], name="try_by_time", autosummarize=True),
        ]


class StaffSessionQuerySet(models.QuerySet["StaffSession"]):
    def living(self, now: dt.datetime) -> StaffSessionQuerySet:
        """Those that still open the pages: the row of the session itself is the judge."""
        rows = Session.objects.filter(session_key=OuterRef("key"), expire_date__gt=now)
        return self.filter(Exists(rows), ended_at=None)

    def locked(self, pk: int) -> StaffSession:
        return self.select_for_update(of=("self",)).get(pk=pk)


class StaffSession(models.Model):
    """One signing in on one device. Deleting the session's own row ends it, in every process at the next request."""

    user = models.ForeignKey(User, models.PROTECT, related_name="staff_sessions", db_index=False)
    key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField()
    device = models.CharField(_("设备"), max_length=60)
    network = models.CharField(_("网络"), max_length=60)
    second_factor = models.BooleanField(_("两步验证"), default=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = StaffSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-id"]
        indexes = [models.Index(fields=["user", "-began_at", "-id"], name="staff_session_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="staff_session_forward"
            )
        ]


class Authenticator(models.Model):
    """The secret that a person's authenticator app shares with the hall (RFC 6238). `last_step` is used up."""

    user = models.OneToOneField(User, models.PROTECT, related_name="authenticator")
    secret = EncryptedTextField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_step__gte=0), name="authenticator_counts_up"),
        ]


class RecoveryCode(models.Model):
    """A way in for who has lost the phone: kept as a keyed hash, good once."""

    user = models.ForeignKey(User, models.PROTECT, related_name="recovery_codes")
    hash = models.BinaryField(max_length=16)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "hash"], name="recovery_code_once")]


class FactorDemand(models.Model):
    """Since when a person's role has asked for a second factor; the days of grace run from here."""

    user = models.OneToOneField(User, models.PROTECT, related_name="factor_demand")
    since = models.DateTimeField()


class KeptForm(models.Model):
    """What somebody sent when they had to sign in or confirm themselves first; theirs alone, for an hour."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    path = models.CharField(max_length=500)
    data = EncryptedTextField()
    had_files = models.BooleanField(default=False)
    kept_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("kept_at")), name="kept_form_expires")
        ]
        indexes = [models.Index(fields=["expires_at"], name="kept_form_by_end")]
