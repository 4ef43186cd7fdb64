"""Ratings by the petitioner: hall and unit, each once, never by staff; and what follows a low one."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import FOLLOW_UP, GRADES, LOW, RATING
from cases.models.case import Case
from hall.models import User
from staffing.models import Department, Hall


def three_reminders() -> list[int]:
    return [15, 5, 1]


class RatingRule(models.Model):
    """How long a rating is open and how many days before its end one is reminded; without a hall for all of them."""

    hall = models.OneToOneField(Hall, models.CASCADE, null=True, blank=True, related_name="rating_rule")
    days = models.PositiveSmallIntegerField(_("评价期（日）"), default=30)
    reminders = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("届满前几日提醒"),
        default=three_reminders,
        blank=True,
    )

    class Meta:
        verbose_name = _("评价规则")
        verbose_name_plural = _("评价规则")
        constraints = [
            models.UniqueConstraint(fields=["hall"], nulls_distinct=False, name="rating_rule_once"),
            models.CheckConstraint(condition=Q(days__range=(1, 180)), name="rating_rule_days"),
        ]


class Rating(models.Model):
    """One grade for one target of one case. `pending` until the petitioner says it or the period ends; no default.

    `code_index` is a keyed hash: the one-time code itself is only in the message to the petitioner.
    """

    TARGETS = [("hall", _("信访部门")), ("unit", _("责任单位"))]
    DOORS = [("code", _("评价码")), ("progress", _("进度查询"))]

    case = models.ForeignKey(Case, models.PROTECT, related_name="ratings")
    target = models.CharField(max_length=4, choices=TARGETS)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="ratings")
    code_index = models.BinaryField(max_length=32, null=True)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    reminders = ArrayField(models.DateTimeField(), default=list)
    next_step_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=8, choices=RATING.choices, default="pending")
    grade = models.PositiveSmallIntegerField(null=True, choices=list(GRADES.items()))
    reason = models.TextField(_("原因"), blank=True)
    comment = models.TextField(_("意见建议"), blank=True)
    door = models.CharField(max_length=8, choices=DOORS, blank=True)
    rated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "target"], name="rating_once_a_target"),
            models.UniqueConstraint(
                fields=["code_index", "target"], condition=Q(code_index__isnull=False), name="rating_code"
            ),
            models.CheckConstraint(
                condition=Q(status="rated", grade__isnull=False, rated_at__isnull=False)
                | (~Q(status="rated") & Q(grade=None, rated_at=None)),
                name="rating_no_default",
            ),
            models.CheckConstraint(condition=~Q(grade=LOW) | ~Q(reason=""), name="rating_low_has_reason"),
            models.CheckConstraint(
                condition=~Q(target="unit") | Q(department__isnull=False), name="rating_unit_named"
            ),
        ]
        indexes = [
            models.Index(fields=["next_step_at"], condition=Q(status="pending"), name="rating_next_step"),
            models.Index(Coalesce("rated_at", "closes_at"), name="rating_by_end"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(RATING.legal_pairs())),
            pgtrigger.Protect(
                name="said_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status <> 'pending' AND (OLD.grade, OLD.reason, OLD.comment, OLD.rated_at)"
                    " IS DISTINCT FROM (NEW.grade, NEW.reason, NEW.comment, NEW.rated_at)"
                ),
            ),
        ]


class FollowUp(models.Model):
    """A low rating is looked into by the supervisor (国信发〔2015〕12号（五）；2015年工作要点)."""

    rating = models.OneToOneField(Rating, models.PROTECT, related_name="follow_up")
    case = models.ForeignKey(Case, models.PROTECT, related_name="follow_ups")
    opened_at = models.DateTimeField()
    status = models.CharField(max_length=6, choices=FOLLOW_UP.choices, default="open")
    finding = models.TextField(_("回访情况"), blank=True)
    measure = models.TextField(_("处理"), blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None) | (Q(closed_at__isnull=False) & ~Q(finding="")),
                name="follow_up_says_what",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(FOLLOW_UP.legal_pairs())),
        ]
