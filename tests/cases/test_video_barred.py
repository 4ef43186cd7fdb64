"""Who is recused while in a video room is out at once: the seat, the stream; and signals have a pace."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import actions
from cases.actions.video import stream_of_room
from cases.models import Respondent, VideoPresence, VideoSeat
from cases.queries.video import room_facts
from cases.views import video_live
from hall.machines.throttles import COUNTED
from hall.models import JournalEntry
from hall.operations import wire
from tests.cases.test_video_doors import events, into, read, say, signed_in
from tests.cast import Cast
from tests.life_video import admitted, joined, room_open

pytestmark = pytest.mark.django_db
PAGE, OTHER = uuid.uuid4(), uuid.uuid4()
WHY = "与信访人是近亲属。"


def test_who_is_recused_in_the_room_hears_nothing_more_and_is_hung_up_on(cast: Cast) -> None:
    now = timezone.now()
    room = room_open(cast, now)
    host, unit = signed_in(cast.clerk), signed_in(cast.liaison)
    into(room, host)
    into(room, unit)
    seat = admitted(cast, VideoSeat.objects.get(room=room, user=cast.liaison), now)
    mine = room.seats.get(user=cast.clerk)
    events(host, room, OTHER, query="&first=1")
    _ice, (_kind, facts, at) = read(events(unit, room, PAGE, query="&first=1"))
    assert facts["status"] == "admitted"
    feed = video_live._Feed(VideoSeat.objects.get(pk=seat.pk), PAGE, is_host=False, language="zh-hans")
    assert seat.place_number in {
        one["place"] for one in room_facts(mine.pk, is_host=True, day=now.date())["seats"]
    }

    actions.recuse_from_case(
        actor=cast.act(cast.liaison, now), case_id=room.case_id or 0, user_id=None, reason=WHY, now=now
    )
    seat.refresh_from_db()
    assert (seat.status, seat.refusal) == ("refused", "与该事项有利害关系，依法回避")
    assert VideoPresence.objects.get(seat=seat, kind="left").detail == {"why": "recused"}
    assert JournalEntry.objects.filter(verb="refuse_video_seat", stream=f"videoroom:{room.pk}").exists()
    # The stream that is open reads the facts again, says so and ends; the others have nobody there any more.
    said = feed.frames([wire.Signal("1-1", "", "", "changed", None)])
    assert b'"status": "refused"' in said
    assert b'"seats": []' in said
    assert feed.is_over()
    assert seat.place_number not in {
        one["place"] for one in room_facts(mine.pk, is_host=True, day=now.date())["seats"]
    }
    assert events(unit, room, PAGE, at).status_code == 409
    assert say(unit, room, PAGE, kind="description", to="1", data={}) == 409
    assert unit.get(f"/video/{room.token}/").status_code == 404


def test_who_is_complained_of_later_is_no_end_any_more(cast: Cast) -> None:
    """However that came to be known: the facts are asked for each time."""
    now = timezone.now()
    room = room_open(cast, now)
    joined(cast, room, cast.clerk, now=now)
    seat = admitted(cast, joined(cast, room, cast.liaison, now=now), now)
    mine = room.seats.get(user=cast.clerk)
    with CaptureQueriesContext(connection) as before:
        assert len(room_facts(mine.pk, is_host=True, day=now.date())["seats"]) == 3
    assert len(before) <= 4
    Respondent.objects.create(case=room.case, name="人社局", department=cast.units["labour"])
    facts = room_facts(seat.pk, is_host=False, day=now.date())
    assert (facts["status"], facts["seats"], facts["evidence"]) == ("refused", [], "")
    there = room_facts(mine.pk, is_host=True, day=now.date())["seats"]
    assert seat.place_number not in {one["place"] for one in there}


def test_an_end_that_says_too_much_is_asked_to_wait(cast: Cast) -> None:
    room = room_open(cast, timezone.now())
    host, leader = signed_in(cast.clerk), signed_in(cast.leader)
    into(room, host)
    into(room, leader)
    events(host, room, PAGE, query="&first=1")
    mine = room.seats.get(user=cast.clerk)
    assert say(host, room, PAGE, kind="candidates", to="2", data={}) == 204
    at, (most, span) = timezone.now().timestamp(), video_live.SIGNALS
    waits = [COUNTED.over(f"signal:{mine.pk}", most, span, at=at) for _n in range(most + 1)]
    assert (waits[: most - 1], waits[-1] > 0) == ([0.0] * (most - 1), True)
    for _n in range(2 * most):  # also in the next two seconds, however slow the machine is
        COUNTED.over(f"signal:{mine.pk}", most, span, at=at + span)
    before = wire.last(stream_of_room(room))
    body = {"page": PAGE.hex, "kind": "candidates", "to": "2", "data": {}}
    over = host.post(f"/video/{room.token}/signal/", body, content_type="application/json")
    assert (over.status_code, over["Retry-After"] >= "1", "请稍候" in over.text) == (429, True, True)
    assert wire.last(stream_of_room(room)) == before
    # Nobody else waits for it.
    assert say(leader, room, PAGE, kind="candidates", to="1", data={}) == 409
