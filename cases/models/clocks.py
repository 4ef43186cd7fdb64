"""Deadlines, what pauses them, and the steps that were taken."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from cases.models.case import Case
from cases.models.reference import APPEND_ONLY, LadderRung
from cases.terms import NEVER_LATE
from hall.models import User
from staffing.models import Department, Hall, IdRange


class Days(Func):
    function = "daterange"
    output_field = DateRangeField()


class Hold(models.Model):
    """A pause of the case's clocks, with its authority: from a day, to a day (exclusive; open while None)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=20)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    authority = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    placed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gt=F("from_on")), name="hold_forward"),
            ExclusionConstraint(
                name="hold_one_at_a_time",
                expressions=[
                    (IdRange("case_id"), RangeOperators.OVERLAPS),
                    (Days("from_on", "to_on", Value("[)")), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def open(self) -> DeadlineQuerySet:
        return self.filter(met_at=None, void_at=None)


class Deadline(models.Model):
    """A period that runs: who must do what by when under which article.

    `item` tells several of one kind and unit apart (one commitment from the next); `own_rule` is a local provision
    in place of the term's own numbers (`cases.terms.LocalRule`). `due_on`, `due_at`, `nominal_on`, `step_moments` and
    `next_step_at` are what `hall.clock` says, kept here so that lists and the sweep can use an index; they are
    rewritten in the transaction that changes a fact and checked every night. `step_moments[i]` is when rung
    `step_rungs[i]` of the ladder is due; the first `steps_taken` of them are done.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=24)
    law = models.CharField(max_length=4, default="r22")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="deadlines")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=24, blank=True, default="", db_default="")
    own_rule = models.JSONField(null=True)
    started_on = models.DateField()
    extension_days = models.PositiveSmallIntegerField(default=0)
    own_limit_days = models.PositiveSmallIntegerField(null=True)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    nominal_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False)
    is_urgent = models.BooleanField(default=False)
    calendar_version = models.CharField(max_length=64, blank=True)
    amber_at = models.DateTimeField(null=True)
    step_moments = ArrayField(models.DateTimeField(), default=list)
    step_rungs = ArrayField(models.IntegerField(), default=list)
    steps_taken = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    void_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "department", "item"],
                condition=Q(met_at=None, void_at=None),
                nulls_distinct=False,
                name="deadline_runs_once",
            ),
            models.CheckConstraint(condition=Q(met_at=None) | Q(void_at=None), name="deadline_one_end"),
        ]
        indexes = [
            models.Index(
                fields=["next_step_at"], condition=Q(met_at=None, void_at=None), name="deadline_next_step"
            ),
            models.Index(
                fields=["department", "due_at", "id"],
                condition=Q(met_at=None, void_at=None),
                name="deadline_by_unit",
            ),
            models.Index(
                fields=["hall", "due_at", "id"],
                condition=Q(met_at=None, void_at=None),
                name="deadline_by_hall",
            ),
            models.Index(
                fields=["department"],
                condition=Q(kind="supervise", met_at=None, void_at=None),
                name="deadline_supervise",
            ),
            models.Index(
                fields=["hall", "due_on"],
                condition=Q(kind__in=("sort", "notify", "handle", "supervise")),
                name="deadline_figures",
            ),
            models.Index(
                fields=["case", "id"],
                condition=(Q(met_at__gte=F("due_at")) | Q(void_at__gte=F("due_at")))
                & ~Q(kind__in=NEVER_LATE),
                name="deadline_ended_late",
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]


class DeadlineStep(models.Model):
    """A reminder or escalation that was taken: each rung for each due date exactly once, kept for ever."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="taken_steps", db_index=False)
    rung = models.ForeignKey(LadderRung, models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField()
    planned_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    role = models.CharField(max_length=20)
    recipients = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deadline", "rung", "due_on"], name="step_exactly_once")
        ]
        triggers = [APPEND_ONLY]
