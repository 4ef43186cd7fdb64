"""What the triggers see (`propose_supervisions`): each at its edge, each occasion once, with the facts it saw."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accountability.actions import propose_supervisions
from accountability.actions.supervise import _proposed
from accountability.models import Supervision, SupervisionRule
from accountability.queries.supervision_rules import active_rules
from accountability.queries.supervision_words import says_seen
from cases import actions
from cases.actions import DuplicateChoice, NewRespondent
from cases.models import Case, CaseGroupPermission, Rating, Respondent
from consultations.actions import return_commitment
from hall import journal
from hall.models import JournalEntry, Message
from intake.actions import link_visit, register_visit
from intake.models import Visit
from tests.accountability import supervise_steps as steps
from tests.accountability.supervise_steps import days, idle, proposed
from tests.cast import NOW, Cast, reception
from tests.consultations import confer_steps as confer
from tests.consultations import minutes_steps as agreed
from tests.life_docket import given, reported
from tests.life_opinions import answered
from tests.life_ratings import rated, served
from tests.life_referrals import involved
from tests.matters import REASON, accepted, matter, registered

pytestmark = pytest.mark.django_db


def seen(now: dt.datetime) -> list[tuple[str, int, str]]:
    """After a sweep at that moment: trigger, case, unit."""
    propose_supervisions(now=now)
    return list(Supervision.objects.order_by("id").values_list("trigger", "case_id", "department__code"))


def filed_again(cast: Cast, case: Case, now: dt.datetime) -> Case:
    choice = DuplicateChoice(candidate_id=case.pk, score=95, reasons=("同一人",), decision="repeat")
    return registered(cast, now, title="又来反映工资", duplicates=(choice,))


def test_half_of_the_period_without_any_work(cast: Cast) -> None:
    """60 days: on day 29 not yet, on day 30."""
    case, half = idle(cast)
    assert seen(half - days(1)) == []
    assert seen(half) == [("half_time", case.pk, "labour")]
    one = Supervision.objects.get()
    clock = case.deadlines.get(kind="handle")
    assert one.evidence == {
        "clock": clock.pk, "term": "handle", "from": "2026-11-18", "due": f"{clock.due_on}", "passed": 30, "of": 60,
    }  # fmt: skip
    assert "期限60日已过30日" in says_seen(one, case.law)
    assert (one.status, one.opened_at, one.opened_by, one.clock) == ("proposed", half, None, None)


def test_whoever_has_recorded_work_is_not_proposed(cast: Cast) -> None:
    case, half = idle(cast)
    actions.record_work(
        actor=cast.act(cast.liaison), case_id=case.pk, kind="phone", happened_on=timezone.localdate(NOW),
        text="已电话联系信访人。", now=NOW + days(3),
    )  # fmt: skip
    assert seen(half) == []


def test_an_occasion_is_seen_once_also_when_it_was_dismissed(cast: Cast) -> None:
    one, half = proposed(cast)
    assert propose_supervisions(now=half + days(1)) == 0
    assert Supervision.objects.count() == 1
    entry = JournalEntry.objects.get(verb="propose_supervision")
    assert entry.stream == f"supervision:{one.pk}"  # the unit reads the case's
    assert entry.after["evidence"] == one.evidence
    assert journal.verify() == []
    message = Message.objects.get(kind="supervision_proposed")
    assert (message.user, message.context) == (cast.supervisor, {"count": 1})


def test_the_petitioner_files_the_same_matter_again(cast: Cast) -> None:
    case = accepted(cast)
    again = filed_again(cast, case, NOW + days(4))
    assert seen(NOW + days(4)) == [("came_again", case.pk, "labour")]
    one = Supervision.objects.get()
    assert one.evidence == {"case": again.pk, "on": "2026-11-22", "channel": "visit", "people": 1}
    assert "再次信访（来访）" in says_seen(one, case.law)


def visited(cast: Cast, case: Case, now: dt.datetime) -> Visit:
    """By the desk's own door, without a number."""
    return link_visit(actor=cast.act(cast.clerk, now), case_id=case.pk, now=now)


def test_the_petitioner_comes_again_about_an_open_case(cast: Cast) -> None:
    case = register_visit(
        actor=cast.act(cast.clerk),
        hall_id=cast.hall.pk,
        visit_id=None,
        new=matter(),
        now=NOW,
        form_token=uuid.uuid4(),
    )
    actions.accept_case(
        actor=cast.act(cast.clerk),
        case_id=case.pk,
        department_id=cast.units["labour"].pk,
        reason=REASON,
        now=NOW,
    )
    assert seen(NOW + days(1)) == []  # the visit at which it was registered is none
    visit = visited(cast, case, NOW + days(2))
    assert seen(NOW + days(3)) == [("came_again", case.pk, "labour")]
    one = Supervision.objects.get()
    assert (one.occasion, one.evidence["on"]) == (f"visit:{visit.pk}", "2026-11-20")
    assert "再次来访" in says_seen(one, case.law)


def test_whoever_comes_to_fetch_the_opinion_hurries_nobody(cast: Cast) -> None:
    case = answered(cast)
    visited(cast, case, NOW + days(4))
    assert seen(NOW + days(4)) == []


def test_a_visit_to_a_leader_is_no_such_visit(cast: Cast) -> None:
    case = accepted(cast)
    one = reception(cast, NOW + days(2))
    visit = Visit.objects.create(hall=cast.hall, arrived_at=NOW + days(2), reception=one)
    visit.cases.add(case)
    assert seen(NOW + days(3)) == []


def test_a_unit_that_got_the_matter_late_has_half_of_what_was_left(cast: Cast) -> None:
    """Labour disputes on day 32 of 60, housing gets it on day 33: 27 days are left, half of them gone on day 47."""
    case = accepted(cast)
    actions.dispute_case(
        actor=cast.act(cast.liaison, NOW + days(32)), case_id=case.pk, reason="不属于本单位职权，请另行确定。",
        now=NOW + days(32),
    )  # fmt: skip
    got = NOW + days(33)
    actions.reroute_case(
        actor=cast.act(cast.manager, got), case_id=case.pk, department_id=cast.units["housing"].pk,
        reason="经核实属于住建部门职权。", now=got,
    )  # fmt: skip
    clock = case.deadlines.open().get(kind="handle")
    assert clock.nominal_on is not None
    left = (clock.nominal_on - got.date()).days
    half = got + days((left + 1) // 2)
    assert seen(got) == seen(half - days(1)) == []
    assert seen(half) == [("half_time", case.pk, "housing")]
    one = Supervision.objects.get()
    assert one.occasion == f"handle::{clock.started_on}"
    assert (one.evidence["got"], one.evidence["of"], one.evidence["passed"]) == (
        f"{got.date()}", left, (left + 1) // 2,
    )  # fmt: skip
    assert "起由该单位办理" in says_seen(one, case.law)


def test_each_batch_announces_what_it_proposes(cast: Cast) -> None:
    """In its own transaction: a sweep that dies behind it has told of it already."""
    case, half = idle(cast)
    held = active_rules()["half_time"]
    assert _proposed("half_time", held, [case.pk], now=half) == 1
    assert Message.objects.get(kind="supervision_proposed").context == {"count": 1}
    assert _proposed("half_time", held, [case.pk], now=half) == 0
    assert Message.objects.filter(kind="supervision_proposed").count() == 1


def test_coming_again_after_the_end_hurries_nobody(cast: Cast) -> None:
    case = served(cast)
    filed_again(cast, case, NOW + days(4))
    assert seen(NOW + days(4)) == []


def test_a_report_sent_back_and_not_come_again(cast: Cast) -> None:
    """On day 5 not yet, on day 6."""
    one = given(cast)
    reported(cast, one, NOW + days(1))
    back = NOW + days(2)
    actions.return_instruction(
        actor=cast.act(cast.leader, back), case_id=one.case_id, reason="还没有补缴社会保险。",
        due_on=timezone.localdate(back) + days(20), now=back,
    )  # fmt: skip
    assert seen(back + days(5)) == []
    assert seen(back + days(6)) == [("returned", one.case_id, "labour")]
    assert Supervision.objects.get().evidence == {"instruction": one.pk, "on": "2026-11-20", "days": 6}


def test_a_report_that_came_again_in_time(cast: Cast) -> None:
    one = given(cast)
    reported(cast, one, NOW + days(1))
    actions.return_instruction(
        actor=cast.act(cast.leader), case_id=one.case_id, reason="还没有补缴社会保险。",
        due_on=timezone.localdate(NOW) + days(20), now=NOW + days(2),
    )  # fmt: skip
    reported(cast, one, NOW + days(7))
    assert seen(NOW + days(9)) == []


def test_a_commitment_sent_back_and_not_come_again(cast: Cast) -> None:
    """On day 5 not yet, on day 6; a report that came again in time is none."""
    one = agreed.reported(cast, agreed.owed(cast))
    case = one.consultation.case
    back = NOW + days(1)
    return_commitment(
        actor=cast.act(cast.liaison, back), commitment_id=one.pk, reason="还没有发放完。",
        due_on=timezone.localdate(back) + days(20), now=back,
    )  # fmt: skip
    assert "returned" not in {trigger for trigger, _case, _unit in seen(back + days(5))}
    assert ("returned", case.pk, "housing") in seen(back + days(6))
    row = Supervision.objects.get(trigger="returned")
    assert row.evidence == {"commitment": one.pk, "on": "2026-11-19", "days": 6}
    assert "会商商定任务的反馈" in says_seen(row, case.law)


def test_a_commitment_that_was_reported_again_in_time(cast: Cast) -> None:
    one = agreed.reported(cast, agreed.owed(cast))
    back = NOW + days(1)
    return_commitment(
        actor=cast.act(cast.liaison, back), commitment_id=one.pk, reason="还没有发放完。",
        due_on=timezone.localdate(back) + days(20), now=back,
    )  # fmt: skip
    agreed.reported(cast, one, back + days(4))
    assert "returned" not in {trigger for trigger, _case, _unit in seen(back + days(7))}


def test_a_supervision_sent_back_and_not_come_again(cast: Cast) -> None:
    """The same edge; while it was only answered, or only opened, nothing was sent back."""
    one = steps.opened(cast)
    assert "returned" not in {trigger for trigger, _case, _unit in seen(NOW + days(6))}
    steps.answered(cast, one, NOW + days(1))
    back = NOW + days(2)
    steps.returned(cast, one, back, feedback_on=steps.day(back, 20))
    assert "returned" not in {trigger for trigger, _case, _unit in seen(back + days(5))}
    assert ("returned", one.case_id, "labour") in seen(back + days(6))
    row = Supervision.objects.get(trigger="returned")
    assert row.evidence == {"supervision": one.pk, "on": "2026-11-20", "days": 6}
    assert "督办的反馈" in says_seen(row, one.case.law)


def test_a_supervision_that_was_answered_again_in_time(cast: Cast) -> None:
    one = steps.opened(cast)
    steps.answered(cast, one, NOW + days(1))
    back = NOW + days(2)
    steps.returned(cast, one, back, feedback_on=steps.day(back, 20))
    steps.answered(cast, one, back + days(3))
    assert "returned" not in {trigger for trigger, _case, _unit in seen(back + days(8))}


def test_a_unit_that_is_consulted_is_silent(cast: Cast) -> None:
    """Three days after its date not yet, on the fourth."""
    asked = confer.called(cast)
    due = confer.seat_of(cast, asked, "housing").deadline
    assert due is not None and due.due_on is not None
    then = NOW + (due.due_on - NOW.date())
    assert "helper_silent" not in {trigger for trigger, _case, _unit in seen(then + days(3))}
    assert ("helper_silent", asked.case_id, "housing") in seen(then + days(4))


def test_a_unit_taking_part_is_silent(cast: Cast) -> None:
    """Three days after its date not yet, on the fourth; the unit that leads is not meant."""
    case = accepted(cast)
    actions.record_work(
        actor=cast.act(cast.liaison), case_id=case.pk, kind="phone", happened_on=timezone.localdate(NOW),
        text="已电话联系信访人。", now=NOW,
    )  # fmt: skip
    involved(cast, case)
    due = case.deadlines.get(kind="contribute").due_on
    assert due is not None
    then = NOW + (due - NOW.date())
    assert seen(then + days(3)) == []
    assert seen(then + days(4)) == [("helper_silent", case.pk, "housing")]
    assert Supervision.objects.get().evidence["days"] == 4


def test_a_period_is_over(cast: Cast) -> None:
    """Not on its last day; the day after."""
    case = accepted(cast)
    actions.record_work(
        actor=cast.act(cast.liaison), case_id=case.pk, kind="phone", happened_on=timezone.localdate(NOW),
        text="已电话联系信访人。", now=NOW,
    )  # fmt: skip
    due = case.deadlines.get(kind="handle").due_on
    assert due is not None
    then = NOW + (due - NOW.date())
    assert seen(then) == []
    assert seen(then + days(1)) == [("overdue", case.pk, "labour")]
    assert Supervision.objects.get().evidence["days"] == 1


def test_the_unit_is_rated_low(cast: Cast) -> None:
    case = served(cast)
    rated(case, hall=0, unit=3)
    assert seen(NOW) == [("low_rating", case.pk, "labour")]
    rating = Rating.objects.get(case=case, target="unit")
    assert Supervision.objects.get().evidence == {"rating": rating.pk, "on": "2026-11-18"}


def test_the_hall_rated_low_is_no_units_business(cast: Cast) -> None:
    case = served(cast)
    rated(case, hall=3, unit=0)
    assert seen(NOW) == []


def test_never_to_a_unit_that_the_matter_complains_of(cast: Cast) -> None:
    case, half = idle(cast, respondents=(NewRespondent(name="某施工单位"),))
    Respondent.objects.create(case=case, name="县人社局", department=cast.units["labour"])
    assert seen(half) == []


def test_never_to_a_unit_that_has_lost_the_matter(cast: Cast) -> None:
    case, half = idle(cast)
    CaseGroupPermission.objects.filter(content_object=case).delete()
    assert seen(half) == []


def test_a_hall_sets_its_own_number_or_turns_a_trigger_off(cast: Cast) -> None:
    case, half = idle(cast)
    rule = SupervisionRule.objects.create(hall=cast.hall, trigger="half_time", threshold=80)
    assert seen(half) == []
    rule.is_active = False
    rule.save()
    assert seen(half + days(20)) == []
    rule.is_active = True
    rule.save()
    assert seen(half + days(18)) == [("half_time", case.pk, "labour")]


def test_the_cost_does_not_grow_with_what_is_found(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for n in range(4):
        idle(cast, title=f"第{n}件")
    with django_assert_max_num_queries(16):
        assert propose_supervisions(now=NOW + days(30)) == 4


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once(cast: Cast) -> None:
    for n in range(3):
        idle(cast, title=f"第{n}件")
    start, made = threading.Barrier(2), []

    def sweep() -> None:
        try:
            start.wait(timeout=20)
            made.append(propose_supervisions(now=NOW + days(30)))
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(made) == 2
    assert propose_supervisions(now=NOW + days(30)) + sum(made) == 3
    assert Supervision.objects.count() == JournalEntry.objects.filter(verb="propose_supervision").count() == 3
    assert journal.verify() == []
