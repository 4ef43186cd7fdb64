"""The early end of a unit's person's posting: a reason, and both sides (国信发〔2015〕12号（十二）)."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message, User
from staffing.actions import (
    agree_posting_end,
    ask_posting_end,
    end_posting,
    post_person,
    refuse_posting_end,
    register_user,
    withdraw_posting_end,
)
from staffing.models import Posting, PostingEnd
from staffing.queries import actor_of
from tests.cast import FOUNDED, NOW, Cast

TODAY = NOW.date()
ON = TODAY + dt.timedelta(days=10)


def _of(cast: Cast, name: str) -> Posting:
    return Posting.objects.get(user=cast.people[name])


def ask(
    cast: Cast, by: str = "manager", *, whose: str = "liaison", now: dt.datetime = NOW, **facts: Any
) -> PostingEnd:
    given = {"on": ON, "reason": "单位人手调整"} | facts
    return ask_posting_end(
        actor=cast.act(cast.people[by], now), posting_id=_of(cast, whose).pk, now=now, **given
    )


@contextmanager
def refused(kind: str, field: str = "") -> Iterator[Any]:
    with pytest.raises(Refused) as caught:
        yield caught
    assert (caught.value.kind, caught.value.field) == (kind, field)


def test_the_manager_alone_does_not_end_a_units_persons_year(cast: Cast) -> None:
    with refused("state", "on") as caught:
        end_posting(
            actor=cast.act(cast.manager), posting_id=_of(cast, "liaison").pk, on=TODAY, reason="x", now=NOW
        )
    assert "双方同意" in str(caught.value)


def test_when_the_year_is_over_the_manager_ends_it(cast: Cast) -> None:
    now = FOUNDED + dt.timedelta(days=365)
    ended = end_posting(
        actor=cast.act(cast.manager, now), posting_id=_of(cast, "liaison").pk, on=now.date(), now=now
    )
    assert ended.until_on == now.date()


def test_an_administrator_needs_a_ground_that_leaves_nothing_to_agree_on(cast: Cast) -> None:
    facts = {"posting_id": _of(cast, "liaison").pk, "on": TODAY, "reason": "住院治疗", "now": NOW}
    with refused("input", "ground"):
        end_posting(actor=cast.act(cast.administrator), **facts)
    ended = end_posting(actor=cast.act(cast.administrator), ground="illness", **facts)
    assert (ended.until_on, ended.ground) == (TODAY, "illness")


@pytest.mark.parametrize(("one", "other"), [("manager", "head"), ("head", "manager")])
def test_one_side_asks_and_the_other_agrees(cast: Cast, one: str, other: str) -> None:
    asked = ask(cast, one, successor="方新", successor_from=ON - dt.timedelta(days=7))
    assert (asked.overlap, asked.comes_late) == (8, False)
    told = Message.objects.get(kind="posting_end_asked", channel="app")
    assert told.user == cast.people[other]
    assert _of(cast, "liaison").until_on is None
    agree_posting_end(actor=cast.act(cast.people[other]), end_id=asked.pk, now=NOW)
    posting = _of(cast, "liaison")
    assert (posting.until_on, posting.reason) == (ON, "单位人手调整")
    told = Message.objects.filter(kind__in=["posting_end_answered", "posting_ends"])
    assert set(told.values_list("user", flat=True)) == {cast.people[one].pk, cast.liaison.pk}
    assert "liaison" in actor_of(cast.liaison, today=ON).roles
    assert not actor_of(cast.liaison, today=ON + dt.timedelta(days=1)).roles
    verbs = JournalEntry.objects.filter(stream=f"user:{cast.liaison.pk}").order_by("-seq")[:3]
    assert [entry.verb for entry in verbs] == ["end_posting", "agree_posting_end", "ask_posting_end"]


def test_nobody_answers_the_own_request(cast: Cast) -> None:
    asked = ask(cast)
    for name in ("manager", "head2", "clerk", "administrator", "liaison"):
        with refused("role"):
            agree_posting_end(actor=cast.act(cast.people[name]), end_id=asked.pk, now=NOW)
    with pytest.raises(IntegrityError, match="both_sides"), transaction.atomic():
        PostingEnd.objects.filter(pk=asked.pk).update(status="agreed", answered_by=asked.asked_by)


def test_refusing_says_why_and_the_posting_goes_on(cast: Cast) -> None:
    asked = ask(cast)
    with refused("input", "note"):
        refuse_posting_end(actor=cast.act(cast.head), end_id=asked.pk, note=" ", now=NOW)
    refuse_posting_end(actor=cast.act(cast.head), end_id=asked.pk, note="暂无人可派", now=NOW)
    assert _of(cast, "liaison").until_on is None
    with refused("state"):
        agree_posting_end(actor=cast.act(cast.head), end_id=asked.pk, now=NOW)
    assert ask(cast).pk != asked.pk, "another may be asked for"


def test_the_side_that_asked_withdraws(cast: Cast) -> None:
    asked = ask(cast)
    with refused("role"):
        withdraw_posting_end(actor=cast.act(cast.head), end_id=asked.pk, now=NOW)
    withdraw_posting_end(actor=cast.act(cast.manager), end_id=asked.pk, now=NOW)
    with refused("state"):
        agree_posting_end(actor=cast.act(cast.head), end_id=asked.pk, now=NOW)


def test_an_answer_that_comes_too_late_ends_nothing(cast: Cast) -> None:
    asked, later = ask(cast), NOW + dt.timedelta(days=12)
    with refused("state") as caught:
        agree_posting_end(actor=cast.act(cast.head, later), end_id=asked.pk, now=later)
    assert "已经过去" in str(caught.value)


@pytest.mark.parametrize(
    ("facts", "kind", "field"),
    [
        ({"reason": " "}, "input", "reason"),
        ({"on": TODAY - dt.timedelta(days=2)}, "input", "on"),
        ({"on": FOUNDED.date() + dt.timedelta(days=364)}, "input", "on"),
        ({"successor": "方新"}, "input", "successor_from"),
        ({"successor_from": TODAY}, "input", "successor"),
        ({"successor": "方新", "successor_from": ON + dt.timedelta(days=1)}, "input", "successor_from"),
        ({"whose": "clerk"}, "state", ""),
        ({"by": "clerk"}, "role", ""),
        ({"by": "head2"}, "role", ""),
        ({"by": "head", "whose": "head"}, "role", ""),
    ],
)
def test_what_may_be_asked(cast: Cast, facts: dict[str, Any], kind: str, field: str) -> None:
    with refused(kind, field):
        ask(cast, **facts)


def test_a_second_request_waits_for_the_first(cast: Cast) -> None:
    ask(cast)
    with refused("state"):
        ask(cast, "head")


def test_the_database_holds_it_too(cast: Cast) -> None:
    asked = ask(cast)
    agree_posting_end(actor=cast.act(cast.head), end_id=asked.pk, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        PostingEnd.objects.filter(pk=asked.pk).update(status="asked")
    with pytest.raises(DatabaseError), transaction.atomic():
        asked.delete()


# -- a year, and people who stay their unit's --------------------------------------------------------------------


def _post(cast: Cast, **facts: Any) -> Posting:
    user = register_user(actor=SYSTEM, username=f"p{User.objects.count()}", name="田野", now=NOW)
    given = {
        "role": "liaison", "title": "联络员", "hall_id": cast.hall.pk, "department_id": cast.units["labour"].pk,
        "from_on": TODAY,
    } | facts  # fmt: skip
    return post_person(actor=cast.act(cast.manager), user_id=user.pk, now=NOW, **given)


def test_less_than_a_year_needs_a_reason_that_is_kept(cast: Cast) -> None:
    with refused("input", "short_reason"):
        _post(cast, until_on=TODAY + dt.timedelta(days=363))
    assert _post(cast, until_on=TODAY + dt.timedelta(days=364)).short_reason == ""
    assert (
        _post(cast, until_on=TODAY + dt.timedelta(days=90), short_reason="专项工作").short_reason
        == "专项工作"
    )


def test_a_secondment_keeps_the_home_unit_and_its_head_has_a_say(cast: Cast) -> None:
    with refused("input", "home_department"):
        _post(cast, role="clerk", department_id=None, kind="seconded")
    posting = _post(
        cast, role="clerk", department_id=None, kind="seconded", home_department_id=cast.units["housing"].pk
    )
    assert (posting.sending_unit, posting.is_stationed) == (cast.units["housing"], True)
    asked = ask_posting_end(
        actor=cast.act(cast.head2), posting_id=posting.pk, on=ON, reason="回单位任职", now=NOW
    )
    assert asked.side == "unit"
    with refused("input", "short_reason"):
        _post(
            cast, role="clerk", department_id=None, kind="stint", home_department_id=cast.units["land"].pk,
            until_on=TODAY + dt.timedelta(days=60),
        )  # fmt: skip


# -- pages -------------------------------------------------------------------------------------------------------


def test_asked_and_agreed_by_the_pages(client: Client, cast: Cast) -> None:
    posting, today = _of(cast, "liaison"), timezone.localdate()
    Posting.objects.filter(pk=posting.pk).update(from_on=today - dt.timedelta(days=30))
    client.force_login(cast.manager)
    assert f"/postings/{posting.pk}/ask-end/" in client.get(f"/people/{cast.liaison.pk}/").text
    wrong = client.post(
        f"/postings/{posting.pk}/ask-end/", {"on": today, "reason": "调整", "successor": "方新"}
    )
    assert wrong.status_code == 422
    assert "哪一天到岗" in wrong.text
    assert 'value="方新"' in wrong.text
    form = {
        "on": today,
        "reason": "单位调整",
        "successor": "方新",
        "successor_from": today - dt.timedelta(days=2),
    }
    assert client.post(f"/postings/{posting.pk}/ask-end/", form).status_code == 302
    asked = PostingEnd.objects.get()
    client.force_login(cast.head)
    page = client.get("/posting-ends/").text
    assert "交接不足一周" in page
    question = client.post(f"/posting-ends/{asked.pk}/agree/")
    assert "结束吗" in question.text
    assert client.post(f"/posting-ends/{asked.pk}/agree/", {"confirmed": 1}).status_code == 302
    posting.refresh_from_db()
    assert posting.until_on == today
    client.force_login(cast.head2)
    assert client.get("/posting-ends/?state=closed").text.count("方新") == 0
    client.force_login(cast.clerk)
    assert client.get("/posting-ends/").status_code == 403


def test_a_longer_list_costs_no_more(client: Client, cast: Cast) -> None:
    client.force_login(cast.head)
    _post(cast, from_on=timezone.localdate())
    client.get("/posting-ends/")
    with CaptureQueriesContext(connection) as few:
        client.get("/posting-ends/")
    for _n in range(4):
        posting = _post(cast, from_on=timezone.localdate())
        ask_posting_end(
            actor=cast.act(cast.head), posting_id=posting.pk, on=timezone.localdate() + dt.timedelta(days=9),
            reason="单位调整", now=timezone.now(),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page = client.get("/posting-ends/").text
    assert page.count("单位调整") == 4
    assert len(many) == len(few)


def test_when_the_time_is_over_nobody_need_be_asked(cast: Cast) -> None:
    later = FOUNDED + dt.timedelta(days=400)
    with refused("state") as caught:
        ask(cast, "head", now=later, on=later.date() + dt.timedelta(days=3))
    assert "派驻期已满" in str(caught.value)


# -- two at once -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_both_sides_answer_at_once(cast: Cast) -> None:
    """The hall withdraws while the unit agrees: one of the two happens, whole, and the other is told."""
    asked, start = ask(cast), threading.Barrier(2)
    answers: dict[str, str] = {}

    def act(name: str, verb: Any) -> None:
        try:
            start.wait(timeout=20)
            verb(actor=cast.act(cast.people[name]), end_id=asked.pk, now=NOW)
            answers[name] = "done"
        except Refused as caught:
            answers[name] = caught.kind
        finally:
            connection.close()

    threads = [
        threading.Thread(target=act, args=("head", agree_posting_end)),
        threading.Thread(target=act, args=("manager", withdraw_posting_end)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers.values()) == ["done", "state"]
    asked.refresh_from_db()
    assert (asked.status == "agreed") == (answers["head"] == "done") == (_of(cast, "liaison").until_on == ON)


@pytest.mark.django_db(transaction=True)
def test_both_sides_ask_at_once(cast: Cast) -> None:
    start, answers = threading.Barrier(2), []

    def act(name: str) -> None:
        try:
            start.wait(timeout=20)
            ask(cast, name)
            answers.append("done")
        except Refused as caught:
            answers.append(caught.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(name,)) for name in ("head", "manager")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) == ["done", "state"]
    assert PostingEnd.objects.count() == 1
