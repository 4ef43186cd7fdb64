"""What the units agree on: minutes in versions, signatures in order, dissent by name, commitments, the conference."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import APPEND_ONLY, Case, Deadline, Recusal, Respondent
from consultations.lifecycle import COMMITMENT, GROUNDS_OF_CONFERENCE, SIGNATURES
from consultations.models.calls import Consultation, ConsultedUnit
from hall.access import Actor
from hall.models import IssuedDocument, User
from staffing.lifecycle import DEPARTMENT_ROLES
from staffing.models import Department, Hall


class MinutesVersion(models.Model):
    """One draft of the minutes, as it was circulated or replaced. `Consultation.version` says which one counts.

    `lines` are the commitments as they were written in it (unit, unit_name, person, text, due_on), so that a version is
    whole by itself; the rows of `Commitment` are those of the version that counts.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="minutes")
    version = models.PositiveSmallIntegerField()
    facts = models.TextField(_("议定事实"))
    resolution = models.TextField(_("议定意见"))
    plan = models.TextField(_("办理方案"), blank=True)
    lines = models.JSONField(default=list)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["consultation", "version"]
        constraints = [models.UniqueConstraint(fields=["consultation", "version"], name="minutes_once")]
        triggers = [APPEND_ONLY]

    @property
    def shown_lines(self) -> list[dict[str, object]]:
        """The commitments with their day as a date."""
        return [{**line, "day": dt.date.fromisoformat(line["due_on"])} for line in self.lines]


# Whoever signs while the text is being changed signs nothing: the row of the consultation is locked, then looked at.
SIGNS_WHAT_COUNTS = """
PERFORM 1 FROM consultations_consultation c WHERE c.id = (SELECT m.consultation_id FROM consultations_minutesversion m
    WHERE m.id = NEW.minutes_id) FOR SHARE;
IF NOT EXISTS (SELECT FROM consultations_minutesversion m JOIN consultations_consultation c ON c.id = m.consultation_id
        WHERE m.id = NEW.minutes_id AND m.version = c.version AND c.status = 'circulating') THEN
    RAISE EXCEPTION 'the minutes were changed meanwhile'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_of_what_counts';
END IF;
RETURN NEW;
"""


class Countersignature(models.Model):
    """A unit has signed that version, with its dissent where it has one; or it has let its period pass (`missed`), in
    nobody's hand. An edit makes it void, never gone.
    """

    minutes = models.ForeignKey(MinutesVersion, models.PROTECT, related_name="signatures")
    unit = models.ForeignKey(ConsultedUnit, models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=8, choices=list(SIGNATURES.items()))
    dissent = models.TextField(_("保留意见"), blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=60, blank=True)
    signed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    void_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "unit"], condition=Q(void_at=None), name="signature_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("signed", "missed"), dissent="") | (Q(kind="dissent") & ~Q(dissent="")),
                name="dissent_is_said",
            ),
            models.CheckConstraint(
                condition=Q(kind="missed", signed_by=None)
                | (~Q(kind="missed") & Q(signed_by__isnull=False) & ~Q(name="")),
                name="signature_has_a_hand",
            ),
            models.CheckConstraint(
                condition=Q(void_at=None) | ~Q(void_reason=""), name="signature_void_for_a_reason"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="as_signed", exclude=["void_at", "void_reason"]),
            pgtrigger.Trigger(
                name="signs_what_counts",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=SIGNS_WHAT_COUNTS,
            ),
        ]


class MinutesReturn(models.Model):
    """The unit whose turn it was did not sign: it said what should change."""

    minutes = models.ForeignKey(MinutesVersion, models.PROTECT, related_name="returns")
    unit = models.ForeignKey(ConsultedUnit, models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField(_("修改意见"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["at", "id"]
        triggers = [APPEND_ONLY]


class IssuedMinutes(models.Model):
    """The version that binds, with its paper: one for a consultation, and never another."""

    consultation = models.OneToOneField(Consultation, models.PROTECT, related_name="issued")
    minutes = models.OneToOneField(MinutesVersion, models.PROTECT, related_name="issued")
    document = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="+", db_index=False)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        triggers = [APPEND_ONLY]


class JointConference(models.Model):
    """What was not settled goes to the joint conference (《信访工作条例》第十四条), with its own decision."""

    consultation = models.OneToOneField(Consultation, models.PROTECT, related_name="conference")
    ground = models.CharField(_("提请原因"), max_length=10, choices=list(GROUNDS_OF_CONFERENCE.items()))
    reason = models.TextField(_("分歧说明"))
    referred_at = models.DateTimeField()
    referred_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="+", db_index=False)
    due_on = models.DateField()
    met_on = models.DateField(_("会议日期"), null=True)
    chaired_by = models.CharField(_("主持人"), max_length=60, blank=True)
    attended = models.TextField(_("出席单位和人员"), blank=True)
    decision = models.TextField(_("决定"), blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None) | (~Q(decision="") & Q(met_on__isnull=False)),
                name="conference_decided_in_words",
            )
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]


class AgreedCommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, actor: Actor) -> AgreedCommitmentQuerySet:
        """Who sees the case; and the unit that owes it, also when the case has gone to another one. Never whom the case
        complains of, nor who is recused (《信访工作条例》第二十八条、第三十条).
        """
        if actor.kind == "system":
            return self
        if actor.kind != "person":
            return self.none()
        case, units = OuterRef("consultation__case"), actor.departments()
        accused = Respondent.objects.filter(Q(user=actor.user_id) | Q(department__in=units), case=case)
        recused = Recusal.objects.filter(case=case, user=actor.user_id)
        own = Q(department__in=actor.departments(*DEPARTMENT_ROLES)) & ~Q(status="draft")
        return self.filter(
            Q(consultation__case__in=Case.objects.visible_to(actor)) | own, ~Exists(accused), ~Exists(recused)
        )

    def locked(self, pk: int) -> Commitment:
        """The caller has locked the case already."""
        return self.select_for_update(of=("self",)).select_related("department", "deadline").get(pk=pk)


class Commitment(models.Model):
    """Who does what by when, out of the minutes or of the conference's decision. Its clock runs on the case."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="commitments")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("任务"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="agreed_commitments")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    person_name = models.CharField(_("责任人"), max_length=60)
    due_on = models.DateField(_("期限"))
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="+", db_index=False)
    status = models.CharField(max_length=9, choices=COMMITMENT.choices, default="draft")
    fulfilled_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)

    objects = AgreedCommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["consultation", "number"]
        indexes = [
            models.Index(fields=["department", "status", "due_on", "id"], name="commitment_by_unit"),
            models.Index(fields=["hall", "status", "due_on", "id"], name="commitment_by_hall"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="commitment_once"),
            models.CheckConstraint(
                condition=~Q(status="fulfilled") | Q(fulfilled_on__isnull=False),
                name="commitment_fulfilled_on",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("open", "reported")) | Q(deadline__isnull=False),
                name="commitment_runs_on_a_clock",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="keep",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.status <> 'draft'"),
            ),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(COMMITMENT.legal_pairs())),
        ]


class CommitmentReport(models.Model):
    """The unit says what it has done."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="reports")
    text = models.TextField(_("落实情况"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["at", "id"]
        triggers = [APPEND_ONLY]
