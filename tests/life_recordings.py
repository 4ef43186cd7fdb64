"""Recordings of video rooms in every state, brought there by the real actions; a part is any bytes."""

from __future__ import annotations

import datetime as dt
import hashlib

from cases import actions
from cases.models import Recording, RecordingPart, VideoRoom, VideoSeat
from tests.cast import Cast
from tests.life_video import admitted, invited, joined, room_open

TYPE = "video/webm;codecs=vp8,opus"


def two_ends(cast: Cast) -> tuple[VideoRoom, VideoSeat, VideoSeat]:
    """An open room in which the clerk, who hosts, and the leader sit."""
    room = room_open(cast)
    own = joined(cast, room, cast.clerk)
    other = admitted(cast, joined(cast, room, cast.leader))
    return room, own, other


def asked(cast: Cast, room: VideoRoom) -> Recording:
    now = room.starts_at
    return actions.ask_recording(actor=cast.act(cast.clerk, now), room_id=room.pk, now=now)


def agreed(cast: Cast, one: Recording, seat: VideoSeat, agrees: bool = True) -> None:
    now = one.asked_at
    who = cast.act(cast.leader, now)
    actions.answer_recording(actor=who, recording_id=one.pk, seat_id=seat.pk, agrees=agrees, now=now)


def started(cast: Cast, one: Recording) -> Recording:
    now = one.asked_at
    who = cast.act(cast.clerk, now)
    return actions.start_recording(actor=who, recording_id=one.pk, media_type=TYPE, now=now)


def running(cast: Cast) -> tuple[Recording, VideoSeat, VideoSeat]:
    """Two ends agreed, and it records."""
    room, own, other = two_ends(cast)
    one = asked(cast, room)
    agreed(cast, one, other)
    return started(cast, one), own, other


def part(cast: Cast, one: Recording, number: int, data: bytes = b"") -> RecordingPart:
    data = data or bytes_of(number)
    row, _is_new = actions.keep_recording_part(
        actor=cast.act(cast.clerk, one.asked_at),
        recording_id=one.pk,
        number=number,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        now=one.asked_at,
    )
    return row


def bytes_of(number: int) -> bytes:
    return f"part {number} ".encode() * 100


def stopped(cast: Cast, one: Recording, parts: int | None, reason: str = "host") -> Recording:
    now = one.asked_at + dt.timedelta(minutes=5)
    who = cast.act(cast.clerk, now)
    return actions.stop_recording(actor=who, recording_id=one.pk, reason=reason, parts=parts, now=now)


def kept(cast: Cast, parts: int = 3) -> Recording:
    """Whole, closed by the worker."""
    one, _own, _other = running(cast)
    for number in range(parts):
        part(cast, one, number)
    stopped(cast, one, parts)
    actions.settle_recordings(now=one.asked_at + dt.timedelta(minutes=6))
    one.refresh_from_db()
    return one


def petitioner_waits(cast: Cast, room: VideoRoom) -> VideoSeat:
    """Somebody at home has followed the link and waits to be let in."""
    _seat, secret = invited(cast, room, now=room.starts_at)
    return actions.join_video_room(
        actor=cast.act(cast.clerk, room.starts_at),
        ticket=actions.Ticket(secret=secret),
        key="the browser at home",
        now=room.starts_at,
    )
