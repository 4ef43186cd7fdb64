"""The hall's own machines at the front: displays, kiosks, ticket printers, ID readers; which of them may be trusted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import User
from staffing.lifecycle import ADMINISTRATOR, DEVICE_KINDS
from staffing.models.places import Hall, Window


class DeviceQuerySet(models.QuerySet["Device"]):
    def visible_to(self, actor: Actor) -> DeviceQuerySet:
        """The administrators of the hall."""
        if actor.kind == "system":
            return self
        return self.filter(hall__in=actor.halls(ADMINISTRATOR)) if actor.kind == "person" else self.none()

    def locked(self, pk: int) -> Device:
        return self.select_for_update(of=("self",)).get(pk=pk)

    def printers(self, hall_id: int) -> DeviceQuerySet:
        """Printers of the hall that are in use."""
        return self.filter(hall=hall_id, kind="printer", revoked_at=None)


class Device(models.Model):
    """A machine of one hall and one kind. It holds a credential of its own, of which only the hash is kept.

    A code (of which, too, only the hash is kept) is exchanged for the credential once, at the device. A printer has
    neither: the house calls it, at `host` and `port`.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="devices", db_index=False)
    kind = models.CharField(_("种类"), max_length=8, choices=list(DEVICE_KINDS.items()))
    name = models.CharField(_("名称"), max_length=60)
    window = models.ForeignKey(
        Window, models.PROTECT, null=True, blank=True, related_name="devices", db_index=False
    )
    printer = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="served", db_index=False
    )
    host = models.CharField(_("打印机地址"), max_length=45, blank=True)
    port = models.PositiveIntegerField(_("端口"), default=9100)
    profile = models.CharField(_("打印机型号"), max_length=40, blank=True)
    confirms = models.BooleanField(_("回报状态"), default=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    code_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - unique where there is one
    code_expires_at = models.DateTimeField(null=True)
    secret_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - the same
    enrolled_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=200, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["hall", "kind", "-id"], name="device_by_hall")]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "name"], condition=Q(revoked_at=None), name="device_name_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="printer", code_hash=None, secret_hash=None) & ~Q(host="")
                | ~Q(kind="printer") & Q(host=""),
                name="device_only_printers_are_called",
            ),
            models.CheckConstraint(
                condition=Q(printer=None) | Q(kind="kiosk"), name="device_only_kiosks_have_a_printer"
            ),
            models.CheckConstraint(
                condition=Q(secret_hash=None, enrolled_at=None)
                | Q(secret_hash__isnull=False, enrolled_at__isnull=False),
                name="device_enrolled_has_a_secret",
            ),
            models.CheckConstraint(
                condition=Q(code_hash=None, code_expires_at=None)
                | Q(code_hash__isnull=False, code_expires_at__isnull=False),
                name="device_code_ends",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(code_hash=None) & ~Q(revoke_reason=""),
                name="device_revoked_says_why",
            ),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="device_port"),
            models.CheckConstraint(condition=~Q(printer=F("id")), name="device_is_not_its_own_printer"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """`revoked`, `waiting` for its code to be typed, or `ready`."""
        if self.revoked_at is not None:
            return "revoked"
        return "ready" if self.kind == "printer" or self.enrolled_at is not None else "waiting"
