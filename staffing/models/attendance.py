"""Leave with the approval of both sides, and the plain record of who came and went. No biometrics, no medical facts."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import User
from staffing.lifecycle import ATTENDANCE_KINDS, DEPARTMENT_HEAD, HALL_MANAGER, HALVES, LEAVE, LEAVE_KINDS
from staffing.models.places import Department, Hall, IdRange, Period

STANDING = ("asked", "agreed", "approved")


class LeaveQuerySet(models.QuerySet["Leave"]):
    def approved(self, starts_at: dt.datetime, ends_at: dt.datetime) -> LeaveQuerySet:
        """Those that keep somebody away in some part of this time."""
        return self.filter(status="approved", starts_at__lt=ends_at, ends_at__gt=starts_at)

    def visible_to(self, actor: Actor) -> LeaveQuerySet:
        """One's own; those of the hall one answers for; those of the unit one heads."""
        if actor.kind == "system" or actor.is_superuser:
            return self.all()
        return self.filter(
            Q(user=actor.user_id)
            | Q(hall__in=actor.halls(HALL_MANAGER))
            | Q(unit__in=actor.departments(DEPARTMENT_HEAD))
        )

    def locked(self, pk: int) -> Leave:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Leave(models.Model):
    """Days or half-days away from the hall. `unit` is set when the unit's head must agree first.

    Only the kind is kept: why somebody is ill is nobody's business here.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="leaves")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="leaves")
    unit = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("类别"), max_length=8, choices=list(LEAVE_KINDS.items()))
    from_on = models.DateField(_("自"))
    from_half = models.CharField(_("自（半天）"), max_length=2, choices=list(HALVES.items()), default="am")
    until_on = models.DateField(_("至"))
    until_half = models.CharField(_("至（半天）"), max_length=2, choices=list(HALVES.items()), default="pm")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(_("状态"), max_length=9, choices=LEAVE.choices, default="asked")
    asked_at = models.DateTimeField()
    unit_agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    unit_agreed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    reason = models.CharField(_("不批准的原因"), max_length=200, blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("请假")
        verbose_name_plural = _("请假")
        ordering = ["-starts_at", "-id"]
        indexes = [
            models.Index(fields=["hall", "status", "starts_at"], name="leave_hall_status"),
            models.Index(fields=["hall", "-id"], name="leave_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="leave_forward"),
            models.CheckConstraint(
                condition=~Q(status="approved")
                | Q(approved_at__isnull=False) & (Q(unit=None) | Q(unit_agreed_at__isnull=False)),
                name="leave_both_sides",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("user")), name="leave_not_by_oneself"
            ),
            ExclusionConstraint(
                name="leave_once",
                expressions=[
                    (IdRange("user_id"), RangeOperators.OVERLAPS),
                    (Period("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=STANDING),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(LEAVE.legal_pairs())),
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.user.label} {self.from_on:%Y-%m-%d}"


class Attendance(models.Model):
    """Somebody came, stepped out, came back, went. Only ever added; `seq` counts the rows of a person's day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="attendance", db_index=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    seq = models.PositiveSmallIntegerField()
    kind = models.CharField(_("记录"), max_length=4, choices=list(ATTENDANCE_KINDS.items()))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.CharField(_("说明"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("考勤")
        verbose_name_plural = _("考勤")
        ordering = ["day", "user", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "user", "day", "seq"], name="attendance_in_order"),
        ]
        indexes = [models.Index(fields=["hall", "day"], name="attendance_hall_day")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
