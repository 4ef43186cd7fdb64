"""`draft_advice`, `edit_advice`, `return_advice`, `withdraw_advice`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import Error, transaction

from accountability import actions
from accountability.models import Advice
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from tests.accountability.sanction_steps import advice_words, advised, decided, stranger
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["improve", "policy", "liability"])
def test_it_is_drafted_and_waits_for_a_leader(cast: Cast, kind: str) -> None:
    advice = advised(cast, kind)
    assert (advice.status, advice.kind, advice.reply_days) == ("submitted", kind, 30)
    assert advice.links.count() == (0 if kind == "policy" else 1)
    told = {message.user for message in Message.objects.filter(kind="advice_drafted", channel="app")}
    assert told == {cast.leader, cast.leader2}
    assert JournalEntry.objects.get(verb="draft_advice").after["kind"] == kind


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        ("nothing", {}, "kind"),
        ("improve", {"department_id": None, "body": "云溪县人民政府"}, "department"),
        ("improve", {"body": "云溪县人民政府"}, "body"),
        ("policy", {"body": ""}, "body"),
        ("policy", {"body": "政府"}, "body"),
        ("liability", {"consequence": ""}, "consequence"),
        ("liability", {"consequence": "后果很严重"}, "consequence"),
        ("improve", {"consequence": "因长期没有答复，引发停工。"}, "consequence"),
        ("improve", {"reply_days": 4}, "reply_days"),
        ("improve", {"reply_days": 91}, "reply_days"),
        ("improve", {"article": ""}, "article"),
        ("improve", {"proposal": "改进"}, "proposal"),
        ("improve", {"title": ""}, "title"),
        ("improve", {"facts": "信访人张秀英三次来访没有得到答复。"}, "facts"),
        ("liability", {"consequence": "信访人张秀英因此住院治疗。"}, "consequence"),
    ],
)
def test_bad_input_is_refused_at_its_field(cast: Cast, kind: str, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        advised(cast, kind, **facts)
    assert (caught.value.kind, caught.value.field) == ("input", field)
    assert Advice.objects.count() == 0


def test_who_is_answerable_may_be_named_where_liability_is_advised(cast: Cast) -> None:
    one = decided(cast)
    one.case.respondents.create(name="王小强")
    words = {"proposal": "建议对王小强依规依纪处理，并书面反馈。"}
    assert advised(cast, "liability", [one], **words).kind == "liability"
    with pytest.raises(Refused) as caught:
        advised(cast, "improve", [one], **words)
    assert caught.value.field == "proposal"


def test_it_rests_on_decided_findings(cast: Cast) -> None:
    for rows in ([], [decided(cast, status="dismissed")], [decided(cast, status="opened")]):
        with pytest.raises(Refused) as caught:
            advised(cast, "improve", rows)
        assert caught.value.field == "findings"
    one = decided(cast)
    assert advised(cast, "improve", [one]).pk != advised(cast, "liability", [one]).pk


def test_who_drafts(cast: Cast) -> None:
    one = decided(cast)
    for who in (cast.leader, cast.clerk, cast.head):
        with pytest.raises(Refused) as caught:
            advised(cast, findings=[one], by=who)
        assert caught.value.kind == "role"
    with pytest.raises(Refused) as caught:
        advised(cast, findings=[one], by=stranger(cast))
    assert caught.value.field == "findings", "another hall's finding is not found"
    with pytest.raises(Refused) as caught:
        actions.draft_advice(actor=SYSTEM, finding_ids=[one.pk], words=advice_words(cast), now=NOW)
    assert caught.value.kind == "role", "never automatic"


def test_it_goes_back_and_comes_again(cast: Cast) -> None:
    advice = advised(cast)
    asked = {"advice_id": advice.pk, "now": NOW}
    actions.return_advice(actor=cast.act(cast.leader), reason="依据再写明。", revision=1, **asked)
    assert Message.objects.filter(kind="advice_returned", user=cast.supervisor).exists()
    words = replace(advice_words(cast), reply_days=20, kind="policy")
    with pytest.raises(Refused) as caught:
        actions.edit_advice(actor=cast.act(cast.manager), words=words, revision=1, **asked)
    assert caught.value.kind == "role"
    actions.edit_advice(actor=cast.act(cast.supervisor), words=words, revision=1, **asked)
    advice.refresh_from_db()
    assert (advice.status, advice.revision, advice.reply_days) == ("submitted", 2, 20)
    assert advice.kind == "improve", "the kind stays"
    for who in (cast.head, cast.leader, stranger(cast)):
        with pytest.raises(Refused):
            actions.withdraw_advice(actor=cast.act(who), reason="不再需要。", **asked)
    actions.withdraw_advice(actor=cast.act(cast.manager), reason="不再需要。", **asked)
    advice.refresh_from_db()
    assert advice.status == "withdrawn"


def test_the_database_holds_it_too(cast: Cast) -> None:
    advice = advised(cast)
    for change in (
        {"status": "served"},
        {"status": "issued"},
        {"kind": "liability"},
        {"kind": "policy"},
        {"body": "云溪县人民政府"},
        {"approved_by": cast.supervisor},
    ):
        with pytest.raises(Error), transaction.atomic():
            Advice.objects.filter(pk=advice.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        advice.links.update(days=1)
