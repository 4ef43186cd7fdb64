"""The joint conference: `refer_to_conference`, `decide_conference`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases.actions import NewRespondent
from cases.models import Deadline
from consultations import actions
from consultations.models import Consultation, JointConference
from hall import documents, journal
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast
from tests.consultations.minutes_steps import called, circulating, day, line, referred, refusal, signed
from tests.matters import accepted

pytestmark = pytest.mark.django_db
DECISION = "由总包单位先行垫付，住房和城乡建设局监督，12月20日前发放完毕。"


def decide(
    cast: Cast, one: Consultation, now: dt.datetime = NOW, *, who: str = "leader", **facts: Any
) -> Any:
    said = {
        "met_on": day(now), "chaired_by": "赵明德", "attended": "住建局郑国栋、人社局吴建平", "decision": DECISION,
        "lines": [line(cast, now=now)], **facts,
    }  # fmt: skip
    return actions.decide_conference(
        actor=cast.act(cast.people[who], now), consultation_id=one.pk, now=now, **said
    )


def test_what_is_not_settled_is_referred_with_its_own_clock(cast: Cast) -> None:
    one = circulating(cast)
    signed(cast, one, "housing")
    one = referred(cast, one)
    row = JointConference.objects.get()
    assert (one.status, row.ground, row.deadline.kind, row.due_on) == (  # type: ignore[union-attr]
        "conference", "conflict", "joint_decision", row.deadline.due_on,  # type: ignore[union-attr]
    )  # fmt: skip
    assert not Deadline.objects.open().filter(kind__in=("countersign", "confer")).exists()
    told = {m.user for m in Message.objects.filter(kind="conference_referred")}
    assert told == {cast.leader, cast.leader2, cast.manager}
    proceeding = one.case.proceedings.get()
    assert (proceeding.stage, proceeding.until_on) == ("joint", row.due_on)
    assert "住建局认为" not in proceeding.told
    entry = JournalEntry.objects.get(verb="refer_to_conference")
    assert "住建局认为" not in f"{entry.after}{entry.reason}"


@pytest.mark.parametrize(("facts", "field"), [({"ground": "x"}, "ground"), ({"reason": "不行"}, "reason")])
def test_what_is_said_must_be_whole(cast: Cast, facts: dict[str, str], field: str) -> None:
    said = {"ground": "conflict", "reason": "各单位的主张没有取得一致。", **facts}
    one = called(cast)
    refused = refusal(
        actions.refer_to_conference, actor=cast.act(cast.liaison), consultation_id=one.pk, now=NOW, **said
    )
    assert refused.field == field


def test_decide_conference_binds_and_issues_its_paper(cast: Cast) -> None:
    one = referred(cast)
    later = NOW + dt.timedelta(days=3)
    row = decide(cast, one, later)
    one.refresh_from_db()
    assert (one.status, row.document.kind, row.document.number) == (
        "decided", "minutes_conference", "云信联纪字〔2026〕1号",
    )  # fmt: skip
    words = str(documents.page(row.document))
    for said in ("各单位意见不一致", DECISION, "赵明德", "督促总包单位垫付工资"):
        assert said in words, said
    commitment = one.commitments.get()
    assert commitment.status == "open" and commitment.deadline.due_on == day(later, 20)  # type: ignore[union-attr]
    assert not Deadline.objects.open().filter(kind="joint_decision").exists()
    proceeding = one.case.proceedings.get()
    assert (proceeding.stage, proceeding.ended_on) == ("decided", day(later))
    assert DECISION not in proceeding.told
    assert journal.verify() == []


def test_the_drafts_of_the_minutes_make_way_for_the_decision(cast: Cast) -> None:
    one = referred(cast, circulating(cast))
    decide(cast, one, lines=[])
    assert not one.commitments.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"met_on": None}, "met_on"),
        ({"met_on": dt.date(2026, 11, 1)}, "met_on"),
        ({"met_on": dt.date(2026, 12, 31)}, "met_on"),
        ({"chaired_by": ""}, "chaired_by"),
        ({"attended": "无"}, "attended"),
        ({"decision": "同意"}, "decision"),
    ],
)
def test_the_decision_must_be_whole(cast: Cast, facts: dict[str, Any], field: str) -> None:
    assert refusal(decide, cast, referred(cast), **facts).field == field


def test_who_may(cast: Cast) -> None:
    one = called(cast)
    assert refusal(decide, cast, one).kind == "state"
    for who in ("liaison2", "leader", "supervisor"):
        facts = {"ground": "conflict", "reason": "各单位的主张没有取得一致。", "now": NOW}
        actor = cast.act(cast.people[who])
        assert (
            refusal(actions.refer_to_conference, actor=actor, consultation_id=one.pk, **facts).kind == "role"
        )
    one = referred(cast, one)
    for who in ("liaison", "head2", "clerk", "supervisor"):
        assert refusal(decide, cast, one, who=who).kind == "role"
    assert decide(cast, one, who="manager").decided_by == cast.manager


def test_a_leader_whom_it_complains_of_decides_nothing(cast: Cast) -> None:
    case = accepted(cast, respondents=(NewRespondent(name="赵明德", user_id=cast.leader.pk),))
    one = referred(cast, called(cast, case=case))
    assert refusal(decide, cast, one).kind == "unseen"
    assert cast.leader not in {m.user for m in Message.objects.filter(kind="conference_referred")}
