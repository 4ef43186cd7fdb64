"""hand_over_accusation: to the body with the power over it, in secret; who gave their name is told."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from cases import actions, rules
from cases.actions import NewRespondent
from cases.models import Case
from hall import documents, journal
from hall.access import Refused, allowed
from hall.models import IssuedDocument, JournalEntry, Message
from tests.cast import NOW, Cast
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
BODY = "中共云溪县纪律检查委员会、云溪县监察委员会"
REASON = "反映公职人员涉嫌收受财物，属于纪检监察机关职权。"


def hand_over(cast: Cast, case: Case, body: str = BODY, reason: str = REASON, who: str = "clerk") -> Case:
    return actions.hand_over_accusation(
        actor=cast.act(getattr(cast, who)), case_id=case.pk, competent_body=body, reason=reason, now=NOW
    )


def test_hand_over_accusation_from_the_register(cast: Cast) -> None:
    about = NewRespondent(name="某科长", position="科长")
    case = hand_over(cast, registered(cast, purpose="accusation", respondents=(about,)))
    assert case.status == "handed_over"
    assert not case.deadlines.open().exists()
    assert case.deadlines.get(kind="sort").met_at == NOW
    letter, notice = IssuedDocument.objects.order_by("id")
    assert (letter.kind, letter.number, letter.title) == (
        "letter_hand_over", "云信移字〔2026〕1号", "关于移送检举控告材料的函",
    )  # fmt: skip
    facts = documents.facts(letter)
    assert (facts["recipient"], facts["respondent"], facts["petitioner"]) == (BODY, "某科长科长", "张秀英")
    assert facts["article"] == "《信访工作条例》第三十条"
    assert notice.kind == "notice_handed_over"
    told = documents.facts(notice)
    assert told["competent"] == BODY
    assert "某科长" not in str(documents.page(notice))
    entry = JournalEntry.objects.get(verb="hand_over_accusation")
    assert (entry.after["body"], entry.reason) == (BODY, REASON)
    assert "某科长" not in str(entry.after)
    assert not Message.objects.filter(kind="case_handed_over").exists()
    assert journal.verify() == []


def test_an_anonymous_accusation_is_told_to_nobody(cast: Cast) -> None:
    hand_over(cast, registered(cast, purpose="accusation", people=()))
    assert list(IssuedDocument.objects.values_list("kind", flat=True)) == ["letter_hand_over"]
    assert "petitioner" not in documents.facts(IssuedDocument.objects.get())


def test_from_the_unit_that_had_it(cast: Cast) -> None:
    case = hand_over(cast, accepted(cast, purpose="accusation"))
    assert case.status == "handed_over"
    assert case.deadlines.get(kind="handle").void_reason == "已移送有权机关。"
    assert Message.objects.get(kind="case_handed_over").user == cast.liaison


def test_never_to_whom_it_accuses(cast: Cast) -> None:
    housing = cast.units["housing"]
    about = (NewRespondent(name="住建局", department_id=housing.pk), NewRespondent(name="云溪县某某局"))
    case = registered(cast, purpose="accusation", respondents=about)
    for body in (housing.name, "云溪县某某局"):
        with pytest.raises(Refused) as caught:
            hand_over(cast, case, body=body)
        assert (caught.value.field, caught.value.article) == ("competent_body", "《信访工作条例》第三十条")


@pytest.mark.parametrize(
    ("body", "reason", "field"), [(" ", REASON, "competent_body"), (BODY, "移送", "reason")]
)
def test_it_says_where_and_why(cast: Cast, body: str, reason: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        hand_over(cast, registered(cast, purpose="accusation"), body, reason)
    assert caught.value.field == field
    assert not IssuedDocument.objects.exists()


def test_only_an_accusation_and_by_the_hall(cast: Cast) -> None:
    case, clerk = registered(cast, purpose="accusation"), cast.act(cast.clerk)
    for who in ("liaison", "head", "guide", "leader", "supervisor"):
        actor = cast.act(getattr(cast, who))
        assert allowed(rules.check_can_hand_over_accusation, actor, case, now=NOW).kind == "role"
    claim = registered(cast, title="求决")
    verdict = allowed(rules.check_can_hand_over_accusation, clerk, claim, now=NOW)
    assert (verdict.kind, verdict.article) == ("state", "《信访工作条例》第三十条")
    done = hand_over(cast, case)
    assert allowed(rules.check_can_hand_over_accusation, clerk, done, now=NOW).kind == "state"


def test_the_door(cast: Cast, client: Client) -> None:
    case = registered(cast, timezone.now(), purpose="accusation")
    client.force_login(cast.clerk)
    url = f"/cases/{case.pk}/hand-over-accusation/"
    assert "中共云溪县纪律检查委员会" in client.get(url).content.decode()
    facts = {"competent_body": BODY, "reason": REASON}
    draft = client.post(url, {**facts, "preview": "1"}).content.decode()
    assert "关于移送检举控告材料的函" in draft
    assert "信访事项移送告知书" in draft
    assert client.post(url, {**facts, "reason": ""}).status_code == 422
    assert client.post(url, facts).status_code == 302
    assert client.post(url, facts).status_code == 409
