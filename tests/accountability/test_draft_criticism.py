"""`draft_criticism`, `edit_criticism`, `return_criticism`, `withdraw_criticism`."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import Error, connection, transaction

from accountability import actions
from accountability.models import CriticisedFinding, CriticismNotice
from accountability.queries.sanctions import advisable, criticisable, stated_facts
from cases.models import Recusal
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from tests.accountability.sanction_steps import (
    advised,
    answer_day,
    criticism_words,
    decided,
    drafted,
    reviewed,
    stranger,
)
from tests.cast import NOW, Cast
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def refused(cast: Cast, findings: list[Any], **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        drafted(cast, findings, **facts)
    return caught.value


def test_it_is_drafted_from_what_was_decided_and_waits_for_a_leader(cast: Cast) -> None:
    labour, housing = decided(cast), decided(cast, "housing", status="reduced", decided_days=3)
    notice = drafted(cast, [labour, housing])
    assert notice.status == "submitted" and notice.demands == "查明原因，明确责任岗位\n逐件核对期限"
    assert {one.department.code for one in notice.units.all()} == {"labour", "housing"}
    assert {(one.finding_id, one.status, one.days) for one in notice.links.all()} == {
        (labour.pk, "upheld", 5), (housing.pk, "reduced", 3),
    }  # fmt: skip
    told = Message.objects.filter(kind="criticism_drafted", channel="app")
    assert {message.user for message in told} == {cast.leader, cast.leader2}
    entry = JournalEntry.objects.get(verb="draft_criticism")
    assert entry.after == {"findings": [labour.pk, housing.pk]} and notice.document is None


def test_a_finding_that_a_review_took_back_whole_is_no_ground(cast: Cast) -> None:
    """Changed to no day: the unit answers for nothing, and neither notice nor advice may name it."""
    finding = reviewed(decided(cast), "changed", decided_days=0)
    assert criticisable(cast.act(cast.supervisor)) == advisable(cast.act(cast.supervisor)) == []
    assert refused(cast, [finding]).field == "findings"
    with pytest.raises(Refused) as caught:
        advised(cast, findings=[finding])
    assert (caught.value.kind, caught.value.field) == ("input", "findings")


def test_the_facts_begin_with_what_was_found(cast: Cast) -> None:
    one = decided(cast, decision="张秀英反映属实，电话13800010001，超期没有理由。")
    other = decided(
        cast,
        "housing",
        fault="not_told",
        status="changed",
        days_late=0,
        decided_days=0,
        review_decision="改为部分。",
    )
    text = stated_facts([one, other])
    assert "云溪县人力资源和社会保障局：1项。" in text and "《信访工作条例》第三十四条" in text
    assert "超期5日" in text and "认定由该单位负责的为5日" in text and "没有书面告知" in text
    assert "张秀英" not in text and "13800010001" not in text and one.case.number not in text


@pytest.mark.parametrize("status", ["opened", "dismissed", "stated"])
def test_only_what_was_decided_against_a_unit(cast: Cast, status: str) -> None:
    one = decided(cast, status=status)
    said = refused(cast, [one])
    assert (said.kind, said.field) == ("input", "findings")
    assert criticisable(cast.act(cast.supervisor)) == []


def test_what_is_under_review_waits(cast: Cast) -> None:
    assert refused(cast, [reviewed(decided(cast), "in_review")]).field == "findings"
    assert refused(cast, [decided(cast, department=None)]).field == "findings"
    assert refused(cast, []).field == "findings"
    assert CriticismNotice.objects.count() == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"facts": "短"}, "facts"),
        ({"facts": "信访人张秀英多次来访，该单位没有答复。"}, "facts"),
        ({"facts": "请致电 138 0001 0001 核实，该单位没有答复。"}, "facts"),
        ({"demands": "请与张秀英当面说明。"}, "demands"),
        ({"title": "张秀英反映的问题"}, "title"),
        ({"answer_by_on": None}, "answer_by_on"),
        ({"answer_by_on": NOW.date()}, "answer_by_on"),
        ({"answer_by_on": dt.date(2026, 11, 21)}, "answer_by_on"),
        ({"answer_by_on": NOW.date() + dt.timedelta(days=120)}, "answer_by_on"),
        ({"from_on": NOW.date()}, "until_on"),
        ({"from_on": NOW.date(), "until_on": NOW.date() - dt.timedelta(days=1)}, "until_on"),
    ],
)
def test_bad_input_is_refused_at_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    said = refused(cast, [decided(cast)], **facts)
    assert (said.kind, said.field) == ("input", field)


def test_the_unit_may_be_named_though_it_is_complained_of(cast: Cast) -> None:
    """What a notice is about is its unit; what must not stand there are persons."""
    one = decided(cast)
    one.case.respondents.create(department=cast.units["land"], name="云溪县自然资源局")
    one.case.respondents.create(name="王小强")
    assert drafted(cast, [one], demands="请云溪县自然资源局配合。").pk
    assert (
        refused(cast, [decided(cast, case=one.case, fault="perfunctory")], demands="请王小强检讨。").field
        == "demands"
    )


def test_who_drafts(cast: Cast) -> None:
    one = decided(cast)
    for who in (cast.leader, cast.clerk, cast.head, cast.liaison):
        with pytest.raises(Refused) as caught:
            drafted(cast, [one], by=who)
        assert caught.value.kind == "role"
    with pytest.raises(Refused) as caught:
        actions.draft_criticism(actor=SYSTEM, finding_ids=[one.pk], words=criticism_words([one]), now=NOW)
    assert caught.value.kind == "role", "never automatic"
    with pytest.raises(Refused) as caught:
        drafted(cast, [one], by=stranger(cast))
    assert caught.value.field == "findings", "another hall's finding is not found"
    assert drafted(cast, [one], by=cast.manager).drafted_by == cast.manager


def test_who_is_recused_from_one_of_the_cases_finds_nothing(cast: Cast) -> None:
    one = decided(cast)
    Recusal.objects.create(case=one.case, user=cast.supervisor, reason="亲属", at=NOW)
    assert criticisable(cast.act(cast.supervisor)) == []
    assert refused(cast, [one]).field == "findings"


def test_a_finding_is_in_one_notice(cast: Cast) -> None:
    one = decided(cast)
    notice = drafted(cast, [one])
    assert refused(cast, [one, decided(cast)]).kind == "state"
    with pytest.raises(Error), transaction.atomic():
        CriticisedFinding.objects.create(notice=notice, finding=one, status="upheld")
    assert CriticismNotice.objects.count() == 1
    actions.withdraw_criticism(
        actor=cast.act(cast.supervisor), criticism_id=notice.pk, reason="改为单独约谈。", now=NOW
    )
    assert [row.pk for row in criticisable(cast.act(cast.supervisor))].count(one.pk) == 1
    assert drafted(cast, [one]).status == "submitted"
    with pytest.raises(Error), transaction.atomic():
        CriticisedFinding.objects.filter(notice=notice).update(is_live=True)


@pytest.mark.django_db(transaction=True)
def test_two_people_put_one_finding_into_two_notices(cast: Cast) -> None:
    one, start, results = decided(cast), threading.Barrier(2), list[str]()

    def draft(who: Any) -> None:
        try:
            start.wait(timeout=20)
            drafted(cast, [one], by=who)
            results.append("drafted")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=draft, args=[who]) for who in (cast.supervisor, cast.manager)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["drafted", "state"]
    assert CriticismNotice.objects.count() == CriticisedFinding.objects.count() == 1


def test_it_goes_back_and_comes_again(cast: Cast) -> None:
    one = decided(cast)
    notice = drafted(cast, [one])
    leader, author = cast.act(cast.leader), cast.act(cast.supervisor)
    actions.return_criticism(actor=leader, criticism_id=notice.pk, reason="要求再具体。", revision=1, now=NOW)
    notice.refresh_from_db()
    assert (notice.status, notice.returned_note) == ("returned", "要求再具体。")
    assert Message.objects.filter(kind="criticism_returned", user=cast.supervisor).exists()
    words = replace(criticism_words([one]), demands="十日内逐件核对。")
    with pytest.raises(Refused) as caught:
        actions.edit_criticism(
            actor=cast.act(cast.manager), criticism_id=notice.pk, words=words, revision=1, now=NOW
        )
    assert caught.value.kind == "role", "the words are the author's alone"
    with pytest.raises(Refused) as caught:
        actions.edit_criticism(actor=author, criticism_id=notice.pk, words=words, revision=7, now=NOW)
    assert caught.value.kind == "state"
    actions.edit_criticism(actor=author, criticism_id=notice.pk, words=words, revision=1, now=NOW)
    notice.refresh_from_db()
    assert (notice.status, notice.revision, notice.returned_note) == ("submitted", 2, "")
    assert Message.objects.filter(kind="criticism_drafted", user=cast.leader).count() == 2
    for entry in JournalEntry.objects.filter(stream=f"criticismnotice:{notice.pk}"):
        assert "核对" not in str(entry.after)


def test_the_author_sends_nothing_back_and_nobody_else_withdraws(cast: Cast) -> None:
    notice = drafted(cast, [decided(cast)])
    for who in (cast.supervisor, cast.manager, cast.clerk, cast.head):
        with pytest.raises(Refused):
            actions.return_criticism(
                actor=cast.act(who), criticism_id=notice.pk, reason="要求再具体。", revision=1, now=NOW
            )
    for who in (cast.leader, cast.clerk, cast.head, stranger(cast)):
        with pytest.raises(Refused):
            actions.withdraw_criticism(
                actor=cast.act(who), criticism_id=notice.pk, reason="不再需要。", now=NOW
            )
    assert drafted(cast, [decided(cast)], from_on=NOW.date(), until_on=answer_day()).status == "submitted"


def test_the_database_knows_the_moves(cast: Cast) -> None:
    notice = drafted(cast, [decided(cast)])
    for change in (
        {"status": "closed"},
        {"status": "served"},
        {"approved_by": cast.supervisor},
        {"from_on": NOW.date()},
    ):
        with pytest.raises(Error), transaction.atomic():
            CriticismNotice.objects.filter(pk=notice.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        notice.delete()
    assert accepted(cast).pk
