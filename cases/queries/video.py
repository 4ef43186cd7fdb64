"""What a browser in a video room is told of it, and the list of rooms for those who keep or attend them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.lifecycle.video import HOST_ROLES, SEAT_ROLES, VIDEO_ROOM, VIDEO_SEAT
from cases.models import VideoPresence, VideoRoom, VideoSeat
from cases.queries.video_notes import note_tag
from cases.queries.work_list import Cursor
from hall.access import Actor

PAGE = 25


def room_facts(seat_id: int, *, is_host: bool, day: dt.date) -> dict[str, Any]:
    """The room as this seat may know it: who only waits learns of nobody else; the host learns who waits."""
    me = VideoSeat.objects.select_related("room").get(pk=seat_id)
    room = me.room
    facts: dict[str, Any] = {
        "room": room.status,
        "room_said": _(VIDEO_ROOM.state(room.status).label),
        "me": me.place_number,
        "status": me.status,
        "status_said": _(VIDEO_SEAT.state(me.status).label),
        "seats": [],
        "evidence": "",
    }
    if (me.status == "admitted" or is_host) and me.status != "refused":
        rows = room.seats.held().open_to_holders(day).select_related("user", "department")
        there = list(rows.order_by("place_number"))
        if me.pk not in {one.pk for one in there}:  # barred since: the stream ends with this
            return {**facts, "status": "refused", "status_said": _(VIDEO_SEAT.state("refused").label)}
        facts["seats"] = [_shown(one, is_host) for one in there]
        facts["note"] = note_tag(room)
    if me.status == "admitted":
        facts["evidence"] = shown_token(room)
    return facts


def shown_token(room: VideoRoom) -> str:
    """Of the material that is shown to all ends; "" while there is none."""
    found = room.evidence.shown().values_list("token", flat=True).first()
    return found.hex if found else ""


def _shown(seat: VideoSeat, is_host: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "place": seat.place_number,
        "name": seat.said,
        "role": _(SEAT_ROLES[seat.role]),
        "status": seat.status,
        "status_said": _(VIDEO_SEAT.state(seat.status).label),
        "page": seat.page.hex if seat.page and seat.status == "admitted" else "",
    }
    if is_host:
        shown["id"] = seat.pk
    return shown


@dataclass(frozen=True, slots=True)
class VideoPage:
    rows: list[VideoRoom]
    after: Cursor | None


def video_rooms(actor: Actor, *, state: str = "", after: Cursor | None = None, size: int = PAGE) -> VideoPage:
    """Those that the reader may see, the latest first."""
    found = VideoRoom.objects.visible_to(actor).select_related("hall", "host_user")
    if state:
        found = found.filter(status=state)
    if after is not None and after.due_at is not None:
        found = found.filter(
            Q(starts_at__lt=after.due_at) | Q(starts_at=after.due_at, pk__lt=after.pk),
            starts_at__lte=after.due_at,
        )
    rows = list(found.order_by("-starts_at", "-pk")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return VideoPage(rows[:size], Cursor(last.starts_at, last.pk) if last else None)


@dataclass(frozen=True, slots=True)
class PresenceLine:
    name: str
    kind: str
    at: dt.datetime
    detail: dict[str, Any]


def presence_of(room: VideoRoom, most: int = 300) -> list[PresenceLine]:
    """Who came and went, and how the line was; the latest first."""
    seats = {one.pk: one for one in room.seats.select_related("user", "department")}
    rows = VideoPresence.objects.filter(seat__in=seats).order_by("-at", "-id")
    return [
        PresenceLine(seats[one.seat_id].said_masked, one.get_kind_display(), one.at, one.detail)
        for one in rows[:most]
    ]


def keeps_rooms(actor: Actor) -> bool:
    return actor.has(*HOST_ROLES)
