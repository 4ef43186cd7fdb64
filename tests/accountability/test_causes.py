"""Whose days they were: hand-made histories, and what holds for every history."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accountability.queries.causes import (
    Clock,
    Fact,
    File,
    Post,
    Span,
    by_holder,
    days_by_cause,
    own_late_days,
    period_of,
    totals,
)
from accountability.queries.shares import shares_of

START = dt.date(2026, 3, 2)
OFFICE, LABOUR, HOUSING = 1, 2, 3


def day(n: int) -> dt.date:
    return START + dt.timedelta(days=n)


def fact(pk: int, n: int, verb: str, obj: str = "cases.case:1", minute: int = 0, **said: Any) -> Fact:
    before = said.pop("before", {})
    at = dt.datetime.combine(day(n), dt.time(9, minute))
    return Fact(pk, at, day(n), verb, obj, before, said)


def clock(pk: int, kind: str, unit: int | None, due: int, start: int = 0, item: str = "") -> Clock:
    return Clock(pk, kind, unit, day(start), day(due), item)


def began(pk: int, n: int, one: Clock, minute: int = 0) -> Fact:
    return fact(pk, n, "start_deadline", one.ref, minute)


def met(pk: int, n: int, one: Clock) -> Fact:
    return fact(pk, n, "meet_deadline", one.ref)


def void(pk: int, n: int, one: Clock, minute: int = 0) -> Fact:
    return fact(pk, n, "void_deadline", one.ref, minute)


def told(spans: list[Span]) -> list[tuple[str, int, int, bool]]:
    return [(one.cause, (one.from_on - START).days, (one.to_on - START).days, one.is_late) for one in spans]


def handlers(span: Span) -> bool:
    return span.cause == "handler"


def split(file: File, pk: int, until: int = 200) -> list[Span]:
    return days_by_cause(file, period_of(file, pk), until=day(until))


def test_the_handler_is_late_by_six_days() -> None:
    handle = clock(1, "handle", LABOUR, 60)
    spans = split(File((handle,), (began(11, 0, handle), met(12, 66, handle)), OFFICE), 1)
    assert told(spans) == [("handler", 1, 60, False), ("handler", 61, 66, True)]
    assert [one.entries for one in spans] == [(11, 12), (11, 12)]
    assert own_late_days(spans, handlers) == 6


def test_it_still_stands_open() -> None:
    handle = clock(1, "handle", LABOUR, 60)
    spans = split(File((handle,), (began(11, 0, handle),), OFFICE), 1, until=75)
    assert told(spans) == [("handler", 1, 60, False), ("handler", 61, 75, True)]
    assert spans[-1].entries == (11,)


def test_the_hall_sat_on_it_for_ten_of_fifteen_days() -> None:
    """The clock of the unit counts from the day of registration, and the unit got the matter on the tenth."""
    notify = clock(1, "notify", LABOUR, 15)
    spans = split(File((notify,), (began(11, 10, notify), met(12, 18, notify)), OFFICE), 1)
    assert told(spans) == [("hall", 1, 10, False), ("handler", 11, 15, False), ("handler", 16, 18, True)]
    assert [one.entries for one in spans] == [(11,), (11, 12), (11, 12)]
    assert totals(spans) == {"hall": 10, "handler": 8}
    assert own_late_days(spans, handlers) == 0  # with its fifteen days whole it would have been in time


def test_a_short_procedure_chosen_later_was_the_units_from_the_day_on_which_it_had_the_matter() -> None:
    """Its ten days count from the acceptance, it is chosen on the second: no day of these is the hall's."""
    handle, simple = clock(1, "handle", LABOUR, 60), clock(2, "simple_handle", LABOUR, 14)
    facts = (began(11, 0, handle), began(12, 2, simple), met(13, 17, simple))
    assert totals(split(File((handle, simple), facts, OFFICE), 2)) == {"handler": 17}
    # The unit got it on the first day after the acceptance: that one was the hall's.
    late = (began(11, 1, handle), began(12, 2, simple), met(13, 17, simple))
    assert totals(split(File((handle, simple), late, OFFICE), 2)) == {"hall": 1, "handler": 16}
    # Another unit that answers for its part has not got the matter.
    part = clock(3, "contribute", HOUSING, 15)
    review = clock(4, "review", HOUSING, 30, start=5)
    facts = (began(11, 0, part), began(12, 8, review), met(13, 36, review))
    assert totals(split(File((part, review), facts, OFFICE), 4)) == {"hall": 3, "handler": 28}


def test_what_is_the_halls_own_is_the_halls() -> None:
    for unit in (None, OFFICE):
        sort = clock(1, "sort", unit, 15)
        spans = split(File((sort,), (began(11, 0, sort), met(12, 19, sort)), OFFICE), 1)
        assert told(spans) == [("hall", 1, 15, False), ("hall", 16, 19, True)]


def test_a_hearing_in_a_reexamination_is_the_laws() -> None:
    again = clock(1, "reexamine", LABOUR, 40)
    facts = (
        began(11, 0, again),
        fact(12, 9, "place_hold", "cases.hold:5", on=str(day(10)), to_on=None),
        fact(13, 20, "lift_hold", "cases.hold:5", on=str(day(20)), to_on=str(day(20))),
        met(14, 42, again),
    )
    spans = split(File((again,), facts, OFFICE), 1)
    assert told(spans) == [
        ("handler", 1, 9, False), ("lawful", 10, 19, False), ("handler", 20, 40, False), ("handler", 41, 42, True),
    ]  # fmt: skip
    assert spans[1].entries == (12, 13)
    assert own_late_days(spans, handlers) == 2  # the due date has the pause in it already
    handle = clock(1, "handle", LABOUR, 60)  # a hearing does not stop this one
    same = File((handle,), (began(11, 0, handle), *facts[1:3], met(14, 61, handle)), OFFICE)
    assert {one.cause for one in split(same, 1)} == {"handler"}


def test_an_extension_is_the_laws() -> None:
    handle = clock(1, "handle", LABOUR, 90)
    more = fact(12, 50, "approve_extension", before={"due_on": str(day(60))}, due_on=str(day(90)))
    spans = split(File((handle,), (began(11, 0, handle), more, met(13, 93, handle)), OFFICE), 1)
    assert told(spans) == [("handler", 1, 60, False), ("lawful", 61, 90, False), ("handler", 91, 93, True)]
    assert spans[1].entries == (12,)
    assert own_late_days(spans, handlers) == 3


def test_material_that_the_petitioner_brings_stops_nothing() -> None:
    handle, paper = clock(1, "handle", LABOUR, 60), clock(2, "supplement", None, 45, 30)
    facts = (began(11, 0, handle), began(12, 30, paper), met(13, 44, paper), met(14, 62, handle))
    spans = split(File((handle, paper), facts, OFFICE), 1)
    assert {one.cause for one in spans} == {"handler"}
    assert own_late_days(spans, handlers) == 2


def test_the_unit_that_takes_part_is_six_days_late() -> None:
    handle, part = clock(1, "handle", LABOUR, 60), clock(2, "contribute", HOUSING, 35, 20)
    facts = (began(11, 0, handle), began(12, 20, part), met(13, 41, part), met(14, 64, handle))
    file = File((handle, part), facts, OFFICE)
    spans = split(file, 1)
    assert told(spans) == [
        ("handler", 1, 35, False), ("taking_part", 36, 41, False), ("handler", 42, 60, False),
        ("handler", 61, 64, True),
    ]  # fmt: skip
    assert (spans[1].department_id, spans[1].entries) == (HOUSING, (12, 13))
    assert own_late_days(spans, handlers) == 0
    assert told(split(file, 2)) == [("taking_part", 21, 35, False), ("taking_part", 36, 41, True)]


def test_while_the_office_decides_the_days_are_the_halls() -> None:
    notify, quarrel = clock(1, "notify", LABOUR, 15), clock(2, "arbitrate", OFFICE, 12, 5)
    facts = (began(11, 0, notify), began(12, 5, quarrel), met(13, 14, quarrel), met(14, 17, notify))
    spans = split(File((notify, quarrel), facts, OFFICE), 1)
    assert told(spans) == [
        ("handler", 1, 5, False), ("hall", 6, 14, False), ("handler", 15, 15, False), ("handler", 16, 17, True),
    ]  # fmt: skip
    assert spans[1].entries == (12, 13)


def test_a_reroute_is_one_period_of_two_units() -> None:
    first, second = clock(1, "handle", LABOUR, 60), clock(2, "handle", HOUSING, 60)
    facts = (began(11, 0, first), void(12, 40, first, 7), began(13, 40, second, 7), met(14, 65, second))
    file = File((first, second), facts, OFFICE)
    assert period_of(file, 1) == period_of(file, 2)
    spans = split(file, 2)
    assert told(spans) == [("handler", 1, 40, False), ("handler", 41, 60, False), ("handler", 61, 65, True)]
    assert [one.department_id for one in spans] == [LABOUR, HOUSING, HOUSING]
    assert spans[0].entries == (11, 13)


def test_a_clock_that_begins_anew_is_another_period() -> None:
    first, second = clock(1, "notify", LABOUR, 15), clock(2, "notify", HOUSING, 28, 13)
    facts = (began(11, 0, first), void(12, 13, first, 7), began(13, 13, second, 7))
    file = File((first, second), facts, OFFICE)
    assert period_of(file, 2).pks == (2,)


def test_after_a_failed_attempt_three_days_are_nobodys() -> None:
    serve = clock(1, "serve", LABOUR, 7)
    tried = fact(12, 3, "serve_opinion", outcome="failed", on=str(day(3)))
    spans = split(File((serve,), (began(11, 0, serve), tried, met(13, 12, serve)), OFFICE), 1)
    assert told(spans) == [
        ("handler", 1, 3, False), ("petitioner", 4, 6, False), ("handler", 7, 7, False), ("handler", 8, 12, True),
    ]  # fmt: skip
    assert own_late_days(spans, handlers) == 2


def test_the_post_changes_hands() -> None:
    posts = [
        Post(1, LABOUR, False, 0, day(-100), day(20)),
        Post(2, LABOUR, False, 1, day(-100), None),
        Post(3, LABOUR, False, 0, day(25), None),
        Post(4, None, True, 0, day(-100), None),
    ]
    spans = [
        Span("handler", day(1), day(30), LABOUR, (7,)),
        Span("hall", day(31), day(33)),
        Span("lawful", day(34), day(40)),
    ]
    found = by_holder(spans, posts)
    assert [(one.posting_id, one.from_on, one.to_on) for one in found] == [
        (1, day(1), day(20)), (2, day(21), day(24)), (3, day(25), day(30)), (4, day(31), day(33)),
        (None, day(34), day(40)),
    ]  # fmt: skip
    assert {one.entries for one in found[:3]} == {(7,)}
    assert (
        by_holder([Span("handler", day(1), day(2), HOUSING)], posts)[0].posting_id is None
    )  # nobody held it


# -- every history -------------------------------------------------------------------------------------------------

KINDS = ["handle", "notify", "sort", "reexamine", "serve", "report", "contribute"]


@st.composite
def histories(draw: st.DrawFn) -> tuple[File, int, int]:
    """A period that passes through some units, with disputes, others' answers, pauses, extensions, attempts."""
    kind = draw(st.sampled_from(KINDS))
    due = draw(st.integers(1, 40))
    stops = sorted(draw(st.sets(st.integers(1, 60), min_size=1, max_size=4)))
    clocks: list[Clock] = []
    facts: list[Fact] = []
    since = draw(st.integers(0, stops[0]))
    for pk, stop in enumerate(stops, start=1):
        one = clock(pk, kind, draw(st.sampled_from([None, OFFICE, LABOUR, HOUSING])), due)
        clocks.append(one)
        facts.append(began(pk * 10, since, one, pk))
        if pk < len(stops):
            facts.append(void(pk * 10 + 1, stop, one, pk + 1))
        elif draw(st.booleans()):
            facts.append(met(pk * 10 + 1, stop, one))
        since = stop
    for n in range(draw(st.integers(0, 4))):
        one = clock(100 + n, draw(st.sampled_from(["arbitrate", "contribute", "confer", "supplement"])), draw(
            st.sampled_from([None, OFFICE, LABOUR, HOUSING])), draw(st.integers(0, 50)), 0)  # fmt: skip
        clocks.append(one)
        first = draw(st.integers(0, 60))
        facts.append(began(1000 + n * 10, first, one))
        if draw(st.booleans()):
            facts.append(met(1001 + n * 10, draw(st.integers(first, 70)), one))
    for n in range(draw(st.integers(0, 2))):
        first = draw(st.integers(0, 50))
        ref = f"cases.hold:{n}"
        facts.append(fact(2000 + n * 10, first, "place_hold", ref, on=str(day(first)), to_on=None))
        if draw(st.booleans()):
            to_on = str(day(draw(st.integers(first + 1, 60))))
            facts.append(fact(2001 + n * 10, 60, "lift_hold", ref, on=to_on, to_on=to_on))
    for n in range(draw(st.integers(0, 2))):
        old = draw(st.integers(1, 40))
        said = {"before": {"due_on": str(day(old))}, "due_on": str(day(old + draw(st.integers(1, 30))))}
        facts.append(fact(3000 + n, draw(st.integers(0, 60)), "approve_extension", **said))
    for n in range(draw(st.integers(0, 3))):
        on = draw(st.integers(0, 60))
        facts.append(
            fact(
                4000 + n, on, "serve_opinion", outcome=draw(st.sampled_from(["failed", ""])), on=str(day(on))
            )
        )
    facts.sort(key=lambda one: one.at)
    return File(tuple(clocks), tuple(facts), OFFICE), len(stops), draw(st.integers(0, 80))


@settings(
    suppress_health_check=[HealthCheck.too_slow]
)  # the first draw waits seconds when a play went before
@given(histories())
def test_every_day_is_somebodys_exactly_once(history: tuple[File, int, int]) -> None:
    file, pk, until = history
    period = period_of(file, pk)
    spans = days_by_cause(file, period, until=day(until))
    last = min(period.ended_on or day(until), day(until))
    expected = max(0, (last - period.started_on).days)
    covered = [one.from_on + dt.timedelta(days=n) for one in spans for n in range(one.days)]
    assert covered == [day(n) for n in range(1, expected + 1)]
    assert sum(totals(spans).values()) == expected
    due = period.clock.due_on or day(0)
    assert sum(one.days for one in spans if one.is_late) == max(0, (last - max(due, period.started_on)).days)
    known = {one.pk for one in file.facts}
    assert all(set(one.entries) <= known and one.entries for one in spans)


@given(histories(), st.integers(1, 60))
def test_counting_on_later_adds_days_and_changes_none(history: tuple[File, int, int], cut: int) -> None:
    """Also with the holders: what was written down first is the beginning of what is known later."""
    file, pk, _until = history
    known = File(
        file.clocks, tuple(one for one in file.facts if one.verb == "start_deadline"), file.office_id
    )
    period = period_of(known, pk)
    early, whole = (days_by_cause(known, period, until=day(n)) for n in (cut, 80))
    again = {one.from_on + dt.timedelta(days=n): one.cause for one in whole for n in range(one.days)}
    for one in early:
        for n in range(one.days):
            assert again[one.from_on + dt.timedelta(days=n)] == one.cause


HELD = st.lists(
    st.tuples(st.integers(-10, 60), st.integers(0, 40), st.sampled_from([LABOUR, HOUSING, None])), max_size=6
)


@given(histories(), HELD)
def test_holders_split_and_lose_no_day(
    history: tuple[File, int, int], held: list[tuple[int, int, int | None]]
) -> None:
    file, pk, until = history
    spans = days_by_cause(file, period_of(file, pk), until=day(until))
    posts = [
        Post(n, unit, unit is None, 0, day(first), day(first + long))
        for n, (first, long, unit) in enumerate(held)
    ]
    found = by_holder(spans, posts)
    covered = [one.from_on + dt.timedelta(days=n) for one in found for n in range(one.days)]
    assert covered == [one.from_on + dt.timedelta(days=n) for one in spans for n in range(one.days)]
    rows = {one.pk: one for one in posts}
    for one in found:
        if one.posting_id is not None:
            assert rows[one.posting_id].held_on(one.from_on) and rows[one.posting_id].held_on(one.to_on)


# -- what of it falls to each unit ---------------------------------------------------------------------------------


@given(
    due=st.integers(2, 40),
    steps=st.lists(st.integers(0, 20), min_size=1, max_size=4),
    units=st.lists(st.sampled_from([LABOUR, HOUSING, 4, OFFICE]), min_size=4, max_size=4),
    is_open=st.booleans(),
    until=st.integers(1, 120),
)
def test_no_day_is_late_in_two_shares_and_none_is_lost(
    due: int, steps: list[int], units: list[int], is_open: bool, until: int
) -> None:
    """However often it was passed on, also back to a unit that had it before, and on whichever day it is looked at."""
    clocks = [clock(n + 1, "handle", units[n], due) for n in range(len(steps))]
    facts, at, days = [began(100, 0, clocks[0])], 0, []
    for n, step in enumerate(steps):
        at += step
        days.append(at)
        is_last = n + 1 == len(steps)
        if is_last and not is_open:
            facts.append(met(200 + n, at, clocks[n]))
        elif not is_last:
            facts += [void(200 + n, at, clocks[n], n), began(300 + n, at, clocks[n + 1], n)]
    file = File(tuple(clocks), tuple(facts), OFFICE)
    period = period_of(file, 1)
    assert len(period.lives) == len(steps)
    shares = shares_of(file, period, until=day(until))
    assert [one.clock.department_id for one in shares] == list(dict.fromkeys(units[: len(steps)]))
    late = [
        span.from_on + n * dt.timedelta(days=1)
        for one in shares
        for span in one.spans
        if span.is_late
        for n in range(span.days)
    ]
    end = until if is_open else min(at, until)
    assert sorted(late) == [day(n) for n in range(due + 1, end + 1)]
    for one in shares:
        # Each account is whole up to the day on which the unit lost it, and what is its own is some of what is late.
        account = [span.from_on + n * dt.timedelta(days=1) for span in one.spans for n in range(span.days)]
        assert account == [day(n) for n in range(1, (one.until - START).days + 1)]
        assert 0 <= one.own_late <= one.days_late
        assert one.is_running == (one.lives[-1].ended is None or one.lives[-1].ended.on > day(until))
