"""The gate of final closure: the same facts and reasons are not taken up again, new ones make a new matter."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import DuplicateChoice
from cases.models import Case, CaseLink
from cases.queries.closed_before import closed_before
from hall import journal
from hall.access import Refused
from tests.cast import NOW, Cast
from tests.life_reviews import finally_closed, upper_units
from tests.matters import REASON, registered

pytestmark = pytest.mark.django_db
NEW = "本月收到公司新的欠条，载明另有两个月工资未付。"


@pytest.fixture(autouse=True)
def higher(cast: Cast) -> None:
    upper_units(cast)


def again(cast: Cast, earlier: Case, decision: str = "repeat") -> Case:
    choice = DuplicateChoice(candidate_id=earlier.pk, score=95, reasons=("id_number",), decision=decision)
    return registered(cast, title="再次要求支付工资", duplicates=(choice,))


def take_up(cast: Cast, case: Case, verb: str = "accept_case", **facts: Any) -> Case:
    act = getattr(actions, verb)
    done: Case = act(
        actor=cast.act(cast.clerk), case_id=case.pk, department_id=cast.units["labour"].pk, reason=REASON, now=NOW,
        **facts,
    )  # fmt: skip
    return done


@pytest.mark.parametrize("verb", ["accept_case", "forward_case"])
def test_the_same_facts_are_not_taken_up_again(cast: Cast, verb: str) -> None:
    case = again(cast, finally_closed(cast))
    for said in ("", "有新情况"):
        with pytest.raises(Refused) as caught:
            take_up(cast, case, verb, new_facts=said)
        assert (caught.value.kind, caught.value.field) == ("input", "new_facts")
        assert caught.value.article == "《信访工作条例》第三十六条第三款"
    case.refresh_from_db()
    assert case.status == "registered"


@pytest.mark.parametrize("verb", ["accept_case", "forward_case"])
def test_new_facts_make_a_new_matter_tied_to_the_old(cast: Cast, verb: str) -> None:
    earlier = finally_closed(cast)
    case = take_up(cast, again(cast, earlier), verb, new_facts=NEW)
    assert case.new_facts == NEW
    link = CaseLink.objects.get(case=case)
    assert (link.other, link.kind, link.reason) == (earlier, "earlier", NEW)
    assert journal.verify() == []


def test_another_matter_needs_nothing(cast: Cast) -> None:
    earlier = finally_closed(cast)
    other = take_up(cast, again(cast, earlier, decision="new"))
    assert (other.status, other.new_facts) == ("accepted", "")
    assert closed_before(take_up(cast, registered(cast, title="无关"))) is None
    assert not CaseLink.objects.exists()


def test_what_was_declined_as_closed_stays_closed(cast: Cast) -> None:
    case = again(cast, finally_closed(cast))
    actions.decline_closed_case(
        actor=cast.act(cast.clerk),
        case_id=case.pk,
        related_case_id=case.repeat_of_id,
        reason="同一事实和理由。",
        now=NOW,
    )
    third = again(cast, case)
    assert closed_before(third) == case
    with pytest.raises(Refused):
        take_up(cast, third)


def test_the_triage_page_asks_for_what_is_new_only_then(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    plain = registered(cast, timezone.now(), title="头一次")
    address = "/cases/{}/triage/?outcome=accept_case&ground=own_remit"
    assert 'name="new_facts"' not in client.get(address.format(plain.pk)).content.decode()
    case = again(cast, finally_closed(cast))
    first = client.get(f"/cases/{case.pk}/triage/").content.decode()
    assert "已终结" in first
    assert 'value="decline_closed_case"' in first  # what the finding leads to
    assert 'name="new_facts"' in client.get(address.format(case.pk)).content.decode()
    facts = {
        "outcome": "accept_case", "ground": "own_remit", "department": cast.units["labour"].pk, "reason": REASON,
    }  # fmt: skip
    url = f"/cases/{case.pk}/triage/"
    refused = client.post(url, facts)
    assert refused.status_code == 422
    assert "没有的，请作不再受理处理" in refused.content.decode()
    assert client.post(url, {**facts, "new_facts": NEW}).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.new_facts) == ("accepted", NEW)
