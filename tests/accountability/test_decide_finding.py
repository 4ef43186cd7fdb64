"""The unit states its case, a supervisor decides, a review confirms or changes; who may, and two at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accountability import actions
from accountability.models import Finding, FindingDecision, Statement
from accountability.rules import check_can_reduce_finding
from cases.actions import recuse_from_case, withdraw_case
from cases.models import Case, Respondent
from hall import journal
from hall.access import Refused, allowed
from hall.models import JournalEntry, Message
from staffing.lifecycle import SUPERVISOR
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
from tests.life_referrals import refused
from tests.matters import registered

pytestmark = pytest.mark.django_db


# -- the unit's side -----------------------------------------------------------------------------------------------


def test_state_case_stops_the_clock_and_tells_the_supervisor(cast: Cast) -> None:
    finding = stated(cast)
    assert finding.status == "stated"
    said = finding.statements.get()
    assert (said.text, said.by, said.is_late) == (SAID, cast.liaison, False)
    assert finding.case.deadlines.get(kind="statement").met_at is not None
    assert {one.user for one in Message.objects.filter(kind="finding_stated")} == {cast.supervisor}
    entry = JournalEntry.objects.get(verb="state_case")
    assert SAID not in f"{entry.before}{entry.after}{entry.reason}"
    assert journal.verify() == []


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
    finding = stated(cast, opened(cast, days=61 + 2))  # due on a Friday, answered on the Monday after
    Finding.objects.filter(pk=finding.pk).update(days_late=1)
    verdict = allowed(check_can_reduce_finding, cast.act(cast.supervisor), fresh(finding), now=later(66))
    assert (verdict.ok, verdict.kind) == (False, "state")


def test_dismiss_finding_and_reopen_finding(cast: Cast) -> None:
    finding = decided(cast, "dismiss_finding")
    assert (finding.status, finding.decided_days, finding.review_by_on) == ("dismissed", 0, None)
    finding = decided(
        cast, "reopen_finding", finding, reason="鉴定机构来函否认迟延。", now=day_after(finding, 5)
    )
    assert (finding.status, finding.decided_days, finding.decision) == ("opened", None, "")
    assert finding.state_by_on > day_after(finding, 5).date()
    assert finding.case.deadlines.filter(kind="statement").count() == 2
    assert [one.verb for one in finding.decisions.all()] == ["dismiss_finding", "reopen_finding"]
    assert Message.objects.filter(kind="finding_reopened").exists()
    assert stated(cast, finding, now=day_after(finding, 6)).status == "stated"
    with pytest.raises(DatabaseError), transaction.atomic():
        FindingDecision.objects.all().delete()


def test_who_decides(cast: Cast) -> None:
    finding = stated(cast)
    now = day_after(finding, 2)
    for who in ("liaison", "head", "liaison2", "clerk", "manager", "leader", "administrator"):
        actor = cast.act(getattr(cast, who), now)
        for verb in ("uphold_finding", "dismiss_finding"):
            assert refused(decided, cast, verb, finding, actor=actor).kind == "role"
        assert refused(decided, cast, "reduce_finding", finding, actor=actor, days=3).kind == "role"
        assert refused(decided, cast, "reopen_finding", finding, actor=actor).kind == "role"
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
    post = cast.liaison.postings.get(role="liaison")
    assert late.posting == post
    post.until_on, post.reason, post.ground = later(67).date(), "调整", "other"
    post.save(update_fields=["until_on", "reason", "ground"])
    moved = refused(decided, cast, "uphold_finding", finding, actor=cast.act(cast.liaison))
    assert (moved.kind, "在岗" in str(moved)) == ("role", True)


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
    for days in (None, 4, 7, -1):
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
    finding = stated(cast, Finding.objects.get(), actor=cast.act(cast.manager))
    finding = decided(cast, "uphold_finding", finding)
    finding = in_review(cast, finding, actor=cast.act(cast.manager))
    mine = refused(decided, cast, "confirm_finding", finding, actor=cast.act(cast.manager))
    assert mine.kind == "role"
    assert decided(cast, "confirm_finding", finding, actor=cast.act(cast.leader)).status == "confirmed"


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
