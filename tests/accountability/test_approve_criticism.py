"""`approve_criticism`: four eyes, the paper, served on its units; and what changed meanwhile is not published."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import Error, connection, transaction

from accountability import actions
from accountability.models import CriticismNotice, CriticismUnit, Finding
from cases.models import Recusal
from hall import documents
from hall.access import SYSTEM, Refused
from hall.models import IssuedDocument, JournalEntry, Message, User
from staffing.lifecycle import LEADER
from tests.accountability.sanction_steps import decided, drafted, reviewed, served, stranger
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def approve(cast: Cast, notice: CriticismNotice, who: User | None = None, **facts: Any) -> CriticismNotice:
    asked = {"criticism_id": notice.pk, "revision": notice.revision, "now": NOW, **facts}
    return actions.approve_criticism(actor=cast.act(who or cast.leader), **asked)


def refused(cast: Cast, notice: CriticismNotice, who: User | None = None, **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        approve(cast, notice, who, **facts)
    assert not IssuedDocument.objects.filter(kind="criticism_notice").exists()
    return caught.value


def test_it_is_numbered_and_served_on_each_unit(cast: Cast) -> None:
    notice = served(cast, [decided(cast), decided(cast, "housing")])
    assert notice.status == "served" and notice.document is not None
    assert notice.document.number == "云信通〔2026〕1号"
    assert notice.document.title == "关于信访事项超期办理的通报"
    page = str(documents.page(notice.document))
    assert "第四十条" in page and "超期5日" in page and "云溪县住房和城乡建设局" in page
    assert all(
        (one.status, one.served_at) == ("served", NOW) and one.told
        for one in CriticismUnit.objects.filter(notice=notice)
    )
    told = {message.user for message in Message.objects.filter(kind="criticism_served", channel="app")}
    assert {cast.head, cast.liaison, cast.head2, cast.liaison2} <= told
    assert Message.objects.filter(kind="criticism_approved", user=cast.supervisor).exists()
    entry = JournalEntry.objects.get(verb="approve_criticism")
    assert entry.after["number"] == notice.document.number


def test_who_drafted_it_never_approves_it(cast: Cast) -> None:
    """Even a leader who holds the supervisor's post as well: nothing is approved by who wrote it."""
    notice = drafted(cast, [decided(cast)])
    for who in (cast.supervisor, cast.manager, cast.clerk):
        assert refused(cast, notice, who).kind in ("role", "unseen")
    both = cast.act(cast.leader)
    CriticismNotice.objects.filter(pk=notice.pk).update(drafted_by=cast.leader)
    with pytest.raises(Refused) as caught:
        actions.approve_criticism(actor=both, criticism_id=notice.pk, revision=1, now=NOW)
    assert caught.value.kind == "role"
    with pytest.raises(Refused):
        actions.approve_criticism(actor=SYSTEM, criticism_id=notice.pk, revision=1, now=NOW)
    with pytest.raises(Error), transaction.atomic():
        CriticismNotice.objects.filter(pk=notice.pk).update(approved_by=cast.leader)


def test_neither_the_unit_nor_another_hall_knows_of_a_draft(cast: Cast) -> None:
    notice = drafted(cast, [decided(cast)])
    for who in (cast.head, cast.liaison, stranger(cast), stranger(cast, LEADER)):
        assert refused(cast, notice, who).kind == "unseen"
        assert not CriticismNotice.objects.visible_to(cast.act(who)).exists()


def test_what_was_not_read_is_not_approved(cast: Cast) -> None:
    assert refused(cast, drafted(cast, [decided(cast)]), revision=2).kind == "state"


@pytest.mark.parametrize(
    ("status", "facts"), [("in_review", {}), ("changed", {"decided_days": 2}), ("confirmed", {})]
)
def test_a_finding_that_changed_is_written_anew(cast: Cast, status: str, facts: dict[str, Any]) -> None:
    one = decided(cast)
    notice = drafted(cast, [one])
    reviewed(one, status, **facts)
    assert refused(cast, notice).kind == "state"


def test_a_leader_who_is_recused_leaves_it_to_another(cast: Cast) -> None:
    one = decided(cast)
    notice = drafted(cast, [one])
    Recusal.objects.create(case=one.case, user=cast.leader, reason="亲属", at=NOW)
    assert refused(cast, notice).kind == "unseen"
    assert approve(cast, notice, cast.leader2).approved_by == cast.leader2


def test_the_day_of_the_answer_has_not_passed(cast: Cast) -> None:
    notice = drafted(cast, [decided(cast)])
    assert refused(cast, notice, now=NOW + dt.timedelta(days=40)).field == "answer_by_on"


def test_a_unit_without_people_is_seen(cast: Cast) -> None:
    notice = served(cast, [decided(cast, "land", case=decided(cast).case, fault="perfunctory")])
    unit = CriticismUnit.objects.get(notice=notice)
    assert (unit.status, unit.told) == ("served", 0)


def test_what_was_issued_stays(cast: Cast) -> None:
    notice = served(cast, [decided(cast)])
    for change in ({"facts": "别的事实"}, {"title": "别的"}, {"document": None}, {"status": "withdrawn"}):
        with pytest.raises(Error), transaction.atomic():
            CriticismNotice.objects.filter(pk=notice.pk).update(**change)
    with pytest.raises(Refused) as caught:
        actions.withdraw_criticism(
            actor=cast.act(cast.supervisor), criticism_id=notice.pk, reason="改为约谈。", now=NOW
        )
    assert caught.value.kind == "state"


@pytest.mark.django_db(transaction=True)
def test_one_approves_while_the_other_withdraws(cast: Cast) -> None:
    notice, start, results = drafted(cast, [decided(cast)]), threading.Barrier(2), list[str]()
    leader, author = cast.act(cast.leader), cast.act(cast.supervisor)

    def run(verb: str) -> None:
        try:
            start.wait(timeout=20)
            if verb == "approve":
                actions.approve_criticism(actor=leader, criticism_id=notice.pk, revision=1, now=NOW)
            else:
                actions.withdraw_criticism(actor=author, criticism_id=notice.pk, reason="改为约谈。", now=NOW)
            results.append(verb)
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[verb]) for verb in ("approve", "withdraw")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    notice.refresh_from_db()
    assert "state" in results and len(results) == 2
    assert (notice.status == "served") is ("approve" in results)
    assert (notice.document_id is None) is ("withdraw" in results)
    assert Finding.objects.count() == 1
