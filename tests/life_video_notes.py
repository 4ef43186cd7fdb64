"""The note of a video room in every state, brought there by the real actions: the clerk hosts, one came by a link."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cases import actions
from cases.actions import Ticket
from cases.models import VideoNote, VideoNoteSignature, VideoRoom, VideoSeat
from hall.access import PUBLIC, Actor
from tests.cast import NOW, Cast
from tests.life_video import admitted, invited, joined, room_open

TEXT = "张秀英：三个月工资没有付。\n赵明德：请人社局月底前督促付清。"
PHONE_KEY = "the key of the phone"
STROKES = "[[[10,20],[14,40],[30,60],[44,71],[60,80]],[[90,20],[90,90],[120,95]]]"


@dataclass
class Ends:
    """An open room with two ends; `now` goes on by a second with every act."""

    cast: Cast
    room: VideoRoom
    own: VideoSeat
    other: VideoSeat
    secret: str
    now: dt.datetime

    def then(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now

    def host(self) -> dict[str, Any]:
        now = self.then()
        return {
            "actor": self.cast.act(self.cast.clerk, now), "room_id": self.room.pk, "seat_id": self.own.pk, "now": now
        }  # fmt: skip

    def guest(self, seat: VideoSeat | None = None, actor: Actor = PUBLIC) -> dict[str, Any]:
        pk = (seat or self.other).pk
        return {"actor": actor, "room_id": self.room.pk, "seat_id": pk, "now": self.then()}

    def writes(self, text: str = TEXT, version: int | None = None) -> VideoRoom:
        if version is None:
            version = VideoRoom.objects.get(pk=self.room.pk).note_version
        return actions.write_video_note(text=text, version=version, **self.host())

    def reads(self, text: str = TEXT) -> VideoNote:
        version = self.writes(text).note_version
        return actions.read_back_video_note(text=text, version=version, **self.host())

    def signs(self, note: VideoNote, name: str = "张秀英", strokes: str = "") -> VideoNoteSignature:
        facts = {"note_id": note.pk, "sha256": note.sha256, "name": name, "strokes": strokes}
        return actions.sign_video_note(**facts, **self.guest())

    def host_signs(self, note: VideoNote) -> VideoNoteSignature:
        return actions.sign_video_note(
            note_id=note.pk, sha256=note.sha256, name=self.cast.clerk.name, **self.host()
        )

    def closes(self, note: VideoNote) -> VideoNote:
        return actions.close_video_note(note_id=note.pk, **self.host())


def two_ends(cast: Cast, now: dt.datetime = NOW, room: VideoRoom | None = None) -> Ends:
    room = room_open(cast, now, room)
    at = max(room.starts_at, now)
    seat, secret = invited(cast, room, at)
    actions.join_video_room(actor=PUBLIC, ticket=Ticket(secret=secret), key=PHONE_KEY, now=at)
    own = joined(cast, room, cast.clerk, now=at)
    other = admitted(cast, seat, at)
    return Ends(cast, VideoRoom.objects.get(pk=room.pk), own, other, secret, at)
