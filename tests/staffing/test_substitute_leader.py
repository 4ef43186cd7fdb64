"""Another leader steps in, or the same one receives later: own verbs, with a reason that the public reads."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from hall.access import Refused
from hall.models import JournalEntry, Message
from staffing.actions import (
    end_posting,
    plan_reception,
    postpone_reception,
    publish_reception,
    report_absence,
    substitute_leader,
)
from staffing.models import LeaderReception, Posting
from staffing.queries import notices, substitutes_for
from staffing.rules import Slot
from tests.cast import NOW, Cast, at, reception

NINE = at("2026-11-25 09:00")
TWO_HOURS = dt.timedelta(hours=2)


def substitute(cast: Cast, one: LeaderReception, reason: str = "县长外出开会") -> LeaderReception:
    return substitute_leader(
        actor=cast.act(cast.manager), reception_id=one.pk, leader_id=cast.leader2.pk, reason=reason, now=NOW
    )


def postpone(cast: Cast, one: LeaderReception, to: dt.datetime, reason: str = "防汛") -> LeaderReception:
    return postpone_reception(
        actor=cast.act(cast.manager),
        reception_id=one.pk,
        starts_at=to,
        ends_at=to + TWO_HOURS,
        reason=reason,
        now=NOW,
    )


def test_the_public_reads_who_was_to_come_and_why_not(cast: Cast) -> None:
    changed = substitute(cast, reception(cast, NINE))
    assert (changed.leader, changed.title, changed.starts_at) == (cast.leader2, "县委常委、副县长", NINE)
    (notice,) = notices([changed], NOW)
    (change,) = notice.changes
    assert (change.at, change.leader, change.reason, change.starts_at) == (
        NOW,
        "赵明德",
        "县长外出开会",
        None,
    )
    assert JournalEntry.objects.latest("id").verb == "substitute_leader"
    told = set(Message.objects.filter(kind="reception_changed").values_list("user", flat=True))
    assert told == {cast.leader.pk, cast.leader2.pk, cast.clerk.pk, cast.clerk2.pk, cast.guide.pk}


def test_a_postponement_says_from_when(cast: Cast) -> None:
    later = NINE + dt.timedelta(days=1)
    changed = postpone(cast, reception(cast, NINE), later)
    assert (changed.starts_at, changed.leader, changed.revision) == (later, cast.leader, 1)
    (notice,) = notices([changed], NOW)
    assert (notice.changes[0].starts_at, notice.changes[0].reason) == (NINE, "防汛")
    assert JournalEntry.objects.latest("id").verb == "postpone_reception"


def test_both_need_a_reason_once_published(cast: Cast) -> None:
    one = reception(cast, NINE)
    with pytest.raises(Refused) as refused:
        substitute(cast, one, " ")
    assert refused.value.field == "reason"
    with pytest.raises(Refused) as refused:
        postpone(cast, one, NINE + dt.timedelta(days=1), " ")
    assert refused.value.field == "reason"
    assert (
        substitute(cast, reception(cast, NINE + dt.timedelta(days=5), published=False), "").changed_at is None
    )


def test_each_does_its_own_and_no_more(cast: Cast) -> None:
    one = reception(cast, NINE)
    with pytest.raises(Refused) as refused:
        substitute_leader(
            actor=cast.act(cast.manager), reception_id=one.pk, leader_id=cast.leader.pk, reason="x", now=NOW
        )
    assert refused.value.field == "leader"
    with pytest.raises(Refused) as refused:
        postpone(cast, one, NINE - dt.timedelta(hours=2))
    assert refused.value.field == "starts_at"


def test_a_substitute_must_be_free(cast: Cast) -> None:
    plan_reception(
        actor=cast.act(cast.manager), hall_id=cast.hall.pk,
        slot=Slot(cast.leader2.pk, NINE, NINE + TWO_HOURS, room_id=cast.room.pk), now=NOW,
    )  # fmt: skip
    one = reception(cast, NINE)
    assert [(two.user, two.obstacle) for two in substitutes_for(one)] == [(cast.leader2, "busy")]
    with pytest.raises(Refused) as refused:
        substitute(cast, one)
    assert refused.value.field == "leader"


@pytest.mark.parametrize("who", ["clerk", "leader", "supervisor"])
def test_only_the_manager(cast: Cast, who: str) -> None:
    one = reception(cast, NINE)
    with pytest.raises(Refused) as refused:
        substitute_leader(
            actor=cast.act(cast.people[who]),
            reception_id=one.pk,
            leader_id=cast.leader2.pk,
            reason="x",
            now=NOW,
        )
    assert refused.value.kind == "role"


def test_not_after_it_began(cast: Cast) -> None:
    one = reception(cast, NINE)
    with pytest.raises(Refused) as refused:
        substitute_leader(
            actor=cast.act(cast.manager), reception_id=one.pk, leader_id=cast.leader2.pk, reason="x", now=NINE
        )
    assert refused.value.kind == "state"


def test_who_is_away_is_not_offered(client: Client, cast: Cast) -> None:
    one = reception(cast, at("2099-11-25 09:00"))
    report_absence(
        actor=cast.act(cast.leader2), person_id=cast.leader2.pk, from_on=dt.date(2099, 11, 25),
        until_on=dt.date(2099, 11, 26), kind="leave", now=NOW,
    )  # fmt: skip
    client.force_login(cast.manager)
    page = client.get(f"/reception-plan/{one.pk}/substitute/").text
    assert "当时没有空闲的接访领导" in page
    assert "当日外出" in page


def test_the_page_offers_and_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    one = reception(cast, at("2099-11-25 09:00"))
    client.force_login(cast.manager)
    url = f"/reception-plan/{one.pk}/substitute/"
    assert f'value="{cast.leader2.pk}"' in client.get(url).text
    wrong = client.post(url, {"leader": cast.leader2.pk, "reason": ""})
    assert wrong.status_code == 422
    assert client.post(url, {"leader": cast.leader2.pk, "reason": "开会"}).status_code == 302
    one.refresh_from_db()
    assert one.leader == cast.leader2
    url = f"/reception-plan/{one.pk}/postpone/"
    asked = {"day": "2099-11-24", "starts": "09:00", "ends": "11:00", "reason": "防汛调度"}
    wrong = client.post(url, asked)
    assert wrong.status_code == 422
    assert "防汛调度" in wrong.text
    assert client.post(url, asked | {"day": "2099-11-26"}).status_code == 302


def test_the_places_stay_as_many_as_they_were(cast: Cast) -> None:
    one = reception(cast, NINE, capacity=3)
    assert substitute(cast, one).capacity == 3
    assert postpone(cast, one, NINE + dt.timedelta(days=2)).capacity == 3


def test_who_is_no_leader_any_more_is_not_published(cast: Cast) -> None:
    one = reception(cast, NINE, published=False)
    end_posting(
        actor=cast.act(cast.manager), posting_id=Posting.objects.get(user=cast.leader).pk, on=NOW.date(),
        reason="调任市里", now=NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match="不是本厅的接访领导"):
        publish_reception(actor=cast.act(cast.manager), reception_id=one.pk, now=NOW)
