"""What is known of a room's note: what stands, who has still to answer, who was there from when to when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from cases.lifecycle.video_notes import STANDING
from cases.models import VideoNote, VideoNoteSignature, VideoPresence, VideoRoom, VideoSeat
from hall.access import Actor


def standing_note(room: VideoRoom) -> VideoNote | None:
    """The reading that is being signed, or was closed."""
    return room.notes.filter(status__in=STANDING).select_related("read_by", "document").first()


def note_tag(room: VideoRoom) -> str:
    """Changes whenever there is something new to see; a browser asks for the note when it does."""
    note = room.notes.order_by("-number").first()
    said = f"{note.number}{note.status}{note.signatures.count()}" if note else ""
    return f"{room.note_version}/{said}"


def answers_to(note: VideoNote) -> dict[int, VideoNoteSignature]:
    """Seat → what it said."""
    rows = note.signatures.select_related("seat__user", "seat__department", "taken_down_by")
    return {row.seat_id: row for row in rows}


def unanswered(note: VideoNote) -> list[VideoSeat]:
    """Who is in the room and has neither signed nor refused nor been written down."""
    there = note.room.seats.there().exclude(note_signatures__note=note)
    return list(there.select_related("user", "department").order_by("place_number"))


@dataclass(frozen=True, slots=True)
class Stay:
    """One end that was let in: from when, until when; `until` is None while it is there."""

    seat: VideoSeat
    since: dt.datetime
    until: dt.datetime | None


def stays(room: VideoRoom) -> list[Stay]:
    """Everybody who was let in, by their places; the first time in and the last time out."""
    seats = list(
        room.seats.filter(admitted_at__isnull=False)
        .select_related("user", "department")
        .order_by("place_number", "id")
    )
    rows = VideoPresence.objects.filter(seat__in=seats, kind__in=("admitted", "left")).order_by("at", "id")
    since: dict[int, dt.datetime] = {}
    until: dict[int, dt.datetime] = {}
    for row in rows:
        if row.kind == "admitted":
            since.setdefault(row.seat_id, row.at)
        else:
            until[row.seat_id] = row.at
    return [
        Stay(
            seat,
            since.get(seat.pk) or seat.admitted_at or room.starts_at,
            None if seat.status == "admitted" else until.get(seat.pk),
        )
        for seat in seats
    ]


def readings(room: VideoRoom) -> Sequence[VideoNote]:
    """All texts that were read back, the last one first."""
    return list(room.notes.select_related("read_by", "asked_by", "document").order_by("-number"))


def notes_of_case(actor: Actor, case_id: int) -> QuerySet[VideoNote]:
    """What was settled in the rooms of a case, the last first; the texts that were sent back are found from there."""
    rows = VideoNote.objects.visible_to(actor).of_case(case_id).exclude(status="corrected")
    return rows.select_related("room", "document").order_by("-id")
