"""Three people: who runs the system, who gives rights, who looks on (GB/T 22239-2019 8.1.5)."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django import Settings

from hall.access import SYSTEM, Refused
from hall.models import User
from staffing.actions import post_person, register_user, reset_password
from staffing.lifecycle import ADMINISTRATOR, AUDITOR, CLERK, HALL_MANAGER, SECURITY_ADMINISTRATOR, SUPERVISOR
from staffing.models import Posting
from staffing.rules import check_can_issue_token, keeps_security
from tests.cast import NOW, Cast


def post(cast: Cast, user: User, role: str, by: User | None = None, **facts: object) -> Posting:
    facts = {"from_on": NOW.date(), **facts}
    return post_person(
        actor=cast.act(by) if by else SYSTEM, user_id=user.pk, role=role, title="管理员", hall_id=cast.hall.pk, now=NOW,
        **facts,  # type: ignore[arg-type]
    )  # fmt: skip


def newcomer(name: str) -> User:
    return register_user(actor=SYSTEM, username=name, name=name, now=NOW)


@pytest.mark.parametrize("role", [SECURITY_ADMINISTRATOR, AUDITOR])
def test_nobody_holds_two_of_the_three(cast: Cast, role: str) -> None:
    with pytest.raises(Refused) as refused:
        post(cast, cast.administrator, role)
    assert (refused.value.kind, refused.value.field) == ("input", "role")
    assert "三个人分别担任" in str(refused.value)


def test_one_after_the_other_is_another_matter(cast: Cast) -> None:
    user = newcomer("auditor")
    post(cast, user, AUDITOR, until_on=NOW.date() + dt.timedelta(days=400))
    with pytest.raises(Refused):
        post(cast, user, SECURITY_ADMINISTRATOR, from_on=NOW.date() + dt.timedelta(days=400))
    assert post(cast, user, SECURITY_ADMINISTRATOR, from_on=NOW.date() + dt.timedelta(days=401))


def test_the_database_says_so_too(cast: Cast) -> None:
    """Not even `.update()` or a bulk insert makes one person two administrators."""
    held = cast.administrator.postings.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(
            user=cast.administrator, role=AUDITOR, hall=cast.hall, title="x", from_on=NOW.date()
        )
    other = post(cast, newcomer("a"), AUDITOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.filter(pk=other.pk).update(user=cast.administrator)
    clerk = cast.clerk.postings.get()
    Posting.objects.filter(pk=clerk.pk).update(title="登记员、窗口")
    assert held.role == ADMINISTRATOR


@pytest.mark.django_db(transaction=True)
def test_two_connections_post_one_person_to_two_of_them(cast: Cast) -> None:
    user, came = newcomer("both"), []

    def insert(role: str) -> None:
        try:
            Posting.objects.create(user=user, role=role, hall=cast.hall, title="x", from_on=NOW.date())
            came.append(role)
        except IntegrityError:
            pass
        connection.close()

    threads = [threading.Thread(target=insert, args=(role,)) for role in (AUDITOR, SECURITY_ADMINISTRATOR)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == 1


def test_together_the_administrator_gives_rights_as_before(cast: Cast) -> None:
    assert keeps_security(cast.act(cast.administrator))
    assert post(cast, newcomer("boss"), HALL_MANAGER, by=cast.administrator)


def test_apart_rights_are_given_by_the_security_administrator_alone(cast: Cast, settings: Settings) -> None:
    settings.HALL_ADMINISTRATORS_APART = True
    keeper = newcomer("keeper")
    assert not keeps_security(cast.act(cast.administrator))
    with pytest.raises(Refused):
        post(cast, newcomer("boss"), SUPERVISOR, by=cast.administrator)
    post(cast, keeper, SECURITY_ADMINISTRATOR, by=cast.administrator)  # the first one somebody has to post
    with pytest.raises(Refused):
        post(cast, newcomer("second"), SECURITY_ADMINISTRATOR, by=cast.administrator)
    assert post(cast, newcomer("watch"), SUPERVISOR, by=keeper)
    assert post(cast, newcomer("desk"), CLERK, by=cast.administrator), "as a manager does, for the own hall"


def test_who_gives_rights_opens_no_accounts(cast: Cast, settings: Settings) -> None:
    settings.HALL_ADMINISTRATORS_APART = True
    keeper = newcomer("keeper")
    post(cast, keeper, SECURITY_ADMINISTRATOR)
    with pytest.raises(Refused) as refused:
        register_user(actor=cast.act(keeper), username="x", name="某", now=NOW)
    assert refused.value.kind == "role"
    with pytest.raises(Refused):
        reset_password(actor=cast.act(keeper), user_id=cast.clerk.pk, password="Green-Valley-27", now=NOW)


def test_machines_are_let_in_by_who_gives_rights(cast: Cast, settings: Settings) -> None:
    settings.HALL_ADMINISTRATORS_APART = True
    facts = {
        "hall_id": cast.hall.pk, "user": cast.clerk, "name": "取号机", "scopes": ["tickets"], "known": ["tickets"],
        "expires_at": NOW + dt.timedelta(days=30), "now": NOW,
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        check_can_issue_token(cast.act(cast.administrator), **facts)  # type: ignore[arg-type]
    assert refused.value.kind == "role"
    keeper = newcomer("keeper")
    post(cast, keeper, SECURITY_ADMINISTRATOR)
    check_can_issue_token(cast.act(keeper), **facts)  # type: ignore[arg-type]


def test_the_auditor_reads_the_access_log_and_the_walks_and_nothing_else(cast: Cast) -> None:
    auditor, client = newcomer("auditor"), Client()
    post(cast, auditor, AUDITOR)
    client.force_login(auditor)
    assert client.get("/desk/")["Location"] == "/access-log/"
    answers = {
        url: client.get(url).status_code
        for url in ("/access-log/", "/journal-checks/", "/people/", "/cases/", "/admin/", "/search/?q=张")
    }
    assert (answers["/access-log/"], answers["/journal-checks/"], answers["/people/"]) == (200, 200, 403)
    assert answers["/admin/"] != 200


def test_the_security_administrator_finds_the_people_and_their_sessions(cast: Cast) -> None:
    keeper, client = newcomer("keeper"), Client()
    post(cast, keeper, SECURITY_ADMINISTRATOR)
    client.force_login(keeper)
    assert client.get("/desk/")["Location"] == "/people/"
    page = client.get(f"/people/{cast.leader.pk}/").text
    assert "两步验证" in page
    assert client.post(f"/people/{cast.leader.pk}/disable/", {"reason": "试试看"}).status_code == 403


def test_apart_the_back_room_shows_no_journal(cast: Cast, settings: Settings) -> None:
    client = Client()
    client.force_login(cast.administrator)
    assert client.get("/admin/hall/journalentry/").status_code == 200
    settings.HALL_ADMINISTRATORS_APART = True
    assert client.get("/admin/hall/journalentry/").status_code == 403
