"""`acknowledge_criticism`, `answer_criticism`, `close_criticism`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, transaction

from accountability import actions
from accountability.models import CriticismAnswer, CriticismNotice, CriticismUnit
from hall.access import Refused
from hall.models import JournalEntry, Message, User
from tests.accountability.sanction_steps import answered, decided, drafted, served
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
LATE = NOW + dt.timedelta(days=30)
TEXT = "已经明确责任岗位，逐件核对期限。"


def answer(cast: Cast, notice: CriticismNotice, who: User, **facts: Any) -> CriticismAnswer:
    asked = {"criticism_id": notice.pk, "text": TEXT, "now": NOW, **facts}
    return actions.answer_criticism(actor=cast.act(who, asked["now"]), **asked)


def test_the_unit_gives_its_receipt_once(cast: Cast) -> None:
    notice = served(cast, [decided(cast)])
    unit = actions.acknowledge_criticism(actor=cast.act(cast.liaison), criticism_id=notice.pk, now=NOW)
    assert (unit.status, unit.received_by) == ("received", cast.liaison)
    assert JournalEntry.objects.get(verb="acknowledge_criticism").actor_id == cast.liaison.pk
    with pytest.raises(Refused) as caught:
        actions.acknowledge_criticism(actor=cast.act(cast.head), criticism_id=notice.pk, now=NOW)
    assert caught.value.kind == "state"


@pytest.mark.parametrize(
    ("name", "kind"), [("supervisor", "role"), ("leader", "role"), ("head2", "unseen"), ("clerk", "unseen")]
)
def test_nobody_else_receives_or_answers_for_it(cast: Cast, name: str, kind: str) -> None:
    notice, who = served(cast, [decided(cast)]), cast.people[name]
    with pytest.raises(Refused) as caught:
        actions.acknowledge_criticism(actor=cast.act(who), criticism_id=notice.pk, now=NOW)
    assert caught.value.kind == kind
    with pytest.raises(Refused) as caught:
        answer(cast, notice, who)
    assert caught.value.kind == kind


def test_before_it_is_served_there_is_nothing_to_answer(cast: Cast) -> None:
    notice = drafted(cast, [decided(cast)])
    for verb, facts in ((actions.acknowledge_criticism, {}), (actions.answer_criticism, {"text": TEXT})):
        with pytest.raises(Refused) as caught:
            verb(actor=cast.act(cast.head), criticism_id=notice.pk, now=NOW, **facts)
        assert caught.value.kind == "unseen"


def test_the_answer_stands_and_a_later_one_beside_it(cast: Cast) -> None:
    notice = served(cast, [decided(cast)])
    first = answer(cast, notice, cast.head)
    unit = CriticismUnit.objects.get(notice=notice)
    assert (unit.status, unit.received_at, first.is_late) == ("answered", NOW, False)
    assert answer(cast, notice, cast.liaison, text="补充：已经约谈承办人。", now=LATE).is_late
    assert CriticismAnswer.objects.filter(unit=unit).count() == 2
    assert Message.objects.filter(kind="criticism_answered", user=cast.supervisor, channel="app").count() == 2
    with pytest.raises(Error), transaction.atomic():
        CriticismAnswer.objects.update(text="改")


@pytest.mark.parametrize("text", [" ", "已整改", "已向张秀英当面说明并道歉。", "已致电13800010001说明情况。"])
def test_an_answer_says_something_and_names_nobody(cast: Cast, text: str) -> None:
    with pytest.raises(Refused) as caught:
        answer(cast, served(cast, [decided(cast)]), cast.head, text=text)
    assert (caught.value.kind, caught.value.field) == ("input", "text")


def close(cast: Cast, notice: CriticismNotice, who: User, **facts: Any) -> CriticismNotice:
    asked = {"criticism_id": notice.pk, "result": "整改已经核实。", "now": NOW, **facts}
    return actions.close_criticism(actor=cast.act(who, asked["now"]), **asked)


def test_it_is_closed_when_all_have_answered(cast: Cast) -> None:
    notice = answered(cast, [decided(cast)])
    for who in (cast.head, cast.leader):
        with pytest.raises(Refused) as caught:
            close(cast, notice, who)
        assert caught.value.kind == "role"
    with pytest.raises(Refused) as caught:
        close(cast, notice, cast.supervisor, result="好")
    assert caught.value.field == "result"
    assert close(cast, notice, cast.supervisor).status == "closed"
    assert Message.objects.filter(kind="criticism_closed", user=cast.head).exists()
    with pytest.raises(Refused) as caught:
        answer(cast, notice, cast.head)
    assert caught.value.kind == "state"


def test_who_is_silent_keeps_it_open_until_the_day_is_past(cast: Cast) -> None:
    notice = served(cast, [decided(cast), decided(cast, "housing")])
    answer(cast, notice, cast.head)
    with pytest.raises(Refused) as caught:
        close(cast, notice, cast.supervisor)
    assert caught.value.kind == "state" and "住房和城乡建设局" in str(caught.value)
    assert close(cast, notice, cast.supervisor, now=LATE).status == "closed"
    silent = JournalEntry.objects.get(verb="close_criticism").after["silent"]
    assert silent == [cast.units["housing"].name]
