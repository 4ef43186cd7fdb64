"""The petitioner asks for a hearing (`request_hearing`): who writes it down, in which matter, within which days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from cases import actions as case_actions
from cases.actions import NewRespondent, sweep_deadlines
from cases.lifecycle import CLASS_OF_PURPOSE
from cases.models import Case
from cases.terms import WINDOWS
from hall import journal
from hall.models import JournalEntry, Message
from hearings import actions
from hearings.lifecycle import STAGE_OF_STATE
from hearings.models import Hearing
from tests.cast import NOW, Cast
from tests.hearings.asking_steps import TITLE, WHY, adopted, asked
from tests.life import route
from tests.life_opinions import answered
from tests.life_referrals import clocks, owners, refused
from tests.life_reviews import in_reexamination, in_review, served, upper_units
from tests.matters import ZHANG, accepted, forwarded, ladder, registered

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_request_hearing_starts_the_days_for_the_decision_and_answers_the_petitioner(cast: Cast) -> None:
    hearing = asked(cast)
    assert (hearing.status, hearing.origin, hearing.stage, hearing.organiser) == (
        "requested",
        "request",
        "handle",
        cast.units["labour"],
    )
    case = hearing.case
    assert clocks(case)["hearing_decide"] == dt.date(2026, 11, 27)  # seven working days
    assert owners(case)["hearing_decide"] == cast.units["labour"].pk
    row = case.proceedings.get()
    assert (row.kind, row.ref, row.stage, row.blocks_opinion) == ("hearing", hearing.pk, "requested", False)
    assert (row.until_on, list(row.units.all())) == (dt.date(2026, 11, 27), [cast.units["labour"]])
    receipt = Message.objects.get(kind="hearing_received")
    assert (receipt.channel, receipt.address, receipt.context["until"]) == (
        "sms",
        "13800010001",
        "2026-11-27",
    )
    told = Message.objects.filter(kind="hearing_asked", channel="app")
    assert {one.user for one in told} == {cast.liaison, cast.head}
    entry = JournalEntry.objects.get(verb="request_hearing")
    assert WHY not in f"{entry.after}{entry.reason}"
    assert journal.verify() == []


def test_without_a_telephone_nobody_is_called(cast: Cast) -> None:
    asked(cast, accepted(cast, people=(replace(ZHANG, phone=""),)))
    assert not Message.objects.filter(kind="hearing_received").exists()


@pytest.mark.parametrize("who", ["clerk", "manager", "liaison", "head"])
def test_at_the_desk_or_by_the_unit(cast: Cast, who: str) -> None:
    assert asked(cast, who=who).opened_by == getattr(cast, who)


@pytest.mark.parametrize("who", ["liaison2", "head2", "leader", "supervisor", "guide", "administrator"])
def test_nobody_else(cast: Cast, who: str) -> None:
    assert refused(asked, cast, who=who).kind == "role"


def test_nobody_whom_the_case_accuses_and_none_recused(cast: Cast) -> None:
    by_name = NewRespondent(name="吴建平", user_id=cast.head.pk)
    case = accepted(cast, respondents=(by_name,))
    assert refused(asked, cast, case, who="head").kind == "unseen"
    facts = {"case_id": case.pk, "user_id": cast.clerk.pk, "reason": "与信访人有亲属关系。", "now": NOW}
    case_actions.recuse_from_case(actor=cast.act(cast.clerk), **facts)
    assert refused(asked, cast, case, who="clerk").kind == "unseen"
    asked(cast, case, who="clerk2")
    assert not Message.objects.filter(kind="hearing_asked", user=cast.head).exists()


def test_in_review_by_the_unit_that_reviews(cast: Cast) -> None:
    upper_units(cast)
    case = in_review(cast)
    hearing = asked(cast, case)
    assert (hearing.stage, hearing.organiser) == ("review", cast.units["petition"])
    assert asked(cast, in_reexamination(cast)).organiser == cast.units["city_petition"]


def test_in_which_state_in_words(cast: Cast) -> None:
    upper_units(cast)
    for case, words in (
        (registered(cast), "请先甄别"),
        (forwarded(cast), "还没有接收"),
        (answered(cast), "申请复查"),
        (served(cast), "请先登记复查申请"),
    ):
        refusal = refused(asked, cast, case)
        assert (refusal.kind, words in str(refusal)) == ("state", True), str(refusal)
    assert set(STAGE_OF_STATE.values()) == {"handle", "review", "reexamine"}


def test_not_for_what_belongs_before_a_court(cast: Cast) -> None:
    case = accepted(cast)
    way = route()
    case.claims.update(route=way)
    assert way.clause == 2
    refusal = refused(asked, cast, case)
    assert (refusal.kind, "法定途径" in str(refusal)) == ("state", True)
    case.claims.filter(number=1).update(route=None)
    assert asked(cast, Case.objects.get(pk=case.pk)).status == "requested"


@pytest.mark.parametrize("purpose", ["suggestion", "accusation"])
def test_a_suggestion_needs_no_hearing(cast: Cast, purpose: str) -> None:
    case = accepted(cast)
    Case.objects.filter(pk=case.pk).update(purpose=purpose, statutory_class=CLASS_OF_PURPOSE[purpose])
    assert "建议意见" in str(refused(asked, cast, case))


def test_an_appeal_is_heard_as_a_request_is(cast: Cast) -> None:
    case = accepted(cast)
    Case.objects.filter(pk=case.pk).update(purpose="appeal", statutory_class=CLASS_OF_PURPOSE["appeal"])
    assert asked(cast, Case.objects.get(pk=case.pk)).status == "requested"


def test_once_at_a_time(cast: Cast) -> None:
    hearing = asked(cast)
    assert "没有结束" in str(refused(asked, cast, hearing.case))
    actions.withdraw_hearing(
        actor=cast.act(cast.clerk), hearing_id=hearing.pk, reason="信访人当面表示不再需要。", now=NOW
    )
    assert asked(cast, hearing.case).pk != hearing.pk


def test_the_window_is_counted_from_the_service_of_the_opinion(cast: Cast) -> None:
    """City A: ten days. Asked for in the request for the review, it is in time however late it is entered."""
    upper_units(cast)
    adopted(cast, "city_a", now=NOW - 90 * DAY)
    case = in_review(cast, NOW - 20 * DAY)  # served on 29 October
    late = refused(asked, cast, case)
    assert (late.kind, late.field) == ("input", "requested_on")
    assert "2026年11月9日" in str(late)  # ten days on is a Sunday
    assert "2026年10月29日" in str(late)
    hearing = asked(cast, case, requested_on=dt.date(2026, 11, 9))
    assert hearing.requested_on == dt.date(2026, 11, 9)
    # The petitioner's own window: nobody is late in it, and no clock of the office runs on it.
    assert "hearing_apply" in WINDOWS
    assert "hearing_apply" not in clocks(case)


def test_while_it_is_handled_there_is_no_window(cast: Cast) -> None:
    adopted(cast, "city_b", now=NOW - 60 * DAY)
    assert asked(cast, accepted(cast, NOW - 30 * DAY)).status == "requested"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": "证"}, "title"),
        ({"title": "张秀英的工资"}, "title"),
        ({"reason": "要听证"}, "reason"),
        ({"requested_on": NOW.date() + DAY}, "requested_on"),
        ({"requested_on": NOW.date() - 400 * DAY}, "requested_on"),
    ],
)
def test_what_is_said_must_be_whole(cast: Cast, facts: dict[str, Any], field: str) -> None:
    refusal = refused(asked, cast, **facts)
    assert (refusal.kind, refusal.field) == ("input", field)
    assert not Hearing.objects.exists()


def test_a_decision_that_does_not_come_is_escalated(cast: Cast) -> None:
    """Where silence does not grant, the ladder climbs as for every clock."""
    ladder()
    asked(cast)
    late = NOW + 15 * DAY
    sweep_deadlines(now=late)
    told = Message.objects.filter(kind="deadline_step", context__term="hearing_decide")
    assert cast.manager in {one.user for one in told}
    assert actions.grant_silent_requests(now=late) == 0


def test_who_sees_it(cast: Cast) -> None:
    hearing = asked(cast)

    def sees(who: str) -> bool:
        return Hearing.objects.visible_to(cast.act(getattr(cast, who))).filter(pk=hearing.pk).exists()

    assert [
        who for who in ("clerk", "liaison", "head", "manager", "supervisor", "leader") if not sees(who)
    ] == []
    assert [who for who in ("liaison2", "guide", "administrator") if sees(who)] == []
    assert hearing.title == TITLE
