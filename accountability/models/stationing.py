"""Advice on stationing: asked for, worked out by a worker, kept as it was given."""

from __future__ import annotations

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import User
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR
from staffing.models import Hall


class StationingAdviceQuerySet(models.QuerySet["StationingAdvice"]):
    def visible_to(self, actor: Actor) -> StationingAdviceQuerySet:
        """The hall's manager and supervisor."""
        if actor.kind == "system":
            return self
        return self.filter(hall__in=actor.halls(HALL_MANAGER, SUPERVISOR))

    def locked(self, pk: int) -> StationingAdvice:
        return self.select_for_update(of=("self",)).get(pk=pk)


class StationingAdvice(models.Model):
    """Asked until `answered_at`; failed when `failure` says why, else ready. Once answered it never changes.

    `started_at` is when a worker took it up: another one leaves it alone for a while. `result` is what
    `accountability.queries.stationing.advise` found, with the thresholds and the seed that it stood on.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="stationing_advices", db_index=False)
    first_on = models.DateField(_("自"))
    last_on = models.DateField(_("至"))
    target_minutes = models.PositiveSmallIntegerField(
        _("候访中位数不超过（分钟）"), validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    ninety_minutes = models.PositiveSmallIntegerField(
        _("九成候访不超过（分钟）"), validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    seed = models.PositiveIntegerField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    progress = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)

    objects = StationingAdviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("派驻建议")
        verbose_name_plural = _("派驻建议")
        ordering = ["-id"]
        indexes = [models.Index(fields=["hall", "-id"], name="stationing_by_hall")]
        constraints = [
            models.UniqueConstraint(
                fields=["hall"], condition=Q(answered_at=None), name="stationing_asked_once"
            ),
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="stationing_forward"),
            models.CheckConstraint(
                condition=Q(target_minutes__gte=1, ninety_minutes__gte=F("target_minutes")),
                name="stationing_target",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="stationing_progress"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False) | Q(failure="", result={}),
                name="stationing_answered",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(failure="", result={}), name="stationing_says_something"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="answered_is_answered",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="asked_is_asked",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "hall", "first_on", "last_on", "target_minutes", "ninety_minutes", "seed", "asked_by",
                    "asked_at",
                ),
            ),
        ]  # fmt: skip

    @property
    def state(self) -> str:
        """`asked`, `ready` or `failed`."""
        if self.answered_at is None:
            return "asked"
        return "failed" if self.failure else "ready"
