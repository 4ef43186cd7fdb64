"""The shared note of a video room: typed by the host, read back, signed at each end, closed as a numbered paper.

The room's row is locked first, then the reading's. What is typed is saved every second or so: only its beginning is
on record, and from the reading on each act with the hash of the text.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.video import changed, read_back
from cases.lifecycle.video import ROOM_KINDS, SEAT_ROLES
from cases.lifecycle.video_notes import ANSWERS, VIDEO_NOTE
from cases.models import VideoNote, VideoNoteSignature, VideoRoom, VideoSeat
from cases.queries.video_notes import answers_to, readings, stays
from cases.rules import video_notes as rules
from cases.rules.video import matter_of
from hall import documents, journal
from hall.access import Actor, Refused
from hall.batch import broken_by
from hall.models import IssuedDocument, ref_of, stream_of

AGAIN = dt.timedelta(minutes=10)
"""After so long a pause the writing is on record once more."""


def _locked(room_id: int, seat_id: int) -> tuple[VideoRoom, VideoSeat]:
    room = VideoRoom.objects.locked(room_id)
    seat = room.seats.select_related("user", "department").filter(pk=seat_id).first()
    if seat is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    seat.room = room
    return room, seat


def _note(room: VideoRoom, note_id: int) -> VideoNote:
    if not room.notes.filter(pk=note_id).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    note = VideoNote.objects.locked(note_id)
    note.room = room
    return note


def _on_record(actor: Actor, verb: str, note: VideoNote, *, now: dt.datetime, **after: Any) -> None:
    """In the file of the case; of a matter that is not registered yet, in that of the room."""
    said = {"number": note.number, "sha256": note.sha256, **after}
    journal.record(actor, verb, note, stream=matter_of(note.room) or note.room, after=said, now=now)


@transaction.atomic
def write_video_note(
    *, actor: Actor, room_id: int, seat_id: int, text: str, version: int | None, now: dt.datetime
) -> VideoRoom:
    """What the host has typed. `version`: the one it was typed upon; another window's words are never overwritten."""
    room, seat = _locked(room_id, seat_id)
    rules.check_can_write_video_note(actor, room, seat, now=now)
    _typed(actor, room, text, version, now=now)
    return room


def _typed(actor: Actor, room: VideoRoom, text: str, version: int | None, *, now: dt.datetime) -> None:
    said = rules.check_note(text)
    if said == room.note:
        return
    rules.check_version(room, version)
    is_news = room.note_by_id != actor.user_id or room.note_at is None or now - room.note_at > AGAIN
    room.note, room.note_version = said, room.note_version + 1
    room.note_at, room.note_by_id = now, actor.user_id
    room.save(update_fields=["note", "note_version", "note_at", "note_by"])
    if is_news:
        after = {"version": room.note_version}
        journal.record(actor, "write_video_note", room, stream=room, after=after, now=now)
    changed(room)


@transaction.atomic
def read_back_video_note(
    *, actor: Actor, room_id: int, seat_id: int, text: str, version: int | None, now: dt.datetime
) -> VideoNote:
    """The text, with what was typed last, stands from now on word for word: this is what everybody signs."""
    room, seat = _locked(room_id, seat_id)
    rules.check_can_read_back_video_note(actor, room, seat, now=now)
    _typed(actor, room, text, version, now=now)
    rules.check_not_empty(room.note)
    note = read_back(room, actor=actor, now=now)
    _on_record(actor, "read_back_video_note", note, now=now)
    changed(room)
    return note


def _answer(
    actor: Actor, note: VideoNote, seat: VideoSeat, verb: str, answer: str, *, now: dt.datetime, **said: Any
) -> VideoNoteSignature:
    try:
        with transaction.atomic():
            row = VideoNoteSignature.objects.create(
                note=note, seat=seat, sha256=note.sha256, answer=answer, at=now, **said
            )
    except IntegrityError as error:
        if broken_by(error) in ("signature_of_what_was_read", "note_signed_once"):
            raise Refused(rules.CORRECTED, "state") from None
        raise
    _on_record(actor, verb, note, answer=answer, seat=seat.place_number, role=seat.role, now=now)
    changed(note.room)
    return row


@transaction.atomic
def sign_video_note(
    *,
    actor: Actor,
    room_id: int,
    seat_id: int,
    note_id: int,
    sha256: str,
    name: str = "",
    strokes: str = "",
    now: dt.datetime,
) -> VideoNoteSignature:
    """Signed by typing or drawing the name, under exactly the text that was on the screen."""
    room, seat = _locked(room_id, seat_id)
    note = _note(room, note_id)
    rules.check_can_sign_video_note(actor, room, seat, note, now=now)
    rules.check_same_text(note, sha256)
    typed, drawn = rules.check_drawn(name, strokes)
    return _answer(actor, note, seat, "sign_video_note", "signed", name=typed, strokes=drawn, now=now)


@transaction.atomic
def refuse_video_note(
    *, actor: Actor, room_id: int, seat_id: int, note_id: int, sha256: str, words: str, now: dt.datetime
) -> VideoNoteSignature:
    """Nobody is made to sign; the reason stands in the paper in the person's own words."""
    room, seat = _locked(room_id, seat_id)
    note = _note(room, note_id)
    rules.check_can_refuse_video_note(actor, room, seat, note, now=now)
    rules.check_same_text(note, sha256)
    said = rules.check_words(words, "words", _("请写明拒绝签名的理由。"))
    return _answer(actor, note, seat, "refuse_video_note", "refused", words=said, now=now)


@transaction.atomic
def witness_video_note(
    *,
    actor: Actor,
    room_id: int,
    seat_id: int,
    note_id: int,
    who: int,
    answer: str,
    words: str = "",
    witness: str = "",
    now: dt.datetime,
) -> VideoNoteSignature:
    """For who cannot write: read aloud, agreed to before a second person. Or the end has gone. `who`: whose seat."""
    room, own = _locked(room_id, seat_id)
    seat = room.seats.select_related("user", "department").filter(pk=who).first()
    if seat is None:
        raise Refused(_("请选择是谁。"), "input", field="who")
    seat.room = room
    note = _note(room, note_id)
    rules.check_can_witness_video_note(actor, room, seat, note, own=own, now=now)
    said, seen = rules.check_witnessed(answer, words, witness)
    facts = {"words": said, "witness": seen, "taken_down_by_id": actor.user_id}
    return _answer(actor, note, seat, "witness_video_note", answer, now=now, **facts)


@transaction.atomic
def correct_video_note(
    *, actor: Actor, room_id: int, seat_id: int, note_id: int, words: str, now: dt.datetime
) -> VideoNote:
    """Any end has it corrected: the host types on, the text and the signatures under it stay as they were."""
    room, seat = _locked(room_id, seat_id)
    note = _note(room, note_id)
    rules.check_can_correct_video_note(actor, room, seat, note, now=now)
    note.correction = rules.check_words(words, "words", _("请写明哪里记得不对、应当怎么记。"))
    note.asked_by, note.settled_at = seat, now
    note.status = VIDEO_NOTE.target("correct_video_note", note.status)
    note.save(update_fields=["correction", "asked_by", "settled_at", "status"])
    _on_record(actor, "correct_video_note", note, seat=seat.place_number, role=seat.role, now=now)
    changed(room)
    return note


@transaction.atomic
def close_video_note(
    *, actor: Actor, room_id: int, seat_id: int, note_id: int, now: dt.datetime
) -> VideoNote:
    """Everybody has answered: the record is a numbered paper, with the text, who was there, and every signature."""
    room, seat = _locked(room_id, seat_id)
    note = _note(room, note_id)
    rules.check_can_close_video_note(actor, room, seat, note, now=now)
    note.document = _paper(room, note, actor=actor, now=now)
    note.settled_at, note.status = now, VIDEO_NOTE.target("close_video_note", note.status)
    note.save(update_fields=["document", "settled_at", "status"])
    _on_record(actor, "close_video_note", note, paper=note.document.number, now=now)
    changed(room)
    return note


# -- the paper: in Chinese, whatever language its readers use ----------------------------------------------------


def _paper(room: VideoRoom, note: VideoNote, *, actor: Actor, now: dt.datetime) -> IssuedDocument:
    case = matter_of(room)
    about: Any = case or room
    return documents.issue(
        "record_video",
        organ=room.hall.organ,
        ref=ref_of(about),
        stream=stream_of(about),
        content={
            "organ_name": room.hall.organ_name,
            "hall_name": room.hall.name,
            "matter": room.title,
            "petition_no": case.number if case else "尚未登记",
            "video_kind": ROOM_KINDS[room.kind],
            "begun_at": room.opened_at or room.starts_at,
            "ended_at": now,
            "recorded_by": actor.name,
            "attended": _attended(room, now),
            "transcript": note.text,
            "corrections": _corrections(room),
            "signatures": _signatures(note),
            "inks": _inks(note),
            "text_hash": f"第{note.number}稿，SHA-256 {_grouped(note.sha256)}",
        },
        actor=actor,
        now=now,
        law=case.law if case else "r22",
    )


def _time(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"


def _grouped(digest: str) -> str:
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))


def _who(seat: VideoSeat) -> str:
    unit = f"（{seat.department.name}）" if seat.department and seat.user else ""
    name = seat.user.name if seat.user else seat.name or (seat.department.name if seat.department else "")
    return f"{SEAT_ROLES[seat.role]}{name}{unit}"


def _attended(room: VideoRoom, now: dt.datetime) -> list[str]:
    return [
        f"{_who(one.seat)}，{_time(one.since)}进入，"
        + (f"{_time(one.until)}离开" if one.until else f"{_time(now)}定稿时在场")
        for one in stays(room)
    ]


def _corrections(room: VideoRoom) -> list[str]:
    return [
        f"第{one.number}稿宣读后，应{_who(one.asked_by)}的要求更正：{one.correction}"
        for one in reversed(readings(room))
        if one.status == "corrected" and one.asked_by
    ]


def _signatures(note: VideoNote) -> list[str]:
    answers = answers_to(note)
    said = [_signed(answers[one.seat.pk], one.seat) for one in stays(note.room) if one.seat.pk in answers]
    left = [f"{_who(one.seat)}：签名前已经离开" for one in stays(note.room) if one.seat.pk not in answers]
    return said + left


def _inks(note: VideoNote) -> list[dict[str, Any]]:
    rows = sorted(answers_to(note).values(), key=lambda row: row.seat.place_number)
    return [{"who": _who(row.seat), "lines": json.loads(row.strokes)} for row in rows if row.strokes]


def _signed(row: VideoNoteSignature, seat: VideoSeat) -> str:
    how = {
        "signed": "屏幕手写签名" if row.strokes else "输入姓名签名",
        "refused": f"拒绝签名，理由：{row.words}",
        "aloud": f"{ANSWERS['aloud']}，见证人：{row.witness}" + (f"（{row.words}）" if row.words else ""),
        "gone": f"{ANSWERS['gone']}：{row.words}",
    }[row.answer]
    name = f"“{row.name}”" if row.name else ""
    at = timezone.localtime(row.at)
    return f"{_who(seat)}：{how}{name}，{at:%Y年%m月%d日 %H:%M:%S}"
