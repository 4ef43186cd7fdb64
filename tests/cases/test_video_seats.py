"""A seat is taken, kept, moved, let in, refused and left (`join_video_room`, `admit_to_video_room`,
`refuse_video_seat`, `leave_video_room`); how the line was stands in the presence.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from cases import actions
from cases.actions import Ticket, video_seats
from cases.models import VideoRoom, VideoSeat
from hall.access import PUBLIC
from hall.models import JournalEntry
from tests.cast import NOW, Cast
from tests.life_handling import at_once
from tests.life_referrals import refused
from tests.life_video import admitted, invited, joined, room_open, room_planned

pytestmark = pytest.mark.django_db
PHONE, TABLET = "the key of the phone", "the key of the tablet"
DAY = NOW.date()


def by_link(secret: str, now: dt.datetime, key: str = PHONE, **facts: Any) -> VideoSeat:
    ticket = Ticket(secret=secret)
    return actions.join_video_room(actor=PUBLIC, ticket=ticket, key=key, now=now, **facts)


def test_join_video_room_by_link_waits_until_admit_to_video_room(cast: Cast) -> None:
    room = room_planned(cast)
    seat, secret = invited(cast, room)
    now = room.starts_at
    seat = by_link(secret, now - dt.timedelta(minutes=30))
    assert (seat.status, seat.seen_at) == ("waiting", now - dt.timedelta(minutes=30))
    assert "先打开" in str(refused(admitted, cast, seat))
    with pytest.raises(IntegrityError, match="takes nobody in"), transaction.atomic():
        VideoSeat.objects.filter(pk=seat.pk).update(status="admitted", admitted_at=now)
    room_open(cast, room=room)
    for who in (cast.leader, cast.liaison):
        act = {"actor": cast.act(who), "seat_id": seat.pk, "now": now}
        assert refused(actions.admit_to_video_room, **act).kind == "role"
    seat = admitted(cast, seat)
    assert (seat.status, seat.admitted_by) == ("admitted", cast.clerk)
    assert by_link(secret, now).status == "admitted"  # the page was loaded anew
    assert [p.kind for p in seat.presence.all()] == ["joined", "admitted"]
    assert JournalEntry.objects.get(verb="join_video_room").actor_name == "public"


def test_a_link_that_is_too_early_or_late_or_of_nothing(cast: Cast) -> None:
    room = room_planned(cast)
    _seat, secret = invited(cast, room)
    assert "太早" in str(refused(by_link, secret, room.starts_at - dt.timedelta(minutes=61)))
    expired = refused(by_link, secret, room.ends_at + dt.timedelta(hours=1))
    assert (expired.kind, "过期" in str(expired)) == ("state", True)
    assert refused(by_link, "of-nothing", room.starts_at).kind == "unseen"
    actions.cancel_video_room(
        actor=cast.act(cast.clerk), room_id=room.pk, reason="改为现场接访。", now=room.starts_at
    )
    assert "已取消" in str(refused(by_link, secret, room.starts_at))


def test_a_second_browser_reads_that_the_seat_is_taken_and_may_continue_here(cast: Cast) -> None:
    room = room_open(cast)
    _seat, secret = invited(cast, room)
    now = room.starts_at
    seat = admitted(cast, by_link(secret, now))
    taken = refused(by_link, secret, now + dt.timedelta(seconds=30), TABLET)
    assert (taken.kind, taken.field) == ("state", "take_over")
    assert by_link(secret, now + dt.timedelta(seconds=30), TABLET, take_over=True).status == "admitted"
    assert video_seats.seat_of_browser(room.token, PHONE, day=DAY) is None
    held = video_seats.seat_of_browser(room.token, TABLET, day=DAY)
    assert held == seat
    # Back at the phone after a minute of silence: nobody has to be asked.
    assert by_link(secret, now + dt.timedelta(seconds=100)).status == "admitted"


def test_a_key_opens_one_room_alone(cast: Cast) -> None:
    room = room_open(cast)
    admitted(cast, joined(cast, room, cast.leader, PHONE))
    other = uuid.uuid4()
    assert video_seats.seat_of_browser(other, PHONE, day=DAY) is None
    unseen = {"ticket": Ticket(room_token=other), "key": PHONE, "now": room.starts_at}
    assert refused(actions.join_video_room, actor=cast.act(cast.leader), **unseen).kind == "unseen"
    assert refused(joined, cast, room, cast.leader2).kind == "unseen"


def test_the_host_needs_nobody_to_let_him_in_and_a_unit_sends_whom_it_likes(cast: Cast) -> None:
    room = room_open(cast)
    assert joined(cast, room, cast.clerk).status == "admitted"
    seat = joined(cast, room, cast.head)
    assert (seat.department, seat.user, seat.status) == (cast.units["labour"], cast.head, "waiting")
    assert refused(joined, cast, room, cast.liaison).kind == "unseen"


def test_refuse_video_seat_closes_the_link(cast: Cast) -> None:
    room = room_open(cast)
    seat, secret = invited(cast, room)
    by_link(secret, room.starts_at)
    act: dict[str, Any] = {"seat_id": seat.pk, "now": room.starts_at}
    clerk = cast.act(cast.clerk)
    assert refused(actions.refuse_video_seat, actor=clerk, reason="不", **act).field == "reason"
    seat = actions.refuse_video_seat(actor=clerk, reason="不是本人，请本人参加。", **act)
    assert (seat.status, seat.token_hash) == ("refused", None)
    assert refused(by_link, secret, room.starts_at).kind == "unseen"
    assert video_seats.seat_of_browser(room.token, PHONE, day=DAY) is None
    with pytest.raises(DatabaseError), transaction.atomic():
        VideoSeat.objects.filter(pk=seat.pk).update(status="waiting")


def test_leave_video_room_keeps_the_seat_for_the_same_person(cast: Cast) -> None:
    room = room_open(cast)
    _seat, secret = invited(cast, room)
    now = room.starts_at
    admitted(cast, by_link(secret, now))
    act: dict[str, Any] = {"actor": PUBLIC, "room_token": room.token, "now": now}
    assert refused(actions.leave_video_room, key=TABLET, **act).field == "take_over"
    assert actions.leave_video_room(key=PHONE, **act).status == "left"
    assert refused(actions.leave_video_room, key=PHONE, **act).kind == "state"
    assert by_link(secret, now).status == "waiting"


def test_a_lost_line_is_written_down_once_and_the_seat_stays(cast: Cast) -> None:
    room = room_open(cast)
    now, page = room.starts_at, uuid.uuid4()
    seat = admitted(cast, joined(cast, room, cast.leader))
    assert video_seats.heard_from(seat=seat, page=page, is_new=True, now=now)
    later = now + dt.timedelta(seconds=61)
    assert (video_seats.note_dropped(now=later), video_seats.note_dropped(now=later)) == (1, 0)
    seat.refresh_from_db()
    assert video_seats.heard_from(seat=seat, page=page, is_new=False, now=later + dt.timedelta(seconds=5))
    assert [p.kind for p in seat.presence.all()] == ["joined", "admitted", "dropped", "returned"]
    assert not video_seats.heard_from(seat=seat, page=uuid.uuid4(), is_new=False, now=later)
    video_seats.note_line(seat=seat, kind="quality", detail={"lost": 0.2, "who": "张"}, now=later)
    assert seat.presence.get(kind="quality").detail == {"lost": 0.2}
    assert refused(video_seats.note_line, seat=seat, kind="left", detail={}, now=later).kind == "input"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["two browsers take a seat", "let in while the room ends"])
def test_two_at_once(cast: Cast, what: str) -> None:
    room = room_open(cast)
    seat, secret = invited(cast, room)
    now, clerk = room.starts_at, cast.act(cast.clerk)
    acts: list[Any] = [lambda: by_link(secret, now), lambda: by_link(secret, now, TABLET)]
    if what.startswith("let in"):
        by_link(secret, now)
        acts = [
            lambda: actions.admit_to_video_room(actor=clerk, seat_id=seat.pk, now=now),
            lambda: actions.end_video_room(actor=clerk, room_id=room.pk, now=now),
        ]
    said = at_once(*acts)
    seat.refresh_from_db()
    if what.startswith("let in"):
        assert VideoRoom.objects.get(pk=room.pk).status == "ended"
        assert seat.status == "left"
    else:
        assert said == ["done", "state"]
        assert seat.presence.count() == 1
