"""A machine's way in: whose account it acts as, what it may open, until when."""

from __future__ import annotations

from typing import Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import User
from staffing.lifecycle import ADMINISTRATOR, SECURITY_ADMINISTRATOR
from staffing.models.places import Hall

M = TypeVar("M", bound=models.Model)


class SecurityQuerySet(models.QuerySet[M]):
    """What a hall's security administrator keeps; the system administrator sees it too."""

    def visible_to(self, actor: Actor) -> Self:
        """The administrators of the hall."""
        if actor.kind == "system":
            return self
        if actor.kind != "person":
            return self.none()
        return self.filter(hall__in=actor.halls(SECURITY_ADMINISTRATOR, ADMINISTRATOR))

    def locked(self, pk: int) -> M:
        return self.select_for_update(of=("self",)).get(pk=pk)


class MachineTokenQuerySet(SecurityQuerySet["MachineToken"]):
    pass


class MachineToken(models.Model):
    """A secret that opens `scopes` for the account of a machine until `expires_at`. Only its hash is kept.

    The account is posted like a person's, so that the rules know what the machine may do; the scopes narrow that.
    Two tokens of one machine live side by side while it is turned over (`rotate_token`).
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="machine_tokens", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="machine_tokens")
    name = models.CharField(_("设备或者系统"), max_length=80)
    scopes = ArrayField(models.CharField(max_length=40))
    hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    objects = MachineTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        indexes = [models.Index(fields=["hall", "-issued_at", "-id"], name="machine_token_by_hall")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="machine_token_ends_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(scopes=[]), name="machine_token_opens_something"),
        ]
