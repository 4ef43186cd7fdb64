"""Review (复查) and re-examination (复核) by the body one level up."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import REVIEW, REVIEW_OUTCOMES
from cases.models.case import Case
from hall.models import IssuedDocument, User
from staffing.models import Department


class Review(models.Model):
    """The petitioner does not agree: one request at each stage of each round, decided once (第三十五条、第三十六条)."""

    STAGES = [("review", _("复查")), ("reexamination", _("复核"))]

    case = models.ForeignKey(Case, models.PROTECT, related_name="reviews")
    stage = models.CharField(max_length=14, choices=STAGES)
    round = models.PositiveSmallIntegerField(default=1)
    challenged = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="reviews")
    requested_on = models.DateField(_("申请日期"))
    request = models.TextField(_("请求和理由"))
    late_reason = models.TextField(_("逾期的正当理由"), blank=True)
    status = models.CharField(max_length=10, choices=REVIEW.choices, default="requested")
    outcome = models.CharField(_("决定"), max_length=8, choices=list(REVIEW_OUTCOMES.items()), blank=True)
    findings = models.TextField(_("查明的事实"), blank=True)
    basis = models.TextField(_("依据"), blank=True)
    conclusion = models.TextField(_("意见"), blank=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    document = models.OneToOneField(IssuedDocument, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "stage", "round"], name="review_once_a_stage"),
            models.UniqueConstraint(fields=["case"], condition=Q(status="requested"), name="review_one_open"),
            models.CheckConstraint(
                condition=Q(status="requested", outcome="") | (Q(status="decided") & ~Q(outcome="")),
                name="review_decided_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(status="decided") | Q(document__isnull=False), name="review_in_writing"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(REVIEW.legal_pairs())),
        ]
