"""issue_review and order_redo: by the reviewing body, in writing, in thirty days; upheld, changed, revoked, or anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases import actions, rules
from cases.models import Case, Review
from cases.queries.case_file import case_file
from cases.queries.reviewers import permitted_reviewers
from cases.queries.standing import standing
from cases.queries.wants import what_the_law_wants
from hall import documents, journal
from hall.access import Refused, allowed
from hall.models import IssuedDocument, Message
from tests.cast import NOW, Cast
from tests.life_handling import heard, simple
from tests.life_opinions import handed
from tests.life_referrals import involved
from tests.life_reviews import FINDINGS, asked, in_reexamination, in_review, served, upper_units

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def higher(cast: Cast) -> None:
    upper_units(cast)


def clocks(case: Case) -> dict[str, Any]:
    return {one.kind: (one.department_id, one.due_on) for one in case.deadlines.open()}


def issue(cast: Cast, case: Case, outcome: str = "uphold", who: str = "petition", **facts: Any) -> Review:
    return actions.issue_review(
        actor=cast.act(getattr(cast, who)), case_id=case.pk, outcome=outcome, now=NOW, **{**FINDINGS, **facts}
    )


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("uphold", "维持原处理意见"), ("change", "变更原处理意见"), ("revoke", "撤销原处理意见")],
)
def test_issue_review_in_writing_and_to_be_served(cast: Cast, outcome: str, said: str) -> None:
    case = in_review(cast)
    review = issue(cast, case, outcome)
    case.refresh_from_db()
    assert (case.status, review.status, review.outcome) == ("reviewed", "decided", outcome)
    assert review.document is not None
    assert review.document.number == "云信复查字〔2026〕1号"
    facts = documents.facts(review.document)
    assert facts["organ_name"] == "云溪县信访局"
    assert (facts["decision"], facts["upper_organ"]) == (said, "滇南市信访局")
    assert facts["earlier_organ"] == "云溪县人力资源和社会保障局"
    assert "redo" not in facts
    assert clocks(case) == {"serve": (cast.units["petition"].pk, dt.date(2026, 11, 25))}
    assert case.deadlines.get(kind="review").met_at == NOW
    assert Message.objects.get(kind="review_issued").user == cast.liaison
    entry = journal.JournalEntry.objects.get(verb="issue_review")
    assert (entry.after["outcome"], entry.after["unit"]) == (outcome, "云溪县信访局")


def test_a_city_bureau_names_whom_to_ask_next(cast: Cast) -> None:
    case = in_review(cast, unit="city_labour")
    review = issue(cast, case, who="city_labour")
    assert review.document is not None
    assert documents.facts(review.document)["upper_organ"] == "滇南市信访局"


@pytest.mark.parametrize("who", ["liaison", "head", "clerk", "manager", "supervisor", "city_petition"])
def test_only_the_reviewing_body_decides(cast: Cast, who: str) -> None:
    case = in_review(cast)
    for verb in (rules.check_can_issue_review, rules.check_can_order_redo):
        assert allowed(verb, cast.act(getattr(cast, who)), case, now=NOW).kind == "role"
    assert not allowed(
        rules.check_can_issue_review, cast.act(cast.liaison), served(cast, title="另一件"), now=NOW
    )


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"outcome": "redo"}, "outcome"), ({"outcome": ""}, "outcome"), ({"findings": "清楚"}, "findings"),
        ({"basis": " "}, "basis"), ({"conclusion": ""}, "conclusion"),
    ],
)  # fmt: skip
def test_a_review_says_everything(cast: Cast, facts: dict[str, Any], field: str) -> None:
    case = in_review(cast)
    with pytest.raises(Refused) as caught:
        issue(cast, case, **facts)
    assert (caught.value.kind, caught.value.field) == ("input", field)
    assert not IssuedDocument.objects.filter(kind="review_opinion").exists()


def test_it_is_decided_once(cast: Cast) -> None:
    case = in_review(cast)
    issue(cast, case)
    with pytest.raises(Refused) as caught:
        issue(cast, case)
    assert caught.value.kind == "state"
    review = Review.objects.get(case=case)
    with pytest.raises(Error), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(status="requested", outcome="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(document=None)


def test_order_redo_begins_a_new_round(cast: Cast) -> None:
    case = in_review(cast)
    later = NOW + dt.timedelta(days=10)
    review = actions.order_redo(actor=cast.act(cast.petition, later), case_id=case.pk, now=later, **FINDINGS)
    case = Case.objects.get(pk=case.pk)
    assert (case.status, review.outcome, standing(case).round) == ("accepted", "redo", 2)
    assert clocks(case) == {
        "handle": (cast.units["labour"].pk, dt.date(2027, 1, 27)),  # 60 days from 28 November
        "serve": (cast.units["petition"].pk, dt.date(2026, 12, 4)),
    }
    assert review.document is not None
    facts = documents.facts(review.document)
    assert facts["decision"] == "责令重新办理"
    assert "不得以同一事实和理由" in facts["redo"]
    assert "upper_organ" not in facts
    page = documents.page(review.document)
    assert "复核" not in str(page["blocks"])
    assert {m.user for m in Message.objects.filter(kind="redo_ordered")} == {cast.liaison, cast.head}
    served(cast, later, case=case)
    second = asked(cast, Case.objects.get(pk=case.pk), now=later)
    assert second.round == 2


def redone(cast: Cast, case: Case) -> Case:
    who = cast.petition if case.status == "in_review" else cast.city_petition
    actions.order_redo(actor=cast.act(who), case_id=case.pk, now=NOW, **FINDINGS)
    return Case.objects.get(pk=case.pk)


def test_the_order_is_still_to_be_served_when_the_new_opinion_has_been(cast: Cast) -> None:
    case = served(cast, case=redone(cast, in_review(cast)))
    assert clocks(case)["serve"] == (cast.units["petition"].pk, dt.date(2026, 11, 25))
    wants = what_the_law_wants(case_file(cast.act(cast.clerk), case.pk, today=NOW.date()), now=NOW)
    assert "serve_document" in [want.verb for want in wants]


def test_the_same_body_s_next_opinion_takes_the_place_of_its_order(cast: Cast) -> None:
    case = served(cast, case=redone(cast, in_review(cast)))
    order = case.reviews.get().document
    assert order is not None
    asked(cast, case, now=NOW)
    issue(cast, case)
    assert clocks(case)["serve"][0] == cast.units["petition"].pk
    old = case.deadlines.exclude(void_at=None).get(kind="serve")
    assert old.void_reason == "又作出新的意见书，一并送达。"
    clerk = cast.act(cast.clerk)
    actions.serve_document(actor=clerk, case_id=case.pk, document_id=order.pk, service=handed(), now=NOW)
    assert set(clocks(case)) == {"serve"}, "the order is not the opinion that is to be served"
    new = case.reviews.latest("id").document
    assert new is not None
    actions.serve_document(actor=clerk, case_id=case.pk, document_id=new.pk, service=handed(), now=NOW)
    assert "serve" not in clocks(case)


def test_a_new_round_is_an_ordinary_one_without_those_who_took_part(cast: Cast) -> None:
    case = simple(cast)
    copied = involved(cast, case, department_id=cast.units["land"].pk, part="copy", demand="")
    part = involved(cast, case)
    case = served(cast, case=case)
    asked(cast, case)
    case = redone(cast, Case.objects.get(pk=case.pk))
    assert case.procedure == "ordinary"
    part.refresh_from_db()
    copied.refresh_from_db()
    assert (part.ended_at, part.end_reason, copied.ended_at) == (NOW, "责令重新办理。", None)
    assert case not in Case.objects.visible_to(cast.act(cast.liaison2))
    assert copied.department.group.casegrouppermission_set.filter(content_object=case).exists()
    assert cast.units["housing"] not in permitted_reviewers(case, "review"), "who took part is no judge of it"
    again = involved(cast, case)
    assert (again.pk != part.pk, again.answered_at) == (True, None)
    assert case in Case.objects.visible_to(cast.act(cast.liaison2))


@pytest.mark.parametrize(
    ("to_on", "ends"),
    [(None, dt.date(2026, 11, 19)), (dt.date(2026, 12, 20), dt.date(2026, 11, 19))],
)
def test_a_pause_ends_with_the_order(cast: Cast, to_on: dt.date | None, ends: dt.date) -> None:
    case = in_reexamination(cast)
    hold = heard(cast, case, NOW.date(), to_on)
    redone(cast, case)
    hold.refresh_from_db()
    assert hold.to_on == ends
    entry = journal.JournalEntry.objects.get(verb="lift_hold")
    assert entry.after["to_on"] == ends.isoformat()
    assert journal.verify() == []


def test_order_redo_after_re_examination_is_no_end(cast: Cast) -> None:
    case = in_reexamination(cast)
    review = actions.order_redo(actor=cast.act(cast.city_petition), case_id=case.pk, now=NOW, **FINDINGS)
    case.refresh_from_db()
    assert case.status == "accepted"
    assert review.document is not None
    assert review.document.kind == "reexamination_opinion"
    assert "终结" not in str(documents.page(review.document)["blocks"])
    assert "reexamine" not in clocks(case)


def test_the_door_shows_the_request_and_a_draft(cast: Cast, client: Client) -> None:
    case = in_review(cast, timezone.now())
    client.force_login(cast.petition)
    url = f"/cases/{case.pk}/issue-review/"
    page = client.get(url).content.decode()
    assert "请求撤销原处理意见" in page
    assert "信访事项的处理意见" in page
    draft = client.post(url, {**FINDINGS, "outcome": "uphold", "preview": "1"}).content.decode()
    assert "维持原处理意见" in draft
    assert client.post(url, {**FINDINGS, "outcome": "uphold"}).status_code == 302
    client.force_login(cast.liaison)
    assert client.post(url, {**FINDINGS, "outcome": "uphold"}).status_code in (403, 409)


def test_the_door_of_order_redo(cast: Cast, client: Client) -> None:
    case = in_review(cast, timezone.now())
    client.force_login(cast.petition)
    url = f"/cases/{case.pk}/order-redo/"
    assert "60日" in client.get(url).content.decode()
    assert client.post(url, {**FINDINGS, "findings": ""}).status_code == 422
    assert client.post(url, FINDINGS).status_code == 302
    case.refresh_from_db()
    assert case.status == "accepted"
