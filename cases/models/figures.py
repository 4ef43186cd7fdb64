"""The quarter's figures of a hall: computed by a worker, published by the hall manager."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import User
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR
from staffing.models import Hall


class PublicFigureQuerySet(models.QuerySet["PublicFigure"]):
    def public(self) -> PublicFigureQuerySet:
        return self.exclude(published_at=None)

    def visible_to(self, actor: Actor) -> PublicFigureQuerySet:
        """Before it is public: the hall's manager and supervisor."""
        return self.filter(hall__in=actor.halls(HALL_MANAGER, SUPERVISOR))

    def locked(self, pk: int) -> PublicFigure:
        return self.select_for_update(of=("self",)).get(pk=pk)


class PublicFigure(models.Model):
    """One quarter of one hall. `data` is what the worker last counted; `published` what the public reads: the same
    with small numbers taken out, and unchanged until it is published anew."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="figures")
    quarter = models.DateField(_("季度"), help_text=_("季度的第一天"))
    data = models.JSONField()
    computed_at = models.DateTimeField(_("统计时间"))
    published = models.JSONField(null=True)
    published_at = models.DateTimeField(_("公布时间"), null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PublicFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("季度数据")
        verbose_name_plural = _("季度数据")
        ordering = ["-quarter", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "quarter"], name="figure_once_a_quarter"),
            models.CheckConstraint(
                condition=Q(quarter__day=1, quarter__month__in=(1, 4, 7, 10)), name="figure_of_a_quarter"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published__isnull=True)
                | Q(published_at__isnull=False, published__isnull=False),
                name="figure_published_says_what",
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.quarter:%Y}Q{(self.quarter.month + 2) // 3}"
