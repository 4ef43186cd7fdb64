"""How long personal data is kept: the periods that a person has set, and what each sweep erased."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import APPEND_ONLY
from hall.models import User


class RetentionRule(models.Model):
    """A period that differs from the house's own. What it is of, its article and its bounds stand in
    `accountability.lifecycle.retention`; the bounds are kept here as well, for the database to hold to.
    """

    kind = models.CharField(max_length=40, unique=True)
    days = models.PositiveSmallIntegerField(_("保存天数"))
    least = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()
    reason = models.TextField(_("理由"))
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=F("least"), days__lte=F("most"), least__gte=1),
                name="retention_rule_within_bounds",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="retention_rule_says_why"),
        ]


class RetentionRun(models.Model):
    """What one sweep did with one kind: how many rows, under which period, or the fault that stopped it."""

    kind = models.CharField(max_length=40)
    days = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    fault = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "-id"], name="retention_run_last")]
        triggers = [APPEND_ONLY]
