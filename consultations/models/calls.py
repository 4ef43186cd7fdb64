"""A consultation is called: on which case, by whom, with which questions, to which units, and what each answers."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.models import APPEND_ONLY, Case, Deadline, Referral
from consultations.lifecycle import CONSULTATION, CONSULTED, PARTS, POSITIONS
from hall.access import Actor
from hall.models import IssuedDocument, User
from staffing.models import Department, Hall


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, actor: Actor) -> ConsultationQuerySet:
        """Who sees the case: the units were given it when they were called. Nobody whom it accuses, no petitioner."""
        if actor.kind == "system":
            return self
        if actor.kind != "person":
            return self.none()
        return self.filter(case__in=Case.objects.visible_to(actor))

    def locked(self, pk: int) -> Consultation:
        """The caller has locked the case already: the case first, then its children."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class Consultation(models.Model):
    """Several units over one case (国信发〔2015〕12号（六）). `version` is the draft of the minutes that counts now."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consultations")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="consultations", db_index=False)
    convenor = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("召集单位"))
    title = models.CharField(_("议题"), max_length=120)
    background = models.TextField(_("情况说明"), blank=True)
    due_on = models.DateField(_("各单位提出意见的期限"))
    until_on = models.DateField(_("会商结束的期限"))
    status = models.CharField(_("状态"), max_length=12, choices=CONSULTATION.choices, default="called")
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(_("终止原因"), max_length=300, blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["-called_at", "-id"]
        indexes = [
            models.Index(fields=["hall", "-called_at", "-id"], name="consultation_by_hall"),
            models.Index(fields=["hall", "status", "-called_at", "-id"], name="consultation_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(status__in=("agreed", "decided", "ended")),
                name="consultation_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(status="ended") | (~Q(end_reason="") & Q(ended_at__isnull=False)),
                name="consultation_ended_for_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(CONSULTATION.legal_pairs())),
        ]

    @cached_property
    def seats(self) -> dict[int, str]:
        """Who is at the table, unit by unit with its part, as it was when this was read: rules ask again and again."""
        return dict(self.units.exclude(status="released").values_list("department", "part"))


class Question(models.Model):
    """What the units are asked, one by one, so that answers can be laid side by side. Written once."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("问题"))

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="question_once")]
        triggers = [APPEND_ONLY]


class ConsultedUnit(models.Model):
    """A unit at the table, with its own date; that it said nothing by then is a fact that stays.

    `referral` is the copy of the case that it got for this alone: with its part in it, it loses that too.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="units")
    department = models.ForeignKey(Department, models.PROTECT, related_name="consulted")
    part = models.CharField(max_length=9, choices=list(PARTS.items()))
    order = models.PositiveSmallIntegerField()
    due_on = models.DateField(_("提出意见的期限"))
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="+", db_index=False)
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="+", db_index=False)
    status = models.CharField(max_length=9, choices=CONSULTED.choices, default="asked")
    silent_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["order", "id"]
        indexes = [
            models.Index(fields=["department", "status", "due_on"], name="consulted_by_unit"),
            models.Index(fields=["due_on"], condition=Q(status="asked"), name="consulted_awaited"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "department"], name="consulted_once"),
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(part="lead"), name="consultation_one_lead"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("silent", "late")) | Q(silent_at__isnull=False),
                name="consulted_silence_dated",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(CONSULTED.legal_pairs())),
        ]


class UnitOpinion(models.Model):
    """One version of a unit's written opinion; a later one does not erase it."""

    unit = models.ForeignKey(ConsultedUnit, models.PROTECT, related_name="opinions")
    version = models.PositiveSmallIntegerField()
    text = models.TextField(_("总的意见"), blank=True)
    basis = models.TextField(_("依据"), blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    is_late = models.BooleanField(default=False)

    class Meta:
        ordering = ["unit", "version"]
        constraints = [models.UniqueConstraint(fields=["unit", "version"], name="unit_opinion_once")]
        triggers = [APPEND_ONLY]


class UnitAnswer(models.Model):
    """What that version says to one question."""

    opinion = models.ForeignKey(UnitOpinion, models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    position = models.CharField(max_length=11, choices=list(POSITIONS.items()))
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["question__number"]
        constraints = [models.UniqueConstraint(fields=["opinion", "question"], name="unit_answer_once")]
        triggers = [APPEND_ONLY]
