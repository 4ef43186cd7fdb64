"""`reply_advice`, `record_adoption`, `close_advice`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, transaction

from accountability import actions
from accountability.models import AdoptionStep, Advice, AdviceReply
from hall.access import Refused
from hall.models import JournalEntry, Message, User
from tests.accountability.sanction_steps import approved, delivered, replied, stranger
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
TEXT = "已经研究，将建立当日登记的制度。"
TODAY = NOW.date()


def reply(cast: Cast, advice: Advice, who: User, **facts: Any) -> AdviceReply:
    asked = {"adopted": "adopted", "text": TEXT, "now": NOW, **facts}
    return actions.reply_advice(actor=cast.act(who, asked["now"]), advice_id=advice.pk, **asked)


def record(cast: Cast, advice: Advice, who: User, kind: str, **facts: Any) -> AdoptionStep:
    asked = {"text": "制度已经印发。", "now": NOW, **facts}
    return actions.record_adoption(actor=cast.act(who), advice_id=advice.pk, kind=kind, **asked)


def close(cast: Cast, advice: Advice, who: User, result: str = "已经核实落实。") -> Advice:
    return actions.close_advice(actor=cast.act(who), advice_id=advice.pk, result=result, now=NOW)


def test_the_unit_answers_and_may_answer_again(cast: Cast) -> None:
    advice = approved(cast)
    assert not reply(cast, advice, cast.head, adopted="partly").is_late
    advice.refresh_from_db()
    assert (advice.status, advice.adopted, advice.replied_on) == ("replied", "partly", TODAY)
    assert Message.objects.filter(kind="advice_replied", user=cast.supervisor).exists()
    again = reply(cast, advice, cast.liaison, now=NOW + dt.timedelta(days=60))
    advice.refresh_from_db()
    assert again.is_late and advice.adopted == "adopted" and advice.replied_on == TODAY
    assert advice.replies.count() == 2
    with pytest.raises(Error), transaction.atomic():
        AdviceReply.objects.update(text="改")
    assert JournalEntry.objects.filter(verb="reply_advice").count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"adopted": "maybe"}, "adopted"),
        ({"text": "好"}, "text"),
        ({"text": "已向张秀英当面说明情况。"}, "text"),
    ],
)
def test_bad_input_is_refused_at_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        reply(cast, approved(cast), cast.head, **facts)
    assert (caught.value.kind, caught.value.field) == ("input", field)


def test_nobody_answers_for_the_unit(cast: Cast) -> None:
    advice = approved(cast)
    for who, kind in (
        (cast.supervisor, "role"),
        (cast.leader, "role"),
        (cast.head2, "unseen"),
        (cast.clerk, "unseen"),
        (stranger(cast), "unseen"),
    ):
        with pytest.raises(Refused) as caught:
            reply(cast, advice, who)
        assert caught.value.kind == kind


def test_what_a_body_outside_answers_is_written_down(cast: Cast) -> None:
    advice = delivered(cast)
    later = NOW + dt.timedelta(days=40)
    for day in (TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=90)):
        with pytest.raises(Refused) as caught:
            reply(cast, advice, cast.supervisor, replied_on=day, now=later)
        assert caught.value.field == "replied_on"
    in_time = reply(cast, advice, cast.supervisor, replied_on=TODAY + dt.timedelta(days=20), now=later)
    assert not in_time.is_late, "the day on the reply counts, not the day it was written down"
    with pytest.raises(Refused) as caught:
        reply(cast, advice, cast.head)
    assert caught.value.kind == "unseen"
    record(cast, advice, cast.manager, "done")
    assert close(cast, advice, cast.supervisor).status == "closed"


def test_adoption_is_followed_until_it_is_done(cast: Cast) -> None:
    advice = replied(cast)
    with pytest.raises(Refused) as caught:
        close(cast, advice, cast.supervisor)
    assert caught.value.kind == "state"
    with pytest.raises(Refused) as caught:
        record(cast, advice, cast.head, "somehow")
    assert caught.value.field == "kind"
    with pytest.raises(Refused) as caught:
        record(cast, advice, cast.supervisor, "done")
    assert caught.value.kind == "role"
    record(cast, advice, cast.head, "progress", text="制度正在起草。")
    assert not Message.objects.filter(kind="advice_settled").exists()
    record(cast, advice, cast.head, "done")
    assert Message.objects.filter(kind="advice_settled", user=cast.supervisor).exists()
    for act in (lambda: record(cast, advice, cast.head, "done"), lambda: reply(cast, advice, cast.head)):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.kind == "state"
    with pytest.raises(Refused) as caught:
        close(cast, advice, cast.head)
    assert caught.value.kind == "role"
    closed = close(cast, advice, cast.supervisor)
    assert (closed.status, closed.outcome) == ("closed", "done")
    with pytest.raises(Error), transaction.atomic():
        AdoptionStep.objects.update(text="改")


def test_what_was_given_up_is_closed_too(cast: Cast) -> None:
    advice = replied(cast, "partly")
    record(cast, advice, cast.head, "given_up", text="机构改革，职责已经划出。")
    assert close(cast, advice, cast.manager).outcome == "given_up"


def test_what_was_not_adopted_is_closed_with_its_reasons(cast: Cast) -> None:
    advice = replied(cast, "declined")
    with pytest.raises(Refused) as caught:
        record(cast, advice, cast.head, "done")
    assert caught.value.kind == "state"
    with pytest.raises(Refused) as caught:
        close(cast, advice, cast.supervisor, "好")
    assert caught.value.field == "result"
    assert close(cast, advice, cast.supervisor).status == "closed"


def test_the_database_closes_nothing_that_is_not_settled(cast: Cast) -> None:
    advice = replied(cast)
    with pytest.raises(Error), transaction.atomic():
        Advice.objects.filter(pk=advice.pk).update(
            status="closed", closed_at=NOW, closed_by=cast.supervisor, result="了结"
        )
