"""The list of those who help from outside: what each kind needs, whose account it is, who keeps it."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from staffing.actions import request_leave, save_participant
from staffing.lifecycle import PARTICIPANT_KINDS
from staffing.models import Hall, SocialParticipant
from staffing.rules import ParticipantFacts
from tests.cast import NOW, Cast
from tests.rota import MONDAY
from tests.social import account, participant, psychologist

pytestmark = pytest.mark.django_db


def test_every_kind_has_a_place_in_the_list(cast: Cast) -> None:
    for number, kind in enumerate(PARTICIPANT_KINDS):
        participant(cast, kind, name=f"某人{number}")
    assert SocialParticipant.objects.count() == len(PARTICIPANT_KINDS)


@pytest.mark.parametrize(
    ("kind", "missing", "field"),
    [
        ("lawyer", "licence", "licence"),
        ("psychologist", "licence", "licence"),
        ("deputy", "constituency", "constituency"),
        ("cppcc", "constituency", "constituency"),
        ("social_worker", "name", "name"),
    ],
)
def test_a_kind_says_what_it_needs(cast: Cast, kind: str, missing: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        participant(cast, kind, **{missing: " "})
    assert (refused.value.kind, refused.value.field) == ("input", field)


def test_nobody_stands_there_twice(cast: Cast) -> None:
    one = participant(cast)
    with pytest.raises(Refused) as refused:
        participant(cast)
    assert refused.value.field == "name"
    same = save_participant(
        actor=cast.act(cast.manager), hall_id=cast.hall.pk, participant_id=one.pk, now=NOW,
        facts=ParticipantFacts(
            kind="lawyer", name="沈惠明", name_en="Shen Huiming", organisation="云溪明正律师事务所",
            organisation_en="Yunxi Mingzheng Law Firm", licence="A-0001", promised_on=one.promised_on,
        ),
    )  # fmt: skip
    assert same == one
    assert JournalEntry.objects.filter(verb="save_participant").count() == 1, "nothing changed, nothing told"


def test_an_account_is_its_owners_and_posted_in_the_hall(cast: Cast) -> None:
    with pytest.raises(Refused, match="岗位") as refused:
        participant(cast, user_id=cast.clerk.pk, name=cast.clerk.name)
    assert refused.value.field == "user"
    user = account(cast, "lawyer", "沈惠明")
    with pytest.raises(Refused, match="一人一号"):
        participant(cast, user_id=user.pk, name="别人")
    assert participant(cast, user_id=user.pk).user == user


def test_a_psychologists_account_stays_and_the_database_holds_it(cast: Cast) -> None:
    one = psychologist(cast)
    other = account(cast, "other", "秦悦")
    with pytest.raises(Refused, match="不再更改"):
        save_participant(
            actor=cast.act(cast.administrator), hall_id=cast.hall.pk, participant_id=one.pk, now=NOW,
            facts=ParticipantFacts(kind="psychologist", name="秦悦", licence="X", user_id=other.pk),
        )  # fmt: skip
    for change in ({"user": other}, {"user": None}, {"kind": "lawyer"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SocialParticipant.objects.filter(pk=one.pk).update(**change)
    SocialParticipant.objects.filter(pk=one.pk).update(is_active=False)


def test_only_who_answers_for_the_hall_keeps_the_list(cast: Cast) -> None:
    facts = ParticipantFacts(kind="social_worker", name="某人")
    for who in (cast.clerk, cast.supervisor, cast.leader, cast.liaison):
        with pytest.raises(Refused) as refused:
            save_participant(actor=cast.act(who), hall_id=cast.hall.pk, facts=facts, now=NOW)
        assert refused.value.kind == "role"


def test_the_list_shows_filters_and_costs_the_same(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)

    def asked(address: str) -> tuple[str, int]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(address)
        assert page.status_code == 200
        return page.text, len(queries)

    assert "名单还是空的" in asked("/participants/")[0]
    participant(cast)
    few = asked("/participants/")[1]
    for number in range(9):
        participant(cast, "elder_teacher", name=f"顾老师{number}", organisation="县关工委")
    text, many = asked("/participants/")
    assert many == few
    assert "沈惠明" in text and "顾老师8" in text
    assert "沈惠明" not in asked("/participants/?kind=elder_teacher")[0]
    assert "顾老师1" not in asked("/participants/?q=明正")[0]
    assert "没有符合条件" in asked("/participants/?state=past")[0]


def test_the_page_saves_and_says_what_is_wrong(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    form = {"kind": "lawyer", "name": "沈惠明", "organisation": "云溪明正律师事务所", "is_active": "on"}
    page = client.post("/participants/new/", form)
    assert page.status_code == 422
    assert "执业证号" in page.text and "云溪明正律师事务所" in page.text
    page = client.post("/participants/new/", {**form, "licence": "A-1", "promised_on": "2026-01-05"})
    assert page.status_code == 302
    one = SocialParticipant.objects.get(promised_on=dt.date(2026, 1, 5))
    assert client.post(f"/participants/{one.pk}/", {**form, "licence": "A-2"}).status_code == 302
    assert SocialParticipant.objects.filter(licence="A-2", promised_on=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_list_holds_nobody_up_in_the_hall(cast: Cast) -> None:
    """Somebody asks for leave meanwhile: that only refers to the hall, and does not wait."""
    clerk, holds, done = cast.act(cast.clerk), threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                participant(cast)
                holds.set()
                done.wait(timeout=20)
        finally:
            connection.close()

    other = threading.Thread(target=write)
    other.start()
    try:
        assert holds.wait(timeout=20)
        with transaction.atomic():  # what it refers to is asked at the end of it
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
            request_leave(
                actor=clerk, hall_id=cast.hall.pk, kind="annual", from_on=MONDAY, until_on=MONDAY, now=NOW
            )
    finally:
        done.set()
        other.join(timeout=30)


def test_somebody_on_another_halls_list_is_not_there(cast: Cast) -> None:
    one = participant(cast)
    other = Hall.objects.create(code="lishui", name="丽水", jurisdiction=cast.county)
    facts = ParticipantFacts(kind="social_worker", name="某人")
    with pytest.raises(Refused) as refused:
        save_participant(actor=SYSTEM, hall_id=other.pk, participant_id=one.pk, facts=facts, now=NOW)
    assert refused.value.kind == "unseen"
