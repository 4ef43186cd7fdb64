"""A breach that was found: which period, whose days, what the unit says, what a person decided."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from accountability.lifecycle import (
    ABOUT_A_PERIOD,
    CAUSES,
    DECIDED,
    DECISIONS,
    FAULTS,
    FINDING,
    HEARD,
    LED_TO,
    REPEATS,
)
from cases.models import APPEND_ONLY, Case, Deadline, Recusal, Respondent
from cases.models.clocks import Days
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department, Hall, IdRange, Posting


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, actor: Actor) -> FindingQuerySet:
        """The hall's supervisor, manager and leaders; the unit that it is about, also when the matter has left it.
        Nobody whom the matter complains of, and nobody who stays out of it (《信访工作条例》第二十八条、第三十条).
        """
        if actor.kind == "system":
            return self
        if actor.kind != "person" or actor.user_id is None:
            return self.none()
        seen = Q(hall__in=actor.halls(SUPERVISOR, HALL_MANAGER, LEADER)) | Q(
            department__in=actor.departments(DEPARTMENT_HEAD, LIAISON)
        )
        accused = Respondent.objects.filter(
            Q(user_id=actor.user_id) | Q(department_id__in=actor.departments()), case=OuterRef("case_id")
        )
        recused = Recusal.objects.filter(case=OuterRef("case_id"), user_id=actor.user_id)
        return self.filter(seen, ~Exists(accused), ~Exists(recused))

    def locked(self, pk: int) -> Finding:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Finding(models.Model):
    """One for a breached period and a unit that had it, never counted twice. The days are in `spans`, with their proof.

    `chain` is the first clock of the period, which may have passed from unit to unit; `deadline` this unit's last.
    A fault that is not lateness is opened by a supervisor (`opened_by`), with `grounds` and ids of journal entries of
    the case as `evidence`: it has no late days, names a period only where it is about one, and its dates are those of
    the evidence.
    `counted_to` is the last day that the spans cover, `is_running` whether the period stood open on it; `is_hall`: the
    period was the hall's own. `state_by_on` is until when the unit may have its say, `decided_days` what a supervisor
    held it answerable for, `review_by_on` until when it may ask for a review.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="findings", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="findings")
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="findings", db_index=False)
    chain = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="+", db_index=False)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="findings", db_index=False
    )
    is_hall = models.BooleanField(default=False)
    fault = models.CharField(_("问题"), max_length=12, choices=list(FAULTS.items()), default="late")
    kind = models.CharField(_("期限"), max_length=24, blank=True, default="")
    started_on = models.DateField()
    due_on = models.DateField()
    met_on = models.DateField(null=True)
    counted_to = models.DateField()
    is_running = models.BooleanField(default=False)
    days_late = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, choices=FINDING.choices, default="opened")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    grounds = models.TextField(_("认定的问题"), blank=True)
    evidence = models.JSONField(default=list)
    state_by_on = models.DateField()
    is_heard = models.BooleanField(default=False, help_text="the unit has said its last word in this window")
    review_by_on = models.DateField(null=True)
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
            models.Index(fields=["department", "status", "-opened_at", "-id"], name="finding_by_unit_status"),
            models.Index(fields=["hall", "fault", "-opened_at", "-id"], name="finding_by_fault"),
            models.Index(fields=["hall", "kind", "-opened_at", "-id"], name="finding_by_kind"),
            models.Index(fields=["hall", "due_on"], name="finding_by_due"),
            models.Index(fields=["department", "due_on"], name="finding_by_unit_due"),
            models.Index(fields=["state_by_on"], condition=Q(status="opened"), name="finding_awaits_say"),
            models.Index(
                fields=["deadline"], condition=Q(is_running=True, status__in=HEARD), name="finding_still_runs"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["deadline", "fault"], name="finding_once"),
            models.UniqueConstraint(
                fields=["case", "department", "fault"],
                condition=Q(deadline=None, status__in=HEARD),
                name="finding_heard_once",
            ),
            models.CheckConstraint(
                condition=Q(fault="late", deadline__isnull=False, grounds="", evidence=[])
                | (
                    ~Q(fault="late")
                    & Q(opened_by__isnull=False, days_late=0, is_running=False)
                    & ~Q(grounds="")
                    & ~Q(evidence=[])
                ),
                name="finding_by_clock_or_hand",
            ),
            models.CheckConstraint(
                condition=~Q(fault__in=ABOUT_A_PERIOD) | Q(deadline__isnull=False),
                name="finding_about_a_period",
            ),
            models.UniqueConstraint(
                fields=["chain", "department"],
                condition=Q(chain__isnull=False),
                nulls_distinct=False,
                name="finding_once_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(decided_days=None) | Q(decided_days__lte=F("days_late")),
                name="finding_no_more_days",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=DECIDED) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="finding_decided_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(FINDING.legal_pairs())),
            pgtrigger.Protect(
                name="as_opened",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "hall", "case", "department", "fault", "opened_by", "grounds", "evidence"
                ),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """`kind` is its period's, kept here so that the list is found by it."""
        if self._state.adding and self.deadline:
            self.kind = self.deadline.kind
        super().save(*args, **kwargs)

    @property
    def term(self) -> str:
        """The code of the period that it is about; none where the fault is in no period."""
        return self.deadline.kind if self.deadline else ""

    @property
    def is_late(self) -> bool:
        return self.fault == "late"


class FindingStart(models.Model):
    """From when on the findings of a hall are opened: periods that ended before this day are left alone.

    `by` is nobody where the first round after the house was set up (or upgraded to findings) took its own day.
    """

    hall = models.OneToOneField(Hall, models.CASCADE, related_name="+")
    from_on = models.DateField(_("自哪一天起"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)


class FindingSpan(models.Model):
    """Days of the matter that were one cause's, with the post and who held it, and the entries that prove it.

    `from_on` and `to_on` are both included; `entries` are ids of journal entries. A day of a period (`chain`) is late
    in one finding at the most, whichever units had it.
    """

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="spans")
    chain = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="+", db_index=False)
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
            ExclusionConstraint(
                name="span_late_once",
                expressions=[
                    (IdRange("chain_id"), RangeOperators.OVERLAPS),
                    (Days("from_on", "to_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_late=True, chain__isnull=False),
            ),
        ]
        triggers = [APPEND_ONLY]


class Statement(models.Model):
    """What the unit says to it, in its window or after it; a later one does not erase an earlier one."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="statements")
    text = models.TextField(_("情况说明"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    is_late = models.BooleanField(default=False)
    is_final = models.BooleanField(_("这是最终说明"), default=False)

    class Meta:
        ordering = ["at", "id"]
        triggers = [APPEND_ONLY]


class FindingPeriod(models.Model):
    """Which deadlines a finding is about: those that its unit had of the period, and those of a unit that lost none of
    its own days in it. A deadline belongs to one finding at the most, whoever opens it and however often.
    """

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="periods")
    deadline = models.OneToOneField(Deadline, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        triggers = [APPEND_ONLY]


class FindingDecision(models.Model):
    """Each decision with its reasons, kept as it was made: a later one does not erase it."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="decisions")
    verb = models.CharField(max_length=24, choices=list(DECISIONS.items()))
    days = models.PositiveIntegerField(null=True)
    text = models.TextField(_("理由"))
    entry = models.BigIntegerField(null=True, help_text="of the journal: what was new when it was reopened")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["at", "id"]
        triggers = [APPEND_ONLY]


class CauseLink(models.Model):
    """What the office did, or failed to do, in an earlier matter before somebody came again; or that nothing was wrong.

    Never about the person who came. `evidence` are ids of journal entries. The highest `version` of a case counts; a
    correction is a new one with its reason.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="cause_links", db_index=False)
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=list(REPEATS.items()))
    earlier = models.ForeignKey(Case, models.PROTECT, null=True, related_name="led_to", db_index=False)
    cause = models.CharField(_("原因"), max_length=12, choices=list(LED_TO.items()))
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="+", db_index=False)
    evidence = models.JSONField(default=list)
    reason = models.TextField(_("理由"), blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["case", "-version"]
        indexes = [models.Index(fields=["earlier"], name="cause_by_earlier")]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="cause_versions"),
            models.CheckConstraint(condition=Q(by=None) | ~Q(reason=""), name="cause_corrected_with_reason"),
            models.CheckConstraint(
                condition=Q(cause="none") | Q(earlier__isnull=False), name="cause_lies_in_a_matter"
            ),
        ]
        triggers = [APPEND_ONLY]
