"""会商纪要 (`issue_minutes`): the paper, what binds, what the petitioner reads, who is named in it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from cases.models import Deadline
from cases.queries.progress import for_petitioner
from consultations import actions
from consultations.models import Attendance, IssuedMinutes, Sitting
from hall import documents, journal
from hall.models import JournalEntry, Message
from staffing.models import Room
from tests.cast import NOW, Cast
from tests.consultations.minutes_steps import (
    DISSENT,
    RESOLUTION,
    all_signed,
    called,
    circulating,
    day,
    drafted,
    issued,
    refusal,
    signed,
)

pytestmark = pytest.mark.django_db


def words_of(found: IssuedMinutes) -> str:
    return str(documents.page(found.document))


def test_it_is_a_numbered_paper_and_binds(cast: Cast) -> None:
    found = issued(cast)
    one = found.consultation
    assert (one.status, one.ended_at, found.document.kind) == ("agreed", NOW, "minutes_joint")
    assert found.document.number == "云信会纪字〔2026〕1号"
    rows = list(one.commitments.all())
    assert [row.status for row in rows] == ["open", "open"]
    clocks = {d.item: d for d in Deadline.objects.open().filter(kind="commitment")}
    assert set(clocks) == {f"commitment:{row.pk}" for row in rows}
    assert rows[0].deadline == clocks[f"commitment:{rows[0].pk}"]
    assert [clocks[f"commitment:{row.pk}"].department_id for row in rows] == [
        row.department_id for row in rows
    ]
    assert rows[0].deadline.due_on == day(NOW, 20) and rows[1].deadline.own_limit_days == 40
    given = Message.objects.filter(kind="commitment_given", context__n=1)
    assert {m.user for m in given} == {cast.liaison2, cast.head2}
    assert {m.user for m in Message.objects.filter(kind="minutes_issued")} >= {
        cast.head3,
        cast.liaison2,
        cast.head,
    }
    assert journal.verify() == []


def test_the_paper_says_who_was_there_and_what_each_said(cast: Cast) -> None:
    one = called(cast, silent=("land",))
    room = Room.objects.create(hall=cast.hall, name="第二会商室", kind="meeting", capacity=10)
    sitting = Sitting.objects.create(
        consultation=one, starts_at=NOW, ends_at=NOW + dt.timedelta(hours=1), room=room, agenda="研究垫付",
        chair=cast.manager, planned_at=NOW,
    )  # fmt: skip
    for unit, user, present in (("housing", cast.head2, True), ("land", cast.head3, False)):
        Attendance.objects.create(
            sitting=sitting, department=cast.units[unit], user=user, name=user.name, present=present
        )
    Sitting.objects.filter(pk=sitting.pk).update(status="held", record="讨论了垫付。")
    one = circulating(cast, one)
    signed(cast, one, "housing", dissent=DISSENT)
    signed(cast, one, "land")
    signed(cast, one, "labour")
    words = words_of(actions.issue_minutes(actor=cast.act(cast.manager), consultation_id=one.pk, now=NOW))
    for said in (
        "第二会商室", "主持人：王守信", "云溪县住房和城乡建设局郑国栋", "未到会人员", "云溪县自然资源局钱立新",
        "是否同意由总包单位先行垫付", "逾期未提出意见的单位：云溪县自然资源局", "对第1个问题，同意：无异议", RESOLUTION,
        "督促总包单位垫付工资", "云溪县住房和城乡建设局（杨柳）", "2026年12月8日", "会签，保留意见", DISSENT,
    ):  # fmt: skip
        assert said in words, said
    assert "逾期未会签" not in words


def test_a_unit_that_never_signs_is_named_in_it(cast: Cast) -> None:
    one = circulating(cast)
    late = NOW + dt.timedelta(days=9)
    actions.pass_over_unit(actor=cast.act(cast.liaison, late), consultation_id=one.pk, version=1, now=late)
    signed(cast, one, "land", late)
    signed(cast, one, "labour", late)
    found = actions.issue_minutes(actor=cast.act(cast.liaison, late), consultation_id=one.pk, now=late)
    assert "逾期未会签的单位：云溪县住房和城乡建设局。" in words_of(found)
    # It is bound all the same.
    assert one.commitments.get(department=cast.units["housing"]).status == "open"


def test_minutes_that_nobody_signed_are_none(cast: Cast) -> None:
    one, now = circulating(cast), NOW
    for _n in range(3):
        now += dt.timedelta(days=14)
        actions.pass_over_unit(actor=cast.act(cast.manager, now), consultation_id=one.pk, version=1, now=now)
    refused = refusal(
        actions.issue_minutes, actor=cast.act(cast.manager, now), consultation_id=one.pk, now=now
    )
    assert (refused.kind, "联席会议" in str(refused)) == ("state", True)


def test_who_may_and_when(cast: Cast) -> None:
    one = circulating(cast)
    issue = actions.issue_minutes
    refused = refusal(issue, actor=cast.act(cast.liaison), consultation_id=one.pk, now=NOW)
    assert "现在轮到云溪县住房和城乡建设局" in str(refused)
    for unit in ("housing", "land", "labour"):
        signed(cast, one, unit)
    for who in ("liaison2", "head3", "leader", "supervisor"):
        assert (
            refusal(issue, actor=cast.act(cast.people[who]), consultation_id=one.pk, now=NOW).kind == "role"
        )
    issue(actor=cast.act(cast.head), consultation_id=one.pk, now=NOW)
    assert refusal(issue, actor=cast.act(cast.head), consultation_id=one.pk, now=NOW).kind == "state"


def test_a_day_that_has_come_meanwhile_is_set_anew_first(cast: Cast) -> None:
    one = all_signed(cast)
    late = NOW + dt.timedelta(days=21)
    refused = refusal(
        actions.issue_minutes, actor=cast.act(cast.liaison, late), consultation_id=one.pk, now=late
    )
    assert (refused.kind, "第1项" in str(refused)) == ("state", True)
    assert not IssuedMinutes.objects.exists()


def test_the_petitioner_reads_that_it_is_settled_and_nothing_of_what_was_said(cast: Cast) -> None:
    one = circulating(cast)
    signed(cast, one, "housing", dissent=DISSENT)
    signed(cast, one, "land")
    signed(cast, one, "labour")
    found = actions.issue_minutes(actor=cast.act(cast.liaison), consultation_id=one.pk, now=NOW)
    row = one.case.proceedings.get()
    assert (row.stage, row.ended_on) == ("agreed", day(NOW))
    assert row.told == (
        "参加会商的单位已经商定怎样办理您反映的事：云溪县住房和城乡建设局、云溪县人力资源和社会保障局各有承担的工作，"
        "最迟2026年12月28日前完成。办理结果由承办单位书面答复您。"
    )
    assert not for_petitioner(found.document.kind)
    for entry in JournalEntry.objects.filter(stream=f"case:{one.case_id}"):
        said = f"{entry.before}{entry.after}{entry.reason}"
        assert DISSENT not in said and RESOLUTION not in said and "无异议" not in said


def test_issued_minutes_are_never_changed_nor_drafted_again(cast: Cast) -> None:
    found = issued(cast)
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        found.delete()
    assert refusal(drafted, cast, found.consultation, facts="又一版又一版又一版又一版。").kind == "state"
