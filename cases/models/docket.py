"""The leader's reception from inside: what comes before the leader, in which order."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from hall.models import User
from staffing.models import LeaderReception


class DocketItemQuerySet(models.QuerySet["DocketItem"]):
    def live(self) -> DocketItemQuerySet:
        return self.filter(removed_at=None)

    def locked(self, pk: int) -> DocketItem:
        return self.select_for_update(of=("self",)).get(pk=pk)


class DocketItem(models.Model):
    """A matter that a leader receives at one reception; without a case as long as it is not registered.

    `who` is a masked name: no personal data stands here. A place in the order is given once and never again.
    """

    reception = models.ForeignKey(LeaderReception, models.PROTECT, related_name="docket_items")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="docket_items")
    headline = models.CharField(_("事由"), max_length=120, blank=True)
    who = models.CharField(_("来访人"), max_length=60, blank=True)
    head_count = models.PositiveIntegerField(_("人数"), default=1)
    place = models.PositiveSmallIntegerField(_("顺序"))
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removal_reason = models.CharField(_("移出的原因"), max_length=200, blank=True)

    objects = DocketItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("接访事项")
        verbose_name_plural = _("接访事项")
        ordering = ["reception", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["reception", "case"], condition=Q(removed_at=None), name="docket_case_once"
            ),
            models.UniqueConstraint(fields=["reception", "place"], name="docket_place_once"),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | ~Q(headline=""), name="docket_says_what"
            ),
            models.CheckConstraint(condition=Q(head_count__gte=1), name="docket_head_count"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("reception", "place", "placed_at", "placed_by"),
            ),
            # Once a case stands there it stays: the record and the instruction are told from it.
            pgtrigger.Protect(
                name="case_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.case_id IS NOT NULL AND OLD.case_id IS DISTINCT FROM NEW.case_id"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reception_id}/{self.place}"
