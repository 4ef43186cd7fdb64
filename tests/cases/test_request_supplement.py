"""What the petitioner is asked to bring: once and whole, in writing, with a window that makes nobody late."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.models import Deadline, Supplement
from hall import documents, journal
from hall.access import Refused
from hall.models import IssuedDocument, JournalEntry
from tests.cast import NOW, Cast
from tests.life_handling import asked_to_bring, clocks, fresh
from tests.matters import ZHANG, accepted, forwarded

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATER = NOW + 3 * DAY


def test_request_supplement_opens_a_window_issues_its_paper_and_pauses_nothing(cast: Cast) -> None:
    before = clocks(accepted(cast))["handle"]
    case, supplement = asked_to_bring(cast)
    assert clocks(case) == {"handle": before, "supplement": dt.date(2026, 12, 3)}
    assert supplement.document is not None
    assert supplement.document.number == "云信补告字〔2026〕1号"
    said = str(documents.page(supplement.document))
    for words in ("1. 考勤表复印件；", "2. 工资条原件。", "2026年12月3日", "不中止办理期限", "2027年1月18日"):
        assert words in said
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="request_supplement")
    assert entry.after == {"until": "2026-12-03", "paper": supplement.document.number}
    assert not case.holds.exists()
    assert journal.verify(f"case:{case.pk}") == []


def test_one_request_at_a_time_and_what_it_wants_is_said(cast: Cast) -> None:
    case, _supplement = asked_to_bring(cast)
    with pytest.raises(Refused, match="已经请信访人补充材料") as caught:
        actions.request_supplement(
            actor=cast.act(cast.liaison), case_id=case.pk, what="身份证复印件", now=NOW
        )
    assert caught.value.kind == "state"
    with pytest.raises(IntegrityError, match="supplement_one_open"), transaction.atomic():
        Supplement.objects.create(case=case, what="又一份", asked_at=NOW)
    with pytest.raises(Refused) as caught:
        actions.request_supplement(
            actor=cast.act(cast.liaison), case_id=accepted(cast).pk, what="\n 票 ", now=NOW
        )
    assert (caught.value.kind, caught.value.field) == ("input", "what")


def test_the_handling_unit_asks_and_the_desk_may_take_in(cast: Cast) -> None:
    for person in (cast.clerk, cast.liaison2, cast.leader):
        with pytest.raises(Refused) as caught:
            actions.request_supplement(
                actor=cast.act(person), case_id=accepted(cast).pk, what="身份证复印件", now=NOW
            )
        assert caught.value.kind == "role"
    with pytest.raises(Refused) as caught:
        actions.request_supplement(
            actor=cast.act(cast.liaison), case_id=forwarded(cast).pk, what="身份证复印件", now=NOW
        )
    assert caught.value.kind == "state"
    case, _supplement = asked_to_bring(cast)
    with pytest.raises(Refused) as caught:
        actions.receive_supplement(actor=cast.act(cast.liaison2), case_id=case.pk, note="收到两份", now=NOW)
    assert caught.value.kind == "role"
    got = actions.receive_supplement(actor=cast.act(cast.clerk), case_id=case.pk, note="收到两份", now=NOW)
    assert got.received_by == cast.clerk


def test_receive_supplement_meets_the_window_and_more_may_then_be_asked(cast: Cast) -> None:
    case, supplement = asked_to_bring(cast)
    with pytest.raises(Refused) as caught:
        actions.receive_supplement(actor=cast.act(cast.liaison), case_id=case.pk, note=" ", now=LATER)
    assert (caught.value.kind, caught.value.field) == ("input", "note")
    got = actions.receive_supplement(
        actor=cast.act(cast.liaison), case_id=case.pk, note="考勤表一份，工资条未能提供。", now=LATER
    )
    assert (got.pk, got.received_at) == (supplement.pk, LATER)
    window = case.deadlines.get(kind="supplement")
    assert window.met_at == LATER
    assert "未能提供" not in str(JournalEntry.objects.filter(stream=f"case:{case.pk}").values_list("after"))
    with pytest.raises(Refused, match="没有待补充的材料") as caught:
        actions.receive_supplement(actor=cast.act(cast.liaison), case_id=case.pk, note="又来一份", now=LATER)
    assert caught.value.kind == "state"
    actions.request_supplement(
        actor=cast.act(cast.liaison), case_id=case.pk, what="银行流水复印件", now=LATER
    )


@pytest.mark.parametrize("lapsed", [True, False])
def test_after_the_window_it_is_taken_all_the_same_and_nobody_was_late(cast: Cast, lapsed: bool) -> None:
    case, _supplement = asked_to_bring(cast)
    after = NOW + 30 * DAY
    if lapsed:
        assert actions.lapse_windows(now=after) == 1
    actions.receive_supplement(
        actor=cast.act(cast.liaison), case_id=case.pk, note="收到两份材料。", now=after
    )
    window = case.deadlines.get(kind="supplement")
    assert window.met_at is None and window.void_reason
    late = JournalEntry.objects.filter(stream=f"case:{case.pk}", verb="meet_deadline", after__late=True)
    assert not late.exists()


def test_through_the_door_a_draft_uses_up_no_number(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    url = f"/cases/{case.pk}/request-supplement/"
    page = client.get(url).content.decode()
    assert "不中止办理期限" in page and "看文书草稿" in page
    draft = client.post(url, {"what": "考勤表复印件", "preview": "1"})
    assert "信访事项补充材料告知书" in draft.content.decode()
    assert not IssuedDocument.objects.filter(kind="notice_supplement").exists()
    assert client.post(url, {"what": "考勤表复印件"}).status_code == 302
    assert fresh(case).supplements.get().document is not None
    assert client.post(url, {"what": "再要一份材料"}).status_code == 409
    receive = f"/cases/{case.pk}/receive-supplement/"
    assert "考勤表复印件" in client.get(receive).content.decode()
    assert client.post(receive, {"note": "收到一份。"}).status_code == 302
    client.force_login(cast.clerk)
    assert client.post(url, {"what": "身份证复印件"}).status_code == 403


def test_the_petitioner_reads_until_when_to_bring_it_as_an_own_right_not_as_a_promise(
    cast: Cast, client: Client
) -> None:
    case, _supplement = asked_to_bring(cast, timezone.now())
    window = Deadline.objects.get(case=case, kind="supplement")
    assert window.due_on is not None
    page = client.post("/progress/", {"code": case.query_code, "digits": ZHANG.phone[-4:]}).content.decode()
    assert "请补充材料：" in page
    promises = page.partition("接下来，我们应当：")[2].partition("到今天为止")[0]
    assert "补充材料" not in promises and "作出书面处理意见" in promises
    Deadline.objects.filter(pk=window.pk).update(due_at=timezone.now() - DAY)
    page = client.post("/progress/", {"code": case.query_code, "digits": ZHANG.phone[-4:]}).content.decode()
    assert "这是我们没有做到位" not in page
