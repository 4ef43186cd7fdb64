"""The shared note of a video room: each text that was read back, and what each end said to it."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle.video_notes import ANSWERS, BY_HOST, STANDING, VIDEO_NOTE
from cases.models.case import Case
from cases.models.reference import APPEND_ONLY
from cases.models.video import VideoRoom, VideoSeat
from hall.access import Actor
from hall.fields import EncryptedTextField
from hall.models import IssuedDocument, User

_HASH_OF_ITS_TEXT = """
IF NEW.sha256 <> encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'the hash is not that of the text'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'note_hash_of_its_text';
END IF;
RETURN NEW;
"""

# Letting in and closing both hold the room's row: whoever is let in meanwhile is seen here.
_CLOSED_BY_ALL = """
PERFORM 1 FROM cases_videoroom r WHERE r.id = NEW.room_id FOR NO KEY UPDATE;
IF EXISTS (SELECT FROM cases_videoseat s WHERE s.room_id = NEW.room_id AND s.status = 'admitted'
        AND NOT EXISTS (SELECT FROM cases_videonotesignature g WHERE g.note_id = NEW.id AND g.seat_id = s.id)) THEN
    RAISE EXCEPTION 'note % is closed before everybody in the room has answered', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'note_closed_by_all';
END IF;
RETURN NEW;
"""

# Who signs while the text goes back to the host signs nothing: the reading's row is held while it is asked.
_SIGNS_WHAT_WAS_READ = """
PERFORM 1 FROM cases_videonote n JOIN cases_videoseat s ON s.room_id = n.room_id AND s.id = NEW.seat_id
    WHERE n.id = NEW.note_id AND n.status = 'read_back' AND n.sha256 = NEW.sha256 FOR SHARE OF n;
IF NOT FOUND THEN
    RAISE EXCEPTION 'the note was changed meanwhile, or is another one'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_of_what_was_read';
END IF;
RETURN NEW;
"""


class VideoNoteQuerySet(models.QuerySet["VideoNote"]):
    def visible_to(self, actor: Actor) -> VideoNoteQuerySet:
        """Who may see the room; and once its matter is registered, who may see that."""
        if actor.kind == "system":
            return self.all()
        cases = Case.objects.visible_to(actor)
        of_case = Q(room__case__in=cases) | Q(room__docket_item__case__in=cases)
        return self.filter(of_case | Q(room__in=VideoRoom.objects.visible_to(actor)))

    def of_case(self, case_id: int) -> VideoNoteQuerySet:
        return self.filter(Q(room__case=case_id) | Q(room__case=None, room__docket_item__case=case_id))

    def locked(self, pk: int) -> VideoNote:
        """After the lock of its room."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class VideoNote(models.Model):
    """One text that was read back, word for word as it is signed; what is still being typed is the room's `note`.

    Sent back, it stays with its signatures, and the next reading has the next number.
    """

    room = models.ForeignKey(VideoRoom, models.PROTECT, related_name="notes", db_index=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveSmallIntegerField()
    status = models.CharField(_("状态"), max_length=9, choices=VIDEO_NOTE.choices, default="read_back")
    text = models.TextField(_("笔录"))
    sha256 = models.CharField(max_length=64)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(VideoSeat, models.PROTECT, null=True, related_name="+", db_index=False)
    correction = EncryptedTextField(_("更正的要求"), blank=True)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")

    objects = VideoNoteQuerySet.as_manager()

    class Meta:
        ordering = ["room", "number"]
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="note_reading_once"),
            models.UniqueConstraint(
                fields=["room"], condition=Q(status__in=STANDING), name="note_one_in_a_room"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_not_empty"),
            models.CheckConstraint(
                condition=Q(status="read_back", settled_at=None)
                | (~Q(status="read_back") & Q(settled_at__isnull=False)),
                name="note_settled_when",
            ),
            models.CheckConstraint(
                condition=~Q(status="corrected") | (Q(asked_by__isnull=False) & ~Q(correction=b"")),
                name="note_corrected_for_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", document__isnull=False)
                | (~Q(status="closed") & Q(document=None)),
                name="note_paper_of_what_is_closed",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(VIDEO_NOTE.legal_pairs())),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "room", "token", "number", "text", "sha256", "read_at", "read_by"
                ),
            ),
            pgtrigger.Trigger(
                name="hash_of_its_text",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=_HASH_OF_ITS_TEXT,
            ),
            pgtrigger.Trigger(
                name="closed_by_all",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.status = 'closed' AND OLD.status <> 'closed'"),
                func=_CLOSED_BY_ALL,
            ),
        ]


class VideoNoteSignature(models.Model):
    """What one end said to one reading, bound to the hash of exactly that text. Never changed.

    `strokes` is what was drawn, as JSON: a list of lines, each a list of points.
    """

    note = models.ForeignKey(VideoNote, models.PROTECT, related_name="signatures", db_index=False)
    seat = models.ForeignKey(VideoSeat, models.PROTECT, related_name="note_signatures")
    sha256 = models.CharField(max_length=64)
    answer = models.CharField(max_length=8, choices=list(ANSWERS.items()))
    name = EncryptedTextField(_("签名"), blank=True)
    strokes = EncryptedTextField(blank=True)
    words = EncryptedTextField(_("说明"), blank=True)
    witness = EncryptedTextField(_("见证人"), blank=True)
    at = models.DateTimeField()
    taken_down_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["note", "seat"], name="note_signed_once"),
            models.CheckConstraint(
                condition=~Q(answer="signed") | ~Q(name=b"") | ~Q(strokes=b""),
                name="note_signed_with_something",
            ),
            models.CheckConstraint(
                condition=Q(answer="signed") | Q(answer="aloud") | ~Q(words=b""),
                name="note_refused_with_words",
            ),
            models.CheckConstraint(
                condition=~Q(answer="aloud") | ~Q(witness=b""), name="note_aloud_before_a_witness"
            ),
            models.CheckConstraint(
                condition=~Q(answer__in=BY_HOST) | Q(taken_down_by__isnull=False), name="note_taken_down_by"
            ),
        ]
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="signs_what_was_read",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=_SIGNS_WHAT_WAS_READ,
            ),
        ]
