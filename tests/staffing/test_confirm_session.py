"""confirm_session before what weighs most; keep_form and drop_form, so that nothing typed is lost at a closed door."""

from __future__ import annotations

import datetime as dt
import re

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from pytest_django import Settings

from hall.access import PUBLIC, SYSTEM, Actor, Refused
from hall.models import JournalEntry, User
from staffing.actions import (
    change_password,
    confirm_authenticator,
    confirm_session,
    drop_form,
    fields_of,
    forget_forms,
    keep_form,
    make_authenticator,
    reset_password,
)
from staffing.models import KeptForm
from staffing.views.step_up import STEP_UP
from tests.cast import NOW, Cast

GOOD = "Green-Valley-27"


@pytest.fixture
def manager(cast: Cast, settings: Settings) -> User:
    settings.HALL_STEP_UP_MINUTES = 15
    now = timezone.now()
    reset_password(actor=SYSTEM, user_id=cast.manager.pk, password="Temporary-88-x", now=now)
    return change_password(actor=Actor("王守信", cast.manager.pk), old="Temporary-88-x", new=GOOD, now=now)


def enter(client: Client) -> Client:
    assert client.post("/sign-in/", {"username": "manager", "password": GOOD}).status_code == 302
    return client


def later(client: Client, minutes: int = 16) -> None:
    session = client.session
    session["confirmed"] -= minutes * 60
    session.save()


def again(client: Client, page: str) -> object:
    """Presses the button of the page that keeps a form: exactly its hidden fields, to its address."""
    form = page[page.index('class="panel stack" data-once') - 200 :]
    to = re.search(r'action="(/[^"]+)"', form)
    fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    assert to
    return client.post(to.group(1), {k: v for k, v in fields if k != "csrfmiddlewaretoken"})


def test_signing_in_counts_as_confirming(client: Client, manager: User, cast: Cast) -> None:
    enter(client)
    url = f"/people/{cast.guide.pk}/password/"
    assert client.post(url, {"confirmed": "1"}).status_code == 200
    later(client)
    assert client.post(url, {"confirmed": "1"})["Location"].startswith("/confirm/?next=%2Fkept%2F")


def test_one_comes_back_to_what_one_sent_with_nothing_lost(client: Client, manager: User, cast: Cast) -> None:
    enter(client)
    later(client)
    answer = client.post(
        f"/people/{cast.guide.pk}/password/", {"confirmed": "1", "note": "<b>“引号”</b>\n两行"}
    )
    assert not JournalEntry.objects.filter(verb="reset_password", stream=f"user:{cast.guide.pk}").exists()
    kept = KeptForm.objects.get()
    page = client.get(answer["Location"])
    assert "已经保留" in page.text
    wrong = client.post(answer["Location"], {"password": "no"})
    assert (wrong.status_code, "密码不正确" in wrong.text) == (422, True)
    back = client.post(answer["Location"], {"password": GOOD})
    assert back["Location"] == f"/kept/{kept.token}/"
    shown = client.get(back["Location"]).text
    assert "&lt;b&gt;“引号”&lt;/b&gt;\n两行" in shown
    done = again(client, shown)
    assert done.status_code == 200  # type: ignore[attr-defined]
    assert JournalEntry.objects.filter(verb="reset_password", stream=f"user:{cast.guide.pk}").exists()


def test_what_was_kept_is_ciphertext_and_its_senders_alone(client: Client, manager: User, cast: Cast) -> None:
    kept = keep_form(
        actor=cast.act(manager), path="/people/", fields=[("text", "张秀英的事"), ("text", "二")], had_files=False,
        now=timezone.now(),
    )  # fmt: skip
    assert fields_of(KeptForm.objects.get()) == [("text", "张秀英的事"), ("text", "二")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM staffing_keptform")
        assert "张秀英".encode() not in bytes(cursor.fetchone()[0])
    client.force_login(cast.administrator)
    assert client.get(f"/kept/{kept.token}/").status_code == 404
    assert client.post(f"/kept/{kept.token}/drop/").status_code == 404
    with pytest.raises(Refused):
        keep_form(actor=PUBLIC, path="/", fields=[], had_files=False, now=NOW)
    drop_form(actor=cast.act(manager), token=kept.token, now=NOW)
    assert not KeptForm.objects.exists()


def test_it_is_gone_after_an_hour(client: Client, manager: User, cast: Cast) -> None:
    now = timezone.now()
    kept = keep_form(
        actor=cast.act(manager),
        path="/",
        fields=[("a", "b")],
        had_files=False,
        now=now - dt.timedelta(hours=2),
    )
    client.force_login(manager)
    assert client.get(f"/kept/{kept.token}/").status_code == 404
    assert forget_forms(now=now) == 1
    assert not KeptForm.objects.exists()


def test_a_form_that_meets_an_ended_session_comes_back(client: Client, manager: User, cast: Cast) -> None:
    """The session expired in the middle of a form: what was typed is there after signing in, for that person alone."""
    enter(client)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    typed = {"name": "刘洋", "username": "liuyang", "language": "en", "password": "geheim"}
    answer = client.post("/people/register/", typed)
    assert answer["Location"].startswith("/sign-in/?next=%2Fkept%2F")
    assert "geheim" not in KeptForm.objects.get().data, "no password is kept"
    colleague = Client()
    colleague.force_login(cast.clerk)
    assert colleague.get(f"/kept/{KeptForm.objects.get().token}/").status_code == 404
    client.cookies.pop("sessionid", None)
    page = client.get(answer["Location"])
    wanted = re.search(r'name="next" value="(/kept/[^"]+)"', page.text)
    assert wanted
    into = client.post("/sign-in/", {"username": "manager", "password": GOOD, "next": wanted.group(1)})
    done = again(client, client.get(into["Location"]).text)
    assert "已登记刘洋" in done.text  # type: ignore[attr-defined]
    assert User.objects.filter(username="liuyang").exists()


def test_of_a_session_that_was_ended_or_never_was_nothing_is_kept(client: Client, manager: User) -> None:
    enter(client)
    Session.objects.all().delete()
    assert "kept" not in client.post("/people/register/", {"name": "x"})["Location"]
    assert "kept" not in Client().post("/people/register/", {"name": "x"})["Location"]
    assert not KeptForm.objects.exists()


def test_files_are_not_kept_and_so_nothing_is_sent_without_them(client: Client, manager: User) -> None:
    enter(client)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    file = SimpleUploadedFile("list.xlsx", b"x")
    answer = client.post("/people/import/", {"hall": "一二三四五", "file": file})
    client.force_login(manager)
    page = client.get(f"/kept/{KeptForm.objects.get().token}/").text
    assert answer.status_code == 302
    assert "附件没有保留" in page
    assert "一二三四五" in page
    assert "继续办理" not in page


def test_a_form_too_long_to_keep_is_not_cut(client: Client, manager: User) -> None:
    enter(client)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    client.post("/people/register/", {"name": "长" * 400_001})
    assert not KeptForm.objects.exists()


def test_a_code_confirms_as_well(client: Client, manager: User, cast: Cast) -> None:
    now = timezone.now()
    enter(client)
    early = now - dt.timedelta(hours=1)
    app = pyotp.TOTP(make_authenticator(actor=cast.act(manager), now=early).secret)
    confirm_authenticator(actor=cast.act(manager), code=app.at(early), now=early)
    later(client)
    assert client.post("/confirm/?next=/people/", {"code": app.at(now)})["Location"] == "/people/"
    with pytest.raises(Refused):
        confirm_session(actor=cast.act(manager), code=app.at(now), now=now)
    assert JournalEntry.objects.filter(verb="confirm_session").get().after == {"by": "code"}


def test_confirming_is_guessed_at_no_more_often_than_signing_in(client: Client, manager: User) -> None:
    enter(client)
    answers = [client.post("/confirm/", {"password": "no"}).status_code for _n in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert client.post("/confirm/", {"password": GOOD}).status_code == 429


def test_a_fragment_is_sent_to_the_page_and_no_other_site(client: Client, manager: User, cast: Cast) -> None:
    enter(client)
    later(client)
    answer = client.post(f"/people/{cast.guide.pk}/password/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"][:10]) == (401, "/confirm/?")
    assert client.post("/confirm/?next=https://evil.example/", {"password": GOOD})["Location"] == "/desk/"


def test_the_api_holds_a_persons_session_to_it_and_a_token_to_its_scopes(
    client: Client, manager: User
) -> None:
    enter(client)
    later(client)
    answer = client.post("/api/v1/cases/1/issue-opinion/", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["kind"]) == (403, "confirm")
    machine = client.post(
        "/api/v1/cases/1/issue-opinion/", {}, content_type="application/json", headers={"Authorization": "Bearer x"}
    )  # fmt: skip
    assert machine.status_code == 401, "a token that is none; it was not asked to confirm"
    client.post("/confirm/", {"password": GOOD})
    answer = client.post("/api/v1/cases/1/issue-opinion/", {}, content_type="application/json")
    assert answer.json().get("kind") != "confirm"


def test_off_asks_nobody(client: Client, manager: User, cast: Cast, settings: Settings) -> None:
    settings.HALL_STEP_UP_MINUTES = 0
    client.force_login(manager)
    assert client.post(f"/people/{cast.guide.pk}/password/", {"confirmed": "1"}).status_code == 200


def test_every_door_that_is_named_exists() -> None:
    """A renamed address would open without being asked."""
    names: set[str] = set()

    def walk(resolver: object, space: str = "") -> None:
        for found in resolver.url_patterns:  # type: ignore[attr-defined]
            if hasattr(found, "url_patterns"):
                walk(found, f"{space}{found.namespace}:" if found.namespace else space)
            elif found.name:
                names.add(space + found.name)

    walk(get_resolver())
    assert names >= STEP_UP
