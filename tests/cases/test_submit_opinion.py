"""submit_opinion and return_opinion: only a whole draft goes to the head, and comes back with a reason."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cases import rules
from cases.actions import Answer, draft_opinion, return_opinion, submit_opinion
from cases.models import Case, Claim, Extension, Objection, WorkNote
from cases.queries.precheck import blocking, precheck
from hall.access import Refused, allowed
from hall.models import JournalEntry, Message
from tests.cases.test_draft_opinion import redo
from tests.cast import NOW, Cast
from tests.life_opinions import DAY, answered, answers, drafted, opinion_of, submitted
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def submit(cast: Cast, case: Case, now: dt.datetime = NOW) -> None:
    submit_opinion(actor=cast.act(cast.liaison, now), case_id=case.pk, now=now)


def test_a_whole_draft_goes_to_the_head(cast: Cast) -> None:
    case = submitted(cast)
    opinion = opinion_of(case)
    assert (opinion.status, opinion.submitted_at) == ("submitted", NOW)
    assert (
        Message.objects.filter(kind="opinion_submitted").values_list("user", flat=True).get() == cast.head.pk
    )
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="submit_opinion")
    assert (entry.before, entry.after) == ({"opinion_status": "draft"}, {"opinion_status": "submitted"})


def test_an_empty_row_stays_and_everything_missing_is_named_with_its_clause(cast: Cast) -> None:
    case = accepted(cast)
    first, second = case.claims.all()
    rows = [Answer(claim_id=first.pk, conclusion="explain", facts="查明属实。"), answers(case)[1]]
    draft_opinion(actor=cast.act(cast.liaison), case_id=case.pk, rows=rows, now=NOW)
    said = "第1项诉求还没有答复：缺依据、处理意见和措施（《信访工作条例》第三十二条）"
    with pytest.raises(Refused, match=said) as refused:
        submit(cast, case)
    assert (refused.value.kind, refused.value.field) == ("input", f"basis_{first.pk}")
    assert refused.value.article == "《信访工作条例》第三十二条"
    assert opinion_of(case).status == "draft"
    assert not [one for one in blocking(Case.objects.get(pk=case.pk)) if one.field.endswith(f"_{second.pk}")]


def test_nothing_to_submit_is_a_state_of_its_own(cast: Cast) -> None:
    case = accepted(cast)
    verdict = allowed(rules.check_can_submit_opinion, cast.act(cast.liaison), case, now=NOW)
    assert (verdict.kind, str(verdict.reason)) == ("state", "还没有起草处理意见。")
    again = submitted(cast, case=case)
    assert "待会签" in str(
        allowed(rules.check_can_submit_opinion, cast.act(cast.liaison), again, now=NOW).reason
    )
    assert allowed(rules.check_can_submit_opinion, cast.act(cast.liaison2), again, now=NOW).kind == "role"


def test_what_only_an_open_case_can_decide_is_decided_first(cast: Cast) -> None:
    case = drafted(cast)
    Objection.objects.create(
        case=case, kind="dispute", department=cast.units["labour"], reason="不属本局职权", raised_at=NOW
    )
    with pytest.raises(Refused, match="争议") as refused:
        submit(cast, case)
    assert refused.value.kind == "state"
    other = drafted(cast, case=accepted(cast, title="延期"))
    deadline = other.deadlines.get(kind="handle")
    Extension.objects.create(case=other, deadline=deadline, days=10, reason="需要审计", requested_at=NOW)
    with pytest.raises(Refused, match="延期申请还没有批复"):
        submit(cast, other)
    assert {one.verb for one in blocking(other)} == {"approve_extension"}


def test_advice_does_not_block(cast: Cast) -> None:
    case = drafted(cast)
    found = precheck(case, now=NOW)
    assert [one.blocks for one in found] == [False]
    assert "没有办理记录" in found[0].what
    WorkNote.objects.create(case=case, kind="talk", happened_on=NOW.date(), text="听取陈述", at=NOW)
    assert precheck(Case.objects.get(pk=case.pk), now=NOW) == []
    late = precheck(Case.objects.get(pk=case.pk), now=NOW + 70 * DAY)
    assert ["没有延期告知" in one.what and not one.blocks for one in late] == [True]


def test_an_answer_to_a_claim_that_left_is_taken_out_before_anybody_signs(cast: Cast) -> None:
    case = drafted(cast)
    Claim.objects.filter(pk=case.claims.last().pk).update(transferred_at=NOW)
    with pytest.raises(Refused, match="已经另行处理"):
        submit(cast, case)


def test_a_redone_opinion_may_not_repeat_the_old_one(cast: Cast) -> None:
    case = redo(cast, answered(cast))
    drafted(cast, case=case, answer=" 责令用工单位于十五日内支付，\n我局现场监督。", basis="另一条依据。")
    with pytest.raises(Refused, match="不得以同一事实和理由作出同样的意见") as refused:
        submit(cast, case)
    assert refused.value.kind == "input"
    assert refused.value.field.startswith("answer_")
    rows = answers(case)
    rows[1] = Answer(claim_id=rows[1].claim_id, conclusion="not_support", facts="重新查明，已经缴纳。",
                     basis="《社会保险法》第五十八条。", answer="不予支持，并说明缴费记录。")  # fmt: skip
    draft_opinion(actor=cast.act(cast.liaison), case_id=case.pk, rows=rows, now=NOW)
    submit(cast, case)
    assert (opinion_of(case).status, opinion_of(case).round) == ("submitted", 2)


def test_the_head_sends_it_back_with_a_reason(cast: Cast) -> None:
    case = submitted(cast)
    head = cast.act(cast.head)
    with pytest.raises(Refused) as refused:
        return_opinion(actor=head, case_id=case.pk, reason=" 改 ", now=NOW)
    assert (refused.value.kind, refused.value.field) == ("input", "reason")
    return_opinion(actor=head, case_id=case.pk, reason="第二项要写明缴费期间。", now=NOW)
    opinion = opinion_of(case)
    assert (opinion.status, opinion.returned_reason, opinion.submitted_at) == (
        "draft",
        "第二项要写明缴费期间。",
        None,
    )
    assert Message.objects.filter(kind="opinion_returned", user=cast.liaison).exists()
    assert JournalEntry.objects.get(verb="return_opinion").reason == "第二项要写明缴费期间。"
    assert allowed(rules.check_can_return_opinion, head, case, now=NOW).kind == "state"
    assert allowed(rules.check_can_return_opinion, cast.act(cast.liaison), case, now=NOW).kind == "role"


def test_the_doors(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    draft_opinion(actor=cast.act(cast.liaison), case_id=case.pk, rows=[], now=timezone.now())
    address = f"/cases/{case.pk}/submit-opinion/"
    page = client.get(address).content.decode()
    claim = case.claims.first()
    assert f'href="/cases/{case.pk}/draft-opinion/#id_conclusion_{claim.pk}_field"' in page
    response = client.post(address)
    assert response.status_code == 422
    assert "第2项诉求还没有答复" in response.content.decode()
    drafted(cast, timezone.now(), case)
    assert client.post(address).status_code == 302
    client.force_login(cast.head)
    back = f"/cases/{case.pk}/return-opinion/"
    assert "经查，用工单位欠付" in client.get(back).content.decode()
    assert client.post(back, {"reason": ""}).status_code == 422
    assert client.post(back, {"reason": "请补充证据名称。"}).status_code == 302
    client.force_login(cast.liaison)
    assert "请补充证据名称。" in client.get(f"/cases/{case.pk}/draft-opinion/").content.decode()
