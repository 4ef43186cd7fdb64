"""The effect on the period, exactly where the law gives one: the time of a hearing is not counted in that of the
re-examination, and in no other (《信访工作条例》第三十六条第二款; 《信访条例》第三十五条第二款).
"""

from __future__ import annotations

import datetime as dt

import pytest

from cases import actions as case_actions
from cases.actions.deadlines import shifted
from cases.models import Case, Hold
from hall.access import SYSTEM
from hall.models import Message
from hearings import actions
from hearings.models import Hearing
from tests.cast import NOW, Cast
from tests.hearings.asking_steps import BECAUSE, asked, granted, opened, scheduled
from tests.life_referrals import clocks
from tests.life_reviews import in_reexamination, in_review, upper_units
from tests.matters import accepted

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATER = NOW + 10 * DAY


def ended(hearing: Hearing, *, now: dt.datetime = LATER) -> None:
    actions.end_hearing(
        actor=SYSTEM, hearing_id=hearing.pk, ground="settled", reason="双方已经就数额达成一致。", now=now
    )


def in_law(cast: Cast, case: Case, law: str) -> Case:
    """As registered under that law: the case and its clocks, as `register` and `start_deadline` would have it."""
    Case.objects.filter(pk=case.pk).update(law=law)
    for clock in case.deadlines.open():
        clock.law = law
        clock.save(update_fields=["law"])
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize(
    ("law", "article"), [("r22", "《信访工作条例》第三十六条第二款"), ("r05", "《信访条例》第三十五条第二款")]
)
def test_in_the_reexamination_it_is_not_counted(cast: Cast, law: str, article: str) -> None:
    """From the decision to hold it, to its end: so many days later is the last day."""
    upper_units(cast)
    case = in_law(cast, in_reexamination(cast), law)
    assert clocks(case)["reexamine"] == dt.date(2026, 12, 18)
    hearing = asked(cast, case)
    assert not case.holds.exists()  # asking stops nothing
    granted(cast, hearing, now=NOW + 2 * DAY)
    hold = case.holds.get()
    assert (hold.kind, hold.from_on, hold.to_on, hold.authority) == (
        "hearing",
        NOW.date() + 2 * DAY,
        None,
        article,
    )
    assert clocks(case)["reexamine"] is None
    assert clocks(case)["hearing_hold"] == dt.date(2026, 12, 21)  # its own days run; the 20th is a Sunday
    assert Message.objects.get(kind="hearing_granted").context["paused"] is True
    hearing.refresh_from_db()
    assert hearing.hold == hold
    ended(hearing, now=NOW + 12 * DAY)
    hold.refresh_from_db()
    assert hold.to_on == NOW.date() + 12 * DAY
    assert clocks(case)["reexamine"] == dt.date(2026, 12, 28)  # ten days
    assert list(shifted(now=LATER)) == []


@pytest.mark.parametrize("law", ["r22", "r05"])
@pytest.mark.parametrize("stage", ["handle", "review"])
def test_in_handling_and_review_it_is_counted(cast: Cast, stage: str, law: str) -> None:
    upper_units(cast)
    case = in_law(cast, accepted(cast) if stage == "handle" else in_review(cast), law)
    before = clocks(case)[stage]
    hearing = granted(cast, asked(cast, case))
    assert not Hold.objects.exists()
    assert clocks(case)[stage] == before
    ended(hearing)
    assert clocks(case)[stage] == before
    assert Message.objects.get(kind="hearing_granted").context["paused"] is False
    assert hearing.decision_document is not None


def test_opened_by_the_unit_has_the_same_effect(cast: Cast) -> None:
    upper_units(cast)
    case = in_reexamination(cast)
    assert opened(cast, case).hold is not None
    assert clocks(case)["reexamine"] is None


@pytest.mark.parametrize("way", ["withdraw", "end", "lapse"])
def test_every_way_out_lifts_it(cast: Cast, way: str) -> None:
    upper_units(cast)
    hearing = granted(cast, asked(cast, in_reexamination(cast)))
    case = hearing.case
    if way == "withdraw":
        actions.withdraw_hearing(
            actor=SYSTEM, hearing_id=hearing.pk, reason="信访人书面撤回申请。", now=LATER
        )
    elif way == "end":
        ended(hearing)
    else:
        Case.objects.filter(pk=case.pk).update(status="finally_closed", status_since=LATER)
        assert actions.lapse_hearings(now=LATER) == 1
    assert case.holds.get().to_on == LATER.date()


def test_refused_there_was_none(cast: Cast) -> None:
    upper_units(cast)
    hearing = asked(cast, in_reexamination(cast))
    actions.refuse_hearing(actor=SYSTEM, hearing_id=hearing.pk, reason=BECAUSE, now=LATER)
    assert not Hold.objects.exists()


def test_it_goes_on_through_postponement_and_suspension(cast: Cast) -> None:
    """All of that is time that the hearing needs."""
    upper_units(cast)
    hearing = scheduled(cast, granted(cast, asked(cast, in_reexamination(cast))))
    facts = {"actor": SYSTEM, "hearing_id": hearing.pk}
    actions.postpone_hearing(
        ground="party", reason="信访人住院，下周才能到场。", days=5, now=NOW + DAY, **facts
    )
    hearing.refresh_from_db()
    scheduled(cast, hearing, now=NOW + DAY)
    actions.suspend_hearing(ground="expert", reason="工程量需要委托鉴定。", now=NOW + 2 * DAY, **facts)
    assert hearing.case.holds.get().to_on is None
    actions.resume_hearing(reason="鉴定意见已经作出。", now=NOW + 9 * DAY, **facts)
    assert hearing.case.holds.get().to_on is None
    assert list(shifted(now=LATER)) == []


def test_a_period_that_has_passed_is_not_paused(cast: Cast) -> None:
    upper_units(cast)
    hearing = asked(cast, in_reexamination(cast))
    late = NOW + 40 * DAY
    granted(cast, hearing, now=late)
    assert not Hold.objects.exists()
    ended(hearing, now=late + DAY)


def test_where_a_pause_runs_none_is_placed(cast: Cast) -> None:
    upper_units(cast)
    hearing = asked(cast, in_reexamination(cast))
    case_actions.place_hold(
        actor=SYSTEM, case_id=hearing.case_id, kind="hearing", from_on=NOW.date(),
        authority="《信访工作条例》第三十六条第二款", now=NOW,
    )  # fmt: skip
    granted(cast, hearing)
    ended(hearing)
    hold = hearing.case.holds.get()
    assert hold.to_on is None  # whoever placed it lifts it


def test_two_hearings_on_one_day_never_overlap(cast: Cast) -> None:
    """A pause is at least one day, so the second begins where the first one ends."""
    upper_units(cast)
    case = in_reexamination(cast)
    ended(granted(cast, asked(cast, case)), now=NOW)
    second = granted(cast, asked(cast, case))
    assert [(one.from_on, one.to_on) for one in case.holds.order_by("from_on")] == [
        (NOW.date(), NOW.date() + DAY),
        (NOW.date() + DAY, None),
    ]
    ended(second, now=NOW)
    assert case.holds.order_by("from_on").last().to_on == NOW.date() + 2 * DAY  # type: ignore[union-attr]
    assert list(shifted(now=NOW)) == []


def test_what_the_manager_lifted_stays_lifted(cast: Cast) -> None:
    upper_units(cast)
    hearing = granted(cast, asked(cast, in_reexamination(cast)))
    hold = hearing.case.holds.get()
    case_actions.lift_hold(
        actor=SYSTEM, case_id=hearing.case_id, hold_id=hold.pk, to_on=NOW.date() + 3 * DAY, now=NOW + 3 * DAY
    )
    ended(hearing)
    hold.refresh_from_db()
    assert hold.to_on == NOW.date() + 3 * DAY
