"""An inspection: from what is drawn, by which seed, what was found on the spot, what is told."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accountability.lifecycle import CHECKS, INSPECTION, STRATA
from cases.models import Case
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Department, Hall

_NO_AUTHOR = """
IF EXISTS (SELECT FROM accountability_inspection_authors
        WHERE inspection_id = NEW.id AND user_id = NEW.approved_by_id) THEN
    RAISE EXCEPTION 'inspection % is approved by one of its authors', NEW.id;
END IF;
RETURN NEW;
"""


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, actor: Actor) -> InspectionQuerySet:
        """The hall's supervisor, manager and leaders; a unit does not learn beforehand what was drawn."""
        if actor.kind == "system":
            return self
        if actor.kind != "person":
            return self.none()
        return self.filter(hall__in=actor.halls(SUPERVISOR, HALL_MANAGER, LEADER))

    def public(self) -> InspectionQuerySet:
        """What stands on the public page: published, or published once and withdrawn."""
        return self.filter(status__in=("published", "withdrawn"))

    def locked(self, pk: int) -> Inspection:
        return self.select_for_update(of=("self",)).select_related("hall").get(pk=pk)


class Inspection(models.Model):
    """`sizes` is how many are drawn of each stratum; `frame` the ids of the cases that they were drawn from, and
    `frame_digest` the hash of it that was fixed with the draw; `seed` comes from the journal, so nobody chooses it.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="inspections", db_index=False)
    title = models.CharField(_("名称"), max_length=120)
    from_on = models.DateField(_("自"))
    to_on = models.DateField(_("至"))
    units: models.ManyToManyField[Department, models.Model] = models.ManyToManyField(
        Department, blank=True, related_name="+"
    )
    sizes = models.JSONField(default=dict)
    frame = models.JSONField(default=dict)
    frame_digest = models.CharField(max_length=64, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=9, choices=INSPECTION.choices, default="planned")
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    drawn_at = models.DateTimeField(null=True)
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    result = models.TextField(_("督查结果"), blank=True)
    problems = models.TextField(_("发现的问题"), blank=True)
    public_title = models.CharField(_("公开的标题"), max_length=120, blank=True)
    public_text = models.TextField(_("公开的内容"), blank=True)
    revision = models.PositiveSmallIntegerField(default=0)
    concluded_at = models.DateTimeField(null=True)
    concluded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    authors: models.ManyToManyField[User, models.Model] = models.ManyToManyField(User, related_name="+")
    """Everybody who has ever written the result: none of them approves it."""
    published_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(_("原因"), max_length=300, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="inspection_by_hall"),
            models.Index(
                fields=["hall", "-published_at", "-id"],
                condition=Q(status__in=("published", "withdrawn")),
                name="inspection_public",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(from_on__lte=F("to_on")), name="inspection_forward"),
            models.CheckConstraint(
                condition=Q(status__in=("planned", "cancelled"))
                | (~Q(seed="") & ~Q(frame_digest="") & Q(drawn_at__isnull=False)),
                name="inspection_drawn_by_seed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("concluded", "published")) | ~Q(result=""),
                name="inspection_says_result",
            ),
            models.CheckConstraint(
                condition=~Q(status="published")
                | (~Q(public_text="") & Q(published_at__isnull=False, approved_by__isnull=False)),
                name="inspection_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("concluded_by")),
                name="inspection_second_hand",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("withdrawn", "cancelled")) | ~Q(end_reason=""),
                name="inspection_ends_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(INSPECTION.legal_pairs())),
            pgtrigger.Trigger(
                name="approved_by_no_author",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id"),
                func=_NO_AUTHOR,
            ),
            pgtrigger.Protect(
                name="as_drawn",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.drawn_at IS NOT NULL AND (OLD.seed, OLD.frame, OLD.frame_digest, OLD.sizes, OLD.from_on,"
                    " OLD.to_on) IS DISTINCT FROM (NEW.seed, NEW.frame, NEW.frame_digest, NEW.sizes, NEW.from_on,"
                    " NEW.to_on)"
                ),
            ),
            pgtrigger.Protect(
                name="as_published",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.published_at IS NOT NULL AND (OLD.public_title, OLD.public_text, OLD.approved_by_id)"
                    " IS DISTINCT FROM (NEW.public_title, NEW.public_text, NEW.approved_by_id)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class InspectionCheck(models.Model):
    """A case that was drawn, and what was found on the spot; said once."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="checks")
    stratum = models.CharField(max_length=9, choices=list(STRATA.items()))
    place = models.PositiveSmallIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    visited_on = models.DateField(_("核查日期"), null=True)
    found = models.TextField(_("核查情况"), blank=True)
    conclusion = models.CharField(_("结论"), max_length=8, choices=list(CHECKS.items()), blank=True)
    at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["inspection", "place"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "case"], name="check_case_once"),
            models.UniqueConstraint(fields=["inspection", "place"], name="check_place_once"),
            models.CheckConstraint(
                condition=Q(at=None, conclusion="")
                | (Q(at__isnull=False, visited_on__isnull=False) & ~Q(conclusion="") & ~Q(found="")),
                name="check_says_what",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="said_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.at IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*"),
            ),
        ]
