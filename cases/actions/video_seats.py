"""A seat in the video room: taken by one browser, let in, kept through a lost line, left; and how the line was."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.video import changed, digest, end_video_room, let_in, put_out, record, stream_of_room
from cases.lifecycle.video import LIVE, VIDEO_SEAT
from cases.models import VideoPresence, VideoRoom, VideoSeat
from cases.rules import video as rules
from cases.rules.recordings import agrees_to_what_runs, check_may_be_let_in
from hall.access import SYSTEM, Actor, Refused
from hall.operations import wire
from staffing.lifecycle import DEPARTMENT_ROLES

BACK_AFTER = dt.timedelta(seconds=40)
"""A sign of life comes every 25 seconds; later than this, the line was lost and is back."""
REPORTED = ("connected", "quality")
SIGNALS = ("description", "candidates", "bye", "state")
LARGEST_SIGNAL = 60_000


@dataclass(frozen=True, slots=True)
class Ticket:
    """How somebody comes: by the personal link, or by the address of the room with an account."""

    secret: str = ""
    room_token: uuid.UUID | None = None


def seat_by_link(secret: str) -> VideoSeat:
    """The one seat of a link. Raises Refused(unseen) in the same words for every link that opens nothing."""
    seat = VideoSeat.objects.of_token(digest(secret)).first() if secret else None
    if seat is None:
        raise Refused(rules.NO_LINK, "unseen")
    return seat


def seat_of_actor(actor: Actor, token: uuid.UUID) -> VideoSeat:
    """The own seat before that of the own unit. Raises Refused(unseen)."""
    rows = VideoSeat.objects.held().filter(room__token=token).select_related("room__hall")
    own = rows.filter(user_id=actor.user_id or 0).first()
    units = actor.departments(*DEPARTMENT_ROLES)
    seat = own or rows.filter(user=None, department_id__in=units).order_by("place_number").first()
    if seat is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    return seat


def seat_of_browser(token: uuid.UUID, key: str, *, day: dt.date) -> VideoSeat | None:
    """The seat that this browser holds in this room; nobody's who is barred from the matter by now."""
    if not key:
        return None
    rows = VideoSeat.objects.held().open_to_holders(day)
    rows = rows.filter(room__token=token, client_key=digest(key))
    return rows.select_related("room__hall", "room__case", "room__docket_item__case").first()


def _locked(seat: VideoSeat) -> VideoSeat:
    room = VideoRoom.objects.locked(seat.room_id)
    seat = VideoSeat.objects.locked(seat.pk)
    seat.room = room
    return seat


def _was(seat: VideoSeat, kind: str, now: dt.datetime, **detail: Any) -> None:
    VideoPresence.objects.create(seat=seat, kind=kind, at=now, detail=detail)


@transaction.atomic
def join_video_room(
    *, actor: Actor, ticket: Ticket, key: str, take_over: bool = False, now: dt.datetime
) -> VideoSeat:
    """The browser with this `key` holds the seat from now on, and waits to be let in; one that was in stays in.

    The host lets in himself. Two browsers that come at once: one holds the seat, the other reads that it is taken.
    """
    by_link = bool(ticket.secret)
    found = (
        seat_by_link(ticket.secret)
        if by_link
        else seat_of_actor(actor, ticket.room_token or uuid.UUID(int=0))
    )
    seat, hashed = _locked(found), digest(key)
    rules.check_can_join_video_room(actor, seat, by_link=by_link, key=hashed, take_over=take_over, now=now)
    moved = seat.client_key is not None and not rules.is_same_browser(seat, hashed)
    before, seat.status = seat.status, VIDEO_SEAT.target("join_video_room", seat.status)
    if moved or seat.client_key is None:
        seat.client_key, seat.page = hashed, None
    if seat.user_id is None and not by_link:
        seat.user_id = actor.user_id
    seat.seen_at = now
    seat.save(update_fields=["status", "client_key", "page", "user", "seen_at"])
    if before != seat.status or moved:
        _was(seat, "joined", now, **({"moved": True} if moved else {}))
        after = {"place": seat.place_number, "moved": moved}
        record(actor, "join_video_room", seat, after=after, now=now)
    is_host = seat.user_id is not None and seat.user_id == seat.room.host_user_id
    if seat.status == "waiting" and is_host and seat.room.status == "open" and agrees_to_what_runs(seat):
        let_in(actor, seat, now=now)
    changed(seat.room)
    return seat


@transaction.atomic
def admit_to_video_room(*, actor: Actor, seat_id: int, now: dt.datetime) -> VideoSeat:
    """Out of the waiting room, into the room."""
    seat = _locked(VideoSeat.objects.get(pk=seat_id))
    rules.check_can_admit_to_video_room(actor, seat, now=now)
    check_may_be_let_in(seat)
    let_in(actor, seat, now=now)
    changed(seat.room)
    return seat


@transaction.atomic
def refuse_video_seat(*, actor: Actor, seat_id: int, reason: str, now: dt.datetime) -> VideoSeat:
    """The place is free for somebody else; the link opens nothing any more."""
    seat = _locked(VideoSeat.objects.get(pk=seat_id))
    rules.check_can_refuse_video_seat(actor, seat, now=now)
    said = rules.check_video_reason(reason)
    put_out(actor, seat, said, now=now)
    changed(seat.room)
    return seat


def take_back_seat(*, actor: Actor, seat_id: int, reason: str, now: dt.datetime) -> None:
    """A part of the act by which its holder has nothing to do in the room any more; the caller asked its own rule."""
    seat = _locked(VideoSeat.objects.get(pk=seat_id))
    if seat.status != "refused" and seat.room.status in LIVE:
        put_out(actor, seat, reason[:200], now=now)
        changed(seat.room)


@transaction.atomic
def leave_video_room(*, actor: Actor, room_token: uuid.UUID, key: str, now: dt.datetime) -> VideoSeat:
    """Of one's own accord. The seat stays kept: who comes back waits once more."""
    found = seat_of_browser(room_token, key, day=timezone.localdate(now))
    if found is None:
        raise Refused(rules.MOVED, "state", field="take_over")
    seat = _locked(found)
    rules.check_can_leave_video_room(seat, key=digest(key), now=now)
    seat.status = VIDEO_SEAT.target("leave_video_room", seat.status)
    seat.save(update_fields=["status"])
    seat.showings.put_away(now=now)
    _was(seat, "left", now)
    record(actor, "leave_video_room", seat, after={"place": seat.place_number}, now=now)
    changed(seat.room)
    return seat


# -- the line: no acts, so nothing of it is in the journal --------------------------------------------------------


@transaction.atomic
def heard_from(*, seat: VideoSeat, page: uuid.UUID, is_new: bool, now: dt.datetime) -> bool:
    """A sign of life of this load of the page. False: another window of the same browser has the seat now."""
    if seat.page != page and not is_new:
        return False
    silent = seat.seen_at is not None and now - seat.seen_at > BACK_AFTER
    if silent and seat.status == "admitted":
        _was(seat, "returned", now, seconds=int((now - (seat.seen_at or now)).total_seconds()))
    is_other = seat.page != page
    seat.page, seat.seen_at = page, now
    seat.save(update_fields=["page", "seen_at"])
    if is_other or silent:
        changed(seat.room)
    return True


def pass_on(*, seat: VideoSeat, page: uuid.UUID, to: str, kind: str, data: Any) -> bool:
    """What one browser tells another to find a way to it; the server says from whom. Nobody outside is reached."""
    rules.check_is_in(seat)
    if seat.page != page:
        raise Refused(rules.MOVED, "state", field="take_over")
    if kind not in SIGNALS:
        raise Refused(_("无法识别的信令。"), "input", field="kind")
    message = {"page": page.hex, "data": data}
    return wire.put(stream_of_room(seat.room), kind, message, sender=str(seat.place_number), to=to)


def note_line(*, seat: VideoSeat, kind: str, detail: dict[str, Any], now: dt.datetime) -> None:
    """What the browser says of its line: the picture is there, or has become bad. Numbers only."""
    if kind not in REPORTED or seat.status != "admitted":
        raise Refused(_("无法识别的信令。"), "input", field="kind")
    numbers = {
        name[:20]: value
        for name, value in list(detail.items())[:8]
        if isinstance(name, str) and isinstance(value, int | float) and not isinstance(value, bool)
    }
    _was(seat, kind, now, **numbers)


def note_dropped(*, now: dt.datetime) -> int:
    """Who sat in an open room and was not heard of for a minute: written down once for each silence."""
    silent = VideoSeat.objects.there().filter(room__status="open", seen_at__lt=now - rules.SILENT_AFTER)
    count = 0
    for seat in silent.select_related("room")[:500]:
        if not seat.presence.filter(kind="dropped", at__gt=seat.seen_at).exists():
            _was(seat, "dropped", now)
            changed(seat.room)
            count += 1
    return count


def end_forgotten(*, now: dt.datetime) -> int:
    """An open room long after its hour, with nobody in it, is ended by the system."""
    over = VideoRoom.objects.filter(status="open", ends_at__lt=now - rules.FORGOTTEN_AFTER)
    count = 0
    for room in over[:100]:
        if not room.seats.there().filter(seen_at__gt=now - dt.timedelta(minutes=10)).exists():
            end_video_room(actor=SYSTEM, room_id=room.pk, now=now)
            count += 1
    return count
