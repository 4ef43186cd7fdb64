"""A leader's reception from the plan to the end: published in advance, changed and cancelled in the open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from hall.access import Refused
from hall.models import Message, User
from staffing.actions import (
    cancel_reception,
    change_reception,
    hold_reception,
    plan_reception,
    publish_month,
    publish_reception,
)
from staffing.models import LeaderReception
from staffing.queries import notices
from staffing.rules import Slot
from tests.cast import NOW, Cast, at, reception

NINE = at("2026-11-25 09:00")


def slot(cast: Cast, **facts: Any) -> Slot:
    given: dict[str, Any] = {
        "leader_id": cast.leader.pk, "starts_at": NINE, "ends_at": NINE + dt.timedelta(hours=2),
        "room_id": cast.leader_room.pk,
    }  # fmt: skip
    return Slot(**(given | facts))


def plan(cast: Cast, *, by: User | None = None, **facts: Any) -> LeaderReception:
    actor = cast.act(by or cast.manager)
    return plan_reception(actor=actor, hall_id=cast.hall.pk, slot=slot(cast, **facts), now=NOW)


def test_post_and_portfolio_come_from_the_posting(cast: Cast) -> None:
    one = plan(cast)
    assert (one.status, one.title, one.portfolio) == ("planned", "县委副书记、县长", "主持县政府全面工作")
    assert not LeaderReception.objects.public().exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ends_at": NINE}, "ends_at"),
        ({"ends_at": NINE + dt.timedelta(days=1)}, "ends_at"),
        ({"starts_at": NOW - dt.timedelta(hours=1), "ends_at": NOW + dt.timedelta(hours=1)}, "starts_at"),
        ({"room_id": None}, "place"),
        ({"room_id": 10**6}, "room"),
        ({"form": "tea"}, "form"),
    ],
)
def test_a_slot_must_be_sound(cast: Cast, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        plan(cast, **facts)
    assert (refused.value.kind, refused.value.field) == ("input", field)


def test_only_a_leader_of_the_hall_receives(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        plan(cast, leader_id=cast.clerk.pk)
    assert refused.value.field == "leader"


@pytest.mark.parametrize("who", ["clerk", "guide", "liaison", "leader", "supervisor"])
def test_only_the_manager_plans(cast: Cast, who: str) -> None:
    with pytest.raises(Refused) as refused:
        plan(cast, by=cast.people[who])
    assert refused.value.kind == "role"


def test_a_leader_is_in_one_place_and_a_room_is_taken_once(cast: Cast) -> None:
    plan(cast)
    with pytest.raises(Refused) as refused:
        plan(cast, room_id=cast.room.pk, starts_at=NINE + dt.timedelta(hours=1))
    assert str(refused.value) == "赵明德在2026-11-25 09:00至11:00已安排接访。"
    with pytest.raises(Refused) as refused:
        plan(cast, leader_id=cast.leader2.pk)
    assert str(refused.value) == "领导接访室在2026-11-25 09:00至11:00已由赵明德使用。"
    assert refused.value.kind == "state"
    # Back to back is no clash, and a cancelled reception frees both.
    plan(cast, starts_at=NINE + dt.timedelta(hours=2), ends_at=NINE + dt.timedelta(hours=3))
    first = LeaderReception.objects.earliest("starts_at")
    cancel_reception(actor=cast.act(cast.manager), reception_id=first.pk, now=NOW)
    assert plan(cast, leader_id=cast.leader2.pk).pk


def test_publishing_tells_the_leader_once(cast: Cast) -> None:
    one = plan(cast)
    publish_reception(actor=cast.act(cast.manager), reception_id=one.pk, now=NOW)
    assert list(LeaderReception.objects.public()) == [one]
    assert Message.objects.filter(user=cast.leader, kind="reception_published").count() == 1
    with pytest.raises(Refused) as refused:
        publish_reception(actor=cast.act(cast.manager), reception_id=one.pk, now=NOW)
    assert refused.value.kind == "state"


def test_what_has_begun_is_not_published_any_more(cast: Cast) -> None:
    one = plan(cast)
    with pytest.raises(Refused, match="事前") as refused:
        publish_reception(actor=cast.act(cast.manager), reception_id=one.pk, now=NINE)
    assert refused.value.kind == "state"


def test_a_month_goes_out_at_once(cast: Cast) -> None:
    days = [NINE + dt.timedelta(days=n) for n in range(3)]
    for start in days:
        plan(cast, starts_at=start, ends_at=start + dt.timedelta(hours=2))
    plan(cast, starts_at=at("2026-12-02 09:00"), ends_at=at("2026-12-02 11:00"))
    done = publish_month(
        actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=dt.date(2026, 11, 1), now=days[0]
    )
    assert [one.starts_at for one in done] == days[1:], "the first has begun, December is another month"
    with pytest.raises(Refused):
        publish_month(actor=cast.act(cast.clerk), hall_id=cast.hall.pk, month=NINE.date(), now=NOW)


def test_a_published_change_says_what_when_and_why(cast: Cast) -> None:
    one = reception(cast, NINE)
    later = NOW + dt.timedelta(hours=3)
    with pytest.raises(Refused) as refused:
        change_reception(
            actor=cast.act(cast.manager),
            reception_id=one.pk,
            slot=slot(cast, room_id=cast.room.pk),
            now=later,
        )
    assert refused.value.field == "reason"
    moved = slot(
        cast, leader_id=cast.leader2.pk, room_id=cast.room.pk,
        starts_at=NINE + dt.timedelta(hours=1), ends_at=NINE + dt.timedelta(hours=3),
    )  # fmt: skip
    changed = change_reception(
        actor=cast.act(cast.manager), reception_id=one.pk, slot=moved, reason="县长外出开会", now=later
    )
    assert (changed.changed_at, changed.change_note, changed.leader) == (later, "县长外出开会", cast.leader2)
    (notice,) = notices([changed], later)
    (change,) = notice.changes
    assert (change.at, change.reason, change.leader, change.place) == (
        later,
        "县长外出开会",
        "赵明德",
        "领导接访室",
    )
    assert (change.starts_at, change.ends_at) == (NINE, NINE + dt.timedelta(hours=2))
    assert notice.state == "changed"
    told = set(Message.objects.filter(kind="reception_changed").values_list("user", flat=True))
    desks = {cast.clerk.pk, cast.clerk2.pk, cast.guide.pk}
    assert told == {cast.leader.pk, cast.leader2.pk} | desks, (
        "who steps in, who stays away, who tells visitors"
    )


def test_before_publication_a_change_leaves_no_public_mark(cast: Cast) -> None:
    one = plan(cast)
    change_reception(
        actor=cast.act(cast.manager), reception_id=one.pk, slot=slot(cast, room_id=cast.room.pk), now=NOW
    )
    published = publish_reception(
        actor=cast.act(cast.manager), reception_id=one.pk, now=NOW + dt.timedelta(minutes=1)
    )
    (notice,) = notices([published], NOW)
    assert (notice.state, notice.changes) == ("", ())


def test_a_change_that_changes_nothing_is_none(cast: Cast) -> None:
    one = reception(cast, NINE)
    same = change_reception(
        actor=cast.act(cast.manager), reception_id=one.pk, slot=slot(cast), reason="误点", now=NOW
    )
    assert same.changed_at is None


def test_a_change_may_not_clash_and_not_come_late(cast: Cast) -> None:
    plan(
        cast,
        leader_id=cast.leader2.pk,
        starts_at=NINE + dt.timedelta(hours=4),
        ends_at=NINE + dt.timedelta(hours=5),
    )
    one = reception(cast, NINE)
    there = slot(cast, starts_at=NINE + dt.timedelta(hours=4), ends_at=NINE + dt.timedelta(hours=6))
    with pytest.raises(Refused) as refused:
        change_reception(actor=cast.act(cast.manager), reception_id=one.pk, slot=there, reason="x", now=NOW)
    assert refused.value.field == "room"
    with pytest.raises(Refused, match="已经开始"):
        change_reception(
            actor=cast.act(cast.manager), reception_id=one.pk, slot=slot(cast), reason="x", now=NINE
        )


def test_cancelling_in_public_needs_a_reason_and_stays_to_be_read(cast: Cast) -> None:
    one = reception(cast, NINE)
    with pytest.raises(Refused) as refused:
        cancel_reception(actor=cast.act(cast.manager), reception_id=one.pk, reason=" ", now=NOW)
    assert refused.value.field == "reason"
    gone = cancel_reception(actor=cast.act(cast.manager), reception_id=one.pk, reason="公务冲突", now=NOW)
    assert gone in LeaderReception.objects.public()
    assert Message.objects.filter(user=cast.leader, kind="reception_cancelled").exists()
    with pytest.raises(Refused, match="已经取消"):
        cancel_reception(actor=cast.act(cast.manager), reception_id=one.pk, reason="x", now=NOW)
    with pytest.raises(Refused, match="时间已过"):
        other = reception(cast, NINE + dt.timedelta(days=1))
        cancel_reception(
            actor=cast.act(cast.manager), reception_id=other.pk, reason="x", now=NINE + dt.timedelta(days=2)
        )


def test_the_leader_confirms_what_was_held(cast: Cast) -> None:
    one = reception(cast, NINE)
    with pytest.raises(Refused, match="还没有开始"):
        hold_reception(actor=cast.act(cast.leader), reception_id=one.pk, now=NOW)
    with pytest.raises(Refused) as refused:
        hold_reception(actor=cast.act(cast.leader2), reception_id=one.pk, now=NINE)
    assert refused.value.kind == "role"
    assert hold_reception(actor=cast.act(cast.leader), reception_id=one.pk, now=NINE).status == "held"
    unpublished = plan(
        cast, starts_at=NINE + dt.timedelta(days=1), ends_at=NINE + dt.timedelta(days=1, hours=1)
    )
    with pytest.raises(Refused, match="还没有公布"):
        hold_reception(
            actor=cast.act(cast.manager), reception_id=unpublished.pk, now=NINE + dt.timedelta(days=2)
        )
