"""Rooms and people are taken once: by meetings among themselves, and between a meeting and a leader's reception."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from hall.access import Refused
from staffing.actions import plan_reception
from staffing.actions.engagements import engage, release
from staffing.models import Engagement, LeaderReception
from staffing.rules import Meeting, Slot, check_meeting_time
from tests.cast import NOW, Cast, at, reception
from tests.social import participant

NINE, ELEVEN = at("2026-11-25 09:00"), at("2026-11-25 11:00")


def meeting(
    cast: Cast, ref: str = "consultations.sitting:1", start: dt.datetime = NINE, hours: float = 2
) -> Meeting:
    return Meeting(cast.hall.pk, "consultation", ref, start, start + dt.timedelta(hours=hours))


def take(cast: Cast, one: Meeting, **who: object) -> list[Engagement]:
    with transaction.atomic():
        return engage(one, now=NOW, **who)


@pytest.mark.django_db
def test_room_and_people_are_taken_together_or_not_at_all(cast: Cast) -> None:
    lawyer = participant(cast, "lawyer")
    first = meeting(cast)
    rows = take(cast, first, room_id=cast.room.pk, user_ids=[cast.manager.pk], participant_ids=[lawyer.pk])
    assert len(rows) == 3
    second = meeting(cast, "hearings.hearing:1", at("2026-11-25 10:30"))
    with pytest.raises(Refused, match="第一接谈室在09:00—11:00已被占用") as refused:
        take(cast, second, room_id=cast.room.pk, user_ids=[cast.head.pk])
    assert refused.value.field == "room"
    with pytest.raises(Refused, match="王守信这段时间已有其他会议") as refused:
        take(cast, second, room_id=cast.leader_room.pk, user_ids=[cast.head.pk, cast.manager.pk])
    assert refused.value.field == "people"
    with pytest.raises(Refused, match=lawyer.name):
        take(cast, second, participant_ids=[lawyer.pk])
    assert Engagement.objects.filter(ref=second.ref).count() == 0
    # What begins when the other ends does not meet it.
    assert take(cast, meeting(cast, "hearings.hearing:1", ELEVEN), room_id=cast.room.pk)


@pytest.mark.django_db
def test_what_is_released_is_free_again(cast: Cast) -> None:
    first = meeting(cast)
    take(cast, first, room_id=cast.room.pk, user_ids=[cast.manager.pk])
    assert release(first.ref, now=NOW, user_id=cast.manager.pk) == 1
    second = meeting(cast, "hearings.hearing:1")
    assert take(cast, second, user_ids=[cast.manager.pk])
    with pytest.raises(Refused):
        take(cast, second, room_id=cast.room.pk)
    assert release(first.ref, now=NOW) == 1
    assert take(cast, second, room_id=cast.room.pk)


@pytest.mark.django_db
def test_a_meeting_and_a_reception_do_not_share_a_room_or_a_leader(cast: Cast) -> None:
    reception(cast, NINE)
    with pytest.raises(Refused, match="领导接访室在09:00—11:00已被占用"):
        take(cast, meeting(cast), room_id=cast.leader_room.pk)
    with pytest.raises(Refused, match="赵明德这段时间已有其他会议或者接访"):
        take(cast, meeting(cast), room_id=cast.room.pk, user_ids=[cast.leader.pk])
    take(cast, meeting(cast, start=at("2026-11-26 09:00")), room_id=cast.room.pk, user_ids=[cast.leader2.pk])
    with pytest.raises(Refused, match="孙丽华在2026-11-26 09:00至11:00已安排会商"):
        reception(cast, at("2026-11-26 10:00"), leader=cast.leader2)
    with pytest.raises(Refused, match="第一接谈室在2026-11-26 09:00至11:00已安排会商"):
        reception(cast, at("2026-11-26 10:00"), room_id=cast.room.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "hours", "field"),
    [(at("2026-11-17 09:00"), 2, "starts_at"), (NINE, -1, "ends_at"), (at("2026-11-25 22:00"), 4, "ends_at")],
)
def test_a_meeting_lies_ahead_and_within_one_day(
    cast: Cast, start: dt.datetime, hours: float, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_meeting_time(meeting(cast, start=start, hours=hours), now=NOW)
    assert refused.value.field == field


def _race(*both: Callable[[], object]) -> list[str]:
    """Two connections at the same moment; what each was told."""
    start, results = threading.Barrier(2), []

    def go(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=20)
            act()
            results.append("taken")
        except Refused as refused:
            results.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(act,)) for act in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(results, key=lambda said: said != "taken")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_two_meetings_at_once_for_one_room(cast: Cast, round_: int) -> None:
    said = _race(
        *(
            lambda ref=ref: take(cast, meeting(cast, ref), room_id=cast.room.pk)
            for ref in ("consultations.sitting:1", "hearings.hearing:1")
        )
    )
    assert said[0] == "taken"
    assert said[1].startswith("第一接谈室在09:00—11:00已被占用")
    assert Engagement.objects.standing().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_a_meeting_and_a_reception_at_once_for_one_leader(cast: Cast, round_: int) -> None:
    manager = cast.act(cast.manager)
    slot = Slot(cast.leader.pk, NINE, ELEVEN, room_id=cast.leader_room.pk)
    said = _race(
        lambda: take(cast, meeting(cast), room_id=cast.room.pk, user_ids=[cast.leader.pk]),
        lambda: plan_reception(actor=manager, hall_id=cast.hall.pk, slot=slot, now=NOW),
    )
    assert said[0] == "taken"
    assert "赵明德" in said[1]
    assert Engagement.objects.standing().count() in (0, 2)
    assert LeaderReception.objects.count() + Engagement.objects.filter(user=cast.leader).count() == 1
