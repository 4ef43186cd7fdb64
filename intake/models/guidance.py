"""What the guide desk explains and where it sends people on to: talks, and referrals that the other side answers."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Recusal, Respondent
from hall.access import Actor
from hall.fields import EncryptedTextField
from hall.models import User
from intake.lifecycle import (
    CONSENTS,
    REFERRAL_ENDS,
    REFERRAL_KINDS,
    SERVICE_REFERRAL,
    TALK_OUTCOMES,
    TALK_TOPICS,
)
from intake.models.visits import Visit
from staffing.lifecycle import CLERK, GUIDE, HALL_MANAGER, PARTICIPANT, PSYCHOLOGIST, SUPERVISOR
from staffing.models import Hall, Leaflet, SocialParticipant

NOT_REENCRYPTING = pgtrigger.Condition("current_setting('hall.reencrypting', true) IS DISTINCT FROM 'on'")
"""`manage.py rotate_keys` alone writes the same words under another key."""


class GuidanceRule(models.Model):
    """How a hall refers people on. A hall without a row sets no day by which the other side answers."""

    hall = models.OneToOneField(Hall, models.CASCADE, related_name="guidance_rule", verbose_name=_("大厅"))
    answer_days = models.PositiveSmallIntegerField(
        _("转介几个工作日内答复"), default=2, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )

    class Meta:
        verbose_name = _("转介规则")
        verbose_name_plural = _("转介规则")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer_days__gte=1, answer_days__lte=30), name="guidance_rule_days"
            ),
        ]

    def __str__(self) -> str:
        return str(self.hall)


def kept_from(actor: Actor) -> Q:
    """Whom a matter of the visit complains of, and who is recused from it, learns nothing (第二十八、三十条)."""
    of_it = Q(case=OuterRef("case")) | Q(case__visits=OuterRef("visit"))
    barred = Respondent.objects.filter(
        of_it, Q(user_id=actor.user_id or 0) | Q(department_id__in=actor.departments())
    )
    return Q(Exists(barred)) | Q(Exists(Recusal.objects.filter(of_it, user_id=actor.user_id or 0)))


def at_the_desk(actor: Actor) -> Q:
    """The guide desk of the hall; of a matter only who may see that matter."""
    halls = actor.halls(GUIDE, CLERK, HALL_MANAGER, SUPERVISOR)
    seen = Case.objects.visible_to(actor).filter(pk=OuterRef("case"))
    return Q(hall__in=halls) & (Q(case=None) | Q(Exists(seen)))


class GuidanceTalkQuerySet(models.QuerySet["GuidanceTalk"]):
    def visible_to(self, actor: Actor) -> GuidanceTalkQuerySet:
        """The desk of the hall, never who is complained of or recused in a matter that came of the visit."""
        if actor.kind == "system":
            return self.all()
        if actor.user_id is None:
            return self.none()
        return self.filter(at_the_desk(actor), ~kept_from(actor))

    def current(self) -> GuidanceTalkQuerySet:
        """The last word of each."""
        return self.filter(~Exists(GuidanceTalk.objects.filter(corrects=OuterRef("pk"))))


class GuidanceTalk(models.Model):
    """What was explained to a visitor, about what, and how it ended. Written once; a further talk is a further row.

    A correction is a row beside the one that it `corrects`, with the reason; the earlier words stay.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    topic = models.CharField(_("主题"), max_length=12, choices=list(TALK_TOPICS.items()))
    explained = EncryptedTextField(_("说明了什么"))
    outcome = models.CharField(_("结果"), max_length=12, choices=list(TALK_OUTCOMES.items()))
    leaflet = models.ForeignKey(Leaflet, models.PROTECT, null=True, related_name="+")
    talked_at = models.DateTimeField(_("谈话时间"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="correction")
    why = EncryptedTextField(_("更正原因"), null=True)

    objects = GuidanceTalkQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="talk_hall"),
            models.Index(fields=["hall", "topic", "-id"], name="talk_topic"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(visit__isnull=False) | Q(case__isnull=False), name="talk_concerns_something"
            ),
            models.CheckConstraint(condition=Q(topic__in=[*TALK_TOPICS]), name="talk_topic_known"),
            models.CheckConstraint(condition=Q(outcome__in=[*TALK_OUTCOMES]), name="talk_outcome_known"),
            models.CheckConstraint(
                condition=Q(corrects=None) | Q(why__isnull=False, why__gt=b""),
                name="talk_corrected_for_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(name="written_once", operation=pgtrigger.Update, condition=NOT_REENCRYPTING),
        ]


class ServiceReferralQuerySet(models.QuerySet["ServiceReferral"]):
    def visible_to(self, actor: Actor) -> ServiceReferralQuerySet:
        """The desk of the hall, and the person it is addressed to while they help there; never who is kept out."""
        if actor.kind == "system":
            return self.all()
        if actor.user_id is None:
            return self.none()
        return self.filter(at_the_desk(actor) | addressed_to(actor), ~kept_from(actor))

    def mine(self, actor: Actor) -> ServiceReferralQuerySet:
        """Those addressed to the actor."""
        return self.filter(addressed_to(actor), ~kept_from(actor))

    def locked(self, pk: int) -> ServiceReferral:
        return self.select_for_update(of=("self",)).get(pk=pk)


def addressed_to(actor: Actor) -> Q:
    return Q(
        participant__user__isnull=False, participant__user=actor.user_id, participant__is_active=True,
        hall__in=actor.halls(PARTICIPANT),
    )  # fmt: skip


class ServiceReferral(models.Model):
    """A visitor is sent on to somebody who helps, who says yes or no, and in the end what came of it.

    Nothing of the visitor goes out without their consent; when they take it back, what was passed on is erased here.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("转介去向"), max_length=14, choices=list(REFERRAL_KINDS.items()))
    participant = models.ForeignKey(SocialParticipant, models.PROTECT, null=True, related_name="+")
    organisation = models.CharField(_("机构"), max_length=120, blank=True)
    need = EncryptedTextField(_("需要什么帮助"), blank=True)
    contact = EncryptedTextField(_("本人同意提供的联系方式"), blank=True)
    consent = models.CharField(_("怎样同意"), max_length=8, choices=list(CONSENTS.items()))
    consented_at = models.DateTimeField()
    status = models.CharField(_("状态"), max_length=10, choices=SERVICE_REFERRAL.choices, default="asked")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer_by = models.DateField(_("答复期限"), null=True)
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = EncryptedTextField(_("答复"), blank=True)
    outcome = models.CharField(_("结果"), max_length=12, choices=list(REFERRAL_ENDS.items()), blank=True)
    result = EncryptedTextField(_("结果说明"), blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ServiceReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="service_referral_hall"),
            models.Index(fields=["hall", "status", "-id"], name="service_referral_status"),
            models.Index(fields=["participant", "-id"], name="service_referral_to"),
            models.Index(
                fields=["answer_by"],
                condition=Q(status="asked", reminded_at=None),
                name="service_referral_late",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(visit__isnull=False) | Q(case__isnull=False),
                name="service_referral_concerns_something",
            ),
            models.CheckConstraint(
                condition=Q(participant__isnull=False, organisation="")
                | (Q(participant=None) & ~Q(organisation="")),
                name="service_referral_one_address",
            ),
            models.CheckConstraint(
                condition=Q(consent__in=[*CONSENTS]), name="service_referral_with_consent"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("accepted", "declined", "finished")) | Q(answered_at__isnull=False),
                name="service_referral_answered",
            ),
            models.CheckConstraint(
                condition=Q(status="finished", closed_at__isnull=False, outcome__in=[*REFERRAL_ENDS])
                | (~Q(status="finished") & Q(outcome="")),
                name="service_referral_ends_with_outcome",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="legal_moves", field="status", transitions=list(SERVICE_REFERRAL.legal_pairs())
            ),
            pgtrigger.Protect(
                name="asked_is_asked",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "hall", "visit", "case", "kind", "participant", "organisation", "consent", "consented_at",
                    "asked_at", "asked_by",
                ),
            ),
        ]  # fmt: skip

    @property
    def addressee(self) -> str:
        return self.participant.label if self.participant else self.organisation

    @property
    def is_sealed(self) -> bool:
        """What a psychologist heard is kept with the sealed note alone."""
        return self.kind == PSYCHOLOGIST

    def is_late(self, now: dt.datetime) -> bool:
        return (
            self.status == "asked" and self.answer_by is not None and self.answer_by < timezone.localdate(now)
        )
