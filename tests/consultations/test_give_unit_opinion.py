"""A unit's opinion (`give_unit_opinion`): in time, late, again; and its silence (`record_silence`)."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import Error, connection, transaction

from consultations import actions
from consultations.actions.parts import item_of
from consultations.models import Consultation, UnitAnswer, UnitOpinion
from consultations.rules import Answer, check_can_record_silence
from hall import journal
from hall.access import Refused, allowed
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast
from tests.consultations.confer_steps import WORDS, called, said, seat_of
from tests.life_referrals import refused

pytestmark = pytest.mark.django_db
LATE = NOW + dt.timedelta(days=12)


def test_the_first_meets_the_clock_and_the_convenor_is_told(cast: Cast) -> None:
    one = called(cast)
    opinion = said(cast, one, positions=("agree", "disagree"), text="总体同意。", basis="部门职责分工。")
    unit = seat_of(cast, one, "housing")
    assert unit.deadline
    assert (unit.status, opinion.version, opinion.is_late) == ("answered", 1, False)
    assert unit.deadline.met_at == NOW
    assert [answer.position for answer in opinion.answers.all()] == ["agree", "disagree"]
    told = Message.objects.filter(kind="unit_opinion_given")
    assert {message.user for message in told} == {cast.liaison, cast.head}
    open_clock = one.case.deadlines.open().get(kind="confer")
    assert (open_clock.department, open_clock.item) == (cast.units["labour"], item_of(one))


def test_what_it_says_is_not_in_the_journal(cast: Cast) -> None:
    one = called(cast)
    said(cast, one, positions="disagree", text="内部的话不外传。")
    entry = JournalEntry.objects.get(verb="give_unit_opinion")
    written = f"{entry.before}{entry.after}{entry.reason}"
    assert WORDS not in written
    assert "内部的话" not in written
    assert "disagree" not in written
    assert journal.verify() == []


def test_a_later_one_never_erases(cast: Cast) -> None:
    one = called(cast)
    first = said(cast, one, positions="agree")
    second = said(cast, one, who=cast.head2, positions="conditional")
    assert (first.version, second.version) == (1, 2)
    assert UnitAnswer.objects.count() == 4
    for statement in (
        "UPDATE consultations_unitopinion SET text = ''",
        "DELETE FROM consultations_unitanswer",
    ):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_late_is_late_whether_or_not_the_sweep_came_by(cast: Cast) -> None:
    one = called(cast)
    opinion = said(cast, one, now=LATE)
    unit = seat_of(cast, one, "housing")
    assert (opinion.is_late, unit.status, unit.silent_at) == (True, "late", LATE)
    assert JournalEntry.objects.filter(verb="record_silence").count() == 1
    assert actions.record_silence(now=LATE) == 1  # labour alone
    assert seat_of(cast, one, "labour").status == "silent"
    assert said(cast, one, "labour", LATE).is_late
    assert seat_of(cast, one, "labour").status == "late"


def test_a_second_version_after_the_day_leaves_the_first_in_time(cast: Cast) -> None:
    one = called(cast)
    said(cast, one)
    assert said(cast, one, now=LATE).version == 2
    assert seat_of(cast, one, "housing").status == "answered"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "position-1"),
        ({1: Answer("agree")}, "position-2"),
        ({1: Answer("perhaps"), 2: Answer("agree")}, "position-1"),
        ({1: Answer("agree"), 2: Answer("disagree", " ")}, "text-2"),
        ({1: Answer("conditional"), 2: Answer("agree")}, "text-1"),
        ({1: Answer("not_ours", "不"), 2: Answer("agree")}, "text-1"),
    ],
)
def test_every_question_gets_a_position_and_a_no_gets_its_reason(
    cast: Cast, answers: dict[int, Answer], field: str
) -> None:
    one = called(cast)
    ids = dict(one.questions.values_list("number", "pk"))
    refusal = refused(said, cast, one, answers={ids[n]: answer for n, answer in answers.items()})
    assert (refusal.kind, refusal.field) == ("input", field)
    assert not UnitOpinion.objects.exists()


def test_who_and_when(cast: Cast) -> None:
    one = called(cast)
    for who in ("liaison", "manager", "leader", "clerk"):
        assert refused(said, cast, one, who=cast.people[who]).kind == "role"
    for status, kind in (("drafting", ""), ("circulating", "state")):
        Consultation.objects.filter(pk=one.pk).update(status=status)  # until minutes is joined
        if kind:
            assert refused(said, cast, one).kind == kind
        else:
            assert said(cast, one).version == 1


# -- silence -------------------------------------------------------------------------------------------------------


def test_silence_is_recorded_once_and_told(cast: Cast) -> None:
    one = called(cast)
    said(cast, one, "labour")
    on_the_day = NOW + dt.timedelta(days=9)
    assert actions.record_silence(now=on_the_day) == 0
    assert actions.record_silence(now=LATE) == 1
    assert actions.record_silence(now=LATE + dt.timedelta(minutes=1)) == 0
    unit = seat_of(cast, one, "housing")
    assert unit.deadline
    assert (unit.status, unit.silent_at) == ("silent", LATE)
    assert unit.deadline.met_at is None  # an answer is still owed
    assert unit.deadline.void_at is None
    told = Message.objects.filter(kind="consultation_silent")
    assert {message.user for message in told} == {cast.head2, cast.liaison, cast.head}
    assert JournalEntry.objects.filter(verb="record_silence").count() == 1


def test_only_the_system_records_silence(cast: Cast) -> None:
    one = called(cast)
    unit = seat_of(cast, one, "housing")
    assert allowed(check_can_record_silence, cast.act(cast.manager), unit, now=LATE).kind == "role"


def test_a_batch_goes_on_where_the_last_one_stopped(cast: Cast) -> None:
    one = called(cast)
    assert actions.record_silence(now=LATE, limit=1) == 1
    assert actions.record_silence(now=LATE, limit=1) == 1
    assert not one.units.filter(status="asked").exists()


# -- two at once ---------------------------------------------------------------------------------------------------


def at_once(*acts: Any) -> list[str]:
    """Each in its own connection, begun together; what became of them."""
    start, results = threading.Barrier(len(acts)), list[str]()

    def run(act: Any) -> None:
        try:
            start.wait(timeout=20)
            results.append(str(act()))
        except Refused as refusal:
            results.append(f"{refusal.kind}:{refusal.field}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(results)


@pytest.mark.django_db(transaction=True)
def test_two_people_of_a_unit_at_once(cast: Cast) -> None:
    one = called(cast)
    found = at_once(
        lambda: said(cast, one, who=cast.liaison2).version, lambda: said(cast, one, who=cast.head2).version
    )
    assert found == ["1", "2"]
    assert seat_of(cast, one, "housing").status == "answered"


@pytest.mark.django_db(transaction=True)
def test_the_sweep_and_an_opinion_at_once_record_one_silence(cast: Cast) -> None:
    one = called(cast)
    said(cast, one, "labour")
    at_once(
        lambda: said(cast, one, now=LATE).is_late,
        lambda: actions.record_silence(now=LATE),
        lambda: actions.record_silence(now=LATE),
    )
    actions.record_silence(now=LATE)
    assert seat_of(cast, one, "housing").status == "late"
    assert JournalEntry.objects.filter(verb="record_silence").count() == 1
