"""Every late period becomes one finding (`open_findings`), with its days, its posts, its proof; nothing else does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accountability.actions import open_findings
from accountability.models import Finding, FindingPeriod
from accountability.terms import SPARED, WAIT_DAYS
from cases import actions
from cases.models import Case, Deadline
from cases.queries.timeline import timeline
from cases.terms import CODES
from hall import journal
from hall.models import JournalEntry, Message
from tests.accountability.finding_steps import BEGIN, late_case, later, opened
from tests.cast import Cast
from tests.life_handling import at_once, extended, heard, in_reexamination_time
from tests.life_opinions import answered, handed
from tests.life_referrals import REPORT, disputed, involved, objected, rerouted
from tests.matters import accepted, forwarded, registered

pytestmark = pytest.mark.django_db


def kinds() -> list[tuple[str, int]]:
    return sorted(Finding.objects.values_list("deadline__kind", "days_late"))


def test_a_late_answer_is_found_once_with_days_posts_and_proof(cast: Cast) -> None:
    finding = opened(cast)
    assert (finding.status, finding.department, finding.is_hall) == ("opened", cast.units["labour"], False)
    assert (finding.due_on, finding.met_on, finding.days_late) == (
        dt.date(2026, 3, 13), dt.date(2026, 3, 19), 6,
    )  # fmt: skip
    spans = list(finding.spans.all())
    assert [(one.cause, one.is_late, one.posting.user if one.posting else None) for one in spans] == [
        ("handler", False, cast.liaison), ("handler", True, cast.liaison),
    ]  # fmt: skip
    proofs = JournalEntry.objects.filter(pk__in=spans[0].entries).values_list("verb", flat=True)
    assert set(proofs) == {"start_deadline", "meet_deadline"}
    told = Message.objects.filter(kind="finding_opened")
    assert {one.user for one in told} == {cast.liaison, cast.head}
    clock = finding.case.deadlines.get(kind="statement")
    assert (clock.department, clock.due_on, clock.item) == (
        cast.units["labour"], finding.state_by_on, f"finding:{finding.pk}",
    )  # fmt: skip
    assert finding.state_by_on == dt.date(2026, 3, 26)  # five working days after Thursday the 19th
    entry = JournalEntry.objects.get(verb="open_findings")
    assert entry.after["causes"] == {"handler": 66}
    assert not [act for act in timeline(finding.case).acts if act.verb.open and act.name == "open_findings"]
    assert open_findings(now=later(67)) == open_findings(now=later(68)) == 0
    assert kinds() == [("handle", 6)]
    # The opinion was never handed over: that is another period.
    assert open_findings(now=later(300)) == 1
    assert journal.verify() == []


def test_what_was_in_time_opens_nothing(cast: Cast) -> None:
    answered(cast, later(60), accepted(cast, BEGIN))
    open_findings(now=later(61))
    assert not Finding.objects.exists()
    # And what is not the office's to do is never late, whoever sleeps on it.
    assert set(SPARED) <= set(CODES)


def test_one_that_stands_open_is_found_after_some_days_and_counted_on_when_it_ends(cast: Cast) -> None:
    case = accepted(cast, BEGIN)
    assert open_findings(now=later(60 + WAIT_DAYS)) == 0
    assert open_findings(now=later(61 + WAIT_DAYS)) == 1
    finding = Finding.objects.get()
    assert (finding.is_running, finding.met_on, finding.days_late) == (True, None, WAIT_DAYS + 1)
    assert open_findings(now=later(62 + WAIT_DAYS)) == 0
    answered(cast, later(80), Case.objects.get(pk=case.pk))
    assert open_findings(now=later(80.1)) == 0
    finding.refresh_from_db()
    assert (finding.is_running, finding.met_on, finding.days_late) == (False, later(80).date(), 20)
    days = sum((one.to_on - one.from_on).days + 1 for one in finding.spans.all())
    assert (days, finding.counted_to) == (80, later(80).date())
    assert open_findings(now=later(80.2)) == 0
    assert JournalEntry.objects.filter(verb="count_finding").count() == 1


def test_a_worker_that_slept_takes_everything(cast: Cast) -> None:
    late_case(cast)
    assert open_findings(now=later(400)) >= 1
    assert ("handle", 6) in kinds()


def test_an_extension_moves_the_day(cast: Cast) -> None:
    case = extended(cast, 30, BEGIN)
    answered(cast, later(80), case)
    open_findings(now=later(81))
    assert not Finding.objects.exists()


def test_a_pause_moves_the_day_and_is_nobodys(cast: Cast) -> None:
    case, deadline = in_reexamination_time(cast, BEGIN)
    heard(cast, case, later(10).date(), later(20).date(), now=later(10))
    deadline.refresh_from_db()
    actions.deadlines.meet_deadline(case, "reexamine", actor=cast.act(cast.liaison), now=later(45))
    open_findings(now=later(46))
    finding = Finding.objects.get(deadline=deadline)
    assert finding.due_on == deadline.due_on == dt.date(2026, 2, 24)  # the fortieth is in the Spring Festival
    assert finding.days_late == 2
    assert [(one.cause, one.from_on, one.to_on) for one in finding.spans.all()][1] == (
        "lawful", later(10).date(), later(19).date(),
    )  # fmt: skip


def test_what_was_void_before_it_was_due_opens_nothing_and_what_was_late_before_does(cast: Cast) -> None:
    early, late = accepted(cast, BEGIN), accepted(cast, BEGIN)
    clerk = cast.act(cast.clerk, BEGIN)
    actions.withdraw_case(actor=clerk, case_id=early.pk, reason="本人自愿撤回。", now=later(40))
    actions.withdraw_case(actor=clerk, case_id=late.pk, reason="本人自愿撤回。", now=later(63))
    open_findings(now=later(100))
    finding = Finding.objects.get()
    assert (finding.case, finding.met_on, finding.days_late, finding.is_running) == (late, None, 3, False)


def test_a_reroute_is_one_finding_whenever_it_is_found(cast: Cast) -> None:
    case = disputed(cast, BEGIN)
    # Found while the first unit had it, then passed on: still the one finding.
    assert open_findings(now=later(61 + WAIT_DAYS)) >= 1
    handle = Finding.objects.get(deadline__kind="handle")
    rerouted(cast, case, later(78))
    open_findings(now=later(79))
    open_findings(now=later(130))
    assert Finding.objects.filter(deadline__kind="handle").count() == 1
    assert handle.periods.count() == 2
    # The days in which the office had to decide are the hall's, and its own period was late too.
    assert [(one.cause, one.to_on) for one in handle.spans.all()] == [
        ("hall", later(60).date()),
        ("hall", later(76).date()),
        ("hall", later(78).date()),
        ("handler", later(79).date()),
    ]
    quarrel = Finding.objects.get(deadline__kind="arbitrate")
    assert (quarrel.is_hall, quarrel.days_late) == (True, 71)


def test_a_reroute_that_came_first_is_one_finding_of_the_unit_that_has_it(cast: Cast) -> None:
    case = rerouted(cast, disputed(cast, BEGIN), later(3))
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人自愿撤回。", now=later(65))
    open_findings(now=later(66))
    finding = Finding.objects.get()
    assert (finding.department, finding.days_late) == (cast.units["housing"], 5)
    assert [one.cause for one in finding.spans.all()] == ["hall", "handler", "handler"]
    assert set(finding.periods.values_list("deadline__department", flat=True)) == {
        cast.units["labour"].pk, cast.units["housing"].pk,
    }  # fmt: skip


def test_a_clock_that_begins_anew_is_another_period(cast: Cast) -> None:
    """Who has not received it yet gets the fifteen days whole; the office's own delay is its own finding."""
    case = rerouted(cast, objected(cast, BEGIN), later(12))
    actions.receive_case(actor=cast.act(cast.liaison2, later(20)), case_id=case.pk, now=later(20))
    open_findings(now=later(21))
    assert kinds() == [("arbitrate", 5)]
    finding = Finding.objects.get()
    assert finding.is_hall
    assert {one.cause for one in finding.spans.all()} == {"hall"}
    assert {one.posting.user for one in finding.spans.all() if one.posting} == {cast.manager}


def test_the_hall_that_does_not_forward_is_found_too(cast: Cast) -> None:
    case = registered(cast, BEGIN)
    facts = {"department_id": cast.units["labour"].pk, "reason": "该事项属于人力资源和社会保障局职权。"}
    actions.accept_case(actor=cast.act(cast.clerk, later(19)), case_id=case.pk, now=later(19), **facts)
    open_findings(now=later(19.1))
    finding = Finding.objects.get()
    assert (finding.deadline.kind, finding.is_hall, finding.days_late) == ("sort", True, 4)
    assert cast.manager in {one.user for one in Message.objects.filter(kind="finding_opened")}


def test_the_unit_that_takes_part_is_found_and_its_days_stand_in_the_lead_units_period(cast: Cast) -> None:
    case = accepted(cast, BEGIN)
    involved(cast, case, later(20))
    actions.report_back(actor=cast.act(cast.liaison2, later(50)), case_id=case.pk, text=REPORT, now=later(50))
    answered(cast, later(64), Case.objects.get(pk=case.pk))
    open_findings(now=later(64.1))
    part, lead = (Finding.objects.get(deadline__kind=kind) for kind in ("contribute", "handle"))
    assert (part.department, part.days_late) == (cast.units["housing"], 7)
    waited = lead.spans.get(cause="taking_part")
    assert (waited.department, (waited.to_on - waited.from_on).days + 1) == (cast.units["housing"], 7)
    assert waited.posting.user == cast.liaison2


def test_late_service_and_the_attempt_in_vain(cast: Cast) -> None:
    case = answered(cast, later(30), accepted(cast, BEGIN))
    serve = actions.serve_opinion
    failed = handed(later(31), outcome="failed", receiver="", reason="上门无人。", place="信访人住所")
    serve(actor=cast.act(cast.liaison), case_id=case.pk, service=failed, now=later(31))
    serve(actor=cast.act(cast.liaison), case_id=case.pk, service=handed(later(60)), now=later(60))
    open_findings(now=later(61))
    finding = Finding.objects.get()
    assert finding.deadline.kind == "serve"
    assert finding.spans.get(cause="petitioner").from_on == later(32).date()


def test_a_change_of_the_liaison_splits_the_days(cast: Cast) -> None:
    from_head = later(30)
    post = cast.liaison.postings.get()
    post.until_on = from_head.date()
    post.reason, post.ground = "岗位调整", "other"
    post.save(update_fields=["until_on", "reason", "ground"])
    case = accepted(cast, BEGIN)
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人自愿撤回。", now=later(63))
    open_findings(now=later(64))
    spans = Finding.objects.get().spans.all()
    assert [one.posting.user for one in spans] == [cast.liaison, cast.head, cast.head]
    assert spans[0].to_on == from_head.date()


def test_a_matter_forwarded_and_never_received(cast: Cast) -> None:
    forwarded(cast, BEGIN)
    open_findings(now=later(15 + WAIT_DAYS + 1))
    assert [kind for kind, _days in kinds()] == ["notify"]


def test_the_database_keeps_one_a_deadline(cast: Cast) -> None:
    finding = opened(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingPeriod.objects.create(finding=finding, deadline=finding.deadline)


def test_a_round_without_anything_due_asks_twice(cast: Cast) -> None:
    for _n in range(3):
        accepted(cast, BEGIN)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert open_findings(now=later(30)) == 0
    assert len(asked) <= 3


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_open_one(cast: Cast) -> None:
    late_case(cast)
    now = later(67)
    assert at_once(lambda: open_findings(now=now), lambda: open_findings(now=now)) == ["done", "done"]
    assert Finding.objects.filter(deadline__kind="handle").count() == 1
    assert Deadline.objects.filter(kind="statement").count() == Finding.objects.count()
