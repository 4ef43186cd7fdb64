"""Tokens of machines on their pages: issued once, turned over with an overlap, taken back, shown to nobody again."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from hall.access import SYSTEM, Actor, Refused
from hall.models import JournalEntry, User
from staffing.actions import (
    change_password,
    issue_token,
    post_person,
    register_user,
    reset_password,
    revoke_token,
    rotate_token,
)
from staffing.lifecycle import CLERK
from staffing.models import MachineToken
from staffing.rules import TOKEN_OVERLAP
from tests.cast import NOW, Cast

SCOPES = ("cases:read", "cases:handle", "cases:register")
SECRET = re.compile(r"hall_[\w-]{40,}")


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.administrator)
    return client


def account(cast: Cast, username: str = "city-exchange") -> User:
    user = register_user(actor=SYSTEM, username=username, name="数据交换账户", now=NOW)
    post_person(
        actor=SYSTEM, user_id=user.pk, role=CLERK, title="系统", hall_id=cast.hall.pk,
        from_on=timezone.localdate(), now=NOW,
    )  # fmt: skip
    return user


def issued(cast: Cast, user: User | None = None, **facts: Any) -> tuple[MachineToken, str]:
    now = facts.pop("now", timezone.now())
    given = {
        "hall_id": cast.hall.pk, "user_id": (user or account(cast)).pk, "name": "城市数据交换平台",
        "scopes": SCOPES[:1],
        "known": SCOPES, "expires_at": now + dt.timedelta(days=90), **facts,
    }  # fmt: skip
    return issue_token(actor=cast.act(cast.administrator, now), now=now, **given)


def day(days: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


def opens(secret: str) -> int:
    return Client().get("/api/v1/cases/", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_from_the_account_to_the_token_in_a_browser(cast: Cast, admin: Client) -> None:
    assert "还没有发放令牌" in admin.get("/machine-tokens/").content.decode()
    answer = admin.post("/machine-tokens/account/", {"name": "取号机", "username": "kiosk-one"})
    user = User.objects.get(username="kiosk-one")
    assert answer["Location"] == f"/people/{user.pk}/post/"
    assert not user.has_usable_password()
    post_person(
        actor=SYSTEM, user_id=user.pk, role=CLERK, title="系统", hall_id=cast.hall.pk,
        from_on=timezone.localdate(), now=NOW,
    )  # fmt: skip
    assert "信访事项：查看" in admin.get("/machine-tokens/issue/").content.decode()
    answer = admin.post(
        "/machine-tokens/issue/",
        {
            "hall": cast.hall.pk,
            "user": user.pk,
            "name": "一楼取号机",
            "scopes": ["cases:read"],
            "expires_on": day(30),
        },
    )
    secret = SECRET.search(answer.content.decode())
    assert secret is not None and "no-store" in answer["Cache-Control"]
    token = MachineToken.objects.get()
    assert token.expires_at == timezone.make_aware(
        dt.datetime.combine(timezone.localdate() + dt.timedelta(days=31), dt.time())
    )
    assert opens(secret[0]) == 200
    shown = admin.get("/machine-tokens/").content.decode()
    assert "一楼取号机" in shown and "信访事项：查看" in shown and "从未使用" not in shown
    assert secret[0] not in shown
    assert secret[0] not in str(list(JournalEntry.objects.values_list("after", flat=True)))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"), ({"scopes": []}, "scopes"), ({"scopes": ["all"]}, "scopes"),
        ({"expires_on": day(400)}, "expires_on"), ({"expires_on": day(-2)}, "expires_on"), ({"user": "1"}, "user"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    cast: Cast, admin: Client, typed: dict[str, Any], field: str
) -> None:
    user = account(cast)
    User.objects.filter(pk=cast.clerk.pk).update(password="argon2$x")
    data = {
        "hall": cast.hall.pk, "user": user.pk, "name": "一楼取号机", "scopes": ["cases:read"], "expires_on": day(30),
        **typed,
    }  # fmt: skip
    answer = admin.post("/machine-tokens/issue/", data | ({"user": cast.clerk.pk} if field == "user" else {}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    if field != "name":
        assert "一楼取号机" in page
    assert not MachineToken.objects.exists()


def test_a_token_is_never_for_a_person(cast: Cast) -> None:
    cast.clerk.set_password("Qwer-1234-zxcv")
    cast.clerk.save(update_fields=["password"])
    for user, word in ((cast.clerk, "设备账户"), (None, "")):
        if user is not None:
            with pytest.raises(Refused, match=word):
                issued(cast, user)
    with pytest.raises(Refused) as refused:
        issue_token(
            actor=cast.act(cast.manager, NOW), hall_id=cast.hall.pk, user_id=account(cast).pk, name="平台",
            scopes=SCOPES, known=SCOPES, expires_at=NOW + dt.timedelta(days=9), now=NOW,
        )  # fmt: skip
    assert refused.value.kind == "role"


def test_turned_over_both_open_until_the_overlap_ends(cast: Cast, admin: Client) -> None:
    token, old = issued(cast)
    answer = admin.post(f"/machine-tokens/{token.pk}/rotate/", {"expires_on": day(60)})
    new = SECRET.search(answer.content.decode())
    assert new is not None and new[0] != old
    assert opens(old) == opens(new[0]) == 200
    token.refresh_from_db()
    assert token.expires_at <= timezone.now() + TOKEN_OVERLAP
    assert "已更换，过渡中" in admin.get("/machine-tokens/").content.decode()
    again = admin.post(f"/machine-tokens/{token.pk}/rotate/", {"expires_on": day(60)})
    assert again.status_code == 409
    assert 'aria-disabled="true"' in admin.get(f"/machine-tokens/{token.pk}/rotate/").content.decode()
    MachineToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    assert (opens(old), opens(new[0])) == (401, 200)
    with pytest.raises(Refused, match="失效"):
        rotate_token(
            actor=cast.act(cast.administrator, timezone.now()), token_id=token.pk,
            expires_at=timezone.now() + dt.timedelta(days=9), now=timezone.now(),
        )  # fmt: skip


def test_taken_back_it_opens_nothing_from_then_on(cast: Cast, admin: Client) -> None:
    token, secret = issued(cast)
    assert admin.post(f"/machine-tokens/{token.pk}/revoke/", {"reason": ""}).status_code == 422
    assert opens(secret) == 200
    assert admin.post(f"/machine-tokens/{token.pk}/revoke/", {"reason": "设备报废"}).status_code == 302
    assert opens(secret) == 401
    assert admin.post(f"/machine-tokens/{token.pk}/revoke/", {"reason": "再收一次"}).status_code == 409
    assert JournalEntry.objects.get(verb="revoke_token").reason == "设备报废"
    with pytest.raises(Refused):
        revoke_token(actor=cast.act(cast.administrator), token_id=token.pk, reason="再", now=timezone.now())


def test_the_list_is_filtered_paged_and_costs_the_same(
    cast: Cast, admin: Client, django_assert_max_num_queries: Any
) -> None:
    user = account(cast)
    dead, _secret = issued(cast, user, name="旧的取号机")
    MachineToken.objects.filter(pk=dead.pk).update(revoked_at=timezone.now())
    for number in range(32):
        issued(cast, user, name=f"设备{number}")
    with django_assert_max_num_queries(14):
        first = admin.get("/machine-tokens/?state=live").content.decode()
    assert "设备31" in first and "旧的取号机" not in first
    after = re.search(r"after=(\d+)", first)
    assert after is not None
    rest = admin.get(f"/machine-tokens/?state=live&after={after[1]}").content.decode()
    assert "设备0" in rest and "设备31" not in rest
    ended = admin.get("/machine-tokens/?state=ended").content.decode()
    assert "旧的取号机" in ended and "已收回" in ended
    assert admin.get("/machine-tokens/?state=nonsense&after=x").status_code == 200


def test_a_machine_never_gets_a_password(admin: Client, cast: Cast) -> None:
    """Neither by the page nor by an action; and the database says so to everybody else."""
    admin.post("/machine-tokens/account/", {"name": "取号机", "username": "kiosk-3"})
    fresh = User.objects.get(username="kiosk-3")
    assert fresh.is_machine
    _token, _secret = issued(cast)
    used = User.objects.get(username="city-exchange")
    assert used.is_machine, "an account becomes a machine's with its first token"
    for user in (fresh, used):
        page = admin.post(f"/people/{user.pk}/password/", {"confirmed": "1"})
        assert page.status_code == 409
        with pytest.raises(Refused, match="设备账户"):
            reset_password(actor=SYSTEM, user_id=user.pk, password="Temporary-88-x", now=NOW)
        with pytest.raises(Refused, match="设备账户"):
            change_password(actor=Actor(user.name, user.pk), old="", new="Temporary-88-x", now=NOW)
        with pytest.raises(IntegrityError, match="machine_has_no_password"), transaction.atomic():
            User.objects.filter(pk=user.pk).update(password="argon2$x")
    with pytest.raises(Refused) as refused:
        register_user(
            actor=SYSTEM, username="m", name="m", password="Temporary-88-x", is_machine=True, now=NOW
        )
    assert refused.value.field == "password"
