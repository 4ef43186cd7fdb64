"""What is put into the file and decided on it: materials, triage, referrals, duplicates, tries at the query."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import OUTCOMES, PARTS
from cases.models.case import Case
from cases.models.reference import APPEND_ONLY, StatutoryRoute
from hall.models import IssuedDocument, User
from staffing.models import Department


class Material(models.Model):
    """A paper or file handed in. The bytes lie outside the web root under their hash; the row never changes."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    name = models.CharField(_("名称"), max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        triggers = [APPEND_ONLY]


class Triage(models.Model):
    """The decision at the gate: outcome, article, reason, competent body, and its numbered paper."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="triage")
    outcome = models.CharField(max_length=20, choices=list(OUTCOMES.items()))
    ground = models.CharField(max_length=40, blank=True)
    article = models.CharField(_("依据"), max_length=200)
    reason = models.TextField(_("理由"))
    competent_body = models.CharField(_("有权处理的机关"), max_length=200, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    route = models.ForeignKey(StatutoryRoute, models.PROTECT, null=True, related_name="+")
    related_case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        triggers = [APPEND_ONLY]


class Referral(models.Model):
    """A case sent to a unit: forwarded (转送), or assigned (交办) with a report back.

    One unit leads; others take part, each with its own date, or get a copy. `ended_at`: no longer this unit's.
    """

    KINDS = [("forward", _("转送")), ("assign", _("交办"))]

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    kind = models.CharField(max_length=8, choices=KINDS)
    department = models.ForeignKey(Department, models.PROTECT, related_name="referrals")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    part = models.CharField(_("分工"), max_length=10, choices=list(PARTS.items()), default="lead")
    demand = models.TextField(blank=True)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(_("反馈、协办意见"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer_document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "department"], condition=Q(ended_at=None), name="referral_one_a_unit"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None, part="lead"), name="referral_one_lead"
            ),
        ]


class DuplicateDecision(models.Model):
    """Whether a new matter is an old one: candidate, score and reasons as shown, and what the clerk chose."""

    DECISIONS = [("new", _("新件")), ("repeat", _("重复件"))]

    case = models.ForeignKey(Case, models.PROTECT, related_name="duplicate_decisions")
    candidate = models.ForeignKey(Case, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    decision = models.CharField(max_length=6, choices=DECISIONS)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        triggers = [APPEND_ONLY]
        constraints = [
            models.CheckConstraint(condition=Q(score__lte=100), name="duplicate_score"),
            models.UniqueConstraint(fields=["case", "candidate"], name="duplicate_decided_once"),
        ]
        indexes = [
            models.Index(fields=["case"], condition=Q(decision="repeat"), name="duplicate_repeats"),
        ]


class QueryAttempt(models.Model):
    """A try at the public progress query, for its limit; `origin` is a keyed hash of the address, not the address."""

    origin = models.BinaryField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["origin", "at"])]
