"""A supervision begins: a proposal is confirmed (`confirm_supervision`) or dismissed (`dismiss_supervision`), or a
person opens one by hand (`open_supervision`)."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import Error, connection, transaction

from accountability import actions
from accountability.models import Supervision, SupervisionFeedback
from cases.actions import sweep_deadlines
from cases.models import Case, Recusal, Respondent, WorkNote
from cases.queries.progress import progress_of
from cases.queries.work_list import WorkFilter, work_list
from hall import documents, journal
from hall.access import Refused
from hall.models import JournalEntry, Message
from staffing.models import Posting
from tests.accountability.supervise_steps import (
    DEMAND,
    DONE,
    PROBLEM,
    answered,
    closed,
    confirmed,
    day,
    days,
    opened,
    proposed,
    returned,
)
from tests.cast import NOW, Cast
from tests.life_referrals import refused
from tests.matters import accepted, ladder

pytestmark = pytest.mark.django_db
WHY = "单位已经口头说明正在审计，暂不督办。"


def dismissed(cast: Cast, one: Supervision, now: dt.datetime, **facts: Any) -> Supervision:
    said = {"reason": WHY, **facts}
    who = said.pop("who", cast.supervisor)
    return actions.dismiss_supervision(actor=cast.act(who, now), supervision_id=one.pk, now=now, **said)


def test_confirm_supervision_gives_notice_clock_and_message(cast: Cast) -> None:
    one, now = proposed(cast)
    one = confirmed(cast, one, now)
    assert (one.status, one.confirmed_by, one.feedback_due_on) == ("open", cast.supervisor, day(now, 7))
    clock = one.clock
    assert clock is not None
    assert (clock.kind, clock.item, clock.department, clock.due_on) == (
        "supervise", f"sup:{one.pk}", cast.units["labour"], dt.date(2026, 12, 25),
    )  # fmt: skip
    paper = one.document
    assert paper is not None
    assert paper.number == "云信督字〔2026〕1号"
    facts = documents.facts(paper)
    assert facts["recipient"] == "云溪县人力资源和社会保障局"
    assert (facts["problem"], facts["demands"]) == ([PROBLEM], DEMAND.split("\n"))
    assert "期限60日已过30日" in facts["supervise_ground"][1]
    told = Message.objects.filter(kind="supervision_opened", channel="app")
    assert {(one.user, one.url) for one in told} == {
        (user, f"/supervisions/{one.pk}/") for user in (cast.liaison, cast.head)
    }
    entry = JournalEntry.objects.get(verb="confirm_supervision")
    assert entry.stream == f"case:{one.case_id}"
    assert PROBLEM not in f"{entry.after}{entry.reason}"
    assert journal.verify() == []
    assert "supervise" in [
        row["kind"] for row in work_list(cast.act(cast.liaison, now), WorkFilter(), now=now).rows
    ]


def test_its_clock_is_reminded_and_escalated_like_every_other(cast: Cast) -> None:
    ladder()
    one = opened(cast)
    sweep_deadlines(now=NOW + days(9))
    told = Message.objects.filter(kind="deadline_step", context__term="supervise")
    assert {message.user for message in told} >= {cast.head, cast.manager}
    assert one.clock is not None


def test_the_petitioner_reads_nothing_of_it(cast: Cast) -> None:
    one = opened(cast)
    told = progress_of(one.case, now=NOW)
    assert "supervise" not in [clock.kind for clock in told.promised]
    assert not [paper for paper in told.papers if paper.kind == "notice_supervision"]
    assert not [act for act in told.acts if "supervision" in act.name or PROBLEM in act.text]


def test_dismiss_supervision_keeps_the_reason_and_tells_nobody(cast: Cast) -> None:
    one, now = proposed(cast)
    one = dismissed(cast, one, now)
    assert (one.status, one.result, one.closed_by) == ("dismissed", WHY, cast.supervisor)
    assert JournalEntry.objects.get(verb="dismiss_supervision").stream == f"supervision:{one.pk}"
    assert not Message.objects.filter(user=cast.liaison, kind__startswith="supervision").exists()
    assert actions.propose_supervisions(now=now + days(1)) == 0
    assert refused(confirmed, cast, one, now).kind == "state"


def test_the_unit_never_sees_a_proposal_or_what_was_dismissed(cast: Cast) -> None:
    one, now = proposed(cast)
    other, _now = proposed(cast)
    dismissed(cast, other, now)
    for who in (cast.liaison, cast.head):
        assert not Supervision.objects.visible_to(cast.act(who, now)).exists()
    confirmed(cast, one, now)
    assert Supervision.objects.visible_to(cast.act(cast.liaison, now)).get() == one
    assert not Supervision.objects.visible_to(cast.act(cast.liaison2, now)).exists()


def test_who_is_complained_of_or_recused_has_no_hand_in_it(cast: Cast) -> None:
    one, now = proposed(cast)
    confirmed(cast, one, now)
    Respondent.objects.create(case=one.case, name=cast.head.name, user=cast.head)
    Recusal.objects.create(case=one.case, user=cast.supervisor, reason="亲属", at=now)
    for who in (cast.head, cast.supervisor):
        assert not Supervision.objects.visible_to(cast.act(who, now)).exists()
    assert refused(opened, cast, one.case, now).kind == "unseen"


@pytest.mark.parametrize("who", ["clerk", "liaison", "head", "leader", "administrator"])
def test_others_decide_nothing(cast: Cast, who: str) -> None:
    one, now = proposed(cast)
    user = cast.people[who]
    assert refused(confirmed, cast, one, now, who=user).kind == "role"
    assert refused(dismissed, cast, one, now, who=user).kind == "role"
    assert refused(opened, cast, one.case, now, who=user).kind == "role"


def test_nobody_decides_on_the_unit_that_they_come_from(cast: Cast) -> None:
    """The supervisor was sent to the hall by the labour bureau: another one decides on its matter."""
    one, now = proposed(cast)
    Posting.objects.filter(user=cast.supervisor).update(home_department=cast.units["labour"], kind="seconded")
    assert refused(confirmed, cast, one, now).kind == "role"
    assert refused(dismissed, cast, one, now).kind == "role"
    assert refused(opened, cast, one.case, now).field == "department"
    confirmed(cast, one, now, who=cast.manager)


def test_whoever_holds_a_post_in_the_unit_as_well_decides_nothing_on_it(cast: Cast) -> None:
    one, now = proposed(cast)
    Posting.objects.create(
        user=cast.supervisor, role="department_head", department=cast.units["labour"], title="局长",
        from_on=NOW.date(),
    )  # fmt: skip
    for act in (confirmed, dismissed):
        assert refused(act, cast, one, now).kind == "role"
    assert opened(cast, one.case, now, unit="housing").department == cast.units["housing"]


def test_whoever_handled_it_or_answered_for_the_unit_does_not_verify_it(cast: Cast) -> None:
    """They worked there until yesterday."""
    one = opened(cast)
    WorkNote.objects.create(
        case=one.case, kind="talk", happened_on=NOW.date(), text="经办。", at=NOW, by=cast.supervisor,
        department=cast.units["labour"],
    )  # fmt: skip
    answered(cast, one)
    assert refused(closed, cast, one).kind == "role"
    assert refused(returned, cast, one).kind == "role"
    SupervisionFeedback.objects.create(supervision=one, kind="answer", text=DONE, at=NOW, by=cast.manager)
    assert refused(closed, cast, one, who=cast.manager).kind == "role"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"problem": "差"}, "problem"),
        ({"demand": ""}, "demand"),
        ({"feedback_on": None}, "feedback_on"),
        ({"feedback_on": NOW.date()}, "feedback_on"),
        ({"feedback_on": day(NOW, 31)}, "feedback_on"),
        ({"trigger": "half_time"}, "trigger"),
        ({"department_id": 0}, "department"),
    ],
)
def test_what_must_be_said(cast: Cast, facts: dict[str, Any], field: str) -> None:
    assert refused(opened, cast, **facts).field == field
    assert not Supervision.objects.exists()


def test_open_supervision_by_hand(cast: Cast) -> None:
    case = accepted(cast)
    one = opened(cast, case, who=cast.manager)
    assert (one.status, one.trigger, one.evidence, one.opened_by) == ("open", "perfunctory", {}, cast.manager)
    assert JournalEntry.objects.get(verb="open_supervision").after["trigger"] == "perfunctory"
    assert refused(opened, cast, case).kind == "state"  # sent twice
    other = opened(cast, case, trigger="delay")
    assert other.clock != one.clock
    assert case.deadlines.open().filter(kind="supervise").count() == 2


def test_a_unit_without_the_matter_reads_it_from_now_on(cast: Cast) -> None:
    case = accepted(cast)
    opened(cast, case, unit="housing")
    assert Case.objects.visible_to(cast.act(cast.liaison2)).filter(pk=case.pk).exists()
    assert case.referrals.get(department=cast.units["housing"]).part == "copy"
    assert Supervision.objects.visible_to(cast.act(cast.liaison2)).count() == 1
    assert not Supervision.objects.visible_to(cast.act(cast.liaison)).exists()


def test_never_a_unit_that_the_matter_complains_of(cast: Cast) -> None:
    case = accepted(cast)
    Respondent.objects.create(case=case, name="县住建局", department=cast.units["housing"])
    assert refused(opened, cast, case, unit="housing").field == "department"


def test_the_database_demands_paper_and_day(cast: Cast) -> None:
    one, _now = proposed(cast)
    for facts in ({"status": "open"}, {"status": "closed"}, {"evidence": {}}, {"status": "dismissed"}):
        with pytest.raises(Error), transaction.atomic():
            Supervision.objects.filter(pk=one.pk).update(**facts)


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_decide_on_one_proposal(cast: Cast) -> None:
    """Whoever comes first decides; the other is told that it is decided."""
    (one, now), start = proposed(cast), threading.Barrier(2)
    said: list[str] = []

    def go(act: Any, **facts: Any) -> None:
        try:
            start.wait(timeout=20)
            act(cast, one, now, **facts)
            said.append(act.__name__)
        except Refused as refusal:
            said.append(refusal.kind)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=go, args=(confirmed,), kwargs={"who": cast.manager}),
        threading.Thread(target=go, args=(dismissed,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    one.refresh_from_db()
    assert sorted(said) in (["confirmed", "state"], ["dismissed", "state"])
    assert one.status == ("open" if "confirmed" in said else "dismissed")
    assert one.case.deadlines.open().filter(kind="supervise").count() == ("confirmed" in said)
