"""What is shown to all ends of a video room: a page of one material, by whom, from when to when, and who looked."""

from __future__ import annotations

import datetime as dt
import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q

from cases.models.papers import Material
from cases.models.reference import APPEND_ONLY
from cases.models.video import VideoRoom, VideoSeat

# Whoever ends the room holds its row: nothing is shown in it any more, and what was shown is put away with it.
_ONLY_IN_AN_OPEN_ROOM = """
PERFORM 1 FROM cases_videoroom r LEFT JOIN cases_docketitem d ON d.id = r.docket_item_id
    JOIN cases_material m ON m.case_id = coalesce(r.case_id, d.case_id)
    WHERE r.id = NEW.room_id AND m.id = NEW.material_id AND r.status = 'open' FOR SHARE OF r;
IF NOT FOUND THEN
    RAISE EXCEPTION 'video room % is not open, or material % is not of its case', NEW.room_id, NEW.material_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'video_evidence_in_open_room';
END IF;
PERFORM 1 FROM cases_videoseat s WHERE s.id = NEW.seat_id AND s.room_id = NEW.room_id AND s.status = 'admitted';
IF NOT FOUND THEN
    RAISE EXCEPTION 'seat % is not in the room', NEW.seat_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'video_evidence_by_who_is_in';
END IF;
RETURN NEW;
"""


class VideoEvidenceQuerySet(models.QuerySet["VideoEvidence"]):
    def shown(self) -> VideoEvidenceQuerySet:
        """Before all ends at this moment: in a room one at most."""
        return self.filter(hidden_at=None)

    def put_away(self, *, now: dt.datetime) -> int:
        return self.shown().update(hidden_at=now)


class VideoEvidence(models.Model):
    """One page of a material before all ends, from `shown_at` to `hidden_at`; one at a time in a room.

    `token` is a part of the picture's address, which opens nothing without a seat's cookie. `is_checked`: who showed
    it said that nothing in it is kept from somebody who was there without an account.
    """

    room = models.ForeignKey(VideoRoom, models.PROTECT, related_name="evidence", db_index=False)
    material = models.ForeignKey(Material, models.PROTECT, related_name="showings", db_index=False)
    seat = models.ForeignKey(VideoSeat, models.PROTECT, related_name="showings", db_index=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    page = models.PositiveSmallIntegerField(default=1)
    pages = models.PositiveSmallIntegerField(default=1)
    is_checked = models.BooleanField(default=False)
    shown_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True)

    objects = VideoEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["room", "-id"], name="video_evidence_of_room")]
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(hidden_at=None), name="video_one_evidence_a_room"
            ),
            models.CheckConstraint(
                condition=Q(page__gte=1, page__lte=F("pages")), name="video_evidence_page"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "room", "material", "seat", "token", "page", "pages", "is_checked", "shown_at"
                ),
            ),
            pgtrigger.Protect(
                name="hidden_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.hidden_at IS NOT NULL"),
            ),
            pgtrigger.Trigger(
                name="only_in_an_open_room",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=_ONLY_IN_AN_OPEN_ROOM,
            ),
        ]


class VideoEvidenceLook(models.Model):
    """That the picture went to the end of this seat, the first time. Never changed."""

    evidence = models.ForeignKey(VideoEvidence, models.PROTECT, related_name="looks", db_index=False)
    seat = models.ForeignKey(VideoSeat, models.PROTECT, related_name="looks", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["evidence", "seat"], name="video_evidence_look_once")]
        triggers = [APPEND_ONLY]
