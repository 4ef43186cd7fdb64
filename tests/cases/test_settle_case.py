"""settle_case and answer_suggestion: an agreement that both sides want; an answer with its reasons."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases import actions, rules
from cases.models import Case, Settlement
from hall import documents, journal
from hall.access import Refused, allowed
from hall.models import IssuedDocument, JournalEntry, Message
from tests.cast import NOW, TZ, Cast
from tests.life_handling import simple
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
AGREED: dict[str, Any] = {
    "kind": "mediation",
    "parties": "张秀英；云溪县某建筑公司",
    "facts": "公司拖欠张秀英三个月工资共一万八千元。",
    "terms": "公司支付一万八千元，张秀英不再主张其他权利。",
    "performance": "十二月一日前一次付清。",
    "mediator": "云溪县人民调解委员会王和平",
    "agreed_on": TODAY,
}
REPLY = "建议合理可行，自明年一月起每季度公开一次。"


def settle(cast: Cast, case: Case, who: str = "liaison", **facts: Any) -> Settlement:
    return actions.settle_case(
        actor=cast.act(getattr(cast, who)), case_id=case.pk, now=NOW, **{**AGREED, **facts}
    )


def answer(cast: Cast, case: Case, **facts: Any) -> Case:
    said = {"adoption": "partly", "text": REPLY, **facts}
    return actions.answer_suggestion(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW, **said)


@pytest.mark.parametrize(
    ("kind", "title"), [("mediation", "信访事项调解协议书"), ("reconciliation", "信访事项和解协议书")]
)
def test_settle_case_with_a_written_agreement(cast: Cast, kind: str, title: str) -> None:
    case = accepted(cast)
    mediator = AGREED["mediator"] if kind == "mediation" else ""
    settlement = settle(cast, case, kind=kind, mediator=mediator)
    case.refresh_from_db()
    assert case.status == "settled"
    assert (settlement.document.title, settlement.document.number) == (title, "云信调协字〔2026〕1号")
    assert documents.facts(settlement.document)["terms"] == [AGREED["terms"]] or AGREED["terms"]
    assert not case.deadlines.open().exists()
    assert case.deadlines.get(kind="handle").met_at == NOW
    assert Message.objects.get(kind="case_settled").user == cast.manager
    entry = JournalEntry.objects.get(verb="settle_case")
    assert entry.after["paper"] == title
    assert "张秀英" not in str(entry.after)
    assert journal.verify() == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "arbitration"}, "kind"), ({"mediator": " "}, "mediator"), ({"parties": ""}, "parties"),
        ({"facts": ""}, "facts"), ({"terms": "好"}, "terms"), ({"performance": ""}, "performance"),
        ({"agreed_on": TODAY + dt.timedelta(days=1)}, "agreed_on"),
        ({"agreed_on": TODAY - dt.timedelta(days=1)}, "agreed_on"),
    ],
)  # fmt: skip
def test_an_agreement_is_whole(cast: Cast, facts: dict[str, Any], field: str) -> None:
    case = accepted(cast)
    with pytest.raises(Refused) as caught:
        settle(cast, case, **facts)
    assert (caught.value.kind, caught.value.field) == ("input", field)
    assert not IssuedDocument.objects.filter(kind="settlement").exists()


def test_only_claims_are_settled_by_the_handling_unit(cast: Cast) -> None:
    liaison, case = cast.act(cast.liaison), accepted(cast)
    for who in ("clerk", "manager", "liaison2", "supervisor"):
        assert (
            allowed(rules.check_can_settle_case, cast.act(getattr(cast, who)), case, now=NOW).kind == "role"
        )
    for purpose in ("suggestion", "accusation"):
        verdict = allowed(
            rules.check_can_settle_case, liaison, accepted(cast, title=purpose, purpose=purpose), now=NOW
        )
        assert (verdict.kind, verdict.article) == ("state", "《信访工作条例》第三十三条")
    settle(cast, case)
    case.refresh_from_db()
    assert allowed(rules.check_can_settle_case, liaison, case, now=NOW).kind == "state"


def test_the_database_wants_a_mediator_and_keeps_the_agreement(cast: Cast) -> None:
    settlement = settle(cast, accepted(cast))
    with pytest.raises(Error), transaction.atomic():
        Settlement.objects.filter(pk=settlement.pk).update(terms="改了")
    other = accepted(cast, title="另一件")
    row = {name: AGREED[name] for name in ("kind", "parties", "facts", "terms", "performance", "agreed_on")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.create(case=other, document=settlement.document, at=NOW, mediator="", **row)


def test_the_door_asks_for_both_sides_consent(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now)
    client.force_login(cast.liaison)
    url = f"/cases/{case.pk}/settle-case/"
    assert "自愿" in client.get(url).content.decode()
    facts = {**AGREED, "agreed_on": now.astimezone(TZ).date().isoformat()}
    refused = client.post(url, facts)
    assert refused.status_code == 422
    assert "自愿同意" in refused.content.decode()
    assert (
        "信访事项调解协议书" in client.post(url, {**facts, "consent": "on", "preview": "1"}).content.decode()
    )
    assert client.post(url, {**facts, "consent": "on", "facts": "无"}).status_code == 422
    assert client.post(url, {**facts, "consent": "on"}).status_code == 302
    case.refresh_from_db()
    assert case.status == "settled"


@pytest.mark.parametrize("ends", ["settle", "answer"])
def test_the_short_clock_of_the_simple_procedure_is_met_too(cast: Cast, ends: str) -> None:
    case = simple(cast, accepted(cast, purpose="request" if ends == "settle" else "suggestion"))
    if ends == "settle":
        settle(cast, case)
    else:
        answer(cast, case)
    for kind in ("handle", "simple_handle"):
        clock = case.deadlines.get(kind=kind)
        assert (clock.met_at, clock.void_at) == (NOW, None)


# -- suggestions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("adoption", "said"), [("adopted", "采纳"), ("partly", "部分采纳"), ("not_adopted", "未采纳")]
)
def test_answer_suggestion_with_its_reasons(cast: Cast, adoption: str, said: str) -> None:
    case = accepted(cast, purpose="suggestion")
    case = answer(cast, case, adoption=adoption)
    assert case.status == "replied"
    paper = IssuedDocument.objects.get(kind="reply_suggestion")
    facts = documents.facts(paper)
    assert (paper.number, facts["adoption"]) == ("云信建复字〔2026〕1号", said)
    assert facts["article"] == "《信访工作条例》第二十九条"
    assert not case.deadlines.open().exists()
    assert Message.objects.get(kind="suggestion_answered").user == cast.manager
    assert JournalEntry.objects.get(verb="answer_suggestion").after["outcome"] == adoption


@pytest.mark.parametrize(("facts", "field"), [({"adoption": "maybe"}, "adoption"), ({"text": "好"}, "text")])
def test_the_answer_says_what_and_why(cast: Cast, facts: dict[str, str], field: str) -> None:
    case = accepted(cast, purpose="suggestion")
    with pytest.raises(Refused) as caught:
        answer(cast, case, **facts)
    assert caught.value.field == field


def test_only_a_suggestion_is_answered_so(cast: Cast) -> None:
    liaison = cast.act(cast.liaison)
    verdict = allowed(rules.check_can_answer_suggestion, liaison, accepted(cast), now=NOW)
    assert (verdict.kind, verdict.article) == ("state", "《信访工作条例》第二十九条")
    early = registered(cast, title="刚登记", purpose="suggestion")
    assert allowed(rules.check_can_answer_suggestion, cast.act(cast.clerk), early, now=NOW).kind == "role"


def test_the_door_of_a_suggestion(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now(), purpose="suggestion")
    client.force_login(cast.head)
    url = f"/cases/{case.pk}/answer-suggestion/"
    assert "说明理由" in client.get(url).content.decode()
    assert client.post(url, {"adoption": "adopted", "text": ""}).status_code == 422
    draft = client.post(url, {"adoption": "adopted", "text": REPLY, "preview": "1"}).content.decode()
    assert REPLY in draft
    assert client.post(url, {"adoption": "adopted", "text": REPLY}).status_code == 302
    assert client.post(url, {"adoption": "adopted", "text": REPLY}).status_code == 409
