"""The month reports that were made, and their files."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.lifecycle import MONTH_REPORT
from cases.models.reference import APPEND_ONLY
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import ADMINISTRATOR, DEPARTMENT_HEAD, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Department, Hall


class MonthReportQuerySet(models.QuerySet["MonthReport"]):
    def visible_to(self, actor: Actor) -> MonthReportQuerySet:
        """As figures are: the hall's to its manager, leaders, supervisor, administrator; a unit's to its head too."""
        if actor.kind == "system":
            return self.all()
        whole = Q(hall__in=actor.halls(HALL_MANAGER, LEADER, SUPERVISOR, ADMINISTRATOR))
        mine = [
            Q(hall=held.hall_id, department=held.department_id)
            for held in actor.held
            if held.role == DEPARTMENT_HEAD and held.hall_id and held.department_id
        ]
        for one in mine:
            whole |= one
        return self.filter(whole)

    def under_way(self) -> MonthReportQuerySet:
        return self.filter(status__in=("queued", "making"))

    def locked(self, pk: int) -> MonthReport:
        return self.select_for_update(of=("self",)).get(pk=pk)


class MonthReport(models.Model):
    """A month of a hall, or of one unit in it, in Word and Excel and in both languages; never changed once made.

    `attempt` is whose turn it is: a worker that was given up writes nothing any more. Until `next_attempt_at` it has
    time. `as_of`: what happened later is not in it.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    month = models.DateField(_("月份"))
    status = models.CharField(max_length=8, choices=MONTH_REPORT.choices, default="queued")
    progress = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    as_of = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = MonthReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("月报")
        verbose_name_plural = _("月报")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="report_by_hall"),
            models.Index(
                fields=["next_attempt_at"], condition=Q(status__in=("queued", "making")), name="report_due"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "month", "department"],
                condition=Q(status__in=("queued", "making")),
                nulls_distinct=False,
                name="report_made_once_at_a_time",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="report_of_a_month"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="report_progress"),
            models.CheckConstraint(
                condition=Q(status="ready", ended_at__isnull=False, as_of__isnull=False, progress=100)
                | (Q(status="failed", ended_at__isnull=False) & ~Q(failure=""))
                | Q(status__in=("queued", "making"), ended_at=None, next_attempt_at__isnull=False),
                name="report_ended_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(MONTH_REPORT.legal_pairs())),
        ]

    def __str__(self) -> str:
        return f"{self.hall} {self.month:%Y-%m}"


class ReportFile(models.Model):
    """One file of a report, kept under its hash outside the web root."""

    KINDS = [("docx", "Word"), ("xlsx", "Excel")]

    report = models.ForeignKey(MonthReport, models.PROTECT, related_name="files", db_index=False)
    kind = models.CharField(max_length=4, choices=KINDS)
    language = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "language"], name="report_file_once")
        ]
        triggers = [APPEND_ONLY]
