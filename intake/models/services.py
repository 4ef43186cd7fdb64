"""What people from outside did for a visitor, and what was said in confidence, kept apart."""

from __future__ import annotations

import datetime as dt
import uuid

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import APPEND_ONLY, Case, Recusal, Respondent, StatutoryRoute
from hall.access import Actor, Text
from hall.fields import EncryptedTextField
from hall.models import User
from intake.models.visits import Visit
from staffing.lifecycle import (
    CLERK,
    HALL_MANAGER,
    LEADER,
    PARTICIPANT,
    PARTICIPANT_KINDS,
    PSYCHOLOGIST,
    SUPERVISOR,
)
from staffing.models import Hall, SocialParticipant


class ServiceNoteQuerySet(models.QuerySet["ServiceNote"]):
    def visible_to(self, actor: Actor) -> ServiceNoteQuerySet:
        """That somebody was helped: for the hall that helped, whoever may see the matter, and who helped.

        What was said is elsewhere: `ServiceContent.objects.readable_by`. Of a matter that one may not see, one does
        not learn that somebody was helped either.
        """
        if actor.kind == "system":
            return self.all()
        if actor.user_id is None:
            return self.none()
        halls = actor.halls(CLERK, HALL_MANAGER, SUPERVISOR, LEADER)
        seen = Case.objects.visible_to(actor).filter(pk=OuterRef("case"))
        mine = Q(participant__user=actor.user_id, hall__in=actor.halls(PARTICIPANT))
        # A psychologist knows of those whom the others of the hall look after, to take over when one is away.
        own = SocialParticipant.objects.filter(
            user=actor.user_id, kind=PSYCHOLOGIST, is_active=True, hall__in=actor.halls(PARTICIPANT)
        )
        near = Q(is_sealed=True, hall__in=own.values("hall"))
        # Of a ticket alone: the cases that came of the visit.
        of_it = Q(case=OuterRef("case")) | Q(case__visits=OuterRef("visit"))
        barred = Respondent.objects.filter(
            of_it, Q(user_id=actor.user_id) | Q(department_id__in=actor.departments())
        )
        recused = Recusal.objects.filter(of_it, user_id=actor.user_id)
        return self.filter(
            Q(case=None, hall__in=halls) | Q(Exists(seen)) | mine | near, ~Exists(barred), ~Exists(recused)
        )

    def current(self) -> ServiceNoteQuerySet:
        """The last version of each."""
        newer = ServiceNote.objects.filter(service=OuterRef("service"), version__gt=OuterRef("version"))
        return self.filter(~Exists(newer))


class ServiceNote(models.Model):
    """Somebody from outside helped a visitor: when, who, of which kind, sent on or not. That is all a file may say.

    Written once; a correction is a new version of the same `service`.
    """

    service = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField(default=1)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="service_notes")
    participant = models.ForeignKey(SocialParticipant, models.PROTECT, related_name="service_notes")
    kind = models.CharField(_("类别"), max_length=14, choices=list(PARTICIPANT_KINDS.items()))
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="service_notes")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="service_notes")
    served_at = models.DateTimeField(_("服务时间"))
    referred = models.BooleanField(_("已转介"), default=False)
    is_sealed = models.BooleanField(default=False)
    consented_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ServiceNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"]),
            models.Index(fields=["hall", "served_at"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["service", "version"], name="service_version_once"),
            models.CheckConstraint(
                condition=Q(visit__isnull=False) | Q(case__isnull=False), name="service_concerns_something"
            ),
            # Nobody's soul is written about unsealed, or without being asked first.
            models.CheckConstraint(
                condition=Q(kind="psychologist", is_sealed=True, consented_at__isnull=False, by__isnull=False)
                | (~Q(kind="psychologist") & Q(is_sealed=False)),
                name="service_sealed",
            ),
        ]
        triggers = [APPEND_ONLY]


class ServiceContentQuerySet(models.QuerySet["ServiceContent"]):
    def readable_by(self, actor: Actor) -> ServiceContentQuerySet:
        """A psychologist's: whoever wrote a version of it, and who took it over; both while they help in the hall.
        Nobody else's post opens it, not the administrator's. The others': whoever sees the note.
        """
        notes = ServiceNote.objects.visible_to(actor)
        opened = Q(note__is_sealed=False, note__in=notes)
        if actor.user_id is None:
            return self.filter(opened)
        here = SocialParticipant.objects.filter(
            user=actor.user_id, kind=PSYCHOLOGIST, is_active=True, hall__in=actor.halls(PARTICIPANT)
        )
        wrote = ServiceNote.objects.filter(service=OuterRef("note__service"), by=actor.user_id)
        took = ServiceTakeover.objects.filter(service=OuterRef("note__service"), user=actor.user_id)
        unsealed = Q(note__is_sealed=True, note__in=notes, note__hall__in=here.values("hall")) & (
            Q(Exists(wrote)) | Q(Exists(took))
        )
        return self.filter(opened | unsealed)


class ServiceContent(models.Model):
    """What was said. A table of its own, so that a list of services cannot carry it along by accident.

    All words are encrypted, the psychologist's level and next date too: they tell of somebody's health.
    """

    LEVELS = [("green", _("绿色：平稳")), ("yellow", _("黄色：需要关注")), ("red", _("红色：需要立即干预"))]
    REFERRALS = [
        ("legal_aid", _("法律援助")),
        ("relief", _("社会救助")),
        ("hospital", _("医院")),
        ("mediation", _("人民调解")),
        ("unit", _("责任单位")),
        ("other", _("其他")),
    ]
    ANSWERS = [("waiting", _("等待答复")), ("taken", _("对方已接收")), ("refused", _("对方未接收"))]
    SATISFACTION = [(1, _("满意")), (2, _("基本满意")), (3, _("不满意"))]

    note = models.OneToOneField(ServiceNote, models.PROTECT, related_name="content")
    question = EncryptedTextField(_("来访人问什么、需要什么"), blank=True)
    opinion = EncryptedTextField(_("意见"), blank=True)
    route = models.ForeignKey(StatutoryRoute, models.PROTECT, null=True, related_name="+")
    referral = EncryptedTextField(_("转介去向"), blank=True)
    referral_to = EncryptedTextField(_("转介单位"), blank=True)
    answer = EncryptedTextField(_("对方答复"), blank=True)
    result = EncryptedTextField(_("转介结果"), blank=True)
    level = EncryptedTextField(_("心理状况"), blank=True)
    method = EncryptedTextField(_("方法"), blank=True)
    next_on = EncryptedTextField(_("下次日期"), blank=True)
    correction = EncryptedTextField(_("更正说明"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("用时（分钟）"), default=0)
    satisfaction = models.PositiveSmallIntegerField(_("满意度"), choices=SATISFACTION, null=True)

    objects = ServiceContentQuerySet.as_manager()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            # `manage.py rotate_keys` alone writes the same words under another key.
            pgtrigger.Protect(
                name="written_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "current_setting('hall.reencrypting', true) IS DISTINCT FROM 'on'"
                ),
            ),
        ]

    @property
    def level_name(self) -> Text:
        return dict(self.LEVELS).get(self.level, "")

    @property
    def referral_name(self) -> Text:
        return dict(self.REFERRALS).get(self.referral, "")

    @property
    def answer_name(self) -> Text:
        return dict(self.ANSWERS).get(self.answer, "")

    @property
    def next_day(self) -> dt.date | None:
        return dt.date.fromisoformat(self.next_on) if self.next_on else None


class ServiceTakeover(models.Model):
    """Another psychologist of the hall goes on where one stopped; the reason stands in the journal. Only ever added."""

    service = models.UUIDField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "user"], name="service_taken_over_once")]
        triggers = [APPEND_ONLY]
