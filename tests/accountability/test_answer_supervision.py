"""What comes back: `answer_supervision`, `return_supervision`, `close_supervision`."""

from __future__ import annotations

import pytest
from django.test import Client

from accountability.models import Supervision
from cases.actions import dispute_case, reroute_case, withdraw_case
from cases.models import Case, Deadline
from hall import journal
from hall.access import SYSTEM
from hall.models import JournalEntry, Message
from tests.accountability.supervise_steps import (
    DONE,
    MORE,
    VERIFIED,
    answered,
    closed,
    day,
    days,
    opened,
    proposed,
    returned,
)
from tests.cast import NOW, Cast
from tests.life_referrals import refused

pytestmark = pytest.mark.django_db
LATER = NOW + days(3)


def test_answer_supervision_meets_the_clock_and_tells_who_asked(cast: Cast) -> None:
    one = opened(cast)
    feedback = answered(cast, one, LATER)
    one.refresh_from_db()
    assert one.clock is not None
    assert (one.status, one.clock.met_at, one.clock.met_by) == ("answered", LATER, cast.liaison)
    assert (feedback.kind, feedback.text, feedback.by) == ("answer", DONE, cast.liaison)
    assert Message.objects.get(kind="supervision_answered").user == cast.supervisor
    entry = JournalEntry.objects.get(verb="answer_supervision")
    assert DONE not in f"{entry.after}{entry.reason}"


def test_the_head_may_answer_nobody_else(cast: Cast) -> None:
    one = opened(cast)
    for who in (cast.clerk, cast.liaison2, cast.supervisor, cast.leader):
        assert refused(answered, cast, one, LATER, who=who).kind == "role"
    assert refused(answered, cast, one, LATER, text="已办").field == "text"
    answered(cast, one, LATER, who=cast.head)
    assert refused(answered, cast, one, LATER).kind == "state"


def test_the_day_follows_a_changed_calendar(cast: Cast, client: Client) -> None:
    """A holiday is moved onto the last day: the clock goes on, and so does every page; the paper stays as it was."""
    one = opened(cast)
    was = one.due_on
    assert was is not None
    assert one.clock is not None
    Deadline.objects.filter(pk=one.clock_id).update(due_on=was + days(4), due_at=NOW + days(40))
    one = Supervision.objects.get(pk=one.pk)
    assert (one.due_on, one.feedback_due_on) == (was + days(4), was)
    client.force_login(cast.supervisor)
    for url in ("/supervisions/", f"/supervisions/{one.pk}/"):
        text = client.get(url).content.decode()
        assert f"{was.month}月{(was + days(4)).day}日" in text


def test_a_proposal_cannot_be_answered(cast: Cast) -> None:
    one, now = proposed(cast)
    assert refused(answered, cast, one, now).kind == "state"


def test_return_supervision_sets_a_new_day(cast: Cast) -> None:
    one = opened(cast)
    assert refused(returned, cast, one, LATER).kind == "state"  # nothing was answered
    answered(cast, one, LATER)
    first = one.clock_id
    assert refused(returned, cast, one, LATER, feedback_on=LATER.date()).field == "feedback_on"
    assert refused(returned, cast, one, LATER, reason="不行").field == "reason"
    returned(cast, one, LATER)
    one.refresh_from_db()
    assert one.clock is not None
    assert (one.status, one.feedback_due_on, one.clock_id == first) == ("open", one.clock.due_on, False)
    assert (one.clock.met_at, one.clock.started_on) == (None, LATER.date())
    told = Message.objects.filter(kind="supervision_returned", channel="app")
    assert {message.user for message in told} == {cast.liaison, cast.head}
    answered(cast, one, LATER + days(1))
    assert list(one.feedback.values_list("kind", flat=True)) == ["answer", "return", "answer"]
    assert one.feedback.get(kind="return").text == MORE


def test_close_supervision_says_what_was_verified(cast: Cast) -> None:
    one = opened(cast)
    answered(cast, one, LATER)
    assert refused(closed, cast, one, LATER, outcome="").field == "outcome"
    assert refused(closed, cast, one, LATER, result="好").field == "result"
    closed(cast, one, LATER)
    one.refresh_from_db()
    assert (one.status, one.outcome, one.result, one.closed_by) == (
        "closed",
        "done",
        VERIFIED,
        cast.supervisor,
    )
    assert JournalEntry.objects.get(verb="close_supervision").after["verified"] == "done"
    assert Message.objects.filter(kind="supervision_closed", user=cast.liaison).exists()
    for act in (answered, returned, closed):
        assert refused(act, cast, one, LATER).kind == "state"
    assert journal.verify() == []


def test_close_supervision_without_an_answer_ends_its_clock_alone(cast: Cast) -> None:
    one = opened(cast)
    other = opened(cast, one.case, trigger="delay")
    closed(cast, one, LATER, outcome="needless")
    for each in (one, other):
        each.clock.refresh_from_db()  # type: ignore[union-attr]
    assert one.clock is not None
    assert other.clock is not None
    assert (one.clock.void_at, other.clock.void_at) == (LATER, None)


@pytest.mark.parametrize("who", ["clerk", "liaison", "head", "leader"])
def test_others_verify_nothing(cast: Cast, who: str) -> None:
    one = opened(cast)
    answered(cast, one, LATER)
    assert refused(returned, cast, one, LATER, who=cast.people[who]).kind == "role"
    assert refused(closed, cast, one, LATER, who=cast.people[who]).kind == "role"


def test_it_outlives_the_matter(cast: Cast) -> None:
    """What was demanded is owed also when the petitioner has withdrawn."""
    one = opened(cast)
    withdraw_case(actor=SYSTEM, case_id=one.case_id, reason="问题已经解决，自愿撤回。", now=NOW + days(1))
    answered(cast, one, LATER)
    closed(cast, one, LATER)
    one.refresh_from_db()
    assert one.status == "closed"


def test_a_unit_that_has_lost_the_matter_gets_it_back_with_a_return(cast: Cast) -> None:
    one = opened(cast)
    answered(cast, one, LATER)
    case = Case.objects.get(pk=one.case_id)
    dispute_case(
        actor=cast.act(cast.liaison), case_id=case.pk, reason="不属于本单位职权，请另行确定。", now=LATER
    )
    reroute_case(
        actor=cast.act(cast.manager), case_id=case.pk, department_id=cast.units["housing"].pk,
        reason="经核实属于住建部门职权。", now=LATER,
    )  # fmt: skip
    returned(cast, one, LATER + days(1), feedback_on=day(LATER, 6))
    assert case.referrals.get(department=cast.units["labour"], ended_at=None).part == "copy"
    answered(cast, one, LATER + days(2))
