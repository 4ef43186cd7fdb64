"""Every late period becomes one finding (`open_findings`), with its days, its posts, its proof; nothing else does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from copy import copy

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accountability.actions import open_findings
from accountability.actions.open_findings import _DUE
from accountability.models import Finding, FindingPeriod, FindingSpan
from accountability.queries.findings import upheld_days
from accountability.terms import SPARED, WAIT_DAYS
from cases import actions
from cases.models import Case, Deadline
from cases.queries.timeline import timeline
from cases.terms import CODES
from hall import journal
from hall.models import JournalEntry, Message
from staffing.models import Hall, Posting
from tests.accountability.finding_steps import BEGIN, decided, late_case, later, opened, stated
from tests.cast import Cast
from tests.life_handling import at_once, extended, heard, in_reexamination_time
from tests.life_opinions import answered, handed
from tests.life_referrals import REPORT, disputed, involved, objected, refused, rerouted
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


def handles() -> list[tuple[str, int, int, bool]]:
    """Of the period of handling: whose, days late, days that upholding holds, whether it runs."""
    rows = Finding.objects.filter(deadline__kind="handle").order_by("id")
    return [
        (one.department.code if one.department else "", one.days_late, upheld_days(one), one.is_running)
        for one in rows
    ]


@pytest.mark.parametrize("looks", [(200,), (76, 77.9, 79, 131), (79, 100, 131), (90, 131)])
def test_a_reroute_charges_each_unit_with_its_own_days_whenever_it_is_found(
    cast: Cast, looks: tuple[float, ...]
) -> None:
    """Labour disputed on the first day: the office's delay is not labour's, and not housing's."""
    case = disputed(cast, BEGIN)
    acts = [
        (78.0, lambda: rerouted(cast, case, later(78))),
        (130.0, lambda: _withdrawn(cast, case, later(130))),
    ]
    _played(acts, looks)
    housing = cast.units["housing"].code
    assert handles() == [(housing, 52, 0, False)]
    finding = Finding.objects.get(deadline__kind="handle")
    assert (finding.met_on, finding.counted_to, finding.due_on) == (None, later(130).date(), later(60).date())
    # Up to the day of the reroute the office had it; these are past the day, and nobody's lateness here.
    assert [(one.cause, one.to_on, one.is_late) for one in finding.spans.all() if one.cause == "handler"][-1] == (
        "handler", later(130).date(), True,
    )  # fmt: skip
    assert sum((one.to_on - one.from_on).days + 1 for one in finding.spans.filter(is_late=True)) == 52
    quarrel = Finding.objects.get(deadline__kind="arbitrate")
    assert (quarrel.is_hall, quarrel.days_late) == (True, 71)


@pytest.mark.parametrize("looks", [(200,), (76, 131), (73.5, 80, 131), (61, 75.5, 76.5, 131)])
def test_the_first_unit_keeps_the_days_that_were_late_with_it(cast: Cast, looks: tuple[float, ...]) -> None:
    case = accepted(cast, BEGIN)

    def quarrel() -> None:
        reason = "该事项属于住房和城乡建设局职权。"
        actions.dispute_case(
            actor=cast.act(cast.liaison, later(72)), case_id=case.pk, reason=reason, now=later(72)
        )

    acts = [
        (72.0, quarrel), (73.0, lambda: rerouted(cast, case, later(73))),
        (74.0, lambda: _withdrawn(cast, case, later(74))),
    ]  # fmt: skip
    _played(acts, looks)
    labour, housing = cast.units["labour"].code, cast.units["housing"].code
    # Twelve days of its own and the day on which the office decided, which is given back.
    assert handles() == [(labour, 13, 12, False), (housing, 1, 0, False)]
    days = [
        one.from_on + dt.timedelta(days=n)
        for one in FindingSpan.objects.filter(is_late=True, finding__deadline__kind="handle")
        for n in range((one.to_on - one.from_on).days + 1)
    ]
    assert sorted(days) == [later(n).date() for n in range(61, 75)]


def _withdrawn(cast: Cast, case: Case, now: dt.datetime) -> None:
    actions.withdraw_case(actor=cast.act(cast.clerk, now), case_id=case.pk, reason="本人自愿撤回。", now=now)


def _played(acts: list[tuple[float, Callable[[], object]]], looks: tuple[float, ...]) -> None:
    """The acts on their days, with a round of the worker on each of these."""
    rounds = [(day, lambda day=day: open_findings(now=later(day))) for day in looks]
    for _day, act in sorted([*acts, *rounds], key=lambda one: one[0]):
        act()
    assert open_findings(now=later(210)) == 0


def test_nothing_is_asked_twice_once_all_is_found(cast: Cast) -> None:
    """A unit that lost no day of its own stands under the finding of the one that did: no round reads it again."""
    case = accepted(cast, BEGIN)
    now = later(72)
    reason = "该事项属于住房和城乡建设局职权。"
    actions.dispute_case(actor=cast.act(cast.liaison, now), case_id=case.pk, reason=reason, now=now)
    rerouted(cast, case, later(73))
    _withdrawn(cast, case, later(73.01))
    open_findings(now=later(74))
    finding = Finding.objects.get(deadline__kind="handle")
    assert (finding.department, finding.periods.count()) == (cast.units["labour"], 2)
    assert open_findings(now=later(75)) == 0


def test_the_database_lets_no_day_be_late_twice(cast: Cast) -> None:
    finding = opened(cast)
    late = finding.spans.get(is_late=True)
    late.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        late.save(force_insert=True)
    finding.pk, finding.deadline = None, finding.case.deadlines.exclude(pk=finding.deadline_id).first()
    with pytest.raises(IntegrityError, match="finding_once_a_unit"), transaction.atomic():
        finding.save(force_insert=True)


def test_whoever_held_the_post_at_another_hall_is_not_blamed(cast: Cast) -> None:
    """The unit has people at two halls: the one posted first is at the other."""
    post = cast.liaison.postings.get()
    elsewhere = Hall.objects.exclude(pk=cast.hall.pk).first() or _another(cast.hall)
    Posting.objects.create(
        user=cast.liaison2, role="liaison", department=post.department, hall=elsewhere, title="联络员",
        from_on=post.from_on - dt.timedelta(days=100),
    )  # fmt: skip
    assert {one.posting.user for one in opened(cast).spans.all() if one.posting} == {cast.liaison}


def _another(hall: Hall) -> Hall:
    hall = Hall.objects.get(pk=hall.pk)
    hall.pk, hall.code, hall.organ = None, "other", "滇信"
    hall.save(force_insert=True)
    return hall


def test_days_that_grow_are_said_and_the_unit_speaks_again(cast: Cast) -> None:
    case = accepted(cast, BEGIN)
    open_findings(now=later(61 + WAIT_DAYS))
    finding = stated(cast, Finding.objects.get(), now=later(77))
    read = finding.days_late
    assert (finding.status, finding.is_heard) == ("stated", True)
    answered(cast, later(90), Case.objects.get(pk=case.pk))
    open_findings(now=later(90.1))
    finding.refresh_from_db()
    assert (finding.status, finding.is_heard, finding.days_late) == ("opened", False, 30)
    assert finding.state_by_on > later(90).date()
    (clock,) = finding.case.deadlines.filter(kind="statement", met_at=None, void_at=None)
    assert clock.due_on == finding.state_by_on
    assert {one.user for one in Message.objects.filter(kind="finding_counted")} == {cast.liaison, cast.head}
    assert refused(decided, cast, "uphold_finding", finding, now=later(90.2)).kind == "state"
    # And who decides has the new number before them.
    stated(cast, finding, now=later(91))
    old = refused(decided, cast, "uphold_finding", finding, days_read=read, now=later(92))
    assert (old.kind, "30" in str(old)) == ("state", True)
    assert decided(cast, "uphold_finding", finding, days_read=30, now=later(92)).decided_days == 30


def test_an_end_behind_the_moment_of_the_round_is_counted_by_the_next(cast: Cast) -> None:
    """The round began before midnight and reads an act of after midnight."""
    late_case(cast, days=80)
    open_findings(now=later(79))
    finding = Finding.objects.get(deadline__kind="handle")
    assert (finding.is_running, finding.counted_to, finding.days_late) == (True, later(79).date(), 19)
    open_findings(now=later(80.1))
    finding.refresh_from_db()
    assert (finding.is_running, finding.met_on, finding.days_late) == (False, later(80).date(), 20)


def test_one_bad_row_holds_up_no_other(cast: Cast) -> None:
    """The unit of the first case cannot be told, whatever the reason; the second is found all the same."""
    first, second = late_case(cast), late_case(cast)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE accountability_finding ADD CONSTRAINT bad CHECK (case_id <> {first.pk})")
    assert open_findings(now=later(67), limit=1) == 1
    assert Finding.objects.get().case == second
    (told,) = Message.objects.filter(kind="sweep_failed")
    assert (told.user, told.context["failed"]) == (cast.administrator, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accountability_finding DROP CONSTRAINT bad")
    assert open_findings(now=later(67.1)) == 1


def _again(one: Deadline) -> Deadline:
    one = copy(one)
    one.pk = None
    return one


def test_the_round_reads_the_index_of_late_periods(cast: Cast) -> None:
    one = late_case(cast).deadlines.get(kind="handle")
    one.met_at = later(10)
    Deadline.objects.bulk_create(_again(one) for _n in range(1000))
    facts = {"spared": sorted(SPARED), "long_ago": later(52), "limit": 500, "case": 0, "deadline": 0}
    facts["zone"] = "Asia/Shanghai"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_deadline")
        cursor.execute(f"EXPLAIN {_DUE}", facts)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "deadline_ended_late" in plan, plan


def test_a_reroute_that_came_first_is_one_finding_of_the_unit_that_has_it(cast: Cast) -> None:
    case = rerouted(cast, disputed(cast, BEGIN), later(3))
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人自愿撤回。", now=later(65))
    open_findings(now=later(66))
    finding = Finding.objects.get()
    assert (finding.department, finding.days_late) == (cast.units["housing"], 5)
    assert [one.cause for one in finding.spans.all()] == ["hall", "handler", "handler"]
    # The clock of the first unit was passed on in time: no round looks at it by itself.
    assert open_findings(now=later(67)) == 0


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
