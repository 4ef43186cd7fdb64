"""The recording of a video room: everyone's consent, the parts as they came, who watched it, when it was erased."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle.recordings import CONSENTS, LIVE, RECORDING, RUNNING, STOPS, WISHES
from cases.models.case import Case
from cases.models.reference import APPEND_ONLY
from cases.models.video import VideoRoom, VideoSeat
from hall.access import Actor
from hall.fields import SealedFileField
from hall.models import User
from staffing.lifecycle import CLERK, HALL_MANAGER

# The room's row is what letting in and starting both hold: whoever comes second sees the other (see VideoSeat).
_EVERYONE_AGREED = """
IF TG_OP = 'UPDATE' THEN
    IF OLD.status = NEW.status THEN RETURN NEW; END IF;
END IF;
PERFORM 1 FROM cases_videoroom r WHERE r.id = NEW.room_id FOR NO KEY UPDATE;
IF EXISTS (SELECT FROM cases_videoseat s WHERE s.room_id = NEW.room_id AND s.status = 'admitted'
        AND 'given' IS DISTINCT FROM (SELECT c.answer FROM cases_videoconsent c
            WHERE c.recording_id = NEW.id AND c.seat_id = s.id ORDER BY c.id DESC LIMIT 1)) THEN
    RAISE EXCEPTION 'recording % without the consent of everybody in the room', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'recording_with_consent';
END IF;
RETURN NEW;
"""


class RecordingQuerySet(models.QuerySet["Recording"]):
    def visible_to(self, actor: Actor) -> RecordingQuerySet:
        """Who may see the case; before there is one, the clerks of the hall and its manager who may see the room."""
        if actor.kind == "system":
            return self.all()
        if actor.kind != "person" or actor.user_id is None:
            return self.none()
        rooms = VideoRoom.objects.visible_to(actor).filter(hall__in=actor.halls(CLERK, HALL_MANAGER))
        return self.filter(Q(case__in=Case.objects.visible_to(actor)) | Q(case=None, room__in=rooms))

    def live(self) -> RecordingQuerySet:
        return self.filter(status__in=LIVE)

    def locked(self, pk: int) -> Recording:
        """Its row, after that of the room where both are needed."""
        rows = self.select_for_update(of=("self",)).select_related("room__hall", "room__docket_item", "case")
        return rows.get(pk=pk)


class Recording(models.Model):
    """One recording of one room. The row stays for ever, with the hash of what it was; the bytes do not."""

    room = models.ForeignKey(VideoRoom, models.PROTECT, related_name="recordings", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="recordings")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(_("状态"), max_length=10, choices=RECORDING.choices, default="asked")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(_("开始"), null=True)
    ended_at = models.DateTimeField(_("结束"), null=True)
    stop_reason = models.CharField(max_length=12, choices=list(STOPS.items()), blank=True)
    media_type = models.CharField(max_length=80, blank=True)
    part_seconds = models.PositiveSmallIntegerField(default=5)
    parts_made = models.PositiveIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    missing = models.JSONField(default=list)
    erase_on = models.DateField(_("保存至"), null=True)
    erased_at = models.DateTimeField(null=True)
    erase_reason = models.CharField(max_length=200, blank=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["room", "-id"], name="recording_of_room"),
            models.Index(
                fields=["id"],
                condition=Q(status__in=(*LIVE, "finishing")),
                name="recording_unsettled",
            ),
            models.Index(
                fields=["erase_on"],
                condition=Q(status__in=("complete", "incomplete")),
                name="recording_to_erase",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(status__in=LIVE), name="recording_one_in_a_room"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("asked", "dropped"))
                | Q(started_at__isnull=False) & ~Q(media_type=""),
                name="recording_started_when",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(*LIVE, "dropped"))
                | Q(ended_at__isnull=False, erase_on__isnull=False) & ~Q(stop_reason=""),
                name="recording_ended_when",
            ),
            models.CheckConstraint(
                condition=~Q(status="complete") | (~Q(sha256="") & Q(missing=[], size__gt=0)),
                name="recording_complete_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status="erased") | (Q(erased_at__isnull=False) & ~Q(erase_reason="")),
                name="recording_erased_for_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(RECORDING.legal_pairs())),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("room", "token", "asked_by", "asked_at"),
            ),
            pgtrigger.Protect(
                name="bound_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.case_id IS NOT NULL AND OLD.case_id IS DISTINCT FROM NEW.case_id"
                    " OR OLD.sha256 <> '' AND OLD.sha256 <> NEW.sha256"
                ),
            ),
            pgtrigger.Trigger(
                name="everyone_agreed",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.status = 'recording'"),
                func=_EVERYONE_AGREED,
            ),
        ]

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def is_there(self) -> bool:
        """It can be watched: closed, with something in it, not erased."""
        return self.status in ("complete", "incomplete") and self.size > 0


class VideoConsent(models.Model):
    """What one end said to one recording, with the very words it was asked in. The last answer counts."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="consents", db_index=False)
    seat = models.ForeignKey(VideoSeat, models.PROTECT, related_name="consents")
    answer = models.CharField(max_length=9, choices=list(CONSENTS.items()))
    wish = models.CharField(max_length=5, choices=list(WISHES.items()), blank=True)
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["recording", "seat", "-id"], name="consent_of_recording")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(answer="withdrawn") & ~Q(wish="")) | (~Q(answer="withdrawn") & Q(wish="")),
                name="consent_withdrawn_with_a_wish",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="consent_to_words"),
        ]
        triggers = [APPEND_ONLY]


class RecordingPart(models.Model):
    """A piece as the browser cut it, sealed on the disk. `sha256` is of the piece before it was sealed."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = SealedFileField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["recording", "number"], name="recording_part_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="recording_part_not_empty"),
        ]
        triggers = [APPEND_ONLY]


class RecordingLook(models.Model):
    """Who watched it, when and what for; it lets that person play it for some hours."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="looks", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(_("用途"), max_length=200)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["recording", "-id"], name="look_at_recording")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="look_for_a_reason")]
        triggers = [APPEND_ONLY]
