"""`ask_criticism_revocation`, `revoke_criticism`, `ask_advice_revocation`, `revoke_advice`: an issued paper whose
finding fell, or was reduced below what it says, is taken back by two people, on paper.
"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone

from accountability import actions
from accountability.models import Advice, CriticisedFinding, CriticismNotice
from accountability.queries.sanctions import criticisable
from hall import documents
from hall.access import SYSTEM, Refused
from hall.models import IssuedDocument, JournalEntry, Message
from staffing.lifecycle import LEADER
from tests.accountability import finding_steps
from tests.accountability.sanction_steps import (
    FELL,
    advised,
    answered,
    approved,
    asked,
    decided,
    delivered,
    drafted,
    fallen_advice,
    fallen_notice,
    replied,
    reviewed,
    revoked,
    served,
    stranger,
)
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def told(kind: str) -> set[Any]:
    return {message.user for message in Message.objects.filter(kind=kind, channel="app")}


def ask(cast: Cast, row: CriticismNotice | Advice, who: Any, reason: str = FELL) -> Any:
    verb = "ask_advice_revocation" if isinstance(row, Advice) else "ask_criticism_revocation"
    key = "advice_id" if isinstance(row, Advice) else "criticism_id"
    return getattr(actions, verb)(actor=cast.act(who), reason=reason, now=NOW, **{key: row.pk})


def revoke(cast: Cast, row: CriticismNotice | Advice, who: Any, ask_no: int = 1) -> Any:
    verb, key = (
        ("revoke_advice", "advice_id") if isinstance(row, Advice) else ("revoke_criticism", "criticism_id")
    )
    return getattr(actions, verb)(actor=cast.act(who), ask_no=ask_no, now=NOW, **{key: row.pk})


def test_the_real_way_from_the_late_matter_to_the_revocation(cast: Cast) -> None:
    """Opened, stated, decided; served; a review that was let in late leaves nothing; both papers are taken back."""
    one = finding_steps.decided(cast)
    now = finding_steps.day_after(one, 30)
    notice = served(cast, [one], now=now)
    advice = approved(cast, findings=[one], now=now)
    reviewed(one, "in_review")  # a row: the window for it is over by the time a paper may rest on it
    days, manager = one.decided_days, cast.act(cast.manager, now)
    actions.change_finding(actor=manager, finding_id=one.pk, days=0, reason=finding_steps.WHY, now=now)
    done, gone = revoked(cast, notice, now=now), revoked(cast, advice, now=now)
    assert days and (done.status, gone.status) == ("revoked", "revoked")
    assert done.revocation.number == "云信撤字〔2026〕1号"
    notice.refresh_from_db()
    assert notice.document is not None and notice.document.voided_at == now


def test_a_notice_is_taken_back_on_paper_and_everybody_hears(cast: Cast) -> None:
    one, other = decided(cast), decided(cast, "housing")
    notice = served(cast, [one, other])
    reviewed(one, "changed", decided_days=0)
    asked(cast, notice)
    assert told("criticism_revocation_asked") == {cast.leader, cast.leader2}
    done = revoke(cast, notice, cast.leader)
    assert done.status == "revoked" and (done.revoked_by, done.revoked_at) == (cast.leader, NOW)
    page = str(documents.page(done.revocation))
    assert "关于撤销云信通〔2026〕1号通报的通知" in page and FELL in page and "云溪县住房和城乡建设局" in page
    first = IssuedDocument.objects.get(pk=done.document_id)
    assert first.voided_at == NOW and done.revocation.number in first.void_reason
    heard = told("criticism_revoked")
    assert {cast.head, cast.liaison, cast.head2, cast.liaison2, cast.supervisor, cast.manager} <= heard
    assert cast.leader not in heard
    entry = JournalEntry.objects.get(verb="revoke_criticism")
    assert entry.after["by"] == done.revocation.number and FELL not in str(entry.after)
    # What still stands is free again, what fell is not.
    assert [row.pk for row in criticisable(cast.act(cast.supervisor))] == [other.pk]
    assert drafted(cast, [other]).status == "submitted"
    for who in (cast.head, cast.head2):
        assert CriticismNotice.objects.visible_to(cast.act(who)).filter(pk=notice.pk).exists()
    with pytest.raises(Refused) as caught:
        actions.answer_criticism(
            actor=cast.act(cast.head), criticism_id=notice.pk, text="已经明确责任岗位。", now=NOW
        )
    assert caught.value.kind == "state"


def test_whoever_was_told_and_has_left_is_told_again(cast: Cast) -> None:
    notice = fallen_notice(cast)
    cast.head.postings.update(until_on=NOW.date().replace(day=17))
    revoked(cast, notice)
    assert {cast.head, cast.liaison} <= told("criticism_revoked")


def test_fewer_days_than_it_says_are_enough_and_what_stands_is_not(cast: Cast) -> None:
    assert revoked(cast, fallen_notice(cast, days=2)).status == "revoked"
    standing = decided(cast)
    notice = served(cast, [standing])
    for status in ("in_review", "confirmed"):
        with pytest.raises(Refused) as caught:
            ask(cast, notice, cast.supervisor)
        assert caught.value.kind == "state"
        reviewed(standing, status)
    with pytest.raises(Refused) as caught:
        revoke(cast, notice, cast.leader)
    assert caught.value.kind == "state"


def test_what_is_closed_can_be_taken_back_and_what_is_a_draft_is_withdrawn(cast: Cast) -> None:
    one = decided(cast)
    notice = answered(cast, [one])
    actions.close_criticism(
        actor=cast.act(cast.supervisor), criticism_id=notice.pk, result="整改已经核实。", now=NOW
    )
    reviewed(one, "changed", decided_days=1)
    assert revoked(cast, CriticismNotice.objects.get(pk=notice.pk)).status == "revoked"
    two = decided(cast)
    draft = drafted(cast, [two])
    reviewed(two, "changed", decided_days=0)
    with pytest.raises(Refused) as caught:
        ask(cast, draft, cast.supervisor)
    assert caught.value.kind == "state"


def test_two_people_and_neither_of_the_unit(cast: Cast) -> None:
    notice = fallen_notice(cast)
    for who in (cast.leader, cast.clerk, cast.head, stranger(cast)):
        with pytest.raises(Refused) as caught:
            ask(cast, notice, who)
        assert caught.value.kind in ("role", "unseen")
    with pytest.raises(Refused) as caught:
        revoke(cast, notice, cast.leader, ask_no=0)
    assert caught.value.kind == "state", "nobody has asked"
    asked(cast, notice)
    for who in (cast.supervisor, cast.manager, cast.head, stranger(cast, LEADER)):
        with pytest.raises(Refused) as caught:
            revoke(cast, notice, who)
        assert caught.value.kind in ("role", "unseen")
    with pytest.raises(Refused):
        actions.revoke_criticism(actor=SYSTEM, criticism_id=notice.pk, ask_no=1, now=NOW)
    ask(cast, notice, cast.manager, "理由改写：依法中止的日数应当扣除。")
    with pytest.raises(Refused) as caught:
        revoke(cast, notice, cast.leader, ask_no=1)
    assert caught.value.kind == "state", "another reason than the one that was read"
    CriticismNotice.objects.filter(pk=notice.pk).update(revoke_asked_by=cast.leader)
    with pytest.raises(Refused) as caught:
        revoke(cast, notice, cast.leader, ask_no=2)
    assert caught.value.kind == "role"
    assert revoke(cast, notice, cast.leader2, ask_no=2).status == "revoked"


def test_the_reason_names_nobody(cast: Cast) -> None:
    for reason in ("短", "张秀英的材料表明应当扣除中止的日数。"):
        with pytest.raises(Refused) as caught:
            ask(cast, fallen_notice(cast), cast.supervisor, reason)
        assert (caught.value.kind, caught.value.field) == ("input", "reason")


def test_the_database_knows_what_revoked_means(cast: Cast) -> None:
    notice = fallen_notice(cast)
    done = revoked(cast, fallen_notice(cast))
    for row, change in (
        (notice, {"status": "revoked"}),
        (notice, {"revoked_by": cast.leader}),
        (done, {"status": "served"}),
        (done, {"revocation": None}),
        (done, {"revoked_by": cast.supervisor}),
    ):
        with pytest.raises(Error), transaction.atomic():
            CriticismNotice.objects.filter(pk=row.pk).update(**change)
    assert not CriticisedFinding.objects.filter(notice=done, is_live=True).exists()


def test_advice_is_taken_back_and_nobody_owes_a_reply(cast: Cast) -> None:
    advice = fallen_advice(cast)
    asked(cast, advice)
    assert told("advice_revocation_asked") == {cast.leader, cast.leader2}
    done = revoke(cast, advice, cast.leader)
    assert (done.status, done.next_step_at) == ("revoked", None)
    assert "关于撤销云信建字〔2026〕1号改进工作建议书的通知" in str(documents.page(done.revocation))
    assert {cast.head, cast.liaison, cast.supervisor} <= told("advice_revoked")
    assert actions.remind_advices(now=NOW.replace(year=2027)) == 0
    with pytest.raises(Refused) as caught:
        actions.reply_advice(
            actor=cast.act(cast.head), advice_id=advice.pk, adopted="adopted", text="已经研究落实。", now=NOW
        )
    assert caught.value.kind == "state"


def test_advice_in_every_state_on_paper_and_none_before(cast: Cast) -> None:
    one, two, three = decided(cast), decided(cast), decided(cast)
    outside = {"department_id": None, "body": "云溪县监察机关"}
    issued = approved(cast, "liability", findings=[one], **outside)
    carried = delivered(cast, "liability", findings=[two], **outside)
    done = replied(cast, findings=[three])
    for finding in (one, two, three):
        reviewed(finding, "changed", decided_days=0)
    for row in (issued, carried, done):
        assert revoked(cast, row).status == "revoked"
    four = decided(cast)
    draft = advised(cast, findings=[four])
    reviewed(four, "changed", decided_days=0)
    for row in (draft, approved(cast, "policy")):
        with pytest.raises(Refused) as caught:
            ask(cast, row, cast.supervisor)
        assert caught.value.kind == "state"


def test_by_the_doors(cast: Cast, client: Client) -> None:
    now = timezone.now()
    rows = (
        ("criticism-notices", "criticism", fallen_notice(cast, now=now)),
        ("advices", "advice", fallen_advice(cast, now=now)),
    )
    for place, noun, row in rows:
        address = f"/{place}/{row.pk}/"
        client.force_login(cast.supervisor)
        page = client.get(address).content.decode()
        assert "认定不再成立" in page and "提请撤销" in page
        asking = f"{address}ask-{noun}-revocation/"
        assert client.post(asking, {"reason": "短"}).status_code == 422
        assert client.post(asking, {"reason": FELL}).status_code == 302
        assert client.post(f"{address}revoke-{noun}/", {"ask_no": 1}).status_code == 403
        client.force_login(cast.head)
        assert "提请撤销" not in client.get(address).content.decode(), "the unit reads no deliberation"
        client.force_login(cast.leader)
        assert FELL in client.get(f"{address}revoke-{noun}/").content.decode()
        assert client.post(f"{address}revoke-{noun}/", {"ask_no": 7}).status_code == 409
        assert client.post(f"{address}revoke-{noun}/", {"ask_no": 1}).status_code == 302
        client.force_login(cast.head)
        page = client.get(address).content.decode()
        assert "已撤销" in page and "撤字〔" in page and "原文书（已作废）" in page
        assert client.get(f"{address}revocation/").status_code == 409, "not printed yet"
        documents.render_due(now=timezone.now())
        assert client.get(f"{address}revocation/")["Content-Type"] == "application/pdf"
        client.force_login(cast.head2)
        assert client.get(f"{address}revocation/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_one_revokes_while_the_unit_answers(cast: Cast) -> None:
    notice = fallen_notice(cast)
    asked(cast, notice)
    start, results = threading.Barrier(2), dict[str, str]()
    leader, head = cast.act(cast.leader), cast.act(cast.head)

    def run(verb: str) -> None:
        try:
            start.wait(timeout=20)
            if verb == "revoke":
                actions.revoke_criticism(actor=leader, criticism_id=notice.pk, ask_no=1, now=NOW)
            else:
                actions.answer_criticism(
                    actor=head, criticism_id=notice.pk, text="已经明确责任岗位，逐件核对。", now=NOW
                )
            results[verb] = "done"
        except Refused as refused:
            results[verb] = refused.kind
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[verb]) for verb in ("revoke", "answer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert results["revoke"] == "done" and results["answer"] in ("done", "state")
