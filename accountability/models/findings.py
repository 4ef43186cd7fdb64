"""A breach that was found: which period, whose days, what the unit says, what a person decided."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accountability.lifecycle import CAUSES, FAULTS, FINDING
from cases.models import APPEND_ONLY, Case, Deadline
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department, Hall, Posting


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, actor: Actor) -> FindingQuerySet:
        """The hall's supervisor, manager and leaders; the unit that it is about."""
        if actor.kind == "system":
            return self
        if actor.kind != "person":
            return self.none()
        seen = Q(hall__in=actor.halls(SUPERVISOR, HALL_MANAGER, LEADER)) | Q(
            department__in=actor.departments(DEPARTMENT_HEAD, LIAISON)
        )
        return self.filter(seen)

    def locked(self, pk: int) -> Finding:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Finding(models.Model):
    """One for one breached period of one unit: never counted twice. The days are in `spans`, each with its evidence.

    `state_by_on` is until when the unit may have its say; `decided_days` what a supervisor held it answerable for.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="findings", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="findings")
    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="findings", db_index=False)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="findings", db_index=False
    )
    fault = models.CharField(_("问题"), max_length=12, choices=list(FAULTS.items()), default="late")
    due_on = models.DateField()
    met_on = models.DateField(null=True)
    days_late = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, choices=FINDING.choices, default="opened")
    opened_at = models.DateTimeField()
    state_by_on = models.DateField()
    decided_days = models.PositiveIntegerField(null=True)
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    review_reason = models.TextField(blank=True)
    review_decision = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["hall", "-opened_at", "-id"], name="finding_by_hall"),
            models.Index(fields=["hall", "status", "-opened_at", "-id"], name="finding_by_status"),
            models.Index(fields=["department", "-opened_at", "-id"], name="finding_by_unit"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["deadline", "fault"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(decided_days=None) | Q(decided_days__lte=F("days_late")),
                name="finding_no_more_days",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("upheld", "reduced", "dismissed"))
                | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="finding_decided_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(FINDING.legal_pairs())),
        ]


class FindingSpan(models.Model):
    """Days of the matter that were one cause's, with the post and who held it, and the entries that prove it.

    `from_on` and `to_on` are both included; `entries` are ids of journal entries.
    """

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="spans")
    cause = models.CharField(max_length=11, choices=list(CAUSES.items()))
    from_on = models.DateField()
    to_on = models.DateField()
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+", db_index=False)
    entries = models.JSONField(default=list)
    is_late = models.BooleanField(default=False)

    class Meta:
        ordering = ["finding", "from_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(from_on__lte=F("to_on")), name="span_forward"),
        ]
        triggers = [APPEND_ONLY]


class Statement(models.Model):
    """What the unit says to it, in its window or after it; a later one does not erase an earlier one."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="statements")
    text = models.TextField(_("情况说明"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    is_late = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]
        triggers = [APPEND_ONLY]
