"""What leaders' receptions are planned from: rules of rhythm, absences, and the proposals made of both."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import Named, User
from staffing.lifecycle import RANKS
from staffing.models.places import Hall, IdRange, Room


class Days(Func):
    function = "daterange"
    output_field = DateRangeField()


class RhythmRule(Named):
    """How often leaders of a rank receive in a hall: each working day, every so many weeks, each month or quarter."""

    RHYTHMS = [
        ("daily", _("每个工作日")),
        ("weekly", _("按周")),
        ("monthly", _("每月")),
        ("quarterly", _("每季度")),
    ]
    WHO = [
        ("one", _("其中一人")),
        ("each", _("每人至少一次")),
        ("named", _("指定的领导")),
    ]
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="rhythm_rules")
    rank = models.CharField(_("接访领导范围"), max_length=10, choices=list(RANKS.items()), blank=True)
    who = models.CharField(_("由谁接访"), max_length=5, choices=WHO, default="one")
    leader = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="rhythm_rules")
    rhythm = models.CharField(_("频次"), max_length=9, choices=RHYTHMS)
    every = models.PositiveSmallIntegerField(_("每几周"), default=1)
    weekday = models.PositiveSmallIntegerField(_("尽量安排在"), null=True, blank=True)
    starts = models.TimeField(_("开始"), default=dt.time(9))
    ends = models.TimeField(_("结束"), default=dt.time(11, 30))
    room_kind = models.CharField(_("房间用途"), max_length=12, choices=Room.KINDS, default="leader")
    from_on = models.DateField(_("自何日起"))
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("接访规则")
        verbose_name_plural = _("接访规则")
        ordering = ["hall", "id"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "name"], name="rhythm_rule_once"),
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="rhythm_forward"),
            models.CheckConstraint(condition=Q(every__gte=1) & Q(every__lte=12), name="rhythm_every"),
            models.CheckConstraint(condition=Q(weekday=None) | Q(weekday__lte=6), name="rhythm_weekday"),
            models.CheckConstraint(
                condition=Q(who="named", leader__isnull=False) | (~Q(who="named") & Q(leader=None)),
                name="rhythm_named_has_leader",
            ),
            models.CheckConstraint(
                condition=~Q(rhythm="daily") | ~Q(who="each"), name="rhythm_daily_is_one"
            ),
        ]  # fmt: skip


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> AbsenceQuerySet:
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)

    def between(self, first: dt.date, last: dt.date) -> AbsenceQuerySet:
        return self.filter(from_on__lte=last, until_on__gte=first)

    def visible_to(self, actor: Actor) -> AbsenceQuerySet:
        """One's own, and those of the leaders of a hall that one answers for."""
        if actor.is_superuser or actor.has("administrator"):
            return self
        halls = actor.halls("hall_manager")
        theirs = Q(person__postings__hall__in=halls, person__postings__role="leader")
        return self.filter(Q(person=actor.user_id or 0) | theirs).distinct()

    def locked(self, pk: int) -> Absence:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Absence(models.Model):
    """Days, both included, on which somebody who receives is away. Taken back, never deleted."""

    KINDS = [
        ("leave", _("休假")),
        ("meeting", _("会议")),
        ("travel", _("公务外出")),
        ("training", _("学习培训")),
        ("other", _("其他")),
    ]
    person = models.ForeignKey(User, models.PROTECT, related_name="absences")
    from_on = models.DateField(_("自"))
    until_on = models.DateField(_("至"))
    kind = models.CharField(_("事由"), max_length=8, choices=KINDS)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("外出")
        verbose_name_plural = _("外出")
        ordering = ["from_on", "id"]
        indexes = [models.Index(fields=["person", "from_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="absence_forward"),
            ExclusionConstraint(
                name="absence_once",
                expressions=[
                    (IdRange("person_id"), RangeOperators.OVERLAPS),
                    (Days("from_on", "until_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                # Against a reception set down at the same moment: it waits for this row of the person, or we for it.
                name="one_after_the_other",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="PERFORM 1 FROM hall_user WHERE id = NEW.person_id FOR NO KEY UPDATE; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.label} {self.from_on}—{self.until_on}"


class PlanProposalQuerySet(models.QuerySet["PlanProposal"]):
    def locked(self, pk: int) -> PlanProposal:
        return self.select_for_update(of=("self",)).get(pk=pk)


class PlanProposal(models.Model):
    """A month as a worker proposes it: slots to take over, and gaps with their reasons.

    Asked until `answered_at`; failed when `failure` says why, else ready. `taken`: slot number → reception.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="plan_proposals")
    month = models.DateField(_("月份"))
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)
    slots = models.JSONField(default=list)
    gaps = models.JSONField(default=list)
    taken = models.JSONField(default=dict)

    objects = PlanProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("接访安排建议")
        verbose_name_plural = _("接访安排建议")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["hall", "month", "-asked_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "month"], condition=Q(answered_at=None), name="proposal_asked_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="proposal_of_a_month"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False) | Q(failure="", slots=[], gaps=[]),
                name="proposal_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hall} {self.month:%Y-%m}"

    @property
    def state(self) -> str:
        """`asked`, `ready` or `failed`."""
        if self.answered_at is None:
            return "asked"
        return "failed" if self.failure else "ready"
