"""A leader takes charge of a matter, with its five fixed points (国信发〔2015〕12号（三）)."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import OUTCOMES_OF_CHARGE, SELECTIONS, SPONSORSHIP
from cases.models.case import Case
from cases.models.clocks import Deadline
from cases.models.field import among_cases
from cases.models.reference import APPEND_ONLY
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import LEVELS
from staffing.models import Department, Hall


class SponsorshipQuerySet(models.QuerySet["Sponsorship"]):
    def visible_to(self, actor: Actor) -> SponsorshipQuerySet:
        """Who sees one of its cases, unless kept out of another of them."""
        return among_cases(self, SponsoredCase, "sponsorship", actor)

    def locked(self, pk: int) -> Sponsorship:
        return self.select_for_update(of=("self",)).select_related("hall", "leader").get(pk=pk)


class Sponsorship(models.Model):
    """The five fixed points of one matter with its cases. Leader and post are as they were on that day.

    `planned_on` is what was promised; the tracked period is `deadline`, on the first case, of the lead unit.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="sponsorships", db_index=False)
    name = models.CharField(_("事项名称"), max_length=120)
    level = models.CharField(_("级别"), max_length=12, choices=list(LEVELS.items()))
    problem = models.TextField(_("主要问题"))
    cases: models.ManyToManyField[Case, SponsoredCase] = models.ManyToManyField(
        Case, through="SponsoredCase", related_name="sponsorships"
    )
    leader = models.ForeignKey(User, models.PROTECT, related_name="sponsorships", db_index=False)
    title = models.CharField(_("职务"), max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    contact = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("联系人"))
    people = models.CharField(_("工作人员"), max_length=300, blank=True)
    plan = models.TextField(_("化解方案"))
    units: models.ManyToManyField[Department, SponsorshipUnit] = models.ManyToManyField(
        Department, through="SponsorshipUnit", related_name="sponsorships"
    )
    responsibility = models.TextField(_("责任分工"))
    started_on = models.DateField(_("起始日期"))
    first_planned_on = models.DateField(_("原定化解日期"))
    planned_on = models.DateField(_("预计化解日期"))
    percent = models.PositiveSmallIntegerField(_("进度"), default=0)
    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="+", null=True)
    status = models.CharField(_("状态"), max_length=8, choices=SPONSORSHIP.choices, default="running")
    outcome = models.CharField(_("结果"), max_length=14, choices=list(OUTCOMES_OF_CHARGE.items()), blank=True)
    outcome_note = models.TextField(_("结果说明"), blank=True)
    ended_on = models.DateField(_("实际结束日期"), null=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    objects = SponsorshipQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="sponsorship_by_hall"),
            models.Index(fields=["hall", "status", "-id"], name="sponsorship_by_status"),
            models.Index(fields=["leader", "-id"], name="sponsorship_by_leader"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_on__gt=F("started_on"), first_planned_on__gt=F("started_on")),
                name="sponsorship_forward",
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="sponsorship_percent"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(plan="") & ~Q(responsibility="") & ~Q(problem=""),
                name="sponsorship_five_points",
            ),
            models.CheckConstraint(
                condition=Q(status="running", ended_on=None, outcome="")
                | (Q(status="ended", ended_on__isnull=False) & ~Q(outcome="")),
                name="sponsorship_ended_with_outcome",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(SPONSORSHIP.legal_pairs())),
            pgtrigger.Protect(
                name="fixed_points",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "leader", "title", "contact", "plan", "first_planned_on", "started_on"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SponsoredCase(models.Model):
    """A case under the leader's charge; one at a time has it. Number 0 carries the deadline."""

    sponsorship = models.ForeignKey(Sponsorship, models.PROTECT, related_name="links")
    case = models.ForeignKey(Case, models.PROTECT, related_name="sponsorship_links")
    position = models.PositiveSmallIntegerField(default=0)
    is_running = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(is_running=True), name="case_in_one_charge"),
            models.UniqueConstraint(fields=["sponsorship", "case"], name="sponsored_once"),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]


class SponsorshipUnit(models.Model):
    """A responsible unit; number 0 leads."""

    sponsorship = models.ForeignKey(Sponsorship, models.PROTECT, related_name="unit_links")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sponsorship", "department"], name="sponsorship_unit_once"),
            models.UniqueConstraint(fields=["sponsorship", "position"], name="sponsorship_unit_order"),
        ]
        triggers = [APPEND_ONLY]


class SponsorshipProgress(models.Model):
    """How far it has come, in percent and in words; written once."""

    sponsorship = models.ForeignKey(Sponsorship, models.PROTECT, related_name="progress")
    percent = models.PositiveSmallIntegerField(_("进度"))
    text = models.TextField(_("进展"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="progress_percent")]
        triggers = [APPEND_ONLY]


class SponsorshipExtension(models.Model):
    """A later date, with the reason; the earlier ones stay on record."""

    sponsorship = models.ForeignKey(Sponsorship, models.PROTECT, related_name="extensions")
    from_on = models.DateField()
    to_on = models.DateField(_("新的化解日期"))
    reason = models.TextField(_("延期理由"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gt=F("from_on")), name="sponsorship_extended_forward")
        ]
        triggers = [APPEND_ONLY]


class SelectionRule(models.Model):
    """From when on a matter is proposed for a leader to take charge of; without any row the usual numbers hold."""

    kind = models.CharField(_("条件"), max_length=10, choices=list(SELECTIONS.items()), unique=True)
    threshold = models.PositiveIntegerField(_("达到"), default=1)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("包案候选条件")
        verbose_name_plural = _("包案候选条件")
        ordering = ["kind"]
        constraints = [models.CheckConstraint(condition=Q(threshold__gte=1), name="selection_threshold")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.threshold}"
