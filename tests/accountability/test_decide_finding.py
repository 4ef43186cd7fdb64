"""The unit states its case, a supervisor decides, a review confirms or changes; who may, and two at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accountability import actions
from accountability.models import Finding, FindingDecision, Statement
from accountability.rules import check_can_reduce_finding
from cases.actions import receive_case, recuse_from_case, report_back, withdraw_case
from cases.models import Case, Recusal, Respondent
from hall import journal
from hall.access import Refused, allowed
from hall.models import JournalEntry, Message, User
from staffing.lifecycle import SUPERVISOR
from staffing.models import Posting
from tests.accountability.finding_steps import (
    BEGIN,
    SAID,
    WHY,
    day_after,
    decided,
    fresh,
    in_review,
    later,
    opened,
    stated,
)
from tests.cast import TZ, Cast
from tests.life_handling import at_once
from tests.life_opinions import answered
from tests.life_referrals import REPORT, assigned, disputed, involved, refused, rerouted
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db


# -- the unit's side -----------------------------------------------------------------------------------------------


def test_state_case_stops_the_clock_and_tells_the_supervisor(cast: Cast) -> None:
    finding = stated(cast)
    assert finding.status == "stated"
    said = finding.statements.get()
    assert (said.text, said.by, said.is_late, said.is_final) == (SAID, cast.head, False, True)
    assert finding.case.deadlines.get(kind="statement").met_at is not None
    assert {one.user for one in Message.objects.filter(kind="finding_stated")} == {cast.supervisor}
    entry = JournalEntry.objects.get(verb="state_case")
    assert SAID not in f"{entry.before}{entry.after}{entry.reason}"
    assert journal.verify() == []


def test_the_unit_may_add_to_what_it_said_until_its_day(cast: Cast) -> None:
    """Its first statement does not end its time; its head may say that this is all, nobody else of the unit."""
    finding = stated(cast, actor=cast.act(cast.liaison))
    early = refused(decided, cast, "uphold_finding", finding)
    assert (early.kind, "3月26日" in str(early)) == ("state", True)
    last = dt.datetime.combine(finding.state_by_on, dt.time(23), TZ)
    assert refused(decided, cast, "dismiss_finding", finding, now=last).kind == "state"
    assert refused(stated, cast, finding, actor=cast.act(cast.liaison), is_final=True).field == "is_final"
    stated(cast, finding, actor=cast.act(cast.head), is_final=True)
    assert decided(cast, "uphold_finding", finding).status == "upheld"


def test_after_its_day_what_was_said_is_decided(cast: Cast) -> None:
    finding = stated(cast, actor=cast.act(cast.liaison))
    after = dt.datetime.combine(finding.state_by_on, dt.time(9), TZ) + dt.timedelta(days=1)
    assert decided(cast, "uphold_finding", finding, now=after).status == "upheld"


def test_the_day_of_the_say_follows_the_calendar(cast: Cast) -> None:
    """The clock is moved by a changed calendar: neither a lapse nor "late" goes by the copy of the day."""
    finding = opened(cast)
    was = finding.state_by_on
    clock = finding.case.deadlines.get(kind="statement")
    clock.due_on = was + dt.timedelta(days=4)
    clock.save(update_fields=["due_on"])
    between = dt.datetime.combine(was, dt.time(9), TZ) + dt.timedelta(days=2)
    assert actions.lapse_statements(now=between) == 0
    assert fresh(finding).state_by_on == clock.due_on
    Finding.objects.filter(pk=finding.pk).update(state_by_on=was)
    stated(cast, finding, now=between)
    assert (finding.statements.get().is_late, fresh(finding).state_by_on) == (False, clock.due_on)


def test_a_later_statement_does_not_erase_an_earlier_one(cast: Cast) -> None:
    finding = stated(cast)
    stated(cast, finding, text="补充：鉴定机构的复函。现附上。", now=day_after(finding, 2))
    assert finding.statements.count() == 2
    assert Message.objects.filter(kind="finding_stated").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.update(text="")


def test_lapse_statements_and_a_late_one_is_kept_as_late(cast: Cast) -> None:
    finding = opened(cast)
    last = dt.datetime.combine(finding.state_by_on, dt.time(23), TZ)
    assert actions.lapse_statements(now=last) == 0
    assert actions.lapse_statements(now=last + dt.timedelta(days=30)) == 1
    assert actions.lapse_statements(now=last + dt.timedelta(days=31)) == 0
    assert fresh(finding).status == "unstated"
    assert finding.case.deadlines.get(kind="statement").void_at is not None
    finding = stated(cast, finding, now=last + dt.timedelta(days=32))
    assert (finding.status, finding.statements.get().is_late) == ("stated", True)
    # The right that was not used is no breach.
    actions.open_findings(now=last + dt.timedelta(days=60))
    assert not Finding.objects.filter(deadline__kind="statement").exists()


def test_who_states_the_case(cast: Cast) -> None:
    finding = opened(cast)
    now = day_after(finding)
    for who in ("liaison2", "head2", "clerk", "supervisor", "manager", "leader"):
        facts = {"actor": cast.act(getattr(cast, who), now), "finding_id": finding.pk, "now": now}
        assert refused(actions.state_case, text=SAID, **facts).kind == "role"
    assert refused(stated, cast, finding, text="短").field == "text"
    assert stated(cast, finding, actor=cast.act(cast.head, now)).status == "stated"


def test_the_statement_outlives_the_matter(cast: Cast) -> None:
    finding = opened(cast)
    withdraw_case(
        actor=cast.act(cast.liaison), case_id=finding.case_id, reason="本人自愿撤回。", now=later(67)
    )
    assert stated(cast, finding).status == "stated"


# -- the decision --------------------------------------------------------------------------------------------------


def test_uphold_finding_waits_until_the_unit_was_heard(cast: Cast) -> None:
    finding = opened(cast)
    early = refused(decided, cast, "uphold_finding", finding)
    assert (early.kind, "3月26日" in str(early)) == ("state", True)
    finding = decided(cast, "uphold_finding", stated(cast, finding))
    assert (finding.status, finding.decided_days, finding.decision, finding.decided_by) == (
        "upheld", 6, WHY, cast.supervisor,
    )  # fmt: skip
    assert finding.review_by_on == dt.date(2026, 4, 3)  # ten working days after Friday the 20th
    assert {one.user for one in Message.objects.filter(kind="finding_decided")} == {cast.liaison, cast.head}
    entry = JournalEntry.objects.get(verb="uphold_finding")
    assert (entry.after["days"], WHY in f"{entry.after}{entry.reason}") == (6, False)
    assert refused(stated, cast, finding).kind == "state"
    assert refused(decided, cast, "dismiss_finding", finding).kind == "state"


def test_uphold_finding_when_the_unit_was_silent(cast: Cast) -> None:
    finding = opened(cast)
    actions.lapse_statements(now=day_after(finding, 30))
    assert decided(cast, "uphold_finding", fresh(finding), now=day_after(finding, 31)).status == "upheld"


@pytest.mark.parametrize("days", [None, 0, 6, 7, -1])
def test_reduce_finding_says_to_how_many_days(cast: Cast, days: int | None) -> None:
    finding = stated(cast)
    assert refused(decided, cast, "reduce_finding", finding, days=days).field == "days"
    finding = decided(cast, "reduce_finding", finding, days=4)
    assert (finding.status, finding.decided_days, finding.days_late) == ("reduced", 4, 6)


def test_one_day_cannot_be_reduced(cast: Cast) -> None:
    finding = stated(cast, opened(cast, days=61))
    assert finding.days_late == 1
    verdict = allowed(check_can_reduce_finding, cast.act(cast.supervisor), fresh(finding), now=later(66))
    assert (verdict.ok, verdict.kind) == (False, "state")


def test_dismiss_finding_and_reopen_finding(cast: Cast) -> None:
    finding = decided(cast, "dismiss_finding")
    assert (finding.status, finding.decided_days, finding.review_by_on) == ("dismissed", 0, None)
    new = _new_entry(cast, finding)
    other = cast.act(_another_supervisor(cast))
    facts = {"reason": "鉴定机构来函否认迟延。", "entry": new, "actor": other}
    finding = decided(cast, "reopen_finding", finding, now=day_after(finding, 5), **facts)
    assert finding.decisions.get(verb="reopen_finding").entry == new
    assert (finding.status, finding.decided_days, finding.decision) == ("opened", None, "")
    assert finding.state_by_on > day_after(finding, 5).date()
    assert finding.case.deadlines.filter(kind="statement").count() == 2
    assert [one.verb for one in finding.decisions.all()] == ["dismiss_finding", "reopen_finding"]
    assert Message.objects.filter(kind="finding_reopened").exists()
    assert stated(cast, finding, now=day_after(finding, 6)).status == "stated"
    with pytest.raises(DatabaseError), transaction.atomic():
        FindingDecision.objects.all().delete()


def _new_entry(cast: Cast, finding: Finding) -> int:
    """Something that the record of the matter has anew."""
    withdraw_case(
        actor=cast.act(cast.clerk),
        case_id=finding.case_id,
        reason="本人自愿撤回。",
        now=day_after(finding, 4),
    )
    return JournalEntry.objects.get(verb="withdraw_case").pk


def _another_supervisor(cast: Cast) -> User:
    post = cast.supervisor.postings.get()
    post.pk, post.user = None, cast.clerk
    post.save(force_insert=True)
    return cast.clerk


def test_reopen_finding_has_an_end_and_a_ground(cast: Cast) -> None:
    """Another supervisor than who dismissed it, something new in the record, and half a year at the most."""
    finding = decided(cast, "dismiss_finding")
    old = JournalEntry.objects.get(verb="open_findings").pk
    own = JournalEntry.objects.get(verb="dismiss_finding").pk
    new = _new_entry(cast, finding)
    reopen: dict[str, Any] = {"reason": "鉴定机构来函否认迟延。", "now": day_after(finding, 5)}
    assert refused(decided, cast, "reopen_finding", finding, entry=new, **reopen).kind == "role"
    other = cast.act(_another_supervisor(cast))
    for entry in (None, old, own):
        wrong = refused(decided, cast, "reopen_finding", finding, entry=entry, actor=other, **reopen)
        assert wrong.field == "entry"
    late = reopen | {"now": day_after(finding, 190)}
    assert refused(decided, cast, "reopen_finding", finding, entry=new, actor=other, **late).kind == "state"
    assert decided(cast, "reopen_finding", finding, entry=new, actor=other, **reopen).status == "opened"


def test_who_comes_or_came_from_the_unit_does_not_decide(cast: Cast) -> None:
    """The home unit of who is sent counts, and so does a post held in the period and left since."""
    finding = stated(cast)
    post = cast.supervisor.postings.get()
    home = Posting.objects.filter(pk=post.pk)
    home.update(kind="seconded", home_department=finding.department)
    assert refused(decided, cast, "uphold_finding", finding).kind == "role"
    home.update(kind=post.kind, home_department=None)
    former = Posting.objects.create(
        user=cast.supervisor, role="liaison", department=finding.department, title="科员", ground="other",
        from_on=finding.started_on - dt.timedelta(days=300), until_on=finding.started_on, reason="调整",
    )  # fmt: skip
    assert refused(decided, cast, "dismiss_finding", finding).kind == "role"
    # Who left before it began, and anybody who was never there, decides.
    Posting.objects.filter(pk=former.pk).update(until_on=finding.started_on - dt.timedelta(days=1))
    assert decided(cast, "uphold_finding", finding).status == "upheld"


def test_who_decides(cast: Cast) -> None:
    finding = stated(cast)
    now = day_after(finding, 2)
    for who in ("liaison", "head", "liaison2", "clerk", "manager", "leader", "administrator"):
        actor = cast.act(getattr(cast, who), now)
        for verb in ("uphold_finding", "dismiss_finding"):
            assert refused(decided, cast, verb, finding, actor=actor).kind == "role"
        assert refused(decided, cast, "reduce_finding", finding, actor=actor, days=3).kind == "role"
        assert refused(decided, cast, "reopen_finding", finding, actor=actor, entry=None).kind == "role"
    assert refused(decided, cast, "uphold_finding", finding, reason="属实").field == "reason"


def test_nobody_decides_in_a_matter_of_their_own(cast: Cast) -> None:
    """Who works in the unit, who held the post then, and who wrote the statement."""
    finding = stated(cast)
    for user in (cast.liaison, cast.head):
        post = cast.supervisor.postings.get()
        post.pk, post.user = None, user
        post.save(force_insert=True)
        assert post.role == SUPERVISOR
        assert refused(decided, cast, "uphold_finding", finding, actor=cast.act(user)).kind == "role"
    late = finding.spans.get(is_late=True)
    assert late.posting == cast.liaison.postings.get(role="liaison")
    # The one who wrote the statement, of whatever unit.
    finding.statements.create(text=SAID, at=later(67), by=cast.supervisor)
    said = refused(decided, cast, "uphold_finding", finding)
    assert (said.kind, "说明" in str(said)) == ("role", True)


def test_whom_the_matter_complains_of_sees_no_finding(cast: Cast) -> None:
    finding = stated(cast)

    def seen(who: str) -> bool:
        return Finding.objects.visible_to(cast.act(getattr(cast, who))).filter(pk=finding.pk).exists()

    assert [who for who in cast.people if seen(who)] == [
        "liaison",
        "head",
        "leader",
        "leader2",
        "manager",
        "supervisor",
    ]
    Respondent.objects.create(case=finding.case, name=cast.leader.name, user=cast.leader)
    recuse_from_case(
        actor=cast.act(cast.manager),
        case_id=finding.case_id,
        user_id=cast.manager.pk,
        reason="与信访人有亲属关系。",
        now=later(67),
    )
    assert [who for who in cast.people if seen(who)] == ["liaison", "head", "leader2", "supervisor"]


# -- review --------------------------------------------------------------------------------------------------------


def test_request_finding_review_in_its_window(cast: Cast) -> None:
    finding = decided(cast)
    last = dt.datetime.combine(finding.review_by_on or later(0).date(), dt.time(20), TZ)
    late = refused(in_review, cast, finding, now=last + dt.timedelta(days=1))
    assert (late.kind, "4月3日" in str(late)) == ("state", True)
    for who in ("liaison2", "manager", "supervisor"):
        actor = cast.act(getattr(cast, who))
        assert refused(in_review, cast, finding, actor=actor).kind == "role"
    finding = in_review(cast, finding, now=last)
    assert (finding.status, finding.review_reason) == ("in_review", "鉴定期间应当扣除，请求复核。")
    assert {one.user for one in Message.objects.filter(kind="finding_review_asked")} == {cast.manager}


def test_what_was_dismissed_needs_no_review(cast: Cast) -> None:
    assert refused(in_review, cast, decided(cast, "dismiss_finding")).kind == "state"


def test_confirm_finding_by_the_halls_manager(cast: Cast) -> None:
    finding = in_review(cast)
    now = day_after(finding, 6)
    for who in ("supervisor", "leader", "head", "clerk"):
        actor = cast.act(getattr(cast, who), now)
        assert refused(decided, cast, "confirm_finding", finding, actor=actor).kind == "role"
    finding = decided(cast, "confirm_finding", finding, actor=cast.act(cast.manager, now), now=now)
    assert (finding.status, finding.decided_days, finding.reviewed_by) == ("confirmed", 6, cast.manager)
    assert refused(in_review, cast, finding).kind == "state"


def test_change_finding_to_another_number(cast: Cast) -> None:
    finding = in_review(cast, decided(cast, "reduce_finding", days=4))
    manager = cast.act(cast.manager)
    # Fewer than were decided: who asks for a review is not worse off for it.
    for days in (None, 4, 5, 6, 7, -1):
        wrong = refused(decided, cast, "change_finding", finding, actor=manager, days=days)
        assert wrong.field == "days"
    now = day_after(finding, 6)
    finding = decided(cast, "change_finding", finding, actor=manager, days=0, now=now)
    assert (finding.status, finding.decided_days, finding.decision) == ("changed", 0, WHY)
    assert [(one.verb, one.days) for one in finding.decisions.all()] == [
        ("reduce_finding", 4), ("request_finding_review", None), ("change_finding", 0),
    ]  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(status="opened")


def test_what_is_about_the_hall_is_stated_by_its_manager_and_reviewed_by_a_leader(cast: Cast) -> None:
    case = registered(cast, BEGIN)
    withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人自愿撤回。", now=later(19))
    actions.open_findings(now=later(19.1))
    finding = stated(cast, Finding.objects.get(), actor=cast.act(cast.manager), is_final=True)
    finding = decided(cast, "uphold_finding", finding)
    finding = in_review(cast, finding, actor=cast.act(cast.manager))
    mine = refused(decided, cast, "confirm_finding", finding, actor=cast.act(cast.manager))
    assert mine.kind == "role"
    assert decided(cast, "confirm_finding", finding, actor=cast.act(cast.leader)).status == "confirmed"


def test_where_days_of_the_hall_are_in_it_a_leader_reviews(cast: Cast) -> None:
    """The manager would say whether days of his own are given back."""
    case = disputed(cast, BEGIN)
    rerouted(cast, case, later(3))
    withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人自愿撤回。", now=later(65))
    actions.open_findings(now=later(66))
    finding = Finding.objects.get(deadline__kind="handle")
    assert finding.spans.filter(cause="hall", is_late=False).exists()
    finding = stated(cast, finding, actor=cast.act(cast.head2), is_final=True)
    finding = decided(cast, "uphold_finding", finding)
    assert finding.decided_days == 2  # five late, three of the hall's given back
    finding = in_review(cast, finding, actor=cast.act(cast.head2))
    assert {one.user for one in Message.objects.filter(kind="finding_review_asked")} == {
        cast.leader,
        cast.leader2,
    }
    by_manager = refused(decided, cast, "confirm_finding", finding, actor=cast.act(cast.manager))
    assert by_manager.kind == "role"
    assert decided(cast, "confirm_finding", finding, actor=cast.act(cast.leader)).status == "confirmed"


def test_a_leader_reviews_where_the_manager_is_kept_out(cast: Cast) -> None:
    finding = in_review(cast)
    Recusal.objects.create(case=finding.case, user=cast.manager, reason="与信访人有亲属关系。", at=later(70))
    assert refused(decided, cast, "confirm_finding", finding, actor=cast.act(cast.manager)).kind == "role"
    assert decided(cast, "confirm_finding", finding, actor=cast.act(cast.leader)).status == "confirmed"


def test_days_of_others_are_never_held(cast: Cast) -> None:
    """Housing is late with its part; labour waited for it, and answers for its own late days alone."""
    case = accepted(cast, BEGIN)
    involved(cast, case, later(20))
    report_back(actor=cast.act(cast.liaison2, later(62)), case_id=case.pk, text=REPORT, now=later(62))
    answered(cast, later(90), Case.objects.get(pk=case.pk))
    actions.open_findings(now=later(90.1))
    lead = Finding.objects.get(deadline__kind="handle")
    own = sum((one.to_on - one.from_on).days + 1 for one in lead.spans.filter(is_late=True, cause="handler"))
    waited = sum((one.to_on - one.from_on).days + 1 for one in lead.spans.filter(cause="taking_part"))
    assert (lead.days_late, own, waited) == (30, 28, 19)
    lead = stated(cast, lead, now=later(91))
    for days in (29, 30, 11):
        assert refused(decided, cast, "reduce_finding", lead, days=days, now=later(92)).field == "days"
    part = stated(
        cast, Finding.objects.get(deadline__kind="contribute"), actor=cast.act(cast.head2), is_final=True
    )
    assert decided(cast, "uphold_finding", part, now=later(92)).decided_days == 19
    assert decided(cast, "uphold_finding", lead, now=later(92)).decided_days == 11


def test_one_day_is_not_held_twice_against_one_unit(cast: Cast) -> None:
    """A late report and a late answer on the same days: what the one finding holds is no more the other's."""
    case = assigned(cast, BEGIN, report_in=58)
    receive_case(actor=cast.act(cast.liaison, BEGIN), case_id=case.pk, now=BEGIN)
    withdraw_case(actor=cast.act(cast.liaison), case_id=case.pk, reason="本人自愿撤回。", now=later(70))
    actions.open_findings(now=later(70.1))
    report, answer = (Finding.objects.get(deadline__kind=kind) for kind in ("report", "handle"))
    assert answer.days_late == 10 <= report.days_late
    for one in (report, answer):
        stated(cast, one, now=later(71))
    decided(cast, "uphold_finding", report, now=later(72))
    none = refused(decided, cast, "uphold_finding", answer, now=later(72))
    assert none.kind == "state"
    assert refused(decided, cast, "reduce_finding", answer, days=1, now=later(72)).kind in ("state", "input")
    assert decided(cast, "dismiss_finding", answer, now=later(72)).status == "dismissed"


# -- at the same time ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_once(cast: Cast) -> None:
    finding = stated(cast)
    now = day_after(finding, 2)
    actor = cast.act(cast.supervisor, now)
    facts: dict[str, Any] = {"actor": actor, "finding_id": finding.pk, "reason": WHY, "now": now}
    assert at_once(lambda: actions.uphold_finding(**facts), lambda: actions.dismiss_finding(**facts)) == [
        "done", "state",
    ]  # fmt: skip
    assert finding.decisions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_statement_and_a_decision_at_once(cast: Cast) -> None:
    """Either the statement is there before the decision, or it is refused: never after a decision without it."""
    finding = opened(cast)
    actions.lapse_statements(now=day_after(finding, 30))
    now = day_after(finding, 31)
    said = {"actor": cast.act(cast.liaison, now), "finding_id": finding.pk, "text": SAID, "now": now}
    why = {"actor": cast.act(cast.supervisor, now), "finding_id": finding.pk, "reason": WHY, "now": now}
    results = at_once(lambda: actions.state_case(**said), lambda: actions.uphold_finding(**why))
    finding = fresh(finding)
    assert finding.status == "upheld"
    assert results == (["done", "done"] if finding.statements.exists() else ["done", "state"])
    if finding.statements.exists():
        entries = JournalEntry.objects.filter(stream=f"case:{finding.case_id}")
        order = entries.filter(verb__in=("state_case", "uphold_finding")).order_by("seq")
        assert list(order.values_list("verb", flat=True)) == ["state_case", "uphold_finding"]


@pytest.mark.django_db(transaction=True)
def test_a_statement_and_its_lapse_at_once(cast: Cast) -> None:
    finding = opened(cast)
    now = day_after(finding, 30)
    said = {"actor": cast.act(cast.liaison, now), "finding_id": finding.pk, "text": SAID, "now": now}
    assert at_once(lambda: actions.state_case(**said), lambda: actions.lapse_statements(now=now)) == [
        "done",
        "done",
    ]
    assert fresh(finding).status == "stated"
    clock = Case.objects.get(pk=finding.case_id).deadlines.get(kind="statement")
    assert (clock.met_at is None) != (clock.void_at is None)


def test_a_refusal_is_a_refusal(cast: Cast) -> None:
    with pytest.raises(Refused):
        decided(cast, "uphold_finding", opened(cast))
