"""A sitting by video (`plan_sitting_video`): its room moves and is called off with it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from cases import actions as cases
from cases.models import VideoRoom
from consultations import actions
from consultations.models import Sitting
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast
from tests.consultations.confer_steps import WHY, called, plan, sat
from tests.life_referrals import refused

pytestmark = pytest.mark.django_db


def by_video(cast: Cast, sitting: Sitting, who: str = "clerk", now: dt.datetime = NOW) -> Sitting:
    return actions.plan_sitting_video(actor=cast.act(cast.people[who], now), sitting_id=sitting.pk, now=now)


def room_of(sitting: Sitting) -> VideoRoom:
    return VideoRoom.objects.get(sitting=sitting)


def test_the_units_at_the_table_have_seats_at_the_time_of_the_sitting(cast: Cast) -> None:
    sitting = by_video(cast, sat(cast, called(cast)))
    room = room_of(sitting)
    assert (room.kind, room.case, room.status) == ("consultation", sitting.consultation.case, "planned")
    assert (room.starts_at, room.ends_at) == (sitting.starts_at, sitting.ends_at)
    units = set(room.seats.filter(role="unit").values_list("department__code", flat=True))
    assert units == {cast.units["labour"].code, cast.units["housing"].code}
    assert JournalEntry.objects.get(verb="plan_sitting_video").stream == f"case:{room.case_id}"
    assert "已经安排了视频" in str(refused(by_video, cast, sitting))
    clerk = Client()
    clerk.force_login(cast.clerk)
    page = clerk.get(f"/consultations/{sitting.consultation_id}/").text
    assert f'href="/video/rooms/{room.pk}/"' in page
    assert f"/sittings/{sitting.pk}/plan-sitting-video/" not in page


def test_only_who_keeps_the_rooms_of_the_hall(cast: Cast) -> None:
    sitting = sat(cast, called(cast))
    assert refused(by_video, cast, sitting, "liaison").kind == "role"
    assert refused(by_video, cast, sitting, "supervisor").kind == "role"
    after = sitting.ends_at + dt.timedelta(minutes=1)
    assert "已经过去" in str(refused(by_video, cast, sitting, "clerk", after))


def test_the_room_moves_with_the_sitting_and_is_asked_about_anew(cast: Cast) -> None:
    sitting = by_video(cast, sat(cast, called(cast)))
    cases.approve_video_room(actor=cast.act(cast.head, NOW), room_id=room_of(sitting).pk, now=NOW)
    actor = cast.act(cast.clerk, NOW)
    for days in (5, 6):
        actions.change_sitting(actor=actor, sitting_id=sitting.pk, plan=plan(cast, days=days), now=NOW)
    sitting.refresh_from_db()
    room = room_of(sitting)
    assert (room.starts_at, room.ends_at, room.approved_at) == (sitting.starts_at, sitting.ends_at, None)
    told = Message.objects.filter(kind="video_moved", user=cast.liaison2)
    assert told.count() == 2


def test_the_room_is_called_off_with_the_sitting_and_may_be_planned_again(cast: Cast) -> None:
    one = called(cast)
    sitting = by_video(cast, sat(cast, one))
    declined = room_of(sitting)
    cases.decline_video_room(
        actor=cast.act(cast.head, NOW), room_id=declined.pk, reason="当天有另一场会议", now=NOW
    )
    sitting = by_video(cast, sitting)
    room = room_of(sitting)
    assert room != declined
    actor = cast.act(cast.clerk, NOW)
    actions.cancel_sitting(actor=actor, sitting_id=sitting.pk, reason=WHY, now=NOW)
    room.refresh_from_db()
    assert (room.status, room.end_reason) == ("cancelled", WHY)
    other = by_video(cast, sat(cast, one, days=4))
    actions.end_consultation(actor=cast.act(cast.liaison, NOW), consultation_id=one.pk, reason=WHY, now=NOW)
    assert room_of(other).status == "cancelled"
