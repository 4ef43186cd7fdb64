"""Pauses: only of a period that the law lets pause, never two at once, and every date follows at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from cases import actions
from cases.models import Hold, Review
from hall import journal
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast, at, yunxi
from tests.life_handling import at_once, clocks, heard, in_reexamination_time
from tests.matters import accepted, ladder

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DUE = dt.date(2026, 12, 18)
"""30 days after 18 November 2026, a Friday."""


def day(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


def test_place_hold_stops_the_reexamination_and_nothing_else(cast: Cast) -> None:
    case, _deadline = in_reexamination_time(cast)
    assert clocks(case) == {"handle": dt.date(2027, 1, 18), "reexamine": DUE}
    hold = heard(cast, case, day(5))
    assert (hold.kind, hold.to_on, hold.placed_by) == ("hearing", None, cast.manager)
    assert clocks(case) == {"handle": dt.date(2027, 1, 18), "reexamine": None}
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="place_hold")
    assert (entry.after["hold"], entry.after["on"], entry.after["to_on"]) == ("hearing", "2026-11-23", None)
    assert journal.verify(f"case:{case.pk}") == []
    assert list(actions.deadlines.shifted(now=NOW)) == []


def test_lift_hold_gives_the_days_back(cast: Cast) -> None:
    ladder()
    case, deadline = in_reexamination_time(cast)
    hold = heard(cast, case, day(5))
    later = NOW + dt.timedelta(days=9)
    with pytest.raises(Refused) as caught:
        actions.lift_hold(
            actor=cast.act(cast.manager), case_id=case.pk, hold_id=hold.pk, to_on=day(5), now=later
        )
    assert (caught.value.kind, caught.value.field) == ("input", "to_on")
    actions.lift_hold(
        actor=cast.act(cast.manager), case_id=case.pk, hold_id=hold.pk, to_on=day(10), now=later
    )
    assert clocks(case)["reexamine"] == dt.date(2026, 12, 23), "five days were not counted"
    deadline.refresh_from_db()
    assert len(deadline.step_moments) == 4 and deadline.next_step_at is not None
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="lift_hold")
    assert (entry.before["to_on"], entry.after["to_on"]) == (None, "2026-11-28")
    with pytest.raises(Refused, match="已经恢复计算") as caught:
        actions.lift_hold(
            actor=cast.act(cast.manager), case_id=case.pk, hold_id=hold.pk, to_on=day(12),
            now=at("2026-11-28 09:00"),
        )  # fmt: skip
    assert caught.value.kind == "state"
    assert list(actions.deadlines.shifted(now=later)) == []


def test_a_planned_end_moves_while_it_lies_ahead(cast: Cast) -> None:
    case, _deadline = in_reexamination_time(cast)
    hold = heard(cast, case, day(5), day(8))
    assert clocks(case)["reexamine"] == dt.date(2026, 12, 21)
    actions.lift_hold(actor=cast.act(cast.manager), case_id=case.pk, hold_id=hold.pk, to_on=day(6), now=NOW)
    assert clocks(case)["reexamine"] == dt.date(2026, 12, 21), "the 19th is a Saturday"
    hold.refresh_from_db()
    assert hold.to_on == day(6)


def test_no_two_pauses_at_once_by_the_rule_and_by_the_database(cast: Cast) -> None:
    case, _deadline = in_reexamination_time(cast)
    heard(cast, case, day(5), day(8))
    for first, last in ((5, 8), (4, 6), (7, 12), (3, None), (6, 7)):
        with pytest.raises(Refused, match="已经中止过") as caught:
            heard(cast, case, day(first), day(last) if last else None)
        assert caught.value.kind == "state"
        with pytest.raises(IntegrityError, match="hold_one_at_a_time"), transaction.atomic():
            Hold.objects.create(
                case=case,
                kind="hearing",
                from_on=day(first),
                to_on=day(last) if last else None,
                authority="同上",
            )
    heard(cast, case, day(8), day(9))
    second = heard(cast, case, day(12))
    with pytest.raises(Refused, match="尚未恢复计算"):
        heard(cast, case, day(20))
    first_hold = Hold.objects.get(from_on=day(8))
    with pytest.raises(Refused, match="不能重复中止"):
        actions.lift_hold(
            actor=cast.act(cast.manager), case_id=case.pk, hold_id=first_hold.pk, to_on=day(14), now=NOW
        )
    with pytest.raises(IntegrityError, match="hold_forward"), transaction.atomic():
        Hold.objects.filter(pk=second.pk).update(to_on=day(12))


def test_without_a_period_that_may_stop_nothing_stops(cast: Cast) -> None:
    case = accepted(cast)
    with pytest.raises(Refused, match="没有依法可以中止的期限") as caught:
        heard(cast, case, day(1))
    assert (caught.value.kind, caught.value.article, Hold.objects.exists()) == (
        "state", "《信访工作条例》第三十六条第二款", False,
    )  # fmt: skip
    case, _deadline = in_reexamination_time(cast)
    with pytest.raises(Refused, match="已经届满") as caught:
        heard(cast, case, day(20), now=at("2026-12-19 00:00"))
    assert caught.value.kind == "state"
    for days, field in (((-1, 4), "from_on"), ((4, 4), "to_on")):
        with pytest.raises(Refused) as caught:
            heard(cast, case, day(days[0]), day(days[1]))
        assert (caught.value.kind, caught.value.field) == ("input", field)
    with pytest.raises(Refused) as caught:
        actions.place_hold(
            actor=SYSTEM, case_id=case.pk, kind="hearing", from_on=day(2), authority=" ", now=NOW
        )
    assert (caught.value.kind, caught.value.field) == ("input", "authority")


def test_who_may(cast: Cast) -> None:
    case, _deadline = in_reexamination_time(cast)
    facts = {
        "case_id": case.pk,
        "kind": "hearing",
        "authority": "《信访工作条例》第三十六条第二款",
        "now": NOW,
    }
    for person in (cast.clerk, cast.liaison2, cast.leader):
        with pytest.raises(Refused) as caught:
            actions.place_hold(actor=cast.act(person), from_on=day(2), **facts)
        assert caught.value.kind == "role"
    hold = actions.place_hold(actor=cast.act(cast.liaison), from_on=day(2), **facts)
    with pytest.raises(Refused) as caught:
        actions.lift_hold(
            actor=cast.act(cast.liaison2), case_id=case.pk, hold_id=hold.pk, to_on=day(4), now=NOW
        )
    assert caught.value.kind == "role"
    other, _deadline = in_reexamination_time(cast)
    with pytest.raises(Refused) as caught:
        actions.lift_hold(
            actor=cast.act(cast.manager), case_id=other.pk, hold_id=hold.pk, to_on=day(4), now=NOW
        )
    assert caught.value.kind == "unseen"
    actions.lift_hold(actor=SYSTEM, case_id=case.pk, hold_id=hold.pk, to_on=day(4), now=NOW)


def test_after_the_opinion_the_body_that_gave_it_still_ends_its_pause(cast: Cast) -> None:
    case, _deadline = in_reexamination_time(cast)
    hold = heard(cast, case, day(2))
    Review.objects.create(
        case=case, stage="reexamination", department=cast.units["housing"], challenged=case.triage.document,
        requested_on=TODAY, request="请求复核。", registered_at=NOW,
    )  # fmt: skip
    actions.deadlines.meet_deadline(case, "reexamine", actor=cast.act(cast.liaison), now=NOW)
    lifted = actions.lift_hold(
        actor=cast.act(cast.liaison2), case_id=case.pk, hold_id=hold.pk, to_on=day(4), now=NOW
    )
    assert lifted.to_on == day(4)


@pytest.mark.django_db(transaction=True)
def test_two_pause_at_once_and_one_pause_stands() -> None:
    cast = yunxi()
    case, _deadline = in_reexamination_time(cast)
    assert at_once(lambda: heard(cast, case, day(2)), lambda: heard(cast, case, day(3))) == ["done", "state"]
    assert Hold.objects.count() == 1
