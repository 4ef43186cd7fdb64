"""end_session, end-other-sessions: one's own devices, and somebody else's for those who keep security."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import SYSTEM, Actor, Refused
from hall.models import JournalEntry, User, stream_of
from staffing.actions import (
    change_password,
    disable_user,
    end_other_sessions,
    end_session,
    forget_sessions,
    reset_password,
)
from staffing.models import StaffSession
from staffing.queries import device_name
from tests.cast import Cast

GOOD = "Green-Valley-27"
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def clerk(cast: Cast) -> User:
    now = timezone.now()
    reset_password(actor=SYSTEM, user_id=cast.clerk.pk, password="Temporary-88-x", now=now)
    return change_password(actor=Actor("林晓雯", cast.clerk.pk), old="Temporary-88-x", new=GOOD, now=now)


def enter(agent: str = AGENT) -> Client:
    client = Client(headers={"User-Agent": agent})
    assert client.post("/sign-in/", {"username": "clerk", "password": GOOD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/security/").status_code == 200


def test_the_list_says_which_device_which_network_since_when(clerk: User) -> None:
    enter("Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile Safari/537.36")
    page = enter().get("/security/", REMOTE_ADDR="10.9.8.7").text
    assert "Firefox · Windows" in page
    assert "Chrome · Android" in page
    assert "127.0.0.*" in page
    assert page.count("本次登录") == 1


def test_the_list_costs_the_same_for_one_device_and_for_many(clerk: User) -> None:
    client = enter()
    client.get("/security/")
    with CaptureQueriesContext(connection) as one:
        client.get("/security/")
    for _n in range(5):
        enter()
    with CaptureQueriesContext(connection) as many:
        client.get("/security/")
    assert len(one) == len(many)


def test_one_device_is_signed_out_at_its_next_request(clerk: User) -> None:
    here, there = enter(), enter()
    row = StaffSession.objects.get(key=there.session.session_key)
    assert here.post(f"/security/sessions/{row.pk}/end/")["Location"] == "/security/"
    assert is_in(here)
    assert not is_in(there)
    row.refresh_from_db()
    assert row.ended_by == clerk
    with pytest.raises(Refused) as refused:
        end_session(actor=Actor("林晓雯", clerk.pk), session_id=row.pk, now=timezone.now())
    assert refused.value.kind == "state"


def test_all_others_end_and_this_one_stays(clerk: User) -> None:
    here, *others = enter(), enter(), enter()
    here.post("/security/sessions/end-others/")
    assert is_in(here)
    assert not any(is_in(client) for client in others)
    assert JournalEntry.objects.filter(stream=stream_of(clerk)).latest("seq").after == {"ended": 2}
    assert (
        end_other_sessions(actor=Actor("林晓雯", clerk.pk), key=here.session.session_key, now=timezone.now())
        == 0
    )


def test_a_request_under_way_does_not_bring_an_ended_session_back(clerk: User) -> None:
    here = enter()
    session = here.session
    session["seen"] = 1  # read by that request before it ended
    end_session(actor=Actor("林晓雯", clerk.pk), session_id=StaffSession.objects.get().pk, now=timezone.now())
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


def test_somebody_elses_session_is_not_there_for_others_and_ends_for_an_administrator(
    clerk: User, cast: Cast
) -> None:
    there = enter()
    row = StaffSession.objects.get()
    for name, status in (("guide", 404), ("manager", 404), ("administrator", 302)):
        client = Client()
        client.force_login(cast.people[name])
        assert client.post(f"/security/sessions/{row.pk}/end/").status_code == status
    assert not is_in(there)
    assert JournalEntry.objects.get(verb="end_session").actor == cast.administrator
    with pytest.raises(Refused) as refused:
        end_session(actor=cast.act(cast.manager), session_id=row.pk, now=timezone.now())
    assert refused.value.kind == "role"


def test_a_changed_password_ends_the_others_and_carries_this_one_on(clerk: User) -> None:
    here, there = enter(), enter()
    done = {"old_password": GOOD, "new_password": "Other-Hill-31", "again": "Other-Hill-31"}
    assert here.post("/password/", done).status_code == 302
    assert not is_in(there)
    page = here.get("/security/").text
    assert page.count("<tr>") == 2, "the head and this one"
    assert "本次登录" in page


@pytest.mark.parametrize("verb", ["reset", "disable"])
def test_a_reset_password_and_a_disabled_account_end_all(clerk: User, cast: Cast, verb: str) -> None:
    there = enter()
    manager = cast.act(cast.manager)
    if verb == "reset":
        reset_password(actor=manager, user_id=clerk.pk, password="Fresh-Water-52", now=timezone.now())
    else:
        disable_user(actor=manager, user_id=clerk.pk, reason="离职", now=timezone.now())
    assert not is_in(there)
    assert not StaffSession.objects.filter(ended_at=None).exists()


def test_what_ended_long_ago_is_forgotten(clerk: User) -> None:
    client = enter()
    now = timezone.now()
    assert forget_sessions(now=now + dt.timedelta(minutes=1)) == 0
    assert forget_sessions(now=now + dt.timedelta(days=91)) == 1
    assert not is_in(client)


def test_a_device_has_a_name_a_person_knows() -> None:
    assert device_name(AGENT) == "Firefox · Windows"
    assert device_name("Mozilla/5.0 (iPhone; CPU) MicroMessenger/8.0 Safari") == "微信 · iPhone"
    assert device_name("curl/8") == ""
