"""Posts: who may give them to whom, and what follows from holding one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hall import journal
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, User, stream_of
from staffing.actions import end_posting, post_person, register_user
from staffing.models import Posting
from staffing.queries import actor_of, holders
from tests.cast import NOW, Cast

TODAY = NOW.date()


def post(cast: Cast, user: User, *, by: User | None = None, **facts: Any) -> Posting:
    given = {"role": "clerk", "title": "登记员", "hall_id": cast.hall.pk, "from_on": TODAY} | facts
    actor = cast.act(by) if by else SYSTEM
    return post_person(actor=actor, user_id=user.pk, now=NOW, **given)  # type: ignore[arg-type]


@pytest.fixture
def newcomer(cast: Cast) -> User:
    return register_user(actor=SYSTEM, username="newcomer", name="田野", now=NOW)


def test_an_actor_holds_todays_posts_and_costs_one_query(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        actor = actor_of(cast.liaison, today=TODAY)
    assert len(asked) == 1
    assert actor.roles == {"liaison"}
    assert actor.departments("liaison") == (cast.units["labour"].pk,)
    assert actor.halls() == (cast.hall.pk,)
    assert actor.jurisdiction_codes == ("530999",)
    assert list(holders("liaison", department_id=cast.units["labour"].pk, day=TODAY)) == [cast.liaison]
    assert list(holders("hall_manager", hall_id=cast.hall.pk, day=TODAY)) == [cast.manager]


def test_a_post_counts_from_its_first_to_its_last_day(cast: Cast, newcomer: User) -> None:
    tomorrow, later = TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=5)
    post(cast, newcomer, from_on=tomorrow, until_on=later)
    held = [bool(actor_of(newcomer, today=TODAY + dt.timedelta(days=n)).roles) for n in (0, 1, 5, 6)]
    assert held == [False, True, True, False]


def test_groups_follow_the_posts_held(cast: Cast, newcomer: User) -> None:
    labour = cast.units["labour"]
    posting = post(cast, newcomer, role="liaison", title="联络员", department_id=labour.pk)
    assert {group.name for group in newcomer.groups.all()} == {"role:liaison", "department:labour"}
    end_posting(actor=SYSTEM, posting_id=posting.pk, on=TODAY, reason="调回原单位", ground="left", now=NOW)
    assert newcomer.groups.exists(), "the last day is included"
    assert not cast.administrator.groups.filter(name="role:clerk").exists()
    assert cast.administrator.is_staff
    assert not cast.clerk.is_staff


def test_the_act_stands_in_the_accounts_own_chain(cast: Cast, newcomer: User) -> None:
    post(cast, newcomer, by=cast.manager)
    entry = JournalEntry.objects.filter(stream=stream_of(newcomer)).latest("seq")
    assert (entry.verb, entry.actor_id, entry.after["role"]) == ("post_person", cast.manager.pk, "clerk")
    assert journal.verify(stream_of(newcomer)) == []


@pytest.mark.parametrize(
    ("facts", "kind", "field"),
    [
        ({"role": "mayor"}, "input", "role"),
        ({"hall_id": None}, "input", "hall"),
        ({"role": "liaison", "department_id": None}, "input", "department"),
        ({"title": " "}, "input", "title"),
        ({"role": "leader", "title": "副县长"}, "input", "portfolio"),
        ({"until_on": dt.date(2026, 1, 1)}, "input", "until_on"),
    ],
)
def test_a_post_must_be_sound(
    cast: Cast, newcomer: User, facts: dict[str, Any], kind: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        post(cast, newcomer, **facts)
    assert (refused.value.kind, refused.value.field) == (kind, field)


def test_who_posts_whom(cast: Cast, newcomer: User) -> None:
    """A manager posts the hall's hands and leaders; who watches over or replaces the manager is not the manager's."""
    for role in ("hall_manager", "supervisor", "administrator"):
        with pytest.raises(Refused) as refused:
            post(cast, newcomer, by=cast.manager, role=role, title="主任")
        assert refused.value.kind == "role"
        assert post(cast, newcomer, by=cast.administrator, role=role, title="主任").role == role
    for stranger in (cast.clerk, cast.liaison, cast.leader, cast.supervisor):
        with pytest.raises(Refused) as refused:
            post(cast, newcomer, by=stranger)
        assert refused.value.kind == "role"


def test_nobody_posts_themselves(cast: Cast) -> None:
    for person in (cast.manager, cast.administrator):
        with pytest.raises(Refused) as refused:
            post(cast, person, by=person)
        assert refused.value.kind == "role"


def test_the_same_post_is_not_held_twice_at_a_time(cast: Cast, newcomer: User) -> None:
    post(cast, newcomer, until_on=TODAY + dt.timedelta(days=30))
    with pytest.raises(Refused, match="已在此岗位") as refused:
        post(cast, newcomer, from_on=TODAY + dt.timedelta(days=30))
    assert refused.value.kind == "state"
    assert post(cast, newcomer, from_on=TODAY + dt.timedelta(days=31)).pk


def test_a_disabled_account_gets_no_post_and_is_no_holder(cast: Cast, newcomer: User) -> None:
    User.objects.filter(pk=newcomer.pk).update(is_active=False)
    with pytest.raises(Refused) as refused:
        post(cast, newcomer)
    assert refused.value.kind == "state"
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    assert cast.clerk not in holders("clerk", hall_id=cast.hall.pk, day=TODAY)
