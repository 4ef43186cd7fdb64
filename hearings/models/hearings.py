"""A hearing on a case: asked for or opened, granted, when and where, who takes part."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Hold, Petitioner, Recusal, Respondent, VideoRoom, VideoSeat
from hall.access import Actor
from hall.fields import EncryptedTextField
from hall.models import IssuedDocument, User
from hearings.lifecycle import (
    CLOSED_GROUNDS,
    END_GROUNDS,
    HEARING,
    HEARING_STAGES,
    NOTICE_TO,
    OPEN_GROUNDS,
    ORIGINS,
    POSTPONE_GROUNDS,
)
from hearings.models.local_rules import HearingRules
from staffing.models import Department, Hall, Room


def _sits(actor: Actor) -> Q:
    """Has a seat of a hearing that goes on or has its conclusion; who was retired from the pool sits no more."""
    alive = ~Q(status__in=("refused", "withdrawn", "ended"))
    staff = Q(seats__user=actor.user_id, seats__status="seated")
    member = Q(
        seats__member__participant__user=actor.user_id, seats__member__is_active=True, seats__status="seated"
    )
    return alive & (staff | member)


class HearingQuerySet(models.QuerySet["Hearing"]):
    def visible_to(self, actor: Actor) -> HearingQuerySet:
        """Who sees the case, and who sits on the panel with an account; nobody whom the case accuses or who is recused
        from it. What the public reads is `announced`.
        """
        if actor.kind == "system":
            return self
        if actor.kind != "person" or actor.user_id is None:
            return self.none()
        seen = Q(case__in=Case.objects.visible_to(actor))
        return self.filter(pk__in=self.model.objects.filter(seen | _sits(actor)).values("pk")).not_barring(
            actor
        )

    def not_barring(self, actor: Actor) -> HearingQuerySet:
        """Without those on a case that complains of this person or a unit of theirs, or from which they are recused."""
        mine = Q(user_id=actor.user_id or 0) | Q(department_id__in=actor.departments())
        barred = Exists(Respondent.objects.filter(mine, case=OuterRef("case"))) | Exists(
            Recusal.objects.filter(user_id=actor.user_id or 0, case=OuterRef("case"))
        )
        return self.exclude(barred)

    def sat_on_by(self, actor: Actor) -> HearingQuerySet:
        """Who sits on the panel now, and nobody else: for what is closed to outsiders."""
        if actor.kind != "person" or actor.user_id is None:
            return self.none()
        return self.visible_to(actor).filter(pk__in=self.model.objects.filter(_sits(actor)).values("pk"))

    def announced(self) -> HearingQuerySet:
        """What is told to the public: an open hearing, once announced, also when it was put off or has ended."""
        return self.filter(is_public=True, announced_at__isnull=False)

    def locked(self, pk: int) -> Hearing:
        """The caller has locked the case already: the case first, then its children."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class Hearing(models.Model):
    """Public unless a state secret or personal privacy is at stake (国信发〔2015〕12号（七）).

    `organiser` is the unit that holds it; who handled the matter never presides. `title` names
    the matter without personal data: it is what is announced. `stage` is the procedure in which it is held: with that
    it begins and ends. `starts_at` is the date that counts now (`dates` has them all).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="hearings")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="hearings", db_index=False)
    organiser = models.ForeignKey(
        Department, models.PROTECT, related_name="+", db_index=False, verbose_name=_("组织单位")
    )
    rules = models.ForeignKey(HearingRules, models.PROTECT, related_name="+", db_index=False)
    origin = models.CharField(max_length=10, choices=list(ORIGINS.items()))
    title = models.CharField(_("听证事项"), max_length=120)
    stage = models.CharField(max_length=10, choices=list(HEARING_STAGES.items()), default="handle")
    open_ground = models.CharField(max_length=10, choices=list(OPEN_GROUNDS.items()), blank=True)
    reason = models.TextField(_("申请或者举行的理由"))
    requested_on = models.DateField(null=True)
    status = models.CharField(_("状态"), max_length=12, choices=HEARING.choices)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decision_reason = models.TextField(blank=True)
    decision_document = models.ForeignKey(
        IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False
    )
    is_public = models.BooleanField(default=True)
    closed_ground = models.CharField(max_length=12, choices=list(CLOSED_GROUNDS.items()), blank=True)
    closed_reason = models.TextField(blank=True)
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="+", db_index=False)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=0)
    panel_size = models.PositiveSmallIntegerField(default=0)
    announced_at = models.DateTimeField(null=True)
    public_seats = models.PositiveSmallIntegerField(_("旁听席位"), default=0)
    video_room = models.OneToOneField(
        VideoRoom, models.PROTECT, null=True, blank=True, related_name="hearing", verbose_name=_("远程参加")
    )
    hold = models.ForeignKey(Hold, models.PROTECT, null=True, related_name="+", db_index=False)
    record_document = models.ForeignKey(
        IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_ground = models.CharField(max_length=10, choices=list(END_GROUNDS.items()), blank=True)
    end_reason = models.TextField(blank=True)

    objects = HearingQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["hall", "-opened_at", "-id"], name="hearing_by_hall"),
            models.Index(fields=["hall", "status", "-opened_at", "-id"], name="hearing_by_status"),
            models.Index(fields=["organiser", "-opened_at", "-id"], name="hearing_by_organiser"),
            models.Index(
                F("hall"),
                Coalesce("starts_at", "ended_at", "announced_at").desc(),
                F("id").desc(),
                condition=Q(is_public=True, announced_at__isnull=False),
                name="hearing_announced",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(status__in=("concluded", "refused", "withdrawn", "ended")),
                name="hearing_one_open",
            ),
            models.CheckConstraint(
                condition=Q(is_public=True, closed_ground="")
                | (Q(is_public=False) & ~Q(closed_ground="") & ~Q(closed_reason="")),
                name="hearing_closed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(starts_at__lt=F("ends_at")),
                name="hearing_forward",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("scheduled", "in_session", "deliberating", "concluded"))
                | (Q(starts_at__isnull=False) & (Q(room__isnull=False) | ~Q(place=""))),
                name="hearing_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None) | Q(is_public=True), name="hearing_closed_is_not_announced"
            ),
            models.CheckConstraint(
                condition=Q(origin="own_motion") | Q(requested_on__isnull=False), name="hearing_requested_on"
            ),
            models.CheckConstraint(
                condition=~Q(status="ended") | ~Q(end_reason=""), name="hearing_ended_for_a_reason"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(HEARING.legal_pairs())),
        ]


class HearingDate(models.Model):
    """A date that was set, and why it was given up: every postponement and suspension stays readable.

    `attended`: who was there when it was held, as (role, name).
    """

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="dates")
    round = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    where = models.CharField(max_length=160)
    set_at = models.DateTimeField()
    attended = models.JSONField(default=list, blank=True)
    dropped_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=10, choices=list(POSTPONE_GROUNDS.items()), blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["hearing", "round"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "round"], name="hearing_date_once"),
            models.CheckConstraint(
                condition=Q(dropped_at=None) | ~Q(reason=""), name="hearing_date_dropped_for_a_reason"
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]


class HearingParty(models.Model):
    """Who takes part without sitting on the panel: petitioner, agent, unit, witness. `phone` is encrypted.

    `video_seat`: takes part from elsewhere, at this seat of the hearing's video room.
    """

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="parties")
    kind = models.CharField(max_length=12, choices=list(NOTICE_TO.items()))
    petitioner = models.ForeignKey(Petitioner, models.PROTECT, null=True, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    phone = EncryptedTextField(blank=True)
    note = models.CharField(max_length=200, blank=True)
    present = models.BooleanField(null=True)
    removed_at = models.DateTimeField(null=True)
    video_seat = models.OneToOneField(
        VideoSeat, models.PROTECT, null=True, related_name="hearing_party", verbose_name=_("远程参加")
    )

    class Meta:
        ordering = ["hearing", "id"]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]
