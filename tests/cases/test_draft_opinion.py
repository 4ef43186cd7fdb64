"""draft_opinion: half a row is fine, an edit makes a signature void, nobody overwrites anybody in silence."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from cases import rules
from cases.actions import Answer, draft_opinion
from cases.models import Case, Claim, ContentCategory, OpinionRow, Review
from cases.queries.opinions import used_bases
from cases.views.acting import head_of
from hall.access import Refused, allowed
from hall.models import IssuedDocument, JournalEntry, Message
from tests.cast import NOW, Cast
from tests.life_opinions import WORDS, answered, answers, countersigned, drafted, opinion_of, submitted
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db


def entries(case: Case, verb: str = "draft_opinion") -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(stream=f"case:{case.pk}", verb=verb).order_by("seq"))


def test_half_a_row_is_kept_and_every_claim_has_its_row(cast: Cast) -> None:
    case = accepted(cast)
    first, second = case.claims.all()
    rows = [Answer(claim_id=first.pk, facts="  经查属实。 ")]
    draft_opinion(actor=cast.act(cast.liaison), case_id=case.pk, rows=rows, now=NOW)
    opinion = opinion_of(case)
    assert (opinion.status, opinion.round, opinion.department, opinion.drafted_by) == (
        "draft", 1, cast.units["labour"], cast.liaison,
    )  # fmt: skip
    assert list(opinion.rows.values_list("claim_id", "facts", "conclusion")) == [
        (first.pk, "经查属实。", ""), (second.pk, "", ""),
    ]  # fmt: skip
    assert entries(case)[0].after == {"opinion_status": "draft", "claims": ["1"]}, "no words of the matter"
    rows = [Answer(claim_id=second.pk, answer="予以支付。")]
    draft_opinion(actor=cast.act(cast.head), case_id=case.pk, rows=rows, now=NOW)
    assert list(opinion_of(case).rows.values_list("facts", "answer")) == [
        ("经查属实。", ""),
        ("", "予以支付。"),
    ]
    assert opinion_of(case).drafted_by == cast.head


def test_the_same_words_again_change_nothing(cast: Cast) -> None:
    case = countersigned(cast)
    draft_opinion(actor=cast.act(cast.liaison), case_id=case.pk, rows=answers(case), now=NOW)
    assert opinion_of(case).status == "countersigned"
    assert len(entries(case)) == 1


@pytest.mark.parametrize("reach", [submitted, countersigned])
def test_an_edit_makes_the_signature_void(cast: Cast, reach: object) -> None:
    case = reach(cast)  # type: ignore[operator]
    before = opinion_of(case).status
    draft_opinion(
        actor=cast.act(cast.liaison), case_id=case.pk, rows=answers(case, answer="改为分期支付。"), now=NOW
    )
    opinion = opinion_of(case)
    assert (opinion.status, opinion.countersigned_by, opinion.countersigned_at, opinion.submitted_at) == (
        "draft", None, None, None,
    )  # fmt: skip
    last = entries(case)[-1]
    assert (last.before["opinion_status"], last.after["opinion_status"]) == (before, "draft")
    assert Message.objects.filter(kind="opinion_reopened", user=cast.head).exists()


def test_a_claim_that_is_not_the_cases_own_is_refused_and_so_is_a_foreign_word(cast: Cast) -> None:
    case, other = accepted(cast), accepted(cast, title="另一件")
    with pytest.raises(Refused, match="诉求") as refused:
        draft_opinion(actor=cast.act(cast.liaison), case_id=case.pk, rows=answers(other), now=NOW)
    assert refused.value.kind == "input"
    claim = case.claims.first()
    for rows, field in (
        ([Answer(claim_id=claim.pk, conclusion="maybe")], f"conclusion_{claim.pk}"),
        ([Answer(claim_id=claim.pk, facts="长" * 6001)], f"facts_{claim.pk}"),
    ):
        with pytest.raises(Refused) as refused:
            draft_opinion(actor=cast.act(cast.liaison), case_id=case.pk, rows=rows, now=NOW)
        assert (refused.value.kind, refused.value.field) == ("input", field)


def test_a_claim_that_went_its_own_way_leaves_the_draft(cast: Cast) -> None:
    case = countersigned(cast)
    claim = case.claims.last()
    Claim.objects.filter(pk=claim.pk).update(transferred_at=NOW, transfer_reason="依法仲裁")
    draft_opinion(actor=cast.act(cast.liaison), case_id=case.pk, rows=answers(case), now=NOW)
    opinion = opinion_of(case)
    assert (opinion.status, opinion.rows.count()) == ("draft", 1)


def test_who_may_write_and_when(cast: Cast) -> None:
    case = accepted(cast)
    for who in (cast.clerk, cast.liaison2, cast.manager):
        verdict = allowed(rules.check_can_draft_opinion, cast.act(who), case, now=NOW)
        assert (verdict.ok, verdict.kind) == (False, "role")
    assert allowed(rules.check_can_draft_opinion, cast.act(cast.head), case, now=NOW)
    fresh = registered(cast, title="未受理")
    assert allowed(rules.check_can_draft_opinion, cast.act(cast.liaison), fresh, now=NOW).kind == "role"
    done = answered(cast, case=accepted(cast, title="已答复"))
    assert allowed(rules.check_can_draft_opinion, cast.act(cast.liaison), done, now=NOW).kind == "state"


@pytest.mark.parametrize(("purpose", "pointer"), [("suggestion", "答复建议"), ("accusation", "移送有权机关")])
def test_only_claims_are_answered_by_an_opinion(cast: Cast, purpose: str, pointer: str) -> None:
    case = accepted(cast, purpose=purpose)
    with pytest.raises(Refused, match=pointer) as refused:
        draft_opinion(actor=cast.act(cast.liaison), case_id=case.pk, rows=[], now=NOW)
    assert refused.value.kind == "state"
    assert "条" in refused.value.article


def test_the_database_lets_nobody_edit_what_is_not_a_draft(cast: Cast) -> None:
    case = submitted(cast)
    rows = OpinionRow.objects.filter(opinion__case=case)
    for act in (lambda: rows.update(facts="改"), lambda: rows.all().delete()):
        with pytest.raises(DatabaseError, match="opinion_frozen"), transaction.atomic():
            act()


def test_bases_are_those_of_the_same_unit_and_category(cast: Cast) -> None:
    category = ContentCategory.objects.create(code="010101", level=3, name="欠薪", path="劳动／欠薪")
    answered(cast, case=accepted(cast, title="早先", category_id=category.pk))
    answered(cast, case=accepted(cast, title="别类"), basis="《别的办法》第一条。")
    case = accepted(cast, title="现在", category_id=category.pk)
    assert used_bases(case) == [WORDS["basis"]]
    assert used_bases(accepted(cast, title="无类")) == []


# -- the page ------------------------------------------------------------------------------------------------------


def typed(case: Case, written: str = "", **words: str) -> dict[str, str]:
    said = {**WORDS, **words}
    return {"written": written} | {
        f"{part}_{claim.pk}": text for claim in case.claims.all() for part, text in said.items()
    }


def begun(client: Client, case: Case) -> str:
    """The mark of the words that the page shows."""
    return client.get(f"/cases/{case.pk}/draft-opinion/").context["form"]["written"].value()


def test_the_page_has_a_section_a_claim_and_says_what_is_missing(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    page = client.get(f"/cases/{case.pk}/draft-opinion/").content.decode()
    for claim in case.claims.all():
        assert f"第{claim.number}项诉求：{claim.text}" in page
        assert f'href="#id_conclusion_{claim.pk}_field"' in page
        assert f'id="id_conclusion_{claim.pk}_field"' in page
    assert "不予支持" in page
    assert "第三十二条" in page
    assert "受理以来没有办理记录" in page
    response = client.post(f"/cases/{case.pk}/draft-opinion/", typed(case, begun(client, case), answer=""))
    assert response.status_code == 302
    page = client.get(f"/cases/{case.pk}/draft-opinion/").content.decode()
    assert WORDS["facts"] in page
    assert "缺处理意见和措施" in page


def test_nothing_typed_is_lost_when_somebody_else_saved_meanwhile(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now)
    client.force_login(cast.liaison)
    mark = begun(client, case)
    drafted(cast, now, case, facts="负责人查明的。")
    response = client.post(f"/cases/{case.pk}/draft-opinion/", typed(case, mark, facts="我查明的。"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "我查明的。" in page
    assert "负责人查明的。" in page
    assert "陈志远保存过这份草稿" in page
    assert set(opinion_of(case).rows.values_list("facts", flat=True)) == {"负责人查明的。"}
    again = response.context["form"]["written"].value()
    assert (
        client.post(f"/cases/{case.pk}/draft-opinion/", typed(case, again, facts="我查明的。")).status_code
        == 302
    )
    assert set(opinion_of(case).rows.values_list("facts", flat=True)) == {"我查明的。"}


def test_who_does_something_else_meanwhile_is_not_stale_for_it(cast: Cast, client: Client) -> None:
    """Only who works on the opinion is: an hour's note is not thrown away because a colleague saved a draft."""
    now = timezone.now()
    case = accepted(cast, now)
    client.force_login(cast.clerk)
    seen = head_of(case.pk)
    countersigned(cast, now, case)
    day = timezone.localdate(now).isoformat()
    said = {"seen": seen, "kind": "phone", "happened_on": day, "text": "通话半小时的要点。"}
    response = client.post(f"/cases/{case.pk}/record-work/", said)
    assert response.status_code == 302, response.context["form"].errors
    client.force_login(cast.head)
    response = client.post(f"/cases/{case.pk}/return-opinion/", {"seen": seen, "reason": "第一项要改。"})
    assert response.status_code == 409
    assert "第一项要改。" in response.content.decode()
    assert opinion_of(case).status == "countersigned"


def test_the_page_warns_before_a_signature_falls(cast: Cast, client: Client) -> None:
    case = countersigned(cast, timezone.now())
    client.force_login(cast.liaison)
    assert "原来的送签和会签作废" in client.get(f"/cases/{case.pk}/draft-opinion/").content.decode()
    client.force_login(cast.clerk)
    page = client.get(f"/cases/{case.pk}/draft-opinion/").content.decode()
    assert "由承办单位的" in page
    assert client.post(f"/cases/{case.pk}/draft-opinion/", typed(case)).status_code == 403
    client.force_login(cast.liaison2)
    assert client.get(f"/cases/{case.pk}/draft-opinion/").status_code == 404


def redo(cast: Cast, case: Case, now: dt.datetime = NOW) -> Case:
    """A review has ordered the matter to be handled again; rows alone, the verbs are another topic's."""
    paper = IssuedDocument.objects.filter(stream=f"case:{case.pk}").latest("id")
    case.deadlines.filter(kind="serve").update(met_at=now, next_step_at=None)
    Case.objects.filter(pk=case.pk).update(status="served")
    Case.objects.filter(pk=case.pk).update(status="in_review")
    Case.objects.filter(pk=case.pk).update(status="accepted")
    Review.objects.create(
        case=case, stage="review", challenged=paper, department=cast.units["petition"], requested_on=now.date(),
        request="不服", status="decided", outcome="redo", registered_at=now, decided_at=now, document=paper,
    )  # fmt: skip
    return Case.objects.get(pk=case.pk)


def test_a_redone_opinion_shows_the_earlier_one_beside_each_claim(cast: Cast, client: Client) -> None:
    case = redo(cast, answered(cast, timezone.now(), answer="上一次的答复。"))
    client.force_login(cast.liaison)
    page = client.get(f"/cases/{case.pk}/draft-opinion/").content.decode()
    assert page.count("上一次的答复。") == 2
    assert "不得以同一事实和理由" in page
    drafted(cast, case=case)
    assert opinion_of(case).round == 2
