"""Supervision of one matter at one unit: why, what is demanded by when, what came back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accountability.lifecycle import OUTCOMES, SUPERVISION, SWEPT, TRIGGERS
from cases.models import APPEND_ONLY, Case, Deadline, Recusal, Respondent
from hall.access import Actor
from hall.models import IssuedDocument, User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department, Hall


def _occasions(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """As `occasion` names those cases where they came again."""
    return rows.values(as_occasion=Concat(Value("case:"), Cast("case_id", models.CharField())))


class SupervisionQuerySet(models.QuerySet["Supervision"]):
    def visible_to(self, actor: Actor) -> SupervisionQuerySet:
        """The hall's supervisor, manager and leaders who see the case; the unit that is supervised, once it is open,
        also when the matter has left it. Nobody whom the matter complains of, and nobody who stays out of it
        (《信访工作条例》第二十八条、第三十条). What a later matter gave rise to, nobody from whom
        that one is kept.
        """
        if actor.kind == "system":
            return self
        if actor.kind != "person" or actor.user_id is None:
            return self.none()
        hall = Q(hall__in=actor.halls(SUPERVISOR, HALL_MANAGER, LEADER))
        hall &= Q(case__in=Case.objects.visible_to(actor))
        unit = Q(department__in=actor.departments(DEPARTMENT_HEAD, LIAISON)) & ~Q(
            status__in=("proposed", "dismissed")
        )
        of_me = Q(user_id=actor.user_id) | Q(department_id__in=actor.departments())
        mine = Respondent.objects.filter(of_me)
        apart = Recusal.objects.filter(user_id=actor.user_id)
        about = {"case": OuterRef("case_id")}
        seen = self.filter(hall | unit, ~Exists(mine.filter(**about)), ~Exists(apart.filter(**about)))
        return seen.exclude(Q(occasion__in=_occasions(mine)) | Q(occasion__in=_occasions(apart)))

    def locked(self, pk: int) -> Supervision:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Supervision(models.Model):
    """`evidence` are the facts that the trigger saw (ids and days), as they were then.

    `opened_at` is when it was proposed or opened; `confirmed_at` when it became the unit's to answer.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="supervisions", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="supervisions")
    department = models.ForeignKey(Department, models.PROTECT, related_name="supervisions", db_index=False)
    trigger = models.CharField(_("缘由"), max_length=14, choices=list(TRIGGERS.items()))
    occasion = models.CharField(max_length=60, help_text="what the trigger saw, so that it is seen once")
    evidence = models.JSONField(default=dict)
    problem = models.TextField(_("存在的问题"), blank=True)
    demand = models.TextField(_("督办要求"), blank=True)
    status = models.CharField(max_length=9, choices=SUPERVISION.choices)
    feedback_due_on = models.DateField(null=True)
    clock = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="+", db_index=False)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    outcome = models.CharField(_("结论"), max_length=8, choices=list(OUTCOMES.items()), blank=True)
    result = models.TextField(_("核实结果"), blank=True)

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["hall", "-opened_at", "-id"], name="supervision_by_hall"),
            models.Index(fields=["hall", "status", "-opened_at", "-id"], name="supervision_by_status"),
            models.Index(fields=["department", "-opened_at", "-id"], name="supervision_by_unit"),
            models.Index(
                fields=["department", "feedback_due_on", "id"],
                condition=Q(status="open"),
                name="supervision_owed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "department", "trigger", "occasion"], name="supervision_once_an_occasion"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("proposed", "dismissed"))
                | (~Q(demand="") & Q(feedback_due_on__isnull=False)),
                name="supervision_demands_by_a_day",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("proposed", "dismissed"))
                | (~Q(problem="") & Q(confirmed_at__isnull=False, document__isnull=False)),
                name="supervision_is_on_paper",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("dismissed", "closed"))
                | (~Q(result="") & Q(closed_at__isnull=False)),
                name="supervision_ends_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | ~Q(outcome=""), name="supervision_verified"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(SUPERVISION.legal_pairs())),
            pgtrigger.Protect(
                name="as_seen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "hall", "case", "department", "trigger", "occasion", "evidence"
                ),
            ),
        ]

    @property
    def due_on(self) -> dt.date | None:
        """Until when feedback is owed now: its clock's day, which follows the calendar and holds. `feedback_due_on` is
        the day that was set, as it stands on the paper."""
        return (self.clock.due_on if self.clock else None) or self.feedback_due_on


class SupervisionRule(models.Model):
    """What a hall has set for one trigger in place of the number that comes with the house."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="+")
    trigger = models.CharField(_("缘由"), max_length=14, choices=[(code, TRIGGERS[code]) for code in SWEPT])
    threshold = models.PositiveSmallIntegerField(_("界限"))
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        ordering = ["hall", "id"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "trigger"], name="supervision_rule_once"),
            models.CheckConstraint(condition=Q(threshold__lte=180), name="supervision_rule_bound"),
        ]


class SupervisionFeedback(models.Model):
    """The unit's answer, and what the supervisor found when verifying it."""

    supervision = models.ForeignKey(Supervision, models.PROTECT, related_name="feedback")
    kind = models.CharField(max_length=8, choices=[("answer", _("反馈")), ("return", _("退回"))])
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["at", "id"]
        triggers = [APPEND_ONLY]
