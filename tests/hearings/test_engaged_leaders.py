"""Who is taken for a hearing reads it on the own page, and the planner of receptions plans around it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from hall.access import Refused
from hearings.models import Hearing
from staffing.models import Engagement, RhythmRule
from staffing.queries import month_facts
from staffing.queries.planner import plan
from staffing.queries.planning import substitutes_for
from tests.cast import NOW, Cast, at, reception
from tests.hearings.panel_steps import NINE, drawn, postponed, scheduled

pytestmark = pytest.mark.django_db
DAY = NINE.date()


def led(cast: Cast) -> Hearing:
    """A hearing over which a leader presides, in the leaders' room."""
    return scheduled(
        cast, drawn(cast, presider_id=cast.leader.pk), room_id=cast.leader_room.pk, confirmed=True
    )


def test_the_planner_leaves_who_is_at_a_hearing_and_its_room_alone(cast: Cast) -> None:
    RhythmRule.objects.create(
        hall=cast.hall, name="每个工作日", name_en="Daily", rhythm="daily", room_kind="leader", starts=dt.time(9),
        ends=dt.time(11, 30), from_on=dt.date(2026, 12, 1),
    )  # fmt: skip
    cast.hall.receptions_per_leader = 31
    cast.hall.save()

    def planned() -> set[tuple[dt.date, int]]:
        found = plan(month_facts(cast.hall, DAY.replace(day=1), now=NOW))
        return {(slot.day, slot.leader) for slot in found.slots if slot.day == DAY}

    assert planned()
    hearing = led(cast)
    assert planned() == set()  # the room is taken, and it is the only one
    Engagement.objects.filter(room__isnull=False).update(released_at=NOW)
    assert planned() == {(DAY, cast.leader2.pk)}  # the room alone is free again
    postponed(hearing)
    assert planned()


def test_who_presides_is_no_substitute_at_that_hour_and_receives_nobody(cast: Cast) -> None:
    one = reception(cast, NINE, leader=cast.leader2)
    hearing = drawn(cast, presider_id=cast.leader.pk)
    assert [candidate.obstacle for candidate in substitutes_for(one)] == [""]
    scheduled(cast, hearing)
    assert [candidate.obstacle for candidate in substitutes_for(one)] == ["busy"]
    with pytest.raises(Refused, match="已安排听证"):
        reception(cast, NINE + dt.timedelta(hours=1), room_id=cast.room.pk)


def test_it_stands_on_the_own_pages_of_staff_and_members(cast: Cast, client: Client) -> None:
    hearing = scheduled(cast, drawn(cast))
    path = f'href="/hearings/{hearing.pk}/panel/"'
    for who, url in (("supervisor", "/my-post/"), ("clerk2", "/my-duty/"), ("clerk2", "/my-post/")):
        client.force_login(cast.people[who])
        html = client.get(url).content.decode()
        assert path in html and "我的会商和听证" in html, (who, url)
    client.force_login(cast.clerk)
    assert "我的会商和听证" not in client.get("/my-duty/").content.decode()
    postponed(hearing)
    client.force_login(cast.supervisor)
    assert path not in client.get("/my-post/").content.decode()
    assert at("2026-12-09 09:00") == NINE
