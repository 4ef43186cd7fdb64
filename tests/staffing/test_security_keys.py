"""add_security_key, remove_security_key, stop_security_key, and signing in and confirming by a key."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import threading
import uuid
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from hall.access import Actor, Refused
from hall.models import JournalEntry, Message, User, stream_of
from staffing import queries
from staffing.actions import (
    Signed,
    add_security_key,
    forget_forms,
    make_challenge,
    pass_second_step,
    remove_authenticator,
    remove_security_key,
    reset_second_factor,
    spend_challenge,
    stop_security_key,
)
from staffing.models import FactorDemand, KeyChallenge, RecoveryCode, SecurityKey
from tests.authenticator import SoftKey
from tests.cast import NOW, Cast
from tests.staffing.test_second_factor import GOOD, set_up, with_password


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.HALL_SITE_URL = "http://localhost:8000"


def added(cast: Cast, user: User, name: str = "钥匙串", *, key: SoftKey | None = None, now: dt.datetime = NOW,
          **odd: Any) -> SoftKey:  # fmt: skip
    """A key of the person's, registered as the page does it."""
    key = key or SoftKey()
    asked = make_challenge(user_id=user.pk, purpose="add", now=now)
    answer = key.create(queries.creation_options(user, asked), **odd)
    challenge = spend_challenge(token=asked.token, user_id=user.pk, purpose="add", now=now)
    add_security_key(actor=cast.act(user), name=name, answer=json.loads(answer), challenge=challenge, now=now)
    return key


def signed(user: User, key: SoftKey, now: dt.datetime = NOW, **odd: Any) -> Signed:
    asked = make_challenge(user_id=user.pk, purpose="sign_in", now=now)
    answer = key.get(queries.request_options(user, asked), **odd)
    challenge = spend_challenge(token=asked.token, user_id=user.pk, purpose="sign_in", now=now)
    return Signed(json.loads(answer), challenge)


def use(user: User, said: Signed, now: dt.datetime = NOW) -> str:
    return pass_second_step(user_id=user.pk, signed=said, tried=0, now=now)


def refused(user: User, said: Signed, words: str) -> None:
    with pytest.raises(Refused, match=words):
        use(user, said)


def test_a_key_is_registered_its_owner_told_and_recovery_codes_come_with_the_first(cast: Cast) -> None:
    key = added(cast, cast.clerk, " 钥匙串 ")
    kept = SecurityKey.objects.get()
    assert (kept.name, bytes(kept.credential_id), kept.transports) == ("钥匙串", key.id, ["usb"])
    assert RecoveryCode.objects.filter(user=cast.clerk).count() == 10
    added(cast, cast.clerk, "备用")
    assert RecoveryCode.objects.filter(user=cast.clerk).count() == 10, "the codes stay as they were printed"
    assert JournalEntry.objects.filter(stream=stream_of(cast.clerk), verb="add_security_key").count() == 2
    assert Message.objects.filter(
        user=cast.clerk, kind="security_key_added", channel="app", urgent=True
    ).exists()
    assert use(cast.clerk, signed(cast.clerk, key)) == "key"
    kept.refresh_from_db()
    assert (kept.sign_count, kept.used_at) == (1, NOW)


def test_what_is_not_taken_when_a_key_is_made(cast: Cast, settings: Settings) -> None:
    key = added(cast, cast.clerk)
    for name, odd, field, words in (
        ("", {}, "name", "名称"),
        ("钥匙串", {}, "name", "已经有一把"),
        ("别处", {"origin": "https://evil.example"}, "answer", "不是在本站"),
        ("别处", {"site": "evil.example"}, "answer", "没有通过核对"),
        ("别处", {"asked": b"x" * 64}, "answer", "不是刚才的请求"),
        ("旧的", {"key": key}, "answer", "已经登记过"),
    ):
        with pytest.raises(Refused, match=words) as told:
            added(cast, cast.clerk, name, **odd)
        assert told.value.field == field
    with pytest.raises(Refused, match="已经登记过"):
        added(cast, cast.guide, "偷来的", key=key)
    settings.HALL_SITE_URL = "http://hall.example:8000"
    with pytest.raises(Refused, match="https"):
        added(cast, cast.guide, "没有 https")
    assert SecurityKey.objects.count() == 1


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {"response": None},
        {"response": {"clientDataJSON": "%%%"}},
        {"response": {"clientDataJSON": "e30"}},
        {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": []},
        {"id": 7, "rawId": {}, "type": "x", "response": {"clientDataJSON": 5}},
    ],
)
def test_nonsense_is_refused_in_words(cast: Cast, answer: Any) -> None:
    added(cast, cast.clerk)
    refused(cast.clerk, Signed(answer, b"x" * 64), "应答")
    with pytest.raises(Refused, match="应答"):
        add_security_key(actor=cast.act(cast.clerk), name="x", answer=answer, challenge=b"x" * 64, now=NOW)


def test_bits_that_were_changed_on_the_way_open_nothing(cast: Cast) -> None:
    key = added(cast, cast.clerk)
    for part in ("signature", "authenticatorData"):
        said = signed(cast.clerk, key)
        assert said.answer is not None
        text = said.answer["response"][part]
        said.answer["response"][part] = text[:-6] + ("AAAAAA" if text[-6:] != "AAAAAA" else "BBBBBB")
        refused(cast.clerk, said, "没有通过核对")
    assert SecurityKey.objects.get().stopped_at is None, "a wrong signature says nothing about the counter"


def test_other_site_other_challenge_other_person_and_a_key_that_nobody_has(cast: Cast) -> None:
    key = added(cast, cast.clerk)
    theirs = added(cast, cast.guide)
    refused(cast.clerk, signed(cast.clerk, key, origin="https://evil.example"), "不是在本站")
    refused(cast.clerk, signed(cast.clerk, key, site="evil.example"), "没有通过核对")
    refused(cast.clerk, signed(cast.clerk, key, asked=b"y" * 64), "不是刚才的请求")
    refused(cast.clerk, signed(cast.clerk, theirs), "没有在您的账户登记")
    refused(cast.clerk, signed(cast.clerk, SoftKey()), "没有在您的账户登记")
    liar = SoftKey(id=key.id)
    refused(cast.clerk, signed(cast.clerk, liar), "没有通过核对")
    assert use(cast.clerk, signed(cast.clerk, key)) == "key"


def test_a_challenge_is_for_one_person_one_purpose_some_minutes_and_once(cast: Cast) -> None:
    asked = make_challenge(user_id=cast.clerk.pk, purpose="sign_in", now=NOW)

    def spend(**other: Any) -> bytes | None:
        said = {"token": asked.token, "user_id": cast.clerk.pk, "purpose": "sign_in", "now": NOW, **other}
        return spend_challenge(**said)

    assert spend(user_id=cast.guide.pk) is None
    assert spend(purpose="confirm") is None
    assert spend(token=uuid.uuid4()) is None
    assert spend(token=None) is None
    assert spend(now=NOW + dt.timedelta(minutes=5)) is None
    assert spend() == bytes(asked.challenge)
    assert spend() is None
    for _n in range(25):
        make_challenge(user_id=cast.clerk.pk, purpose="add", now=NOW)
    assert KeyChallenge.objects.count() == 20, "pressing often fills no table"
    forget_forms(now=NOW + dt.timedelta(days=1))
    assert not KeyChallenge.objects.exists()


def test_a_counter_that_goes_back_stops_the_key_and_is_told(client: Client, cast: Cast) -> None:
    user = with_password(cast.manager)
    key = added(cast, user)
    copy = SoftKey(private=key.private, id=key.id, count=key.count)
    assert use(user, signed(user, key)) == "key"
    client.post("/sign-in/", {"username": "manager", "password": GOOD})
    answer = copy.get(client.post("/sign-in/key/").json())
    page = client.post("/sign-in/code/", {"answer": answer})
    assert page.status_code == 422
    assert "可能被复制，已经停用" in page.text
    kept = SecurityKey.objects.get()
    assert kept.stopped_at is not None
    assert JournalEntry.objects.get(verb="stop_security_key").stream == stream_of(user)
    assert Message.objects.get(user=user, kind="security_key_stopped", channel="app").urgent
    refused(user, signed(user, key), "已经停用")
    stop_security_key(key_id=kept.pk, now=NOW)
    assert JournalEntry.objects.filter(verb="stop_security_key").count() == 1
    page = client.get("/sign-in/code/").text
    assert "请输入一个恢复码" in page, "the account does not fall back to the password"
    assert client.post("/sign-in/key/", headers={"Accept": "application/json"}).status_code == 409


def test_a_key_without_a_counter_stays_at_nought(cast: Cast) -> None:
    key = added(cast, cast.clerk, key=SoftKey(counts=False))
    assert [use(cast.clerk, signed(cast.clerk, key)) for _n in range(2)] == ["key", "key"]


def test_the_database_keeps_a_key_as_it_is(cast: Cast) -> None:
    key = added(cast, cast.clerk)
    use(cast.clerk, signed(cast.clerk, key))
    rows = SecurityKey.objects.all()
    rows.update(stopped_at=NOW)
    for change in (
        {"public_key": b"x"},
        {"user": cast.guide},
        {"sign_count": 0},
        {"stopped_at": None},
        {"name": ""},
    ):
        with pytest.raises(Error), transaction.atomic():
            rows.update(**change)


def test_the_last_factor_stays_where_the_role_asks_for_one(cast: Cast, settings: Settings) -> None:
    added(cast, cast.clerk, "一")
    second = added(cast, cast.clerk, "二")
    set_up(cast, cast.clerk)
    settings.HALL_SECOND_FACTOR_ROLES = ["clerk"]
    actor = cast.act(cast.clerk)
    remove_authenticator(actor=actor, now=NOW)
    one, two = SecurityKey.objects.order_by("id")
    with pytest.raises(Refused) as told:
        remove_security_key(actor=cast.act(cast.guide), key_id=one.pk, now=NOW)
    assert told.value.kind == "unseen"
    remove_security_key(actor=actor, key_id=one.pk, now=NOW)
    with pytest.raises(Refused, match="最后一把"):
        remove_security_key(actor=actor, key_id=two.pk, now=NOW)
    stop_security_key(key_id=two.pk, now=NOW)
    with pytest.raises(Refused, match="最后一把"):
        remove_security_key(actor=actor, key_id=two.pk, now=NOW)
    set_up(cast, cast.clerk)
    remove_security_key(actor=actor, key_id=two.pk, now=NOW)
    with pytest.raises(Refused, match="不能停用"):
        remove_authenticator(actor=actor, now=NOW)
    assert RecoveryCode.objects.filter(user=cast.clerk).count() == 10
    refused(cast.clerk, signed(cast.clerk, second), "没有在您的账户登记")


def test_the_last_factor_takes_the_recovery_codes_with_it_elsewhere(cast: Cast) -> None:
    added(cast, cast.clerk)
    remove_security_key(actor=cast.act(cast.clerk), key_id=SecurityKey.objects.get().pk, now=NOW)
    assert not RecoveryCode.objects.exists()
    assert not queries.has_second_factor(cast.clerk)
    assert JournalEntry.objects.filter(verb="remove_security_key").exists()


def test_lost_keys_are_the_security_administrators(cast: Cast) -> None:
    added(cast, cast.clerk)
    reset_second_factor(
        actor=cast.act(cast.administrator), user_id=cast.clerk.pk, reason="密钥丢失，当面核实", now=NOW
    )
    assert not queries.has_second_factor(cast.clerk)
    assert not RecoveryCode.objects.exists()


def test_signing_in_with_a_key_through_the_doors(client: Client, cast: Cast) -> None:
    user = with_password(cast.manager)
    key = added(cast, user)
    assert client.post("/sign-in/key/", headers={"Accept": "application/json"}).status_code == 409
    client.post("/sign-in/", {"username": "manager", "password": GOOD, "next": "/people/"})
    page = client.get("/sign-in/code/").text
    assert 'data-key="get"' in page
    assert "没有启用 JavaScript" in page
    assert "恢复码" in page
    assert client.post("/sign-in/code/", {"answer": ""}).status_code == 422
    answer = key.get(client.post("/sign-in/key/").json())
    stranger = Client()
    stranger.post("/sign-in/", {"username": "manager", "password": GOOD})
    stranger.post("/sign-in/key/")
    assert stranger.post("/sign-in/code/", {"answer": answer}).status_code == 422, "asked in another session"
    done = client.post("/sign-in/code/", {"answer": answer})
    assert (done.status_code, done["Location"]) == (302, "/people/")
    client.post("/sign-out/")
    client.post("/sign-in/", {"username": "manager", "password": GOOD})
    again = client.post("/sign-in/code/", {"answer": answer})
    assert (again.status_code, "等待的时间太长，或者这次请求已经用过" in again.text) == (422, True)
    assert client.get("/people/")["Location"].startswith("/sign-in/")


def test_adding_and_confirming_through_the_doors(client: Client, cast: Cast, settings: Settings) -> None:
    settings.HALL_STEP_UP_MINUTES = 15
    user = with_password(cast.manager)
    client.post("/sign-in/", {"username": "manager", "password": GOOD})
    assert client.get("/security/keys/add/").status_code == 200
    key = SoftKey()
    options = client.post("/sign-in/key/", {"purpose": "add"}).json()
    assert options["rp"]["id"] == "localhost"
    assert (options["attestation"], options["authenticatorSelection"]["userVerification"]) == (
        "none",
        "preferred",
    )
    assert user.username.encode().hex() not in options["user"]["id"]
    wrong = client.post("/security/keys/add/", {"name": "钥匙串", "answer": "[" * 9000})
    assert (wrong.status_code, 'value="钥匙串"' in wrong.text) == (422, True), "nothing typed is lost"
    options = client.post("/sign-in/key/", {"purpose": "add"}).json()
    shown = client.post("/security/keys/add/", {"name": "钥匙串", "answer": key.create(options)})
    assert shown.text.count('class="code"') == 10
    assert "钥匙串" in client.get("/security/").text
    session = client.session
    session["confirmed"] = 0
    session.save()
    assert client.get("/security/keys/add/")["Location"].startswith("/confirm/")
    asked_first = client.post(f"/security/keys/{SecurityKey.objects.get().pk}/remove/", {"confirmed": "1"})
    assert asked_first["Location"].startswith("/confirm/")
    assert 'data-key="get"' in client.get(asked_first["Location"]).text
    answer = key.get(client.post("/sign-in/key/").json())
    back = client.post(asked_first["Location"], {"answer": answer, "next": "/security/"})
    assert back["Location"] == "/security/"
    assert JournalEntry.objects.get(verb="confirm_session").after == {"by": "key"}
    removed = client.post(f"/security/keys/{SecurityKey.objects.get().pk}/remove/", {"confirmed": "1"})
    assert removed["Location"] == "/security/"
    assert not SecurityKey.objects.exists()


def test_a_key_is_enough_for_a_role_that_must_have_one(
    client: Client, cast: Cast, settings: Settings
) -> None:
    settings.HALL_SECOND_FACTOR_ROLES = ["hall_manager"]
    with_password(cast.manager)
    client.post("/sign-in/", {"username": "manager", "password": GOOD})
    FactorDemand.objects.update(since=timezone.now() - dt.timedelta(days=15))
    client.post("/sign-out/")
    client.post("/sign-in/", {"username": "manager", "password": GOOD})
    assert client.get("/people/")["Location"] == "/security/"
    options = client.post("/sign-in/key/", {"purpose": "add"}).json()
    client.post("/security/keys/add/", {"name": "钥匙串", "answer": SoftKey().create(options)})
    assert client.get("/people/").status_code == 200
    assert not FactorDemand.objects.exists()


def test_wrong_keys_are_counted_like_wrong_codes(client: Client, cast: Cast) -> None:
    user = with_password(cast.manager)
    added(cast, user)
    client.post("/sign-in/", {"username": "manager", "password": GOOD})
    answers = [client.post("/sign-in/code/", {"answer": "{}"}).status_code for _n in range(5)]
    assert answers == [422, 422, 422, 422, 429]


@pytest.mark.django_db(transaction=True)
def test_one_challenge_is_spent_by_one_of_two_and_one_key_has_one_owner(cast: Cast) -> None:
    """Two connections: the same challenge, and the same key registered by two people at once."""
    asked = make_challenge(user_id=cast.clerk.pk, purpose="sign_in", now=NOW)
    won: list[object] = []

    def spend(_user: User) -> None:
        got = spend_challenge(token=asked.token, user_id=cast.clerk.pk, purpose="sign_in", now=NOW)
        won.extend([got] if got else [])

    key = SoftKey()
    answers = {}
    for user in (cast.clerk, cast.guide):
        wish = make_challenge(user_id=user.pk, purpose="add", now=NOW)
        answers[user.pk] = (
            json.loads(key.create(queries.creation_options(user, wish))),
            bytes(wish.challenge),
        )

    def register(user: User) -> None:
        answer, challenge = answers[user.pk]
        with contextlib.suppress(Refused):
            add_security_key(
                actor=Actor(user.name, user.pk), name="同一把", answer=answer, challenge=challenge, now=NOW
            )
            won.append(user)

    for act in (spend, register):
        won.clear()
        gate = threading.Barrier(2)

        def run(user: User, act: Any = act, gate: threading.Barrier = gate) -> None:
            try:
                gate.wait()
                act(user)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=[user]) for user in (cast.clerk, cast.guide)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1, act.__name__
    assert SecurityKey.objects.count() == 1
