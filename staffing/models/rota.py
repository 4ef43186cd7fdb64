"""The rota: who has which place on which half-day, the week's pattern, swaps, and calls to whoever is on call."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.fields import EncryptedTextField
from hall.models import User
from staffing.lifecycle import CALL_IN, DUTY, DUTY_KINDS, DUTY_SWAP, HALL_MANAGER, HALVES
from staffing.models.places import Department, Hall, IdRange, Period, Window

PLANNED = Q(status="planned")
SPAN = (Period("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS)

# The rules look first and the hall's lock keeps others out; who goes round both meets this.
_NOT_ON_LEAVE = """
IF NEW.sitter_id IS NOT NULL AND NEW.status = 'planned' AND EXISTS (
    SELECT FROM staffing_leave WHERE user_id = NEW.sitter_id AND status = 'approved'
        AND tstzrange(starts_at, ends_at) && tstzrange(NEW.starts_at, NEW.ends_at)
) THEN
    RAISE EXCEPTION 'person % is on leave and cannot be on duty', NEW.sitter_id USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class DutyQuerySet(models.QuerySet["Duty"]):
    def planned(self) -> DutyQuerySet:
        return self.filter(PLANNED)

    def overlapping(self, starts_at: dt.datetime, ends_at: dt.datetime) -> DutyQuerySet:
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def visible_to(self, actor: Actor) -> DutyQuerySet:
        """Whoever is posted in the hall reads its rota; everybody reads their own duties."""
        if actor.kind == "system" or actor.is_superuser:
            return self.all()
        return self.filter(Q(hall__in=actor.halls()) | Q(person=actor.user_id) | Q(sitter=actor.user_id))

    def locked(self, pk: int) -> Duty:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Place(models.Model):
    """Where a duty is done: a window, the guide desk, or on call for a unit."""

    half = models.CharField(_("半天"), max_length=2, choices=list(HALVES.items()))
    kind = models.CharField(_("岗位"), max_length=8, choices=list(DUTY_KINDS.items()))
    window = models.ForeignKey(
        Window, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True

    @property
    def place_label(self) -> str:
        if self.window is not None:
            return self.window.label
        if self.kind == "on_call" and self.unit is not None:
            return _now("%(unit)s（随叫随驻）") % {"unit": self.unit.label}
        return _now(DUTY_KINDS[self.kind])


_HAS_PLACE = (
    Q(kind="window", window__isnull=False)
    | Q(kind="desk", window__isnull=True)
    | Q(kind="on_call", window__isnull=True, unit__isnull=False)
)


class Duty(Place):
    """A half-day (or a part of it) at a place. `person` is the A of it, `substitute` the B.

    `sitter` is who really sits there: A as planned, B or somebody else who stands in, nobody when there is a gap.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="duties", db_index=False)
    day = models.DateField(_("日期"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    person = models.ForeignKey(User, models.PROTECT, related_name="duties")
    substitute = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sitter = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="sittings")
    phone = EncryptedTextField(_("随叫电话"), blank=True)
    respond_minutes = models.PositiveSmallIntegerField(_("到场时限（分钟）"), default=30)
    status = models.CharField(_("状态"), max_length=8, choices=DUTY.choices, default="planned")

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("值班")
        verbose_name_plural = _("值班")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["hall", "day", "half"], name="duty_hall_day"),
            models.Index(fields=["hall", "-id"], name="duty_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="duty_forward"),
            models.CheckConstraint(condition=_HAS_PLACE, name="duty_has_place"),
            models.CheckConstraint(
                condition=Q(substitute=None) | ~Q(substitute=F("person")), name="duty_two_people"
            ),
            ExclusionConstraint(
                name="person_in_one_place",
                expressions=[(IdRange("sitter_id"), RangeOperators.OVERLAPS), SPAN],
                condition=PLANNED & Q(sitter__isnull=False),
            ),
            ExclusionConstraint(
                name="window_staffed_once",
                expressions=[(IdRange("window_id"), RangeOperators.OVERLAPS), SPAN],
                condition=PLANNED & Q(window__isnull=False),
            ),
            ExclusionConstraint(
                name="unit_on_call_once",
                expressions=[
                    (IdRange("hall_id"), RangeOperators.OVERLAPS),
                    (IdRange("unit_id"), RangeOperators.OVERLAPS),
                    SPAN,
                ],
                condition=PLANNED & Q(kind="on_call"),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(DUTY.legal_pairs())),
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="not_on_leave", operation=pgtrigger.Insert, when=pgtrigger.Before, func=_NOT_ON_LEAVE
            ),
            pgtrigger.Trigger(
                name="not_on_leave_later",
                operation=pgtrigger.UpdateOf("sitter_id"),  # type: ignore[no-untyped-call]
                when=pgtrigger.Before,
                func=_NOT_ON_LEAVE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_half_display()} {self.place_label}"

    @property
    def time(self) -> str:
        start, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        return f"{start:%H:%M}—{end:%H:%M}"

    @property
    def stood_in(self) -> bool:
        return self.sitter_id is not None and self.sitter_id != self.person_id


class DutyTemplate(Place):
    """One cell of the usual week: every week is filled from these."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="duty_templates")
    weekday = models.PositiveSmallIntegerField(_("星期"))
    begins = models.TimeField(_("开始"), null=True)
    ends = models.TimeField(_("结束"), null=True)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    substitute = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    phone = EncryptedTextField(blank=True)
    respond_minutes = models.PositiveSmallIntegerField(default=30)

    class Meta:
        ordering = ["weekday", "half", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="duty_template_weekday"),
            models.CheckConstraint(condition=_HAS_PLACE, name="duty_template_has_place"),
        ]


class DutySwapQuerySet(models.QuerySet["DutySwap"]):
    def open(self) -> DutySwapQuerySet:
        return self.filter(status__in=("asked", "agreed"))

    def visible_to(self, actor: Actor) -> DutySwapQuerySet:
        """The two it is about, and the manager of their hall."""
        if actor.kind == "system" or actor.is_superuser:
            return self.all()
        return self.filter(
            Q(asker=actor.user_id) | Q(other=actor.user_id) | Q(duty__hall__in=actor.halls(HALL_MANAGER))
        )

    def locked(self, pk: int) -> DutySwap:
        return self.select_for_update(of=("self",)).get(pk=pk)


class DutySwap(models.Model):
    """`asker` gives `duty` to `other`, and takes `other_duty` for it (or nothing)."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="swaps")
    other_duty = models.ForeignKey(Duty, models.PROTECT, null=True, blank=True, related_name="+")
    asker = models.ForeignKey(User, models.PROTECT, related_name="swaps_asked")
    other = models.ForeignKey(User, models.PROTECT, related_name="swaps_offered")
    status = models.CharField(_("状态"), max_length=9, choices=DUTY_SWAP.choices, default="asked")
    asked_at = models.DateTimeField()
    reason = models.CharField(_("不同意的原因"), max_length=200, blank=True)

    objects = DutySwapQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("other")), name="swap_two_people"),
            models.UniqueConstraint(
                fields=["duty"], condition=Q(status__in=("asked", "agreed")), name="swap_one_open"
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(DUTY_SWAP.legal_pairs()))
        ]


class CallIn(models.Model):
    """Somebody on call was asked to come, at this minute, until that one; and when they came."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="call_ins")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    called_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    due_at = models.DateTimeField()
    note = models.CharField(_("事由"), max_length=120, blank=True)
    status = models.CharField(_("状态"), max_length=8, choices=CALL_IN.choices, default="called")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-called_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["duty"], condition=Q(status="called"), name="call_in_one_open"),
            models.CheckConstraint(
                condition=Q(status="called", answered_at=None)
                | Q(status="answered", answered_at__isnull=False, answered_at__gte=F("called_at")),
                name="call_in_answered",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(CALL_IN.legal_pairs())),
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
        ]

    @property
    def minutes(self) -> int | None:
        """From the call until they came, in whole minutes."""
        if self.answered_at is None:
            return None
        return int((self.answered_at - self.called_at).total_seconds() // 60)

    @property
    def came_late(self) -> bool:
        return self.answered_at is not None and self.answered_at > self.due_at
