"""request_reexamination and issue_reexamination: by the body above the reviewing one, to final closure."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases import actions, rules
from cases.lifecycle import CASE
from cases.models import Case, Hold
from hall import documents, journal
from hall.access import SYSTEM, Refused, allowed
from hall.models import IssuedDocument, Message
from tests.cast import NOW, TZ, Cast
from tests.life_reviews import (
    ASKED,
    FINDINGS,
    asked_again,
    finally_closed,
    in_reexamination,
    reviewed,
    served,
    upper_units,
)

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def higher(cast: Cast) -> None:
    upper_units(cast)


def days(n: int) -> dt.datetime:
    return NOW + dt.timedelta(days=n)


def clocks(case: Case) -> dict[str, dt.date | None]:
    return dict(case.deadlines.open().values_list("kind", "due_on"))


def test_request_reexamination_goes_one_level_above_the_reviewing_body(cast: Cast) -> None:
    case = reviewed(cast)
    review = asked_again(cast, case, now=days(3))
    case.refresh_from_db()
    assert (case.status, review.stage, review.challenged.kind) == (
        "in_reexamination", "reexamination", "review_opinion",
    )  # fmt: skip
    assert clocks(case) == {"reexamine": dt.date(2026, 12, 21)}
    paper = IssuedDocument.objects.filter(kind="notice_review_received").latest("id")
    assert paper.title == "信访事项复核申请受理告知书"
    assert documents.facts(paper)["article"] == "《信访工作条例》第三十六条"
    assert documents.facts(paper)["earlier_organ"] == "云溪县信访局"
    assert Message.objects.get(kind="reexamination_requested").user == cast.city_petition


@pytest.mark.parametrize("unit", ["petition", "city_labour", "province_petition", "labour"])
def test_no_other_body_re_examines(cast: Cast, unit: str) -> None:
    case = reviewed(cast)
    with pytest.raises(Refused) as caught:
        asked_again(cast, case, unit)
    assert (caught.value.kind, caught.value.field) == ("input", "department")
    assert "第三十六条第一款" in caught.value.article


def test_before_the_review_is_served_nothing_can_be_challenged(cast: Cast) -> None:
    clerk = cast.act(cast.clerk)
    unserved = reviewed(cast, is_served=False)
    verdict = allowed(rules.check_can_request_reexamination, clerk, unserved, now=NOW)
    assert (verdict.kind, verdict.article) == ("state", "《信访工作条例》第三十六条第一款")
    never = served(cast, title="没有复查过的")
    assert allowed(rules.check_can_request_reexamination, clerk, never, now=NOW).kind == "state"
    actions.close_case(actor=cast.act(cast.manager), case_id=never.pk, reason="书面表示接受。", now=NOW)
    verdict = allowed(rules.check_can_request_reexamination, clerk, Case.objects.get(pk=never.pk), now=NOW)
    assert "先申请复查" in str(verdict.reason)


def test_late_only_with_a_good_reason(cast: Cast) -> None:
    case = reviewed(cast)
    with pytest.raises(Refused) as caught:
        asked_again(cast, case, now=days(40))
    assert caught.value.field == "late_reason"
    actions.lapse_windows(now=days(40))
    assert actions.close_lapsed_cases(now=days(40)) == 1
    asked_again(cast, case, now=days(41), late_reason="复查意见书由他人代收，本人出差在外昨天才收到。")
    case.refresh_from_db()
    assert case.status == "in_reexamination"


def test_a_hearing_is_not_counted_in_the_re_examination_alone(cast: Cast) -> None:
    case = in_reexamination(cast)
    Hold.objects.create(
        case=case, kind="hearing", from_on=TODAY + dt.timedelta(days=5), to_on=TODAY + dt.timedelta(days=15),
        authority="《信访工作条例》第三十六条第二款",
    )  # fmt: skip
    actions.recompute_deadlines(actor=SYSTEM, now=NOW, apply=True)
    assert clocks(case)["reexamine"] == dt.date(2026, 12, 28)  # ten days later than the 18th


def test_issue_reexamination_closes_for_good_and_is_still_served(cast: Cast) -> None:
    case = finally_closed(cast)
    assert case.status == "finally_closed"
    # What is left to do is to hand the last paper over.
    assert clocks(case) == {"serve": dt.date(2026, 11, 25)}
    assert CASE.move("serve_document", "finally_closed") is not None
    assert CASE.state("finally_closed").final
    review = case.reviews.get(stage="reexamination")
    assert review.document is not None
    assert review.document.number == "云信复核字〔2026〕1号"
    facts = documents.facts(review.document)
    assert (facts["organ_name"], facts["decision"]) == ("滇南市信访局", "维持原复查意见")
    assert "终结意见" in str(documents.page(review.document)["blocks"])
    assert case.deadlines.get(kind="reexamine").met_at == NOW
    assert {m.user for m in Message.objects.filter(kind="reexamination_issued")} == {
        cast.liaison,
        cast.manager,
    }
    assert journal.verify() == []


def test_what_else_runs_ends_with_it(cast: Cast) -> None:
    from cases.actions.deadlines import start_deadline

    case = in_reexamination(cast)
    start_deadline(case, "report", department_id=None, started_on=TODAY, now=NOW, actor=SYSTEM)
    actions.issue_reexamination(
        actor=cast.act(cast.city_petition), case_id=case.pk, outcome="revoke", now=NOW, **FINDINGS
    )
    assert set(clocks(case)) == {"serve"}
    assert case.deadlines.get(kind="report").void_reason


@pytest.mark.parametrize("who", ["petition", "liaison", "clerk", "manager"])
def test_only_the_re_examining_body_decides(cast: Cast, who: str) -> None:
    case = in_reexamination(cast)
    actor = cast.act(getattr(cast, who))
    assert allowed(rules.check_can_issue_reexamination, actor, case, now=NOW).kind == "role"


@pytest.mark.parametrize(
    "facts", [{"outcome": "redo"}, {"findings": ""}, {"basis": ""}, {"conclusion": "无"}]
)
def test_the_last_opinion_says_everything(cast: Cast, facts: dict[str, Any]) -> None:
    case = in_reexamination(cast)
    with pytest.raises(Refused) as caught:
        actions.issue_reexamination(
            actor=cast.act(cast.city_petition),
            case_id=case.pk,
            now=NOW,
            **{"outcome": "uphold", **FINDINGS, **facts},
        )
    assert caught.value.field == next(iter(facts))


def test_the_doors(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = reviewed(cast, now)
    client.force_login(cast.clerk2)
    url = f"/cases/{case.pk}/request-reexamination/"
    page = client.get(url).content.decode()
    assert "滇南市信访局" in page
    assert "听证" in page
    facts = {
        "requested_on": now.astimezone(TZ).date().isoformat(), "department": cast.units["city_petition"].pk,
        "request": ASKED,
    }  # fmt: skip
    assert client.post(url, facts).status_code == 302
    assert client.post(url, facts).status_code == 409
    client.force_login(cast.city_petition)
    url = f"/cases/{case.pk}/issue-reexamination/"
    assert "不再受理" in client.get(url).content.decode()
    assert "终结意见" in client.post(url, {**FINDINGS, "outcome": "change", "preview": "1"}).content.decode()
    assert client.post(url, {**FINDINGS, "outcome": "change"}).status_code == 302
    case.refresh_from_db()
    assert case.status == "finally_closed"
