"""Criticism notices and advice: what they say, on whom they were served, what came back."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accountability.lifecycle import ADOPTED, ADOPTION_STEPS, ADVICE, ADVICE_KINDS, CRITICISM, CRITICISM_UNIT
from accountability.models.findings import Finding
from accountability.models.revocation import Revocable, revoked_by_another, revoked_on_paper
from cases.models import APPEND_ONLY, Recusal, Respondent
from hall.access import Actor
from hall.models import IssuedDocument, User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department, Hall

UNSERVED = ("submitted", "returned", "withdrawn", "issued")
KEEP = pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)


def _as_issued(*columns: str) -> pgtrigger.Protect:
    """What stands on the paper stays as it stands there."""
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return pgtrigger.Protect(
        name="as_issued",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"OLD.document_id IS NOT NULL AND ({old}) IS DISTINCT FROM ({new})"),
    )


def _barred(links: models.QuerySet[Any], actor: Actor, *, units: bool = False) -> Exists:
    """A paper that rests on a matter which complains of this person, or from which this person stays out; with
    `units` also one that complains of the person's unit: the hall's readers, for a unit is served what concerns it.
    """
    person = actor.user_id or 0
    accused = Q(user_id=person)
    if units:
        accused |= Q(department_id__in=actor.departments())
    case = OuterRef("finding__case_id")
    named = Respondent.objects.filter(accused, case=case)
    recused = Recusal.objects.filter(case=case, user_id=person)
    return Exists(links.filter(Exists(named) | Exists(recused)))


class CriticismNoticeQuerySet(models.QuerySet["CriticismNotice"]):
    def visible_to(self, actor: Actor) -> CriticismNoticeQuerySet:
        """The hall's supervisor, manager and leaders; the units on which it was served, never before that. Nobody whom
        one of its matters complains of, and nobody who stays out of one (《信访工作条例》第二十八条、第三十条).
        """
        if actor.kind == "system":
            return self
        if actor.kind != "person" or actor.user_id is None:
            return self.none()
        links = CriticisedFinding.objects.filter(notice=OuterRef("pk"))
        hall = Q(hall__in=actor.halls(SUPERVISOR, HALL_MANAGER, LEADER))
        mine = CriticismUnit.objects.filter(
            notice=OuterRef("pk"), department__in=actor.departments(DEPARTMENT_HEAD, LIAISON)
        )
        unit = ~Q(status__in=UNSERVED) & Exists(mine)
        return self.filter((hall & ~_barred(links, actor, units=True)) | unit, ~_barred(links, actor))

    def locked(self, pk: int) -> CriticismNotice:
        return self.select_for_update(of=("self",)).select_related("hall").get(pk=pk)


class CriticismNotice(Revocable):
    """通报 of one or several units, over a period or of one matter. `revision` counts the drafts: what is approved is
    what was read. `facts` are the words; what they were made from is in `links`. `answer_by_on` stands on the paper,
    `due_on` is what the calendar in force makes of it. The first `steps_taken`
    reminders are done.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="criticism_notices", db_index=False)
    title = models.CharField(_("事由"), max_length=80)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    facts = models.TextField(_("通报的事实"))
    demands = models.TextField(_("整改要求"))
    answer_by_on = models.DateField(_("反馈期限"))
    due_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False)
    calendar_version = models.CharField(max_length=64, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(_("状态"), max_length=9, choices=CRITICISM.choices, default="submitted")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()
    returned_note = models.CharField(_("退回意见"), max_length=500, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    served_at = models.DateTimeField(null=True)
    step_moments: Any = models.JSONField(default=list)
    steps_taken = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    result = models.TextField(_("了结说明"), blank=True)

    objects = CriticismNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="criticism_by_hall"),
            models.Index(fields=["hall", "status", "-id"], name="criticism_by_status"),
            models.Index(fields=["hall", "due_on"], condition=Q(status="served"), name="criticism_late"),
            models.Index(fields=["hall", "served_at"], name="criticism_by_served"),
            models.Index(fields=["next_step_at"], condition=Q(status="served"), name="criticism_next_step"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")), name="criticism_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("served", "closed", "revoked"))
                | Q(
                    approved_by__isnull=False,
                    served_at__isnull=False,
                    document__isnull=False,
                    due_on__isnull=False,
                ),
                name="criticism_served_on_paper",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | (Q(closed_at__isnull=False) & ~Q(result="")),
                name="criticism_closed_in_words",
            ),
            models.CheckConstraint(
                condition=Q(from_on=None, until_on=None)
                | Q(from_on__isnull=False, until_on__isnull=False, from_on__lte=F("until_on")),
                name="criticism_period",
            ),
            revoked_on_paper("criticism_revoked_on_paper"),
            revoked_by_another("criticism_revoked_by_another"),
        ]
        triggers = [
            KEEP,
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(CRITICISM.legal_pairs())),
            _as_issued("title", "facts", "demands", "answer_by_on", "document_id"),
        ]


class CriticisedFinding(models.Model):
    """A finding that a notice rests on, as it was decided when it was drafted. In at most one notice that counts."""

    notice = models.ForeignKey(CriticismNotice, models.PROTECT, related_name="links")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="criticisms", db_index=False)
    status = models.CharField(max_length=10)
    days = models.PositiveIntegerField(default=0)
    is_live = models.BooleanField(default=True)

    class Meta:
        ordering = ["notice", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(is_live=True), name="finding_criticised_once"
            ),
        ]
        triggers = [
            KEEP,
            pgtrigger.Protect(
                name="as_drafted",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NOT OLD.is_live OR (OLD.notice_id, OLD.finding_id, OLD.status, OLD.days) IS DISTINCT FROM"
                    " (NEW.notice_id, NEW.finding_id, NEW.status, NEW.days)"
                ),
            ),
        ]


class CriticismUnit(models.Model):
    """One unit of a notice: served, received, answered."""

    notice = models.ForeignKey(CriticismNotice, models.PROTECT, related_name="units")
    department = models.ForeignKey(Department, models.PROTECT, related_name="criticisms", db_index=False)
    status = models.CharField(max_length=8, choices=CRITICISM_UNIT.choices, default="named")
    served_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["notice", "department__code", "id"]
        indexes = [models.Index(fields=["department", "-notice"], name="criticism_by_unit")]
        constraints = [
            models.UniqueConstraint(fields=["notice", "department"], name="criticism_unit_once"),
            models.CheckConstraint(
                condition=Q(status="named") | Q(served_at__isnull=False), name="criticism_unit_served"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("received", "answered")) | Q(received_at__isnull=False),
                name="criticism_unit_received",
            ),
        ]
        triggers = [
            KEEP,
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(CRITICISM_UNIT.legal_pairs())),
        ]


class CriticismAnswer(models.Model):
    """What a unit says it has put right; a later one does not erase an earlier one."""

    unit = models.ForeignKey(CriticismUnit, models.PROTECT, related_name="answers")
    text = models.TextField(_("整改情况"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    is_late = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]
        triggers = [APPEND_ONLY]


class AdviceQuerySet(models.QuerySet["Advice"]):
    def visible_to(self, actor: Actor) -> AdviceQuerySet:
        """The hall's supervisor, manager and leaders; the unit to which it went, once it is served. Nobody whom one of
        its matters complains of, and nobody who stays out of one (《信访工作条例》第二十八条、第三十条).
        """
        if actor.kind == "system":
            return self
        if actor.kind != "person" or actor.user_id is None:
            return self.none()
        links = AdvisedFinding.objects.filter(advice=OuterRef("pk"))
        hall = Q(hall__in=actor.halls(SUPERVISOR, HALL_MANAGER, LEADER))
        unit = Q(department__in=actor.departments(DEPARTMENT_HEAD, LIAISON)) & ~Q(status__in=UNSERVED)
        return self.filter((hall & ~_barred(links, actor, units=True)) | unit, ~_barred(links, actor))

    def locked(self, pk: int) -> Advice:
        return self.select_for_update(of=("self",)).select_related("hall", "department").get(pk=pk)


class Advice(Revocable):
    """建议书 to a unit of the hall (`department`) or a body outside (`body`). `due_on` and `next_step_at` are what
    `hall.clock` says of the day of service; the first `steps_taken` reminders are done.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="advices", db_index=False)
    kind = models.CharField(_("种类"), max_length=9, choices=list(ADVICE_KINDS.items()))
    title = models.CharField(_("事由"), max_length=80)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="advices", db_index=False
    )
    body = models.CharField(_("主送机关"), max_length=80, blank=True)
    facts = models.TextField(_("有关情况"))
    consequence = models.TextField(_("造成的严重后果"), blank=True)
    article = models.CharField(_("依据"), max_length=200)
    proposal = models.TextField(_("建议"))
    reply_days = models.PositiveSmallIntegerField(_("答复期限（日）"), default=30)
    revision = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(_("状态"), max_length=9, choices=ADVICE.choices, default="submitted")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()
    returned_note = models.CharField(_("退回意见"), max_length=500, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    approved_at = models.DateTimeField(null=True)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False)
    served_on = models.DateField(null=True)
    served_at = models.DateTimeField(null=True)
    served_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    served_how = models.CharField(_("送达情况"), max_length=300, blank=True)
    due_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False)
    calendar_version = models.CharField(max_length=64, blank=True)
    step_moments: Any = models.JSONField(default=list)
    steps_taken = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)
    adopted = models.CharField(_("采纳情况"), max_length=8, choices=list(ADOPTED.items()), blank=True)
    replied_on = models.DateField(null=True)
    outcome = models.CharField(_("落实情况"), max_length=8, choices=list(ADOPTION_STEPS.items()), blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    result = models.TextField(_("了结说明"), blank=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="advice_by_hall"),
            models.Index(fields=["hall", "status", "-id"], name="advice_by_status"),
            models.Index(fields=["hall", "kind", "-id"], name="advice_by_kind"),
            models.Index(fields=["department", "-id"], name="advice_by_unit"),
            models.Index(fields=["hall", "served_on"], name="advice_by_served"),
            models.Index(fields=["hall", "due_on"], condition=Q(status="served"), name="advice_late"),
            models.Index(fields=["next_step_at"], condition=Q(status="served"), name="advice_next_step"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(department__isnull=False, body="") | (Q(department=None) & ~Q(body="")),
                name="advice_to_one",
            ),
            models.CheckConstraint(
                condition=~Q(kind="liability") | ~Q(consequence=""), name="advice_liability_serious"
            ),
            models.CheckConstraint(
                condition=~Q(kind="policy") | Q(department=None), name="advice_policy_to_a_body"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")), name="advice_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("submitted", "returned", "withdrawn"))
                | Q(approved_by__isnull=False, document__isnull=False),
                name="advice_on_paper",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("served", "replied", "closed"))
                | (Q(served_on__isnull=False, due_on__isnull=False) & ~Q(served_how="")),
                name="advice_served_with_proof",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("replied", "closed"))
                | (Q(replied_on__isnull=False) & ~Q(adopted="")),
                name="advice_replied",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed")
                | (
                    Q(closed_at__isnull=False)
                    & ~Q(result="")
                    & (Q(adopted="declined") | Q(outcome__in=("done", "given_up")))
                ),
                name="advice_closed_when_settled",
            ),
            revoked_on_paper("advice_revoked_on_paper"),
            revoked_by_another("advice_revoked_by_another"),
        ]
        triggers = [
            KEEP,
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(ADVICE.legal_pairs())),
            _as_issued(
                "kind", "title", "department_id", "body", "facts", "consequence", "article", "proposal",
                "reply_days", "document_id",
            ),
        ]  # fmt: skip

    @property
    def receiver(self) -> str:
        return self.department.label if self.department else self.body


class AdvisedFinding(models.Model):
    """A finding that advice rests on; several pieces of advice may follow from one finding."""

    advice = models.ForeignKey(Advice, models.PROTECT, related_name="links")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="advices")
    status = models.CharField(max_length=10)
    days = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["advice", "id"]
        constraints = [models.UniqueConstraint(fields=["advice", "finding"], name="advice_finding_once")]
        triggers = [APPEND_ONLY]


class AdviceReply(models.Model):
    """What was answered; a later one does not erase an earlier one. `by` is who wrote it down."""

    advice = models.ForeignKey(Advice, models.PROTECT, related_name="replies")
    adopted = models.CharField(max_length=8, choices=list(ADOPTED.items()))
    text = models.TextField(_("答复内容"))
    replied_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    is_late = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]
        triggers = [APPEND_ONLY]


class AdoptionStep(models.Model):
    """What was done of it, until it is done or given up."""

    advice = models.ForeignKey(Advice, models.PROTECT, related_name="adoption")
    kind = models.CharField(max_length=8, choices=list(ADOPTION_STEPS.items()))
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["at", "id"]
        triggers = [APPEND_ONLY]
