"""`approve_advice`, `serve_advice`, `remind_advice`: the paper, delivery, the reply's clock and its reminders."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, transaction

from accountability import actions
from accountability.models import Advice
from accountability.queries.sanctions import why_due
from hall import documents
from hall.access import Refused
from hall.models import JournalEntry, Message, User
from tests.accountability.sanction_steps import (
    advised,
    approved,
    decided,
    delivered,
    replied,
    reviewed,
    stranger,
)
from tests.cast import NOW, Cast, at

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_a_unit_of_the_house_has_it_at_once(cast: Cast) -> None:
    advice = approved(cast)
    assert advice.status == "served" and advice.document is not None
    assert advice.document.number == "云信建字〔2026〕1号"
    assert advice.document.title == "关于劳动报酬类信访事项办理的改进工作建议书"
    page = str(documents.page(advice.document))
    assert "30日内" in page and "回执" in page and "第四十条" in page and "严重后果" not in page
    # Day 30 is Friday 18 December.
    assert (advice.served_on, advice.due_on) == (TODAY, dt.date(2026, 12, 18))
    assert len(why_due(advice)) > 1
    told = {message.user for message in Message.objects.filter(kind="advice_served", channel="app")}
    assert told == {cast.head, cast.liaison}
    assert Advice.objects.visible_to(cast.act(cast.head)).get() == advice
    assert not Advice.objects.visible_to(cast.act(cast.head2)).exists()
    assert list(
        JournalEntry.objects.filter(verb__in=("approve_advice", "serve_advice")).values_list(
            "verb", flat=True
        )
    )


def test_a_last_day_off_moves_to_a_working_day(cast: Cast) -> None:
    assert approved(cast, reply_days=31).due_on == dt.date(2026, 12, 21)


def test_the_serious_consequence_stands_on_the_paper(cast: Cast) -> None:
    advice = approved(cast, "liability")
    assert advice.document is not None
    assert "三十人停工" in str(documents.page(advice.document))
    assert advice.document.title.endswith("追究责任建议书")


@pytest.mark.parametrize("name", ["supervisor", "manager", "clerk", "head"])
def test_who_drafted_it_or_is_no_leader_does_not_approve(cast: Cast, name: str) -> None:
    advice = advised(cast)
    with pytest.raises(Refused) as caught:
        actions.approve_advice(actor=cast.act(cast.people[name]), advice_id=advice.pk, revision=1, now=NOW)
    assert caught.value.kind in ("role", "unseen")
    assert not Advice.objects.visible_to(cast.act(cast.head)).exists(), "a unit sees no draft"


def test_neither_what_changed_nor_what_was_not_read(cast: Cast) -> None:
    one = decided(cast)
    advice = advised(cast, findings=[one])
    Advice.objects.filter(pk=advice.pk).update(drafted_by=cast.leader)
    for who, revision, kind in ((cast.leader, 1, "role"), (cast.leader2, 3, "state")):
        with pytest.raises(Refused) as caught:
            actions.approve_advice(actor=cast.act(who), advice_id=advice.pk, revision=revision, now=NOW)
        assert caught.value.kind == kind
    reviewed(one, "in_review")
    with pytest.raises(Refused) as caught:
        actions.approve_advice(actor=cast.act(cast.leader2), advice_id=advice.pk, revision=1, now=NOW)
    assert caught.value.kind == "state"


def serve(cast: Cast, advice: Advice, who: User | None = None, **facts: Any) -> Advice:
    asked = {"served_on": TODAY, "proof": "公文交换登记第12号", "now": NOW, **facts}
    return actions.serve_advice(actor=cast.act(who or cast.supervisor), advice_id=advice.pk, **asked)


def test_delivery_outside_has_its_proof(cast: Cast) -> None:
    advice = approved(cast, "policy")
    assert (advice.status, advice.due_on) == ("issued", None)
    for facts, field in (
        ({"proof": " "}, "proof"),
        ({"served_on": None}, "served_on"),
        ({"served_on": TODAY + dt.timedelta(days=1)}, "served_on"),
        ({"served_on": TODAY - dt.timedelta(days=1)}, "served_on"),
    ):
        with pytest.raises(Refused) as caught:
            serve(cast, advice, **facts)
        assert caught.value.field == field
    for who in (cast.leader, cast.head, stranger(cast)):
        with pytest.raises(Refused) as caught:
            serve(cast, advice, who)
        assert caught.value.kind in ("role", "unseen")
    done = serve(cast, advice, cast.manager)
    assert (done.status, done.served_how) == ("served", "公文交换登记第12号")
    with pytest.raises(Refused) as caught:
        serve(cast, advice)
    assert caught.value.kind == "state"
    for change in ({"proposal": "别的"}, {"served_how": ""}, {"due_on": None}, {"status": "issued"}):
        with pytest.raises(Error), transaction.atomic():
            Advice.objects.filter(pk=advice.pk).update(**change)


def test_the_reply_is_reminded_of_and_escalated_each_once(cast: Cast) -> None:
    advice = approved(cast)  # due on 18 December
    assert actions.remind_advices(now=at("2026-12-14 10:00")) == 0
    before = at("2026-12-15 09:00")
    assert (actions.remind_advices(now=before), actions.remind_advices(now=before)) == (1, 0)
    due = Message.objects.filter(kind="advice_due", channel="app")
    assert {message.user for message in due} == {cast.head, cast.liaison}
    late = at("2026-12-21 09:00")
    assert (actions.remind_advices(now=late), actions.remind_advices(now=late)) == (1, 0)
    told = Message.objects.filter(kind="advice_late", channel="app")
    assert {message.user for message in told} == {cast.leader, cast.leader2, cast.supervisor}
    advice.refresh_from_db()
    assert advice.next_step_at is None and JournalEntry.objects.filter(verb="remind_advice").count() == 2


def test_a_worker_that_was_away_says_the_last_alone(cast: Cast) -> None:
    approved(cast)
    assert actions.remind_advices(now=at("2027-01-20 09:00")) == 1
    assert not Message.objects.filter(kind="advice_due").exists()
    assert Message.objects.filter(kind="advice_late").exists()


def test_for_a_body_outside_the_office_is_reminded(cast: Cast) -> None:
    delivered(cast)
    actions.remind_advices(now=at("2026-12-15 09:00"))
    told = {message.user for message in Message.objects.filter(kind="advice_due", channel="app")}
    assert told == {cast.supervisor, cast.manager}


def test_what_was_answered_is_not_reminded_of(cast: Cast) -> None:
    replied(cast)
    assert actions.remind_advices(now=at("2027-01-20 09:00")) == 0
    with pytest.raises(Refused):
        actions.remind_advice(actor=cast.act(cast.supervisor), advice_id=1, now=NOW)
