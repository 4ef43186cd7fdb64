"""Leaflets on the law of petitions, in plain words, for the public."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import worded
from staffing.lifecycle import ADMINISTRATOR, HALL_MANAGER
from staffing.models.places import Hall


class LeafletQuerySet(models.QuerySet["Leaflet"]):
    def public(self, hall: Hall) -> LeafletQuerySet:
        """What the public of that hall may read: published, not withdrawn; its own and those of every hall."""
        return self.filter(Q(hall=None) | Q(hall=hall), withdrawn_at=None).exclude(published_at=None)

    def visible_to(self, actor: Actor) -> LeafletQuerySet:
        """Drafts too: for who looks after the hall's leaflets, and those of every hall to look at."""
        if actor.kind == "system" or actor.is_superuser or actor.has(ADMINISTRATOR):
            return self.all()
        halls = actor.halls(HALL_MANAGER)
        return self.filter(Q(hall__in=halls) | Q(hall=None)) if halls else self.none()

    def locked(self, pk: int) -> Leaflet:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Leaflet(models.Model):
    """A page of plain text: `## ` begins a heading, `- ` an item, an empty line a paragraph. Without a hall: of all."""

    hall = models.ForeignKey(Hall, models.PROTECT, null=True, blank=True, related_name="leaflets")
    slug = models.SlugField(_("网址短名"), max_length=40, unique=True)
    topic = models.CharField(_("主题"), max_length=40)
    topic_en = models.CharField(_("主题（英文）"), max_length=60, blank=True)
    title = models.CharField(_("标题"), max_length=80)
    title_en = models.CharField(_("标题（英文）"), max_length=120, blank=True)
    body = models.TextField(_("正文"))
    body_en = models.TextField(_("正文（英文）"), blank=True)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    objects = LeafletQuerySet.as_manager()

    class Meta:
        verbose_name = _("宣传单")
        verbose_name_plural = _("宣传单")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(published_at__isnull=False), name="leaflet_withdrawn_after"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return worded(self, "title")

    @property
    def changed_at(self) -> dt.datetime:
        """When the public last saw something else."""
        return max(stamp for stamp in (self.updated_at, self.published_at, self.withdrawn_at) if stamp)
