"""Whatever the facts: no leader and no room twice, nobody on a day off or in an absence, no gap without its why."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staffing.queries.planner import plan
from staffing.queries.rhythm import Leader, Month, Place, Rule, Slot, Standing, days_of, demands

FIRST = dt.date(2026, 11, 1)
DAYS = days_of(FIRST)
LONG_BEFORE, IN_ITS_MIDDLE = (dt.datetime.fromisoformat(text) for text in ("2026-10-20", "2026-11-12T10:00"))
MORNING, AFTERNOON, OVERLAP = (
    (dt.time(9), dt.time(11, 30)), (dt.time(14, 30), dt.time(17)), (dt.time(11), dt.time(15)),
)  # fmt: skip
HOURS = st.sampled_from([MORNING, AFTERNOON, OVERLAP])
some_days = st.frozensets(st.sampled_from(DAYS), max_size=12)


@st.composite
def rules(draw: st.DrawFn, number: int) -> Rule:
    starts, ends = draw(HOURS)
    rhythm = draw(st.sampled_from(["daily", "weekly", "monthly", "quarterly"]))
    who = draw(st.sampled_from(["one", "named"] if rhythm == "daily" else ["one", "each", "named"]))
    return Rule(
        id=number,
        rhythm=rhythm,
        who=who,
        rank=draw(st.sampled_from(["", "principal", "member"])),
        starts=starts,
        ends=ends,
        room_kind=draw(st.sampled_from(["leader", "leader", "video"])),
        from_on=draw(st.sampled_from([dt.date(2026, 1, 1), dt.date(2026, 11, 10)])),
        leader=draw(st.integers(1, 4)) if who == "named" else None,
        every=draw(st.integers(1, 3)),
        weekday=draw(st.one_of(st.none(), st.integers(0, 6))),
    )


@st.composite
def months(draw: st.DrawFn) -> Month:
    off = draw(some_days)
    leaders = tuple(
        Leader(
            number, draw(st.sampled_from(["principal", "member"])), frozenset(DAYS) - draw(some_days), draw(some_days),
            draw(st.integers(0, 6)),
        )
        for number in range(1, draw(st.integers(0, 4)) + 1)
    )  # fmt: skip
    standing = []
    for _n in range(draw(st.integers(0, 5))):
        day = draw(st.sampled_from([d for d in DAYS if d.day not in [one.day.day for one in standing]]))
        starts, ends = draw(HOURS)
        standing.append(
            Standing(draw(st.integers(1, 4)), draw(st.sampled_from([None, 11, 12])), day, starts, ends,
                     draw(st.booleans()))
        )  # fmt: skip
    return Month(
        first=FIRST,
        workdays=tuple(day for day in DAYS if day.weekday() < 5 and day not in off),
        after=draw(st.sampled_from([LONG_BEFORE, IN_ITS_MIDDLE])),
        leaders=leaders,
        places=(Place(11, "leader"), Place(12, "leader"), Place(13, "video"))[: draw(st.integers(0, 3))],
        rules=tuple(draw(rules(number)) for number in range(1, draw(st.integers(1, 3)) + 1)),
        standing=tuple(standing),
        at_most=draw(st.integers(1, 6)),
    )


def overlap(a: Slot | Standing, b: Slot | Standing) -> bool:
    return a.day == b.day and a.starts < b.ends and b.starts < a.ends


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(months())
def test_a_plan_is_sound_and_explains_its_gaps(month: Month) -> None:
    found = plan(month)
    people = {one.id: one for one in month.leaders}
    for slot in found.slots:
        person = people[slot.leader]
        assert slot.day in month.workdays
        assert dt.datetime.combine(slot.day, slot.starts) > month.after
        assert slot.day in person.days
        assert slot.day not in person.absent
        assert slot.rules, "nobody is asked to come for nothing"
        assert not any(
            overlap(slot, one) and (one.leader == slot.leader or one.room == slot.room)
            for one in month.standing
        )
    for a, b in combinations(found.slots, 2):
        assert not (a.leader == b.leader and a.day == b.day)
        assert not (a.room == b.room and overlap(a, b))
    for leader in people:
        new = sum(slot.leader == leader for slot in found.slots)
        have = sum(one.leader == leader and one.here for one in month.standing)
        assert new == 0 or new + have <= month.at_most
    unmet = [
        demand
        for demand in demands(month)
        if demand.need > len(demand.served([*(one for one in month.standing if one.here), *found.slots]))
    ]
    assert len(unmet) == len(found.gaps)
    for demand, gap in zip(unmet, found.gaps, strict=True):
        assert gap.missing > 0
        assert gap.reason or {why.leader for why in gap.leaders} <= set(demand.leaders)
        assert gap.reason or all(why.reasons for why in gap.leaders)
        if not gap.reason:
            days = [{day for _code, days in why.reasons for day in days} for why in gap.leaders]
            assert all(one == set(demand.days) for one in days), "every day has its reason"


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(months())
def test_a_plan_is_the_same_each_time(month: Month) -> None:
    assert plan(month) == plan(month)


def test_a_named_leader_alone_fills_a_rule_of_theirs() -> None:
    leader = Leader(1, "member", frozenset(DAYS), frozenset({dt.date(2026, 11, 2)}))
    rule = Rule(1, "weekly", "named", "", *MORNING, "leader", dt.date(2026, 1, 1), leader=1, weekday=0)
    workdays = tuple(day for day in DAYS if day.weekday() < 5)
    month = Month(FIRST, workdays, LONG_BEFORE, (leader,), (Place(11, "leader"),), (rule,))
    assert [slot.day.weekday() for slot in plan(month).slots].count(0) == 4, "every Monday but the one away"
    assert len(plan(month).slots) == 5
