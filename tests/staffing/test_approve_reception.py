"""Where the hall asks for it, a leader approves what was read before the public reads it; and late is recorded."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from hall.access import Refused
from hall.models import JournalEntry
from staffing.actions import (
    approve_month,
    approve_reception,
    change_reception,
    publish_month,
    publish_reception,
    substitute_leader,
)
from staffing.models import Hall, LeaderReception
from tests.cast import NOW, Cast, at, reception
from tests.staffing.test_plan_reception import slot

NINE = at("2026-11-25 09:00")


@pytest.fixture
def strict(cast: Cast) -> Cast:
    Hall.objects.filter(pk=cast.hall.pk).update(receptions_need_approval=True)
    return cast


def approve(cast: Cast, one: LeaderReception, who: str = "leader2", revision: int = 0) -> LeaderReception:
    return approve_reception(
        actor=cast.act(cast.people[who]), reception_id=one.pk, revision=revision, now=NOW
    )


def publish(cast: Cast, one: LeaderReception, now: dt.datetime = NOW) -> LeaderReception:
    return publish_reception(actor=cast.act(cast.manager), reception_id=one.pk, now=now)


def test_publishing_waits_for_the_approval(strict: Cast) -> None:
    one = reception(strict, NINE, published=False)
    with pytest.raises(Refused, match="尚未批准") as refused:
        publish(strict, one)
    assert refused.value.kind == "state"
    with pytest.raises(Refused, match="尚未批准"):
        publish_month(actor=strict.act(strict.manager), hall_id=strict.hall.pk, month=NINE.date(), now=NOW)
    approved = approve(strict, one)
    assert (approved.status, approved.approved_at, approved.approved_by) == ("planned", NOW, strict.leader2)
    assert publish(strict, one).approval_needed
    assert JournalEntry.objects.filter(verb="approve_reception").count() == 1


def test_a_change_voids_it(strict: Cast) -> None:
    one = reception(strict, NINE, published=False)
    approve(strict, one)
    moved = change_reception(
        actor=strict.act(strict.manager),
        reception_id=one.pk,
        slot=slot(strict, room_id=strict.room.pk),
        now=NOW,
    )
    assert (moved.approved_at, moved.approved_by, moved.revision) == (None, None, 1)
    with pytest.raises(Refused, match="尚未批准"):
        publish(strict, one)


def test_a_published_one_is_changed_without_a_new_approval(strict: Cast) -> None:
    """The public is told at once; who approved the first version stays recorded."""
    one = reception(strict, NINE, published=False)
    approve(strict, one)
    publish(strict, one)
    changed = substitute_leader(
        actor=strict.act(strict.manager),
        reception_id=one.pk,
        leader_id=strict.leader2.pk,
        reason="开会",
        now=NOW,
    )
    assert changed.approved_at == NOW


def test_what_was_read_is_approved_and_nothing_else(strict: Cast) -> None:
    one = reception(strict, NINE, published=False)
    change_reception(
        actor=strict.act(strict.manager),
        reception_id=one.pk,
        slot=slot(strict, room_id=strict.room.pk),
        now=NOW,
    )
    with pytest.raises(Refused, match="有变更") as refused:
        approve(strict, one, revision=0)
    assert refused.value.kind == "state"
    assert approve(strict, one, revision=1).approved_at
    with pytest.raises(Refused, match="已经批准"):
        approve(strict, one, revision=1)


@pytest.mark.parametrize("who", ["manager", "clerk", "supervisor", "liaison"])
def test_a_leader_or_an_administrator_approves(strict: Cast, who: str) -> None:
    one = reception(strict, NINE, published=False)
    with pytest.raises(Refused) as refused:
        approve(strict, one, who)
    assert refused.value.kind == "role"
    assert approve(strict, one, "administrator").approved_by == strict.administrator


def test_a_month_is_approved_as_it_was_shown_or_not_at_all(strict: Cast) -> None:
    rows = [reception(strict, NINE + dt.timedelta(days=n), published=False) for n in range(2)]
    leader = strict.act(strict.leader)
    with pytest.raises(Refused, match="有变更"):
        approve_month(actor=leader, hall_id=strict.hall.pk, seen={rows[0].pk: 0, rows[1].pk: 5}, now=NOW)
    assert not LeaderReception.objects.exclude(approved_at=None).exists()
    approve_month(actor=leader, hall_id=strict.hall.pk, seen={row.pk: 0 for row in rows}, now=NOW)
    assert LeaderReception.objects.exclude(approved_at=None).count() == 2
    with pytest.raises(Refused, match="没有等待"):
        approve_month(actor=leader, hall_id=strict.hall.pk, seen={}, now=NOW)
    with pytest.raises(Refused) as refused:
        approve_month(actor=strict.act(strict.manager), hall_id=strict.hall.pk, seen={}, now=NOW)
    assert refused.value.kind == "role"


def test_the_database_refuses_what_nobody_approved(strict: Cast) -> None:
    one = reception(strict, NINE, published=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        LeaderReception.objects.filter(pk=one.pk).update(
            status="published", published_at=NOW, approval_needed=True
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        LeaderReception.objects.filter(pk=one.pk).update(approved_by=strict.leader.pk)


def test_the_page_of_a_leader(client: Client, strict: Cast) -> None:
    one = reception(strict, at("2099-11-25 09:00"), published=False)
    client.force_login(strict.leader)
    page = client.get("/reception-approvals/").text
    assert f'name="seen" value="{one.pk}:0"' in page
    assert client.post(f"/reception-plan/{one.pk}/approve/", {"revision": "0"}).status_code == 302
    one.refresh_from_db()
    assert one.approved_by == strict.leader
    assert client.post(f"/reception-plan/{one.pk}/approve/", {"revision": "x"}).status_code == 400


# -- in time or late -----------------------------------------------------------------------------------------------


def test_published_in_time_and_late(cast: Cast) -> None:
    in_time = publish(cast, reception(cast, NINE, published=False), NINE - dt.timedelta(days=2))
    assert (in_time.due_publish_at, in_time.published_late) == (NINE - dt.timedelta(days=2), False)
    late = publish(
        cast, reception(cast, NINE + dt.timedelta(hours=5), published=False), NINE - dt.timedelta(days=1)
    )
    assert late.published_late
    entry = JournalEntry.objects.filter(verb="publish_reception").latest("id")
    assert entry.after["late"] is True


def test_late_stays_late_when_the_hall_changes_its_lead(cast: Cast) -> None:
    late = publish(cast, reception(cast, NINE, published=False), NINE - dt.timedelta(days=1))
    Hall.objects.filter(pk=cast.hall.pk).update(reception_lead_days=0)
    late.refresh_from_db()
    assert late.published_late
    assert not publish(
        cast,
        LeaderReception.objects.get(pk=reception(cast, NINE + dt.timedelta(hours=5), published=False).pk),
        NINE + dt.timedelta(hours=4),
    ).published_late


def test_the_plan_shows_that_it_was_late(client: Client, cast: Cast) -> None:
    publish(cast, reception(cast, NINE, published=False), NINE - dt.timedelta(hours=20))
    client.force_login(cast.manager)
    assert "晚公布" in client.get("/reception-plan/?month=2026-11").text
