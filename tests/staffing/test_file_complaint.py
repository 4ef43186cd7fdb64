"""Complaints about service: filed by anybody without a name, read with the receipt code, answered or forwarded."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import PUBLIC, Refused
from hall.models import JournalEntry, Message
from staffing.actions import (
    answer_complaint,
    code_of,
    file_complaint,
    find_complaint,
    forget_tries,
    forward_complaint,
    seal,
)
from staffing.models import Complaint, PublicTry
from staffing.rules import Said
from staffing.rules.complaints import FILED_MOST
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
URL, ANSWER = "/halls/yunxi/complaint/", "/complaint-answer/"
TEXT = "2号窗口让我等了一个小时，问话没有人理，也没有说明原因。"
WORDS = "已核实，当日窗口人员不足，已经增设一个窗口，并向您道歉。"


def said(now: dt.datetime = NOW, **facts: Any) -> Said:
    stated = {
        "token": uuid.uuid4(),
        "drawn_at": now - dt.timedelta(minutes=2),
        "about": "waiting",
        "text": TEXT,
    }
    return Said(**{**stated, **facts})


def filed(cast: Cast, now: dt.datetime = NOW, address: str = "192.0.2.7", **facts: Any) -> Complaint:
    return file_complaint(
        actor=PUBLIC, hall_id=cast.hall.pk, said=said(now, **facts), address=address, now=now
    )


def typed(now: dt.datetime | None = None, **facts: str) -> dict[str, str]:
    now = now or timezone.now() - dt.timedelta(minutes=2)
    return {"mark": seal(now), "about": "service", "text": TEXT, **facts}


# -- filing --------------------------------------------------------------------------------------------------------


def test_it_is_kept_encrypted_and_those_who_answer_are_told(cast: Cast) -> None:
    one = filed(cast, name="赵某", phone="13900000001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, name, phone FROM staffing_complaint WHERE id = %s", [one.pk])
        raw = b"".join(bytes(part) for part in cursor.fetchone())
    assert TEXT.encode() not in raw and b"13900000001" not in raw
    entry = JournalEntry.objects.get(verb="file_complaint")
    assert TEXT not in str(entry.after) and entry.actor_id is None
    told = set(Message.objects.filter(kind="complaint_filed").values_list("user__username", flat=True))
    assert told == {"supervisor", "manager"}


def test_the_answer_is_due_in_the_halls_own_working_days(cast: Cast) -> None:
    assert filed(cast).due_on == dt.date(2026, 12, 9)
    cast.hall.complaint_days = 1
    cast.hall.save()
    assert filed(cast).due_on == dt.date(2026, 11, 19)


def test_one_about_the_manager_is_not_the_managers(cast: Cast, client: Client) -> None:
    one = filed(cast, about_manager=True)
    assert {m.user for m in Message.objects.filter(kind="complaint_filed")} == {cast.supervisor}
    client.force_login(cast.manager)
    assert client.get(f"/complaints/{one.pk}/").status_code == 404
    assert f"/complaints/{one.pk}/" not in client.get("/complaints/").text
    with pytest.raises(Refused, match="由督查员办理"):
        answer_complaint(actor=cast.act(cast.manager), complaint_id=one.pk, answer=WORDS, now=NOW)


def test_the_same_form_twice_is_one_complaint_with_one_code(cast: Cast, client: Client) -> None:
    form = typed()
    first, again = client.post(URL, form), client.post(URL, form)
    codes = [re.search(r'class="code">([\w-]+)<', page.text) for page in (first, again)]
    assert codes[0] and codes[1] and codes[0][1] == codes[1][1]
    assert Complaint.objects.count() == 1


def test_a_machine_is_refused_and_a_person_loses_nothing(cast: Cast, client: Client) -> None:
    fast = client.post(URL, typed(timezone.now()))
    assert fast.status_code == 422
    assert "提交得太快" in fast.text and TEXT in fast.text
    assert client.post(URL, typed(trap="http://spam.example")).status_code == 422
    assert client.post(URL, typed() | {"mark": "made-up"}).status_code == 422
    old = client.post(URL, typed(timezone.now() - dt.timedelta(days=2)))
    assert old.status_code == 422
    mark = re.search(r'name="mark" value="([^"]+)"', old.text)
    assert mark and TEXT in old.text, "the page has another mark and all that was typed"
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"text": "太慢"}, "至少10个字"),
        ({"phone": "12345"}, "11位数字"),
        ({"happened_on": "2099-01-01"}, "日期还没有到"),
        ({"about": ""}, "必填"),
        ({"window": "99999999"}, "window"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, client: Client, facts: dict[str, str], words: str
) -> None:
    page = client.post(URL, typed(**facts))
    assert page.status_code == 422
    assert words in page.text


def test_a_page_that_is_wrong_can_be_reported(cast: Cast, client: Client) -> None:
    page = client.get(f"{URL}?page=/halls/yunxi/guide/")
    assert "/halls/yunxi/guide/" in page.text
    client.post(URL, typed(about="website", page="/halls/yunxi/guide/"))
    assert Complaint.objects.get().page == "/halls/yunxi/guide/"
    client.post(URL, typed(about="website", page="https://elsewhere.example/"))
    assert Complaint.objects.first().page == ""  # type: ignore[union-attr]


def test_too_many_from_one_place_wait_and_others_do_not(cast: Cast) -> None:
    for _n in range(FILED_MOST):
        filed(cast)
    with pytest.raises(Refused, match="分钟后再试") as refused:
        filed(cast)
    assert refused.value.kind == "busy"
    filed(cast, address="192.0.2.8")
    later = NOW + dt.timedelta(hours=1, minutes=1)
    filed(cast, later)
    assert forget_tries(now=NOW + dt.timedelta(days=1, minutes=1)) == FILED_MOST + 1


def test_who_is_signed_in_is_not_recorded(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    client.post(URL, typed())
    assert JournalEntry.objects.get(verb="file_complaint").actor_id is None


# -- reading the answer ---------------------------------------------------------------------------------------------


def test_the_code_shows_where_it_stands(cast: Cast, client: Client) -> None:
    one = filed(cast)
    code = code_of(one.form_token)
    page = client.post(ANSWER, {"code": f" {code[:4].lower()}-{code[4:8]}-{code[8:]} "})
    assert "最迟在2026年12月9日" in page.text
    answer_complaint(actor=cast.act(cast.supervisor), complaint_id=one.pk, answer=WORDS, now=NOW)
    assert WORDS in client.post(ANSWER, {"code": code}).text
    assert client.post(ANSWER, {"code": "AAAABBBBCCCC"}).status_code == 422


def test_guessing_codes_is_slowed(cast: Cast) -> None:
    one = filed(cast)
    for n in range(20):
        assert find_complaint(code=f"WRONG{n}", address="192.0.2.9", now=NOW) is None
    with pytest.raises(Refused):
        find_complaint(code=code_of(one.form_token), address="192.0.2.9", now=NOW)
    assert find_complaint(code=code_of(one.form_token), address="192.0.2.10", now=NOW) == one
    assert PublicTry.objects.filter(what="ask").count() == 20


# -- answering and forwarding ---------------------------------------------------------------------------------------


def test_an_answer_tells_the_phone_that_was_left(cast: Cast, client: Client) -> None:
    one = filed(cast, phone="13900000001")
    client.force_login(cast.manager)
    page = client.get(f"/complaints/{one.pk}/")
    assert "13900000001" not in page.text and TEXT in page.text
    done = client.post(f"/complaints/{one.pk}/answer/", {"answer": WORDS})
    assert done.status_code == 302
    one.refresh_from_db()
    assert (one.status, one.answered_by) == ("answered", cast.manager)
    assert Message.objects.get(kind="complaint_answered").channel == "sms"


def test_answered_once(cast: Cast, client: Client) -> None:
    one = filed(cast)
    answer_complaint(actor=cast.act(cast.supervisor), complaint_id=one.pk, answer=WORDS, now=NOW)
    with pytest.raises(Refused) as refused:
        forward_complaint(
            actor=cast.act(cast.supervisor), complaint_id=one.pk, to="县纪委", answer=WORDS, now=NOW
        )
    assert refused.value.kind == "state"
    client.force_login(cast.supervisor)
    assert client.post(f"/complaints/{one.pk}/answer/", {"answer": WORDS}).status_code == 409


def test_forwarded_to_discipline_inspection(cast: Cast, client: Client) -> None:
    one = filed(cast, about="conduct")
    client.force_login(cast.supervisor)
    short = client.post(f"/complaints/{one.pk}/forward/", {"forwarded_to": "县纪委监委", "answer": "转了"})
    assert short.status_code == 422 and "县纪委监委" in short.text
    client.post(f"/complaints/{one.pk}/forward/", {"forwarded_to": "县纪委监委", "answer": WORDS})
    page = client.post(ANSWER, {"code": code_of(one.form_token)})
    assert "已转交县纪委监委" in page.text
    assert JournalEntry.objects.filter(verb="forward_complaint").exists()


def test_nobody_else_sees_any(cast: Cast, client: Client) -> None:
    one = filed(cast)
    for name in ("clerk", "guide", "liaison", "head", "leader", "administrator"):
        client.force_login(cast.people[name])
        assert client.get("/complaints/").status_code == 403, name
        assert client.get(f"/complaints/{one.pk}/").status_code == 404, name


def test_the_database_keeps_what_was_said(cast: Cast) -> None:
    one = filed(cast)
    for change in ({"status": "answered"}, {"about_manager": True}, {"due_on": dt.date(2027, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Complaint.objects.filter(pk=one.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Complaint.objects.filter(pk=one.pk).delete()


# -- the list -------------------------------------------------------------------------------------------------------


def test_the_list_filters_pages_and_costs_the_same(cast: Cast, client: Client) -> None:
    for n in range(30):
        filed(cast, address=f"192.0.2.{n}", about="place" if n % 3 else "waiting")
    client.force_login(cast.supervisor)
    client.get("/complaints/")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/complaints/")
    assert page.text.count('<th scope="row"') == 25
    cursor = re.search(r"after=(\d+)", page.text)
    assert cursor and client.get(f"/complaints/?after={cursor[1]}").text.count('<th scope="row"') == 5
    assert client.get("/complaints/?about=waiting").text.count('<th scope="row"') == 10
    assert "没有符合条件" in client.get("/complaints/?status=answered").text
    with CaptureQueriesContext(connection) as few:
        client.get("/complaints/?about=waiting")
    assert len(few) == len(many)
    rows = client.get("/complaints/export.csv?about=waiting").content.decode().splitlines()
    assert len(rows) == 11 and TEXT not in "".join(rows)


def test_late_ones_are_red(cast: Cast, client: Client) -> None:
    filed(cast, NOW - dt.timedelta(days=60), address="192.0.2.1")
    now = timezone.now()
    filed(cast, now)
    client.force_login(cast.supervisor)
    late = client.get("/complaints/?late=on").text
    assert late.count('<th scope="row"') == 1 and "is-late" in late


def test_the_code_is_not_in_the_database(cast: Cast) -> None:
    one = filed(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM staffing_complaint c WHERE id = %s", [one.pk])
        assert code_of(one.form_token) not in cursor.fetchone()[0]


# -- at once --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_slip_through_the_limit(cast: Cast) -> None:
    start, answers = threading.Barrier(FILED_MOST + 4), []

    def send() -> None:
        try:
            start.wait(timeout=20)
            answers.append(filed(cast).pk)
        except Refused as refused:
            answers.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _n in range(FILED_MOST + 4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    assert Complaint.objects.count() == FILED_MOST
    assert answers.count("busy") == 4


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once(cast: Cast) -> None:
    """The supervisor answers while the manager forwards: one of them reads that it is done."""
    one, start, results = filed(cast), threading.Barrier(2), []

    def deal(forward: bool) -> None:
        try:
            start.wait(timeout=20)
            if forward:
                forward_complaint(
                    actor=cast.act(cast.manager), complaint_id=one.pk, to="县纪委监委", answer=WORDS, now=NOW
                )
            else:
                answer_complaint(actor=cast.act(cast.supervisor), complaint_id=one.pk, answer=WORDS, now=NOW)
            results.append("done")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=deal, args=(way,)) for way in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["done", "state"]
