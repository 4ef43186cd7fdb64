"""What an issued paper carries when it is taken back: who asked for it, why, which leader did it, on what paper."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.models import IssuedDocument, User


class Revocable(models.Model):
    """One person asks, another revokes. `ask_no` counts the askings: what is revoked is what was read."""

    ask_no = models.PositiveSmallIntegerField(default=0)
    revoke_reason = models.TextField(_("撤销的理由"), blank=True)
    revoke_asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    revoke_asked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    revoked_at = models.DateTimeField(null=True)
    revocation = models.ForeignKey(
        IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


def revoked_on_paper(name: str) -> models.CheckConstraint:
    """Revoked is what has its reason, its hands, its moment and its paper; nothing else has the paper."""
    done = Q(
        revoked_by__isnull=False,
        revoked_at__isnull=False,
        revocation__isnull=False,
        revoke_asked_by__isnull=False,
    ) & ~Q(revoke_reason="")
    none = Q(revoked_by=None, revoked_at=None, revocation=None)
    return models.CheckConstraint(
        condition=(Q(status="revoked") & done) | (~Q(status="revoked") & none), name=name
    )


def revoked_by_another(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(revoked_by=None) | ~Q(revoked_by=F("revoke_asked_by")), name=name
    )
