"""The leader's reception from inside: what comes before the leader, what is said there, what is to follow."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import INSTRUCTION
from cases.models.case import Case
from cases.models.clocks import Deadline
from cases.models.reference import APPEND_ONLY
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import CLERK, HALL_MANAGER, SUPERVISOR
from staffing.models import Department, LeaderReception


class DocketItemQuerySet(models.QuerySet["DocketItem"]):
    def visible_to(self, actor: Actor) -> DocketItemQuerySet:
        """The leader who receives and the hall's staff; of a case only for who may see it (第二十八条、第三十条)."""
        if actor.kind == "system":
            return self.all()
        near = Q(reception__leader=actor.user_id or 0) | Q(
            reception__hall__in=actor.halls(CLERK, HALL_MANAGER, SUPERVISOR)
        )
        return self.filter(near, Q(case=None) | Q(case__in=Case.objects.visible_to(actor).order_by()))

    def live(self) -> DocketItemQuerySet:
        return self.filter(removed_at=None)

    def locked(self, pk: int) -> DocketItem:
        return self.select_for_update(of=("self",)).get(pk=pk)


class DocketItem(models.Model):
    """A matter that a leader receives at one reception; without a case as long as it is not registered.

    `who` is a masked name: no personal data stands here. A place in the order is given once and never again.
    """

    reception = models.ForeignKey(LeaderReception, models.PROTECT, related_name="docket_items")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="docket_items")
    headline = models.CharField(_("事由"), max_length=120, blank=True)
    who = models.CharField(_("来访人"), max_length=60, blank=True)
    head_count = models.PositiveIntegerField(_("人数"), default=1)
    place = models.PositiveSmallIntegerField(_("顺序"))
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removal_reason = models.CharField(_("移出的原因"), max_length=200, blank=True)

    objects = DocketItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("接访事项")
        verbose_name_plural = _("接访事项")
        ordering = ["reception", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["reception", "case"], condition=Q(removed_at=None), name="docket_case_once"
            ),
            models.UniqueConstraint(fields=["reception", "place"], name="docket_place_once"),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | ~Q(headline=""), name="docket_says_what"
            ),
            models.CheckConstraint(condition=Q(head_count__gte=1), name="docket_head_count"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("reception", "place", "placed_at", "placed_by"),
            ),
            # Once a case stands there it stays: the record and the instruction are told from it.
            pgtrigger.Protect(
                name="case_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.case_id IS NOT NULL AND OLD.case_id IS DISTINCT FROM NEW.case_id"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reception_id}/{self.place}"


class ReceptionRecord(models.Model):
    """What was said and decided of one matter at one reception; a correction is a further version, with its reason."""

    item = models.ForeignKey(DocketItem, models.PROTECT, related_name="records")
    version = models.PositiveSmallIntegerField(default=1)
    companions = models.CharField(_("陪同人员"), max_length=200, blank=True)
    problem = models.TextField(_("反映的主要问题"))
    place = models.CharField(_("问题发生地"), max_length=200, blank=True)
    cause = models.TextField(_("产生原因"), blank=True)
    opinion = models.TextField(_("领导处理意见"))
    is_settled = models.BooleanField(_("当场解决"), default=False)
    result = models.TextField(_("当场处理的结果"), blank=True)
    correction = models.CharField(_("更正的原因"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("接访记录")
        verbose_name_plural = _("接访记录")
        ordering = ["item", "version"]
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="record_version_once"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(correction=""), name="record_corrected_why"),
            models.CheckConstraint(condition=Q(is_settled=False) | ~Q(result=""), name="record_settled_how"),
        ]
        triggers = [APPEND_ONLY]


OPEN_INSTRUCTION = Q(status__in=("given", "reported"))


class Instruction(models.Model):
    """领导批示: what the leader wants of which unit, by whom there, by when. Its clock is a deadline of the case.

    One open instruction a unit on a case: a further wish waits for the answer, or goes into a return.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="instructions")
    item = models.ForeignKey(DocketItem, models.PROTECT, related_name="instructions")
    leader = models.ForeignKey(User, models.PROTECT, related_name="instructions")
    text = models.TextField(_("批示内容"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="instructions")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    person_name = models.CharField(_("责任人"), max_length=60, blank=True)
    due_on = models.DateField(_("办理时限"))
    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=INSTRUCTION.choices, default="given")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("领导审阅意见"), blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("领导批示")
        verbose_name_plural = _("领导批示")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "department"], condition=OPEN_INSTRUCTION, name="instruction_one_open"
            ),
            models.CheckConstraint(
                condition=(OPEN_INSTRUCTION & Q(ended_at=None))
                | (~OPEN_INSTRUCTION & Q(ended_at__isnull=False)),
                name="instruction_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["leader", "status", "-id"]),
            models.Index(fields=["department", "status", "-id"]),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(INSTRUCTION.legal_pairs())),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("case", "item", "leader", "text", "given_at", "given_by"),
            ),
        ]


class InstructionReport(models.Model):
    """What the unit says that it has done; the last one counts, those that were sent back stay readable."""

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="reports")
    text = models.TextField(_("办理情况和结果"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        triggers = [APPEND_ONLY]
