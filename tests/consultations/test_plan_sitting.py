"""The units sit down: `plan_sitting`, `change_sitting`, `cancel_sitting`, `record_sitting`; a room is taken once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases.actions import NewRespondent
from cases.models import Proceeding, Recusal
from consultations import actions
from consultations.models import Attendance, Consultation, Sitting
from consultations.rules import Came, Roll
from hall.access import Refused
from hall.models import JournalEntry, Message
from staffing.actions import plan_reception
from staffing.models import Engagement
from staffing.rules import Slot
from tests.cast import NOW, Cast, reception
from tests.consultations.confer_steps import RECORD, WHY, called, plan, recorded, sat
from tests.consultations.test_give_unit_opinion import at_once
from tests.life_field import planned
from tests.life_referrals import refused
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def taken(sitting: Sitting) -> set[object]:
    rows = Engagement.objects.standing().filter(ref=f"consultations.sitting:{sitting.pk}")
    return {row.room or row.user for row in rows}


def changed(
    cast: Cast, sitting: Sitting, now: dt.datetime = NOW, who: str = "liaison", **facts: Any
) -> Sitting:
    actor = cast.act(cast.people[who], now)
    return actions.change_sitting(actor=actor, sitting_id=sitting.pk, plan=plan(cast, **facts), now=now)


def cancelled(cast: Cast, sitting: Sitting, now: dt.datetime = NOW, who: str = "liaison") -> Sitting:
    actor = cast.act(cast.people[who], now)
    return actions.cancel_sitting(actor=actor, sitting_id=sitting.pk, reason=WHY, now=now)


def test_room_and_people_are_taken_and_told_and_the_case_page_shows_the_day(cast: Cast) -> None:
    one = called(cast)
    sitting = sat(cast, one)
    assert taken(sitting) == {cast.room, cast.manager, cast.liaison, cast.liaison2}
    assert Proceeding.objects.get(case=one.case).meets_at == sitting.starts_at
    told = Message.objects.filter(kind="sitting_planned")
    assert {message.user for message in told} == {cast.manager, cast.liaison2}
    rows = {row.name: row.department for row in sitting.attendance.all()}
    assert rows["杨柳"] == cast.units["housing"]
    assert rows["王守信"] == one.convenor
    assert JournalEntry.objects.get(verb="plan_sitting").after["on"] == "2026-11-21"


def test_a_change_lets_go_what_was_taken(cast: Cast) -> None:
    one = called(cast)
    sitting = changed(cast, sat(cast, one), days=5, room_id=cast.leader_room.pk, invited_ids=(cast.head2.pk,))
    assert taken(sitting) == {cast.leader_room, cast.manager, cast.head2}
    assert Proceeding.objects.get(case=one.case).meets_at == sitting.starts_at
    gone = Message.objects.filter(kind="sitting_cancelled").values_list("user__username", flat=True)
    assert set(gone) == {"liaison2"}  # who changed it knows
    assert sat(cast, called(cast, accepted(cast)), days=3).status == "planned"  # the room is free again


def test_a_change_that_is_refused_changes_nothing(cast: Cast) -> None:
    one, other = called(cast), called(cast, accepted(cast))
    sitting, first = sat(cast, one), sat(cast, other, days=5, chair_id=cast.head.pk, invited_ids=())
    refusal = refused(changed, cast, sitting, days=5, chair_id=cast.head2.pk, invited_ids=())
    assert (refusal.kind, refusal.field) == ("input", "room")
    assert taken(sitting) == {cast.room, cast.manager, cast.liaison, cast.liaison2}
    assert taken(first) == {cast.room, cast.head}


def test_cancelling_frees_everything(cast: Cast) -> None:
    one = called(cast)
    sitting = cancelled(cast, sat(cast, one))
    assert (sitting.status, sitting.cancel_reason, taken(sitting)) == ("cancelled", WHY, set())
    assert Proceeding.objects.get(case=one.case).meets_at is None
    assert Message.objects.filter(kind="sitting_cancelled").count() == 2
    assert refused(cancelled, cast, sitting).kind == "state"


def test_who_came_is_recorded_by_name(cast: Cast) -> None:
    one = called(cast)
    sitting = sat(cast, one)
    assert refused(recorded, cast, sitting, NOW).kind == "state"  # not begun
    present = {row.pk: row.name != "杨柳" for row in sitting.attendance.all()}
    roll = Roll(present, (Came(cast.units["housing"].pk, "褚工", "工程师"),))
    sitting = recorded(cast, sitting, roll=roll)
    assert (sitting.status, sitting.record) == ("held", RECORD)
    came = set(sitting.attendance.filter(present=True).values_list("name", flat=True))
    assert came == {"王守信", "陈志远", "褚工"}
    assert sitting.attendance.get(present=False).name == "杨柳"
    with pytest.raises(Exception, match="delete"):
        Attendance.objects.filter(sitting=sitting).delete()


def test_a_record_says_something_and_somebody_came(cast: Cast) -> None:
    sitting = sat(cast, called(cast))
    assert refused(recorded, cast, sitting, record="开了").field == "record"
    assert refused(recorded, cast, sitting, roll=Roll()).field == "record"
    stranger = Roll({}, (Came(cast.units["land"].pk, "褚工"),))
    assert refused(recorded, cast, sitting, roll=stranger).field == "came_unit-0"
    nameless = Roll({}, (Came(cast.units["housing"].pk, " "),))
    assert refused(recorded, cast, sitting, roll=nameless).field == "came-0"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"days": -1}, "starts_at"),
        ({"agenda": " "}, "agenda"),
        ({"room_id": None}, "room"),
        ({"room_id": 999_999}, "room"),
        ({"chair_id": None}, "chair"),
        ({"chair": "supervisor"}, "chair"),
        ({"invited": "guide"}, "people"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    if "chair" in facts:
        facts = {"chair_id": cast.people[facts["chair"]].pk}
    if "invited" in facts:
        facts = {"invited_ids": (cast.people[facts["invited"]].pk,)}
    refusal = refused(sat, cast, called(cast), **facts)
    assert (refusal.kind, refusal.field) == ("input", field)
    assert not Sitting.objects.exists()


def test_another_place_than_the_halls_rooms(cast: Cast) -> None:
    sitting = sat(cast, called(cast), room_id=None, place="县政府三楼会议室")
    assert taken(sitting) == {cast.manager, cast.liaison, cast.liaison2}


def test_a_room_in_which_a_leader_receives_is_taken(cast: Cast) -> None:
    one = called(cast)
    reception(cast, plan(cast).starts_at, room_id=cast.room.pk)
    refusal = refused(sat, cast, one)
    assert (refusal.kind, refusal.field) == ("input", "room")
    assert "09:00—" in str(refusal)


def test_a_leader_who_receives_or_goes_down_with_cases_is_elsewhere(cast: Cast) -> None:
    one = called(cast)
    reception(cast, plan(cast).starts_at)
    busy = refused(sat, cast, one, chair_id=cast.leader.pk)
    assert (busy.kind, busy.field) == ("input", "people")
    visit = planned(cast, [accepted(cast)], start=plan(cast, days=6).starts_at)
    away = refused(sat, cast, one, days=6, chair_id=visit.leader_id)
    assert (away.field, "带案下访" in str(away)) == ("people", True)


def test_who_is_taken_already_is_named(cast: Cast) -> None:
    sat(cast, called(cast))
    refusal = refused(sat, cast, called(cast, accepted(cast)), room_id=cast.leader_room.pk)
    assert refusal.field == "people"
    assert "王守信" in str(refusal)


def test_neither_the_accused_nor_the_recused_are_invited(cast: Cast) -> None:
    accused = NewRespondent(name=cast.head2.name, user_id=cast.head2.pk)
    one = called(cast, accepted(cast, respondents=(accused,)))
    Recusal.objects.create(case=one.case, user=cast.leader, reason="与信访人有亲属关系", at=NOW)
    assert refused(sat, cast, one, invited_ids=(cast.head2.pk,)).field == "people"
    assert refused(sat, cast, one, chair_id=cast.leader.pk).field == "chair"


def test_who_may_plan_and_when(cast: Cast) -> None:
    one = called(cast)
    for who in ("liaison2", "leader", "supervisor"):
        assert refused(sat, cast, one, who=cast.people[who]).kind == "role"
    sitting = sat(cast, one, who=cast.clerk)
    assert refused(changed, cast, sitting, who="liaison2").kind == "role"
    assert refused(changed, cast, sitting, sitting.starts_at).kind == "state"  # it has begun
    Consultation.objects.filter(pk=one.pk).update(status="ended", ended_at=NOW, end_reason=WHY)
    assert refused(sat, cast, one, days=6).kind == "state"


# -- two at once ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_sittings_one_room(cast: Cast) -> None:
    one, other = called(cast), called(cast, accepted(cast))
    found = at_once(
        lambda: sat(cast, one, chair_id=cast.head.pk, invited_ids=()).status,
        lambda: sat(cast, other, chair_id=cast.head2.pk, invited_ids=()).status,
    )
    assert found == ["input:room", "planned"]
    assert Engagement.objects.standing().filter(room=cast.room).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_sitting_and_a_reception_one_room(cast: Cast) -> None:
    one, start = called(cast), plan(cast).starts_at
    slot = Slot(cast.leader.pk, start, start + dt.timedelta(hours=2), room_id=cast.room.pk)

    def receive() -> str:
        try:
            actor = cast.act(cast.manager)
            plan_reception(actor=actor, hall_id=cast.hall.pk, slot=slot, now=NOW)
        except Refused as refusal:
            return f"reception {refusal.kind}"
        return "reception planned"

    found = at_once(receive, lambda: sat(cast, one, chair_id=cast.head.pk, invited_ids=()).status)
    assert found in (["planned", "reception state"], ["input:room", "reception planned"])
