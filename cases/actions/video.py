"""The video room: planned with its seats, confirmed by the remote side, opened, ended, or released in time.

The room's row is locked first, then its seats. What changes is told to everybody who has a seat.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.actions.docket import Heard, record_reception
from cases.lifecycle.video import ROOM_KINDS, SEATS, VIDEO_ROOM, VIDEO_SEAT
from cases.lifecycle.video_notes import VIDEO_NOTE
from cases.models import Case, DocketItem, VideoNote, VideoPresence, VideoRoom, VideoSeat
from cases.queries.readers import readers_asked
from cases.queries.video_notes import standing_note
from cases.rules import video as rules
from cases.rules.video import Guest, matter_of
from cases.rules.video_notes import check_note_kept, hash_of
from hall import journal, outbox
from hall.access import SYSTEM, Actor, Refused, get_visible
from hall.fields import sealed
from hall.models import User
from hall.operations import wire
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON
from staffing.models import Department, Hall, LeaderReception


def digest(secret: str) -> bytes:
    """What is kept of a link, and of the key of a browser: 192 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def stream_of_room(room: VideoRoom) -> str:
    return f"video:{room.token.hex}"


def changed(room: VideoRoom) -> None:
    """Whoever is connected looks at the facts again, once they are there."""
    name = stream_of_room(room)
    transaction.on_commit(lambda: wire.put(name, "changed"))


def record(actor: Actor, verb: str, obj: VideoRoom | VideoSeat, *, now: dt.datetime, **said: Any) -> None:
    """What happens to the room stands in its case's file where there is one; what happens to a seat in the room's."""
    if isinstance(obj, VideoSeat):
        journal.record(actor, verb, obj, stream=obj.room, now=now, **said)
    else:
        journal.record(actor, verb, obj, stream=matter_of(obj) or obj, now=now, **said)


@dataclass(frozen=True, slots=True)
class VideoPlan:
    """What is wanted: a matter before a leader, whose reception says when; or a meeting on a case, at a time."""

    kind: str = "reception"
    title: str = ""
    docket_item_id: int | None = None
    case_id: int | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    department_ids: Sequence[int] = ()


@transaction.atomic
def plan_video_room(*, actor: Actor, hall_id: int, plan: VideoPlan, now: dt.datetime) -> VideoRoom:
    """The hall's end and the remote leader have their seats at once, and so have the units; others are invited."""
    item = _item(actor, plan.docket_item_id)
    rules.check_can_plan_video_room(actor, hall_id, item, now=now)
    room = _new(actor, hall_id, plan, item, now)
    room.save(force_insert=True)
    if actor.user_id:
        _seat(room, Guest("clerk", user_id=actor.user_id), actor, now=now)
    if item is not None:
        guest = Guest("leader", user_id=item.reception.leader_id)
        rules.check_guest(room, guest)
        _seat(room, guest, actor, now=now)
    for department_id in plan.department_ids:
        guest = Guest("unit", department_id=department_id)
        rules.check_guest(room, guest)
        _seat(room, guest, actor, now=now)
    after = {"kind": room.kind, "starts_at": room.starts_at, "seats": room.seats.count()}
    record(actor, "plan_video_room", room, after=after, now=now)
    for seat in _seats(room):
        if seat.user_id != actor.user_id:
            _tell(seat, "video_invited", once=f"{seat.pk}", now=now)
    return room


def _item(actor: Actor, item_id: int | None) -> DocketItem | None:
    """Under the lock of its reception, so that a matter gets one room, and one that is taken off gets none."""
    if item_id is None:
        return None
    item = get_visible(DocketItem.objects.visible_to(actor), pk=item_id)
    LeaderReception.objects.locked(item.reception_id)
    return DocketItem.objects.select_related("reception__room", "case").get(pk=item_id)


def _new(actor: Actor, hall_id: int, plan: VideoPlan, item: DocketItem | None, now: dt.datetime) -> VideoRoom:
    if plan.kind not in ROOM_KINDS or (item is None and plan.kind == "reception"):
        raise Refused(_("视频接访从接访事项安排；请选择用途。"), "input", field="kind")
    case: Case | None = item.case if item else None
    starts_at, ends_at, title = plan.starts_at, plan.ends_at, plan.title.strip()
    if item is not None:
        if item.reception.hall_id != hall_id:
            raise Refused(_("没有找到，或者您无权查看。"), "unseen")
        starts_at, ends_at = max(item.reception.starts_at, now), item.reception.ends_at
        title = title or (case.title if case else item.headline)
    elif plan.case_id:
        case = Case.objects.visible_to(actor).filter(pk=plan.case_id, hall_id=hall_id).first()
        if case is None:
            raise Refused(_("没有找到这件信访事项，或者您无权查看。"), "input", field="number")
        title = title or case.title
    if not title:
        raise Refused(_("请填写名称。"), "input", field="title")
    begins, ends = rules.check_video_time(starts_at, ends_at, now=now)
    return VideoRoom(
        hall=Hall.objects.get(pk=hall_id),
        case=case,
        docket_item=item,
        kind="reception" if item else plan.kind,
        title=title[:120],
        starts_at=begins,
        ends_at=ends,
        approval_needed=item is not None or bool(plan.department_ids),
        host_user_id=actor.user_id,
        planned_by_id=actor.user_id,
        created_at=now,
    )


def _seat(room: VideoRoom, guest: Guest, actor: Actor, *, now: dt.datetime, secret: str = "") -> VideoSeat:
    """At the first free place; the caller has asked the rules and holds the room."""
    taken = set(room.seats.held().values_list("place_number", flat=True))
    return VideoSeat.objects.create(
        room=room,
        role=guest.role,
        user_id=guest.user_id,
        department_id=guest.department_id,
        name=guest.name.strip()[:60],
        phone=guest.phone.strip()[:20],
        language=guest.language,
        place_number=next((n for n in range(1, SEATS + 1) if n not in taken), SEATS + 1),
        token_hash=digest(secret) if secret else None,
        token_expires_at=room.ends_at + rules.LINK_LASTS if secret else None,
        invited_at=now,
        invited_by_id=actor.user_id,
    )


def _seats(room: VideoRoom) -> list[VideoSeat]:
    rows = room.seats.held().select_related("user", "department").order_by("place_number")
    found = list(rows)
    for seat in found:
        seat.room = room
    return found


@transaction.atomic
def invite_to_video_room(*, actor: Actor, room_id: int, guest: Guest, now: dt.datetime) -> VideoSeat:
    """Somebody with an account, or a unit, is told; everybody else gets a personal link by SMS, for this one seat."""
    room = VideoRoom.objects.locked(room_id)
    rules.check_can_invite_to_video_room(actor, room, now=now)
    rules.check_guest(room, guest)
    if guest.department_id and not Department.objects.filter(pk=guest.department_id).exists():
        raise Refused(_("请选择单位。"), "input", field="department")
    secret = "" if guest.user_id or guest.department_id else secrets.token_urlsafe(24)
    seat = _seat(room, guest, actor, now=now, secret=secret)
    after = {"place": seat.place_number, "role": seat.role}
    record(actor, "invite_to_video_room", seat, after=after, now=now)
    if secret:
        link = outbox.at_site(reverse("cases:video-link", args=[secret]))
        _tell(seat, "video_link", once=f"{seat.pk}", now=now, sealed=sealed(link))
    else:
        _tell(seat, "video_invited", once=f"{seat.pk}", now=now)
    changed(room)
    return seat


def _people(seat: VideoSeat, now: dt.datetime) -> list[User]:
    """The person; or of a unit those at its posts whom the matter does not concern."""
    if seat.user:
        return [seat.user]
    if seat.department_id is None:
        return []
    case = matter_of(seat.room)
    asked = readers_asked(
        case.pk if case else 0,
        (LIAISON, DEPARTMENT_HEAD),
        department_id=seat.department_id,
        day=timezone.localdate(now),
    )
    return asked.answer()


def _tell(seat: VideoSeat, kind: str, *, once: str, now: dt.datetime, **facts: Any) -> None:
    room = seat.room
    context = {
        "hall": room.hall.name,
        "hall_en": room.hall.name_en or room.hall.name,
        "phone": room.hall.phone,
        "title": room.title,
        "starts_at": timezone.localtime(room.starts_at).isoformat(),
        **facts,
    }
    to: Any = _people(seat, now)
    if not to and seat.phone:
        # A petitioner's SMS names no matter: a telephone is read by others too.
        context.pop("title")
        to = outbox.Phone(seat.phone, seat.language)
    if to:
        url = reverse("cases:video-room", args=[room.pk])
        outbox.post(kind, to=to, context=context, url=url, once=f"{kind}/{once}", now=now)


def tell_all(
    room: VideoRoom, kind: str, *, now: dt.datetime, but: int | None = None, stamp: str = "", **facts: Any
) -> None:
    """`stamp` tells what is said twice apart."""
    for seat in _seats(room):
        if seat.user_id is None or seat.user_id != but:
            once = f"{room.pk}/{seat.pk}/{stamp}".rstrip("/")
            _tell(seat, kind, once=once, now=now, **facts)


def _move(room: VideoRoom, verb: str, **facts: Any) -> str:
    before, room.status = room.status, VIDEO_ROOM.target(verb, room.status)
    for name, value in facts.items():
        setattr(room, name, value)
    room.save(update_fields=["status", *facts])
    changed(room)
    return before


@transaction.atomic
def approve_video_room(*, actor: Actor, room_id: int, now: dt.datetime) -> VideoRoom:
    """The remote side has looked at it, and will be there."""
    room = VideoRoom.objects.locked(room_id)
    rules.check_can_approve_video_room(actor, room, now=now)
    _move(room, "approve_video_room", approved_at=now, approved_by_id=actor.user_id)
    record(actor, "approve_video_room", room, now=now)
    tell_all(room, "video_approved", now=now, but=actor.user_id)
    return room


@transaction.atomic
def decline_video_room(*, actor: Actor, room_id: int, reason: str, now: dt.datetime) -> VideoRoom:
    """The remote side can't be there, and says why; everybody hears of it."""
    room = VideoRoom.objects.locked(room_id)
    rules.check_can_decline_video_room(actor, room, now=now)
    return _call_off(actor, room, "decline_video_room", rules.check_video_reason(reason), now=now)


@transaction.atomic
def cancel_video_room(*, actor: Actor, room_id: int, reason: str, now: dt.datetime) -> VideoRoom:
    room = VideoRoom.objects.locked(room_id)
    rules.check_can_cancel_video_room(actor, room, now=now)
    return _call_off(actor, room, "cancel_video_room", rules.check_video_reason(reason), now=now)


def _call_off(actor: Actor, room: VideoRoom, verb: str, reason: str, *, now: dt.datetime) -> VideoRoom:
    _move(room, verb, ended_at=now, end_reason=reason)
    _all_leave(room, now=now)
    record(actor, verb, room, reason=reason, now=now)
    tell_all(room, "video_cancelled", now=now, but=actor.user_id)
    return room


@transaction.atomic
def open_video_room(*, actor: Actor, room_id: int, now: dt.datetime) -> VideoRoom:
    """From now on whoever waits may be let in. Who opens it is the host, and sits at the hall's end."""
    room = VideoRoom.objects.locked(room_id)
    rules.check_can_open_video_room(actor, room, now=now)
    held = room.seats.held()
    if actor.user_id and not held.filter(user_id=actor.user_id).exists():
        own = held.select_for_update(of=("self",)).filter(role="clerk", status="invited").first()
        if own is None:
            rules.check_guest(room, Guest("clerk", user_id=actor.user_id))
            _seat(room, Guest("clerk", user_id=actor.user_id), actor, now=now)
        else:
            own.user_id = actor.user_id
            own.save(update_fields=["user"])
    host = actor.user_id or room.host_user_id
    _move(room, "open_video_room", opened_at=now, host_user_id=host)
    record(actor, "open_video_room", room, now=now)
    waits = (
        held.select_for_update(of=("self",)).filter(user_id=host, status="waiting").first() if host else None
    )
    if waits is not None:
        waits.room = room
        let_in(actor, waits, now=now)
    return room


def let_in(actor: Actor, seat: VideoSeat, *, now: dt.datetime) -> None:
    seat.status = VIDEO_SEAT.target("admit_to_video_room", seat.status)
    seat.admitted_at, seat.admitted_by_id = now, actor.user_id
    seat.save(update_fields=["status", "admitted_at", "admitted_by"])
    VideoPresence.objects.create(seat=seat, kind="admitted", at=now)
    record(actor, "admit_to_video_room", seat, after={"place": seat.place_number}, now=now)


def put_out(actor: Actor, seat: VideoSeat, reason: str, *, why: str = "refused", now: dt.datetime) -> None:
    """The place is free, the link opens nothing, what this end showed is put away; the caller holds room and seat."""
    was_there = seat.status in ("waiting", "admitted")
    seat.status = VIDEO_SEAT.target("refuse_video_seat", seat.status)
    seat.refusal, seat.token_hash = reason, None
    seat.save(update_fields=["status", "refusal", "token_hash"])
    seat.showings.put_away(now=now)
    if was_there:
        VideoPresence.objects.create(seat=seat, kind="left", at=now, detail={"why": why})
    after = {"place": seat.place_number}
    record(actor, "refuse_video_seat", seat, after=after, reason=reason, now=now)


def read_back(room: VideoRoom, *, actor: Actor, now: dt.datetime, **facts: Any) -> VideoNote:
    """What was typed, frozen with its hash under the next number; the caller holds the room."""
    number = (room.notes.aggregate(last=Max("number"))["last"] or 0) + 1
    text = room.note.strip()
    return VideoNote.objects.create(
        room=room,
        number=number,
        text=text,
        sha256=hash_of(text),
        read_at=now,
        read_by_id=actor.user_id,
        **facts,
    )


def _keep_note(room: VideoRoom, actor: Actor, *, now: dt.datetime) -> dict[str, Any]:
    """What was not signed by all is kept as it is, and said to be so: for the journal."""
    note = standing_note(room)
    if note is None and room.note.strip():
        note = read_back(room, actor=actor, now=now, status="unsigned", settled_at=now)
    elif note is not None and note.status == "read_back":
        note.status, note.settled_at = VIDEO_NOTE.target("end_video_room", note.status), now
        note.save(update_fields=["status", "settled_at"])
    return {"note": note.status, "note_sha256": note.sha256} if note else {}


@transaction.atomic
def end_video_room(
    *,
    actor: Actor,
    room_id: int,
    heard: Heard | None = None,
    leaves_note: bool = False,
    now: dt.datetime,
) -> VideoRoom:
    """Everybody leaves. With what was `heard`, the reception's record is written at once, and with it the ledger's.

    `leaves_note`: whoever ends it knows that the note is not signed by all.
    """
    room = VideoRoom.objects.select_related("docket_item").get(pk=room_id)
    if heard is not None and room.docket_item is not None:
        version = room.docket_item.records.count() + 1
        record_reception(actor=actor, item_id=room.docket_item.pk, heard=heard, version=version, now=now)
    room = VideoRoom.objects.locked(room_id)
    rules.check_can_end_video_room(actor, room, now=now)
    check_note_kept(actor, room, leaves_note)
    kept = _keep_note(room, actor, now=now)
    _move(room, "end_video_room", ended_at=now)
    there = _all_leave(room, now=now)
    minutes = max(0, int((now - room.opened_at).total_seconds() // 60)) if room.opened_at else 0
    after = {"minutes": minutes, "seats": there, **kept}
    record(actor, "end_video_room", room, after=after, now=now)
    return room


def _all_leave(room: VideoRoom, *, now: dt.datetime) -> int:
    """Returns how many had been let in."""
    rows = list(room.seats.select_for_update(of=("self",)).filter(status__in=("waiting", "admitted")))
    admitted = sum(seat.admitted_at is not None for seat in rows)
    room.evidence.put_away(now=now)
    for seat in rows:
        seat.status = VIDEO_SEAT.target("leave_video_room", seat.status)
        seat.save(update_fields=["status"])
    VideoPresence.objects.bulk_create(
        VideoPresence(seat=seat, kind="left", at=now, detail={"why": "ended"}) for seat in rows
    )
    return admitted


@transaction.atomic
def release_video_rooms(*, actor: Actor = SYSTEM, now: dt.datetime) -> int:
    """Rooms that nobody opened in twenty minutes are free again, and everybody is told; one a time under its lock."""
    rules.check_can_release_video_rooms(actor, now=now)
    due = VideoRoom.objects.filter(status="planned", starts_at__lte=now - rules.RELEASED_AFTER)
    rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("hall", "case", "docket_item")
    count = 0
    for room in rows.order_by("starts_at")[:100]:
        reason = gettext_noop("二十分钟内没有开始")
        _move(room, "release_video_rooms", ended_at=now, end_reason=reason)
        _all_leave(room, now=now)
        record(actor, "release_video_rooms", room, reason=reason, now=now)
        tell_all(room, "video_released", now=now)
        count += 1
    return count


# -- parts of other acts: the caller has asked its own rule, and holds what the room is for --------------------------


def call_off_video(*, actor: Actor, room_id: int | None, reason: str, now: dt.datetime) -> None:
    """What the room, if there is one, was planned for does not take place. One that is open is ended by its host."""
    if room_id is None:
        return
    room = VideoRoom.objects.locked(room_id)
    if room.status == "planned":
        _call_off(actor, room, "cancel_video_room", reason[:200], now=now)


def move_video(
    *, actor: Actor, room_id: int | None, starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime
) -> None:
    """The room, if there is one, at another time: the remote side is asked once more, links hold as long, all hear."""
    if room_id is None:
        return
    room = VideoRoom.objects.locked(room_id)
    if room.status != "planned" or (room.starts_at, room.ends_at) == (starts_at, ends_at):
        return
    before = {"starts_at": room.starts_at}
    room.starts_at, room.ends_at = starts_at, ends_at
    room.approved_at = room.approved_by = None
    room.save(update_fields=["starts_at", "ends_at", "approved_at", "approved_by"])
    links = room.seats.held().exclude(token_hash=None)
    links.update(token_expires_at=ends_at + rules.LINK_LASTS)
    record(actor, "move_video_room", room, before=before, after={"starts_at": starts_at}, now=now)
    changed(room)
    tell_all(room, "video_moved", now=now, but=actor.user_id, stamp=starts_at.isoformat())
