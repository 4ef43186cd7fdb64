"""A month from the rules of rhythm: what is proposed, what is left open and why, in a worker and not in a request."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from staffing.actions import (
    answer_proposal,
    cancel_reception,
    fail_proposal,
    propose_month,
    report_absence,
    save_rhythm_rule,
)
from staffing.models import Hall, PlanProposal, RhythmRule
from staffing.queries import month_facts
from staffing.queries.planner import plan
from staffing.queries.rhythm import Gap, Plan, Slot, Why
from staffing.rules import Rhythm
from staffing.tasks import solve_proposals
from tests.cast import NOW, Cast, at, reception

DECEMBER = dt.date(2026, 12, 1)
SINCE = dt.date(2026, 1, 1)


def rule(cast: Cast, **facts: Any) -> RhythmRule:
    given: dict[str, Any] = {
        "name": "每日接访", "rhythm": "daily", "who": "one", "rank": "", "from_on": SINCE,
    }  # fmt: skip
    return save_rhythm_rule(
        actor=cast.act(cast.manager), hall_id=cast.hall.pk, rule=Rhythm(**given | facts), now=NOW
    )


def planned(cast: Cast, month: dt.date = DECEMBER, now: dt.datetime = NOW) -> Plan:
    return plan(month_facts(Hall.objects.get(pk=cast.hall.pk), month, now=now))


def test_each_working_day_has_a_leader_and_both_receive_alike(cast: Cast) -> None:
    rule(cast)
    Hall.objects.filter(pk=cast.hall.pk).update(receptions_per_leader=20)
    found = planned(cast)
    days = [slot.day for slot in found.slots]
    assert (len(days), len(set(days)), found.gaps) == (23, 23, ())
    assert all(day.weekday() < 5 for day in days)
    shares = sorted(
        [slot.leader for slot in found.slots].count(who.pk) for who in (cast.leader, cast.leader2)
    )
    assert shares == [11, 12]
    assert {slot.room for slot in found.slots} == {cast.leader_room.pk}


def test_nobody_receives_on_a_holiday_and_a_worked_weekend_counts(cast: Cast) -> None:
    rule(cast)
    october = dt.date(2026, 10, 1)
    days = {slot.day.day for slot in planned(cast, october, at("2026-09-20 09:00")).slots}
    assert not days & {1, 2, 3, 4, 5, 6, 7}, "the National Day holiday"
    assert 10 in days or all(
        gap.first.day == 10 for gap in planned(cast, october, at("2026-09-20 09:00")).gaps
    )


def test_a_gap_says_who_was_considered_and_why_not(cast: Cast) -> None:
    rule(cast)
    for who, kind in ((cast.leader, "meeting"), (cast.leader2, "leave")):
        report_absence(
            actor=cast.act(cast.manager), person_id=who.pk, from_on=dt.date(2026, 12, 7),
            until_on=dt.date(2026, 12, 7), kind=kind, now=NOW,
        )  # fmt: skip
    Hall.objects.filter(pk=cast.hall.pk).update(receptions_per_leader=20)
    (gap,) = planned(cast).gaps
    seventh = dt.date(2026, 12, 7)
    assert (gap.first, gap.last, gap.missing, gap.reason) == (seventh, seventh, 1, "")
    assert {why.leader: why.reasons for why in gap.leaders} == {
        cast.leader.pk: (("absent", (seventh,)),), cast.leader2.pk: (("absent", (seventh,)),),
    }  # fmt: skip


def test_a_leader_at_the_maximum_and_a_room_that_is_taken_are_named(cast: Cast) -> None:
    rule(cast)
    Hall.objects.filter(pk=cast.hall.pk).update(receptions_per_leader=1)
    found = planned(cast)
    assert len(found.slots) == 2
    assert {code for gap in found.gaps for why in gap.leaders for code, _days in why.reasons} <= {
        "maximum", "chosen"
    }  # fmt: skip
    Hall.objects.filter(pk=cast.hall.pk).update(receptions_per_leader=20)
    reception(cast, at("2026-12-08 08:30"), hours=1)
    rule(cast, name="每周一次", rhythm="weekly", who="named", leader_id=cast.leader2.pk, weekday=1)
    gaps = [gap for gap in planned(cast).gaps if gap.first == dt.date(2026, 12, 7)]
    assert gaps == [], "the standing reception serves the day; the week's one moves to another day"


def test_what_stands_serves_the_rules_and_keeps_leader_and_room(cast: Cast) -> None:
    rule(cast)
    rule(cast, name="每月一次", rhythm="monthly", who="each")
    one = reception(cast, at("2026-12-10 09:00"))
    days = [slot.day for slot in planned(cast).slots]
    assert dt.date(2026, 12, 10) not in days
    cancel_reception(actor=cast.act(cast.manager), reception_id=one.pk, reason="x", now=NOW)
    Hall.objects.filter(pk=cast.hall.pk).update(receptions_per_leader=20)
    assert dt.date(2026, 12, 10) in [slot.day for slot in planned(cast).slots]


def test_a_principal_receives_on_monday_and_moves_when_away(cast: Cast) -> None:
    cast.leader.postings.update(rank="principal")
    rule(cast, name="主要领导", rhythm="weekly", rank="principal", weekday=0)
    report_absence(
        actor=cast.act(cast.leader), person_id=cast.leader.pk, from_on=dt.date(2026, 12, 14),
        until_on=dt.date(2026, 12, 14), kind="travel", now=NOW,
    )  # fmt: skip
    found = planned(cast)
    assert {slot.leader for slot in found.slots} == {cast.leader.pk}
    mondays = [slot.day for slot in found.slots if slot.day.weekday() == 0]
    assert mondays == [dt.date(2026, 12, day) for day in (7, 21, 28)]
    assert sum(dt.date(2026, 12, 14) < slot.day < dt.date(2026, 12, 20) for slot in found.slots) == 1


def test_a_quarter_is_shared_among_its_months(cast: Cast) -> None:
    rule(cast, name="每季度", rhythm="quarterly", who="each")
    july = planned(cast, dt.date(2027, 7, 1))
    assert len(july.slots) == 1, "a third of two, rounded up"
    september = planned(cast, dt.date(2027, 9, 1))
    assert {slot.leader for slot in september.slots} == {cast.leader.pk, cast.leader2.pk}


def test_the_same_facts_give_the_same_plan(cast: Cast) -> None:
    rule(cast)
    assert planned(cast) == planned(cast)


def test_a_proposal_is_made_by_the_worker(cast: Cast) -> None:
    rule(cast)
    asked = propose_month(actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=DECEMBER, now=NOW)
    again = propose_month(actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=DECEMBER, now=NOW)
    assert (asked.state, again.pk) == ("asked", asked.pk)
    assert solve_proposals() == 1
    asked.refresh_from_db()
    assert asked.state == "ready"
    assert len(asked.slots) == 16, "two leaders, eight times each"
    assert solve_proposals() == 0
    verbs = JournalEntry.objects.filter(object=f"planproposal:{asked.pk}").values_list("verb", flat=True)
    assert set(verbs) <= {"propose_month", "answer_proposal"}


def test_a_proposal_is_answered_once_and_by_the_worker_alone(cast: Cast) -> None:
    rule(cast)
    asked = propose_month(actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=DECEMBER, now=NOW)
    nothing = Plan((), ())
    with pytest.raises(Refused) as refused:
        answer_proposal(actor=cast.act(cast.manager), proposal_id=asked.pk, plan=nothing, now=NOW)
    assert refused.value.kind == "role"
    failed = fail_proposal(actor=SYSTEM, proposal_id=asked.pk, failure="unsolved", now=NOW)
    assert failed.state == "failed"
    with pytest.raises(Refused) as refused:
        answer_proposal(actor=SYSTEM, proposal_id=asked.pk, plan=nothing, now=NOW)
    assert refused.value.kind == "state"
    assert (
        propose_month(actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=DECEMBER, now=NOW).pk
        != asked.pk
    )


def test_slots_and_gaps_are_kept_as_they_were_found(cast: Cast) -> None:
    rule(cast)
    asked = propose_month(actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=DECEMBER, now=NOW)
    day = dt.date(2026, 12, 1)
    found = Plan(
        (Slot(1, 2, day, dt.time(9), dt.time(11, 30), (3,)),),
        (Gap(3, day, day, 1, "", (Why(1, (("absent", (day,)),)),)),),
    )
    kept = answer_proposal(actor=SYSTEM, proposal_id=asked.pk, plan=found, now=NOW)
    assert kept.slots == [
        {
            "n": 0,
            "leader": 1,
            "room": 2,
            "day": "2026-12-01",
            "starts": "09:00",
            "ends": "11:30",
            "rules": [3],
        }
    ]
    assert kept.gaps[0]["leaders"] == [{"leader": 1, "reasons": [["absent", ["2026-12-01"]]]}]


@pytest.mark.parametrize("who", ["clerk", "leader", "supervisor"])
def test_only_the_manager_asks(cast: Cast, who: str) -> None:
    rule(cast)
    with pytest.raises(Refused) as refused:
        propose_month(actor=cast.act(cast.people[who]), hall_id=cast.hall.pk, month=DECEMBER, now=NOW)
    assert refused.value.kind == "role"


def test_a_month_behind_and_a_hall_without_rules_are_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="规则"):
        propose_month(actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=DECEMBER, now=NOW)
    rule(cast)
    for month in (dt.date(2026, 10, 1), dt.date(2028, 1, 1)):
        with pytest.raises(Refused) as refused:
            propose_month(actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=month, now=NOW)
        assert refused.value.kind == "state"


def test_the_database_keeps_one_open_question(cast: Cast) -> None:
    PlanProposal.objects.create(hall=cast.hall, month=DECEMBER, asked_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanProposal.objects.create(hall=cast.hall, month=DECEMBER, asked_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanProposal.objects.create(hall=cast.hall, month=dt.date(2027, 1, 2), asked_at=NOW)
