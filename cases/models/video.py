"""The video room: when, by whom, its six seats, who was there and how the line held."""

from __future__ import annotations

import datetime as dt
import uuid

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cases.lifecycle.video import LIVE, PRESENCE_KINDS, ROOM_KINDS, SEAT_ROLES, SEATS, VIDEO_ROOM, VIDEO_SEAT
from cases.models.case import Case, Recusal, Respondent
from cases.models.docket import DocketItem
from cases.models.reference import APPEND_ONLY
from hall.access import Actor
from hall.fields import EncryptedTextField, mask_name
from hall.models import User
from staffing.lifecycle import CLERK, HALL_MANAGER, SUPERVISOR
from staffing.models import Department, Hall, Posting

LIVE_ROOM = Q(status__in=LIVE)
HELD_SEAT = ~Q(status="refused")


# Who reads the note back holds the room's row: nobody types on under a text that is being signed.
_NOTE_STANDS = """
IF EXISTS (SELECT FROM cases_videonote n WHERE n.room_id = NEW.id AND n.status IN ('read_back', 'closed')) THEN
    RAISE EXCEPTION 'the note of video room % has been read back', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'video_note_stands';
END IF;
RETURN NEW;
"""


class VideoRoomQuerySet(models.QuerySet["VideoRoom"]):
    def visible_to(self, actor: Actor) -> VideoRoomQuerySet:
        """The staff of its hall, and who has a seat in it; never whom its case complains of (第二十八条、第三十条)."""
        if actor.kind == "system":
            return self.all()
        if actor.kind != "person" or actor.user_id is None:
            return self.none()
        units = actor.departments()
        # A matter may be registered after its room was planned: then the case is known to the docket alone.
        of_it = Q(case=OuterRef("case")) | Q(case=OuterRef("docket_item__case"))
        accused = Respondent.objects.filter(of_it, Q(user_id=actor.user_id) | Q(department_id__in=units))
        recused = Recusal.objects.filter(of_it, user_id=actor.user_id)
        seats = VideoSeat.objects.filter(
            HELD_SEAT, Q(user_id=actor.user_id) | Q(user=None, department_id__in=units), room=OuterRef("pk")
        )
        near = Q(hall__in=actor.halls(CLERK, HALL_MANAGER, SUPERVISOR)) | Exists(seats)
        return self.filter(near, ~Exists(accused), ~Exists(recused))

    def live(self) -> VideoRoomQuerySet:
        return self.filter(LIVE_ROOM)

    def locked(self, pk: int) -> VideoRoom:
        """Its row first, then its seats: always in that order."""
        return self.select_for_update(of=("self",)).select_related("hall", "case", "docket_item").get(pk=pk)


class VideoRoom(models.Model):
    """One meeting at a distance. `token` is its address, and opens nothing: a seat does.

    `case` is null as long as the matter of a reception is not registered; then the docket's own counts.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="video_rooms", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="video_rooms")
    docket_item = models.ForeignKey(
        DocketItem, models.PROTECT, null=True, blank=True, related_name="video_rooms"
    )
    kind = models.CharField(_("用途"), max_length=12, choices=list(ROOM_KINDS.items()))
    title = models.CharField(_("名称"), max_length=120)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    status = models.CharField(_("状态"), max_length=9, choices=VIDEO_ROOM.choices, default="planned")
    approval_needed = models.BooleanField(_("须对方确认"), default=False)
    approved_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    end_reason = models.CharField(_("结束原因"), max_length=200, blank=True)
    host_user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("共同记录"), blank=True)
    note_version = models.PositiveIntegerField(default=0, db_default=0)
    note_at = models.DateTimeField(null=True)
    note_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    planned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    objects = VideoRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("视频接访室")
        verbose_name_plural = _("视频接访室")
        ordering = ["-starts_at", "-id"]
        indexes = [
            models.Index(fields=["hall", "-starts_at", "-id"], name="video_by_hall"),
            models.Index(fields=["hall", "status", "-starts_at", "-id"], name="video_by_status"),
            models.Index(fields=["starts_at"], condition=Q(status="planned"), name="video_to_release"),
            models.Index(fields=["ends_at"], condition=Q(status="open"), name="video_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="video_forward"),
            models.UniqueConstraint(
                fields=["docket_item"], condition=LIVE_ROOM, name="video_one_room_a_matter"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("open", "ended"))
                | Q(opened_at__isnull=False, host_user__isnull=False),
                name="video_opened_by_a_host",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("open", "ended"))
                | Q(approval_needed=False)
                | Q(approved_at__isnull=False),
                name="video_approved_first",
            ),
            models.CheckConstraint(
                condition=(LIVE_ROOM & Q(ended_at=None)) | (~LIVE_ROOM & Q(ended_at__isnull=False)),
                name="video_ended_when",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(VIDEO_ROOM.legal_pairs())),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("hall", "kind", "token", "docket_item", "created_at"),
            ),
            pgtrigger.Trigger(
                name="note_stands",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.note IS DISTINCT FROM NEW.note"),
                func=_NOTE_STANDS,
            ),
        ]

    def __str__(self) -> str:
        return self.title


# Whoever ends the room holds its row: nobody slips in while it closes, and nobody who is let in is forgotten.
_ONLY_INTO_A_LIVE_ROOM = """
IF TG_OP = 'UPDATE' THEN
    IF NEW.status = OLD.status OR NEW.status NOT IN ('waiting', 'admitted') THEN RETURN NEW; END IF;
END IF;
PERFORM 1 FROM cases_videoroom r WHERE r.id = NEW.room_id AND (r.status = 'open'
    OR r.status = 'planned' AND NEW.status <> 'admitted') FOR SHARE;
IF NOT FOUND THEN
    RAISE EXCEPTION 'video room % takes nobody in', NEW.room_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'video_seat_in_live_room';
END IF;
RETURN NEW;
"""


# The recording goes on only with those who agreed to it: who comes later is asked before, or it pauses first.
_AGREED_WHILE_RECORDING = """
PERFORM 1 FROM cases_videoroom r WHERE r.id = NEW.room_id FOR NO KEY UPDATE;
IF EXISTS (SELECT FROM cases_recording k WHERE k.room_id = NEW.room_id AND k.status = 'recording'
        AND 'given' IS DISTINCT FROM (SELECT c.answer FROM cases_videoconsent c
            WHERE c.recording_id = k.id AND c.seat_id = NEW.id ORDER BY c.id DESC LIMIT 1)) THEN
    RAISE EXCEPTION 'seat % has not agreed to the recording that runs', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'video_seat_agreed';
END IF;
RETURN NEW;
"""


def _bars(day: dt.date) -> Q:
    of_it = Q(case=OuterRef("room__case")) | Q(case=OuterRef("room__docket_item__case"))
    posts = Posting.objects.filter(user=OuterRef(OuterRef("user")), department__isnull=False).on(day)
    mine = (
        Q(user=OuterRef("user"))
        | Q(department=OuterRef("department"))
        | Q(department__in=posts.values("department"))
    )
    return Q(Exists(Respondent.objects.filter(of_it, mine))) | Q(
        Exists(Recusal.objects.filter(of_it, user=OuterRef("user")))
    )


class VideoSeatQuerySet(models.QuerySet["VideoSeat"]):
    def held(self) -> VideoSeatQuerySet:
        return self.filter(HELD_SEAT)

    def there(self) -> VideoSeatQuerySet:
        return self.filter(status="admitted")

    def barred(self, day: dt.date) -> VideoSeatQuerySet:
        """Whom, or a unit of whom, the room's case complains of, and who is recused from it (第二十八条、第三十条)."""
        return self.filter(_bars(day))

    def open_to_holders(self, day: dt.date) -> VideoSeatQuerySet:
        """The others."""
        return self.exclude(_bars(day))

    def of_token(self, digest: bytes) -> VideoSeatQuerySet:
        """The one seat that a personal link leads to."""
        return self.filter(token_hash=digest).select_related("room__hall")

    def locked(self, pk: int) -> VideoSeat:
        """After the lock of its room."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class VideoSeat(models.Model):
    """One end of the room: a person with an account, a unit (whoever of it comes), or who got the personal link.

    Of the link and of the browser that holds the seat only hashes are kept. `seen_at` is the last sign of life;
    `page` tells one load of the page from the next, so that the other ends know whom to offer anew.
    """

    room = models.ForeignKey(VideoRoom, models.PROTECT, related_name="seats", db_index=False)
    role = models.CharField(_("身份"), max_length=10, choices=list(SEAT_ROLES.items()))
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="video_seats")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="video_seats"
    )
    name = EncryptedTextField(_("姓名"), blank=True)
    phone = EncryptedTextField(_("手机"), blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    place_number = models.PositiveSmallIntegerField(_("席位"))
    status = models.CharField(_("状态"), max_length=8, choices=VIDEO_SEAT.choices, default="invited")
    token_hash = models.BinaryField(null=True, max_length=32, unique=True, editable=False)
    token_expires_at = models.DateTimeField(null=True)
    client_key = models.BinaryField(null=True, max_length=32, editable=False)
    page = models.UUIDField(null=True, editable=False)
    seen_at = models.DateTimeField(null=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    admitted_at = models.DateTimeField(null=True)
    admitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    refusal = models.CharField(_("未准许的原因"), max_length=200, blank=True)

    objects = VideoSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("视频席位")
        verbose_name_plural = _("视频席位")
        ordering = ["room", "place_number", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(place_number__range=(1, SEATS)), name="video_six_seats"),
            models.UniqueConstraint(
                fields=["room", "place_number"], condition=HELD_SEAT, name="video_seat_once"
            ),
            models.UniqueConstraint(
                fields=["room", "user"], condition=HELD_SEAT & Q(user__isnull=False), name="video_person_once"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(department__isnull=False) | ~Q(name=b""),
                name="video_seat_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(token_hash=None) | Q(token_expires_at__isnull=False), name="video_link_expires"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("waiting", "admitted")) | Q(client_key__isnull=False),
                name="video_seat_held_by_a_browser",
            ),
            models.CheckConstraint(
                condition=~Q(status="admitted") | Q(admitted_at__isnull=False), name="video_admitted_when"
            ),
        ]
        indexes = [
            models.Index(fields=["seen_at"], condition=Q(status="admitted"), name="video_seat_there"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(VIDEO_SEAT.legal_pairs())),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("room", "role", "place_number", "invited_at"),
            ),
            pgtrigger.Trigger(
                name="only_into_a_live_room",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=_ONLY_INTO_A_LIVE_ROOM,
            ),
            pgtrigger.Trigger(
                name="agreed_while_recording",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.status = 'admitted' AND OLD.status <> 'admitted'"),
                func=_AGREED_WHILE_RECORDING,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.place_number}"

    @property
    def said(self) -> str:
        """The name that the others in the room read."""
        if self.user:
            return str(self.user.label)
        if self.name:
            return str(self.name)
        return str(self.department.label) if self.department else _now(SEAT_ROLES[self.role])

    @property
    def said_masked(self) -> str:
        """For lists: who has an account by name, everybody else masked."""
        return self.said if self.user or not self.name else mask_name(self.name)


class VideoPresence(models.Model):
    """Who came, was let in, dropped, came back, left; and when the picture was bad. Never changed."""

    seat = models.ForeignKey(VideoSeat, models.PROTECT, related_name="presence", db_index=False)
    kind = models.CharField(max_length=9, choices=list(PRESENCE_KINDS.items()))
    at = models.DateTimeField()
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["seat", "at"], name="video_presence_of_seat")]
        triggers = [APPEND_ONLY]
