"""Signing in and out: the lock, the idle session, the password that must be changed, the language."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.access import SYSTEM, Actor
from hall.models import JournalEntry, User, stream_of
from staffing.actions import change_password, reset_password
from staffing.models import SignInTry
from tests.cast import Cast

GOOD = "Green-Valley-27"
SIGN_IN = "/sign-in/"


@pytest.fixture
def clerk(cast: Cast) -> User:
    """A clerk with a password of their own."""
    now = timezone.now()
    reset_password(actor=SYSTEM, user_id=cast.clerk.pk, password="Temporary-88-x", now=now)
    return change_password(actor=Actor("林晓雯", cast.clerk.pk), old="Temporary-88-x", new=GOOD, now=now)


def verbs(user: User) -> list[str]:
    return list(
        JournalEntry.objects.filter(stream=stream_of(user)).order_by("seq").values_list("verb", flat=True)
    )


def try_in(client: Client, password: str = GOOD, **more: str) -> int:
    return client.post(SIGN_IN, {"username": "Clerk ", "password": password, **more}).status_code


def test_in_and_out_stand_in_the_journal(client: Client, clerk: User) -> None:
    answer = client.post(SIGN_IN, {"username": "clerk", "password": GOOD})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"
    clerk.refresh_from_db()
    assert clerk.last_login
    assert client.post("/sign-out/").status_code == 302
    assert verbs(clerk)[-2:] == ["sign_in", "sign_out"]
    assert client.get("/desk/")["Location"].startswith(SIGN_IN)


def test_signing_out_is_no_link(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    assert client.get("/sign-out/").status_code == 405


def test_one_goes_back_to_where_one_was_but_never_elsewhere(client: Client, clerk: User) -> None:
    for wanted, got in (
        ("/people/", "/people/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example", "/desk/"),
    ):
        answer = client.post(SIGN_IN, {"username": "clerk", "password": GOOD, "next": wanted})
        assert answer["Location"] == got
        client.post("/sign-out/")


def test_a_wrong_password_says_no_more_than_a_wrong_name(client: Client, clerk: User) -> None:
    wrong = client.post(SIGN_IN, {"username": "clerk", "password": "nope"})
    nobody = client.post(SIGN_IN, {"username": "nobody", "password": "nope"})
    assert wrong.status_code == nobody.status_code == 422
    assert "用户名或密码不正确" in wrong.text
    assert (
        wrong.text.replace("clerk", "") == nobody.text.replace("nobody", "")
        or "用户名或密码不正确" in nobody.text
    )
    assert verbs(clerk)[-1] == "sign_in_failed"


def test_five_wrong_passwords_close_this_way_in_and_say_until_when(client: Client, clerk: User) -> None:
    answers = [try_in(client, "wrong") for _n in range(settings.HALL_SIGN_IN_TRIES)]
    assert answers == [422, 422, 422, 422, 429]
    refused = client.post(SIGN_IN, {"username": "clerk", "password": GOOD})
    assert refused.status_code == 429
    until = SignInTry.objects.earliest("at").at + dt.timedelta(minutes=30)
    assert f"{timezone.localtime(until):%H:%M}之后可以从这里再试" in refused.text
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = client.post(SIGN_IN, {"username": "clerk", "password": GOOD})
    assert f"{timezone.localtime(until):%a}" in english.text, "in the reader's language"
    entry = JournalEntry.objects.filter(stream=stream_of(clerk), verb="sign_in_failed").latest("seq")
    assert entry.after == {"locked": True, "known_device": False, "step": "password"}


def test_a_refused_try_lengthens_nothing(client: Client, clerk: User) -> None:
    for _n in range(settings.HALL_SIGN_IN_TRIES):
        try_in(client, "wrong")
    kept, written = list(SignInTry.objects.values_list("at", flat=True)), verbs(clerk)
    assert try_in(client, "wrong") == 429
    assert list(SignInTry.objects.values_list("at", flat=True)) == kept
    assert verbs(clerk) == written, "nor does it fill the journal"


def test_it_opens_with_time_and_with_a_new_password(client: Client, clerk: User, cast: Cast) -> None:
    for _n in range(settings.HALL_SIGN_IN_TRIES):
        try_in(client, "wrong")
    SignInTry.objects.update(at=timezone.now() - dt.timedelta(minutes=31))
    assert try_in(client) == 302
    for _n in range(settings.HALL_SIGN_IN_TRIES):
        try_in(Client(), "wrong")
    assert try_in(Client()) == 429
    reset_password(actor=SYSTEM, user_id=clerk.pk, password="Fresh-Water-52", now=timezone.now())
    assert try_in(Client(), "Fresh-Water-52") == 302


def test_a_disabled_account_stays_out_and_falls_out(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert client.get("/desk/")["Location"].startswith(SIGN_IN)
    assert try_in(client) == 422


def test_an_idle_session_ends_and_says_so(client: Client, clerk: User) -> None:
    try_in(client)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    answer = client.get("/people/")
    assert answer["Location"] == f"{SIGN_IN}?next=/people/&idle=1"
    client.cookies.clear()  # as a browser does, which was told to drop the stale one
    assert "长时间没有操作" in client.get(answer["Location"]).text
    assert "长时间没有操作" not in client.get(client.get("/people/")["Location"]).text


def test_a_person_keeps_the_session_alive_at_most_once_a_minute_a_polling_page_never(
    client: Client, clerk: User
) -> None:
    try_in(client)
    client.get("/desk/")
    ends = Session.objects.get().expire_date

    def pass_time(**headers: str) -> bool:
        session = client.session
        session["seen"] -= 61
        session.save()
        Session.objects.update(expire_date=ends)
        client.get("/desk/", headers=headers)
        return Session.objects.get().expire_date > ends

    assert not pass_time(**{"X-Polling": "1"})
    assert pass_time()
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/")
    assert not [q for q in asked if q["sql"].startswith("UPDATE")], "the minute is not over"


def test_a_busy_session_ends_after_twelve_hours_all_the_same(client: Client, clerk: User) -> None:
    try_in(client)
    client.get("/desk/")
    session = client.session
    began = int((timezone.now() - dt.timedelta(hours=12, minutes=-10)).timestamp())
    session["since"], session["seen"] = began, began
    session.save()
    assert client.get("/people/").status_code in (200, 403)
    assert Session.objects.get().expire_date.timestamp() == began + 12 * 3600
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert client.get("/desk/")["Location"] == f"{SIGN_IN}?next=/desk/&idle=1"


def test_a_temporary_password_is_changed_before_anything_else(client: Client, cast: Cast) -> None:
    reset_password(actor=SYSTEM, user_id=cast.clerk.pk, password=GOOD, now=timezone.now())
    assert try_in(client) == 302
    for url in ("/desk/", "/people/", reverse("cases:work-list")):
        assert client.get(url)["Location"] == "/password/"
    assert client.get("/").status_code == 200, "public pages are for everybody"
    page = client.get("/password/")
    assert "临时密码" in page.text
    answer = client.post("/password/", {"old_password": GOOD, "new_password": "abc", "again": "abc"})
    assert answer.status_code == 422
    answer = client.post("/password/", {"old_password": GOOD, "new_password": "Other-Hill-31", "again": "x"})
    assert "两次输入的新密码不一致" in answer.text
    done = {"old_password": GOOD, "new_password": "Other-Hill-31", "again": "Other-Hill-31"}
    assert client.post("/password/", done)["Location"] == "/desk/"
    assert client.get("/people/").status_code == 403, "signed in still, and past the gate"


def test_changing_the_password_ends_the_other_sessions(client: Client, clerk: User) -> None:
    elsewhere = Client()
    try_in(client)
    try_in(elsewhere)
    done = {"old_password": GOOD, "new_password": "Other-Hill-31", "again": "Other-Hill-31"}
    client.post("/password/", done)
    assert client.get("/password/").status_code == 200
    assert elsewhere.get("/password/").status_code == 302


def test_a_fragment_or_a_machine_does_not_swallow_the_sign_in_page(client: Client) -> None:
    fragment = client.get(
        "/people/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?q=x"}
    )
    assert (fragment.status_code, fragment["HX-Redirect"]) == (401, "/sign-in/?next=/people/%3Fq%3Dx")
    assert client.get("/people/", headers={"X-Polling": "1"}).status_code == 401


def test_the_language_switch_needs_no_cookie_and_stays_with_the_account(client: Client, clerk: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert answer.status_code == 302
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    client.force_login(clerk)
    client.post("/i18n/setlang/", {"language": "en", "next": "https://evil.example/"})
    clerk.refresh_from_db()
    assert clerk.language == "en"
    assert client.post("/i18n/setlang/", {"language": "xx"})["Location"] == "/"


def test_the_actor_costs_one_query_and_only_when_asked(client: Client, cast: Cast) -> None:
    client.force_login(cast.leader)
    client.get("/docket/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/docket/")
    assert sum("staffing_posting" in q["sql"] for q in asked) == 1
