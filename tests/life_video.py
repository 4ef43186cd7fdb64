"""Video rooms in every state, brought there by the real actions; browsers are the keys that they hold."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from cases import actions
from cases.actions import Ticket, VideoPlan
from cases.models import DocketItem, VideoRoom, VideoSeat
from cases.rules.video import Guest
from hall import outbox
from hall.models import Message, User
from tests.cast import NOW, TZ, Cast, reception
from tests.kept import kept
from tests.matters import accepted

ZHANG = Guest("petitioner", name="张秀英", phone="13800010001")
IN_AN_HOUR = dt.timedelta(minutes=50)


def ahead(now: dt.datetime) -> dt.datetime:
    """In less than an hour; tomorrow at nine where a reception then would cross midnight."""
    starts = (now + IN_AN_HOUR).astimezone(TZ)
    if starts.date() == now.astimezone(TZ).date() == (starts + dt.timedelta(hours=1)).date():
        return starts
    return (now.astimezone(TZ) + dt.timedelta(days=1)).replace(hour=9, minute=0)


@kept
def by_video(
    cast: Cast, now: dt.datetime = NOW, *, starts: dt.datetime | None = None, **facts: Any
) -> DocketItem:
    """A matter before the leader by video, in less than an hour."""
    case = accepted(cast, now, **facts)
    starts = starts or now + IN_AN_HOUR
    if starts.astimezone(TZ).date() != (starts + dt.timedelta(hours=1)).astimezone(TZ).date():
        starts = now - IN_AN_HOUR  # a reception does not cross midnight, whenever the tests run
    one = reception(cast, starts, hours=1, now=now - dt.timedelta(days=3), form="video")
    return actions.place_on_docket(
        actor=cast.act(cast.clerk, now), reception_id=one.pk, case_id=case.pk, now=now
    )


@kept
def room_planned(
    cast: Cast, now: dt.datetime = NOW, item: DocketItem | None = None, **plan: Any
) -> VideoRoom:
    """The clerk, the leader and the labour bureau have seats."""
    item = item or by_video(cast, now)
    units = [cast.units["labour"].pk]
    plan = {"docket_item_id": item.pk, "department_ids": units, **plan}
    return actions.plan_video_room(
        actor=cast.act(cast.clerk, now), hall_id=cast.hall.pk, plan=VideoPlan(**plan), now=now
    )


@kept
def invited(
    cast: Cast, room: VideoRoom, now: dt.datetime = NOW, guest: Guest = ZHANG
) -> tuple[VideoSeat, str]:
    """The seat, and the secret of its link as the SMS brought it."""
    seat = actions.invite_to_video_room(
        actor=cast.act(cast.clerk, now), room_id=room.pk, guest=guest, now=now
    )
    return seat, secret_of(seat)


def secret_of(seat: VideoSeat) -> str:
    message = Message.objects.get(kind="video_link", once__startswith=f"video_link/{seat.pk}/")
    found = re.search(r"/video/link/([\w-]+)/", outbox.words(message)[1])
    assert found, outbox.words(message)
    return found[1]


@kept
def room_open(cast: Cast, now: dt.datetime = NOW, room: VideoRoom | None = None) -> VideoRoom:
    """Confirmed by the leader and opened by the clerk, half an hour before."""
    room = room or room_planned(cast, now)
    then = room.starts_at - dt.timedelta(minutes=20)
    if room.approval_needed and room.approved_at is None:
        actions.approve_video_room(actor=cast.act(cast.leader, now), room_id=room.pk, now=max(now, then))
    return actions.open_video_room(actor=cast.act(cast.clerk, now), room_id=room.pk, now=max(now, then))


@kept
def joined(
    cast: Cast, room: VideoRoom, user: User, key: str = "", now: dt.datetime | None = None, **facts: Any
) -> VideoSeat:
    now = now or room.starts_at
    return actions.join_video_room(
        actor=cast.act(user, now),
        ticket=Ticket(room_token=room.token),
        key=key or f"key of {user.username}",
        now=now,
        **facts,
    )


@kept
def admitted(cast: Cast, seat: VideoSeat, now: dt.datetime | None = None) -> VideoSeat:
    now = now or seat.room.starts_at
    return actions.admit_to_video_room(actor=cast.act(cast.clerk, now), seat_id=seat.pk, now=now)
