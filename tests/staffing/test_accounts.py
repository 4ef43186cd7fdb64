"""Accounts: registering, temporary passwords, disabling; always in the journal of the account."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings

from hall.access import Refused
from hall.models import JournalEntry, User, stream_of
from staffing.actions import (
    change_password,
    disable_user,
    enable_user,
    register_user,
    reset_password,
    set_language,
)
from staffing.rules import ThreeKindsOfCharacters, must_change_password, temporary_password
from tests.cast import NOW, Cast

GOOD = "Green-Valley-27"


def verbs(user: User) -> list[str]:
    return list(
        JournalEntry.objects.filter(stream=stream_of(user)).order_by("seq").values_list("verb", flat=True)
    )


def test_a_manager_registers_a_person_with_a_temporary_password(cast: Cast) -> None:
    user = register_user(
        actor=cast.act(cast.manager), username=" LiuYang ", name="刘洋", password=GOOD, now=NOW
    )
    assert user.username == "liuyang"
    assert user.check_password(GOOD)
    assert must_change_password(user, now=NOW)
    assert verbs(user) == ["register_user"]


@pytest.mark.parametrize("who", ["clerk", "guide", "liaison", "head", "leader", "supervisor"])
def test_others_register_nobody(cast: Cast, who: str) -> None:
    with pytest.raises(Refused) as refused:
        register_user(actor=cast.act(cast.people[who]), username="x", name="某", now=NOW)
    assert refused.value.kind == "role"


def test_a_user_name_is_one_person(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        register_user(actor=cast.act(cast.administrator), username="CLERK", name="另一人", now=NOW)
    assert (refused.value.kind, refused.value.field) == ("input", "username")


@pytest.mark.parametrize(
    "password",
    ["Short-1", "alllowercaseletters", "lowercase123456", "Password123", "Liuyang-88"],
    ids=["short", "one kind", "two kinds", "common", "like the user name"],
)
def test_the_password_policy(cast: Cast, password: str) -> None:
    with pytest.raises(Refused) as refused:
        register_user(
            actor=cast.act(cast.administrator), username="liuyang", name="刘洋", password=password, now=NOW
        )
    assert (refused.value.kind, refused.value.field) == ("input", "password")


def test_three_of_four_kinds_are_enough() -> None:
    policy = ThreeKindsOfCharacters()
    for good in ("abcDEF123", "abc123!!!", "ABC123!!!", "abcDEF!!!", "中文字abc123—"):
        policy.validate(good)
    for bad in ("abcdef", "ABC123", "abc123", "123!!!"):
        with pytest.raises(ValidationError):
            policy.validate(bad)


def test_a_temporary_password_is_never_like_its_user_name(db: None) -> None:
    """Of random passwords about one in three hundred would be refused as too similar to this name."""
    user = User(username="chenzhiyuan", name="陈志远")
    for _n in range(1000):
        validate_password(temporary_password(user), user)


def test_the_owner_changes_the_password_against_the_old_one(cast: Cast) -> None:
    reset_password(actor=cast.act(cast.manager), user_id=cast.clerk.pk, password=GOOD, now=NOW)
    clerk = cast.act(cast.clerk)
    for old, new, field in (
        ("wrong", "Other-Hill-31", "old_password"),
        (GOOD, GOOD, "new_password"),
        (GOOD, "simple", "new_password"),
        (GOOD, "Yunxi-2026-7", "new_password"),  # the place, and below the trade
        (GOOD, "My云溪-hall-7", "new_password"),
        (GOOD, "Xinfang-day-1", "new_password"),
    ):
        with pytest.raises(Refused) as refused:
            change_password(actor=clerk, old=old, new=new, now=NOW)
        assert refused.value.field == field
    user = change_password(actor=clerk, old=GOOD, new="Other-Hill-31", now=NOW)
    assert not must_change_password(user, now=NOW)
    assert verbs(user)[-2:] == ["reset_password", "change_password"]


def test_an_old_password_must_be_changed(cast: Cast, settings: Settings) -> None:
    settings.HALL_PASSWORD_MAX_DAYS = 90
    reset_password(actor=cast.act(cast.manager), user_id=cast.clerk.pk, password=GOOD, now=NOW)
    user = change_password(actor=cast.act(cast.clerk), old=GOOD, new="Other-Hill-31", now=NOW)
    assert not must_change_password(user, now=NOW + dt.timedelta(days=89))
    assert must_change_password(user, now=NOW + dt.timedelta(days=90))
    settings.HALL_PASSWORD_MAX_DAYS = 0
    assert not must_change_password(user, now=NOW + dt.timedelta(days=900))


def test_a_manager_does_not_reach_accounts_above(cast: Cast) -> None:
    """Nor anybody their own: neither resetting nor disabling."""
    for name in ("administrator", "supervisor", "manager"):
        with pytest.raises(Refused) as refused:
            reset_password(actor=cast.act(cast.manager), user_id=cast.people[name].pk, password=GOOD, now=NOW)
        assert refused.value.kind == "role"
    with pytest.raises(Refused):
        disable_user(actor=cast.act(cast.administrator), user_id=cast.administrator.pk, now=NOW)


def test_disabling_keeps_everything_and_can_be_undone(cast: Cast) -> None:
    manager = cast.act(cast.manager)
    user = disable_user(actor=manager, user_id=cast.clerk.pk, reason="离职", now=NOW)
    assert not user.is_active
    assert user.postings.count() == 1
    with pytest.raises(Refused) as refused:
        disable_user(actor=manager, user_id=user.pk, now=NOW)
    assert refused.value.kind == "state"
    assert enable_user(actor=manager, user_id=user.pk, now=NOW).is_active
    with pytest.raises(Refused):
        enable_user(actor=manager, user_id=user.pk, now=NOW)
    assert verbs(user)[-2:] == ["disable_user", "enable_user"]


def test_the_language_is_kept_with_the_account(cast: Cast) -> None:
    user = set_language(actor=cast.act(cast.clerk), language="en", now=NOW)
    assert user.language == "en"
    assert set_language(actor=cast.act(cast.clerk), language="en", now=NOW)
    assert verbs(user).count("set_language") == 1, "nothing happened, nothing is written"
    with pytest.raises(Refused):
        set_language(actor=cast.act(cast.clerk), language="tlh", now=NOW)
