"""What must hold of every period, whatever the dates."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.terms import TERMS, term
from hall import clock
from hall.clock import ONE_DAY, Calendar, Hold, Hours, Unit, due

CALENDAR = clock.arranged(Calendar(), clock.packaged())
HANDLE, REEXAMINE = term("handle", "r22"), term("reexamine", "r22")
ALL = [found for terms in TERMS.values() for found in terms.values()]

quick = settings(max_examples=60, deadline=None)
days = st.dates(date(2022, 5, 1), date(2028, 12, 31))
terms = st.sampled_from(ALL)
extensions = st.integers(0, 30)


@st.composite
def holds(draw: st.DrawFn, around: date = date(2025, 6, 1)) -> list[Hold]:
    pauses = []
    for _ in range(draw(st.integers(0, 5))):
        start = around + timedelta(days=draw(st.integers(-40, 90)))
        pauses.append(Hold(start, start + timedelta(days=draw(st.integers(0, 25)))))
    return pauses


def brute(start: date, count: int, unit: Unit, pauses: list[Hold]) -> date:
    """The law word by word: one day after the other, each asked whether it counts."""
    day = start
    while count:
        day += ONE_DAY
        held = any(hold.start <= day < hold.end for hold in pauses if hold.end)
        if not held and (unit is Unit.NATURAL or CALENDAR.is_workday(day)):
            count -= 1
    return day


@quick
@given(days, terms)
def test_it_ends_on_a_working_day_and_never_before_the_nominal_one(start: date, rule: clock.Term) -> None:
    found = due(start, rule, calendar=CALENDAR)
    assert found.due
    assert found.nominal
    assert CALENDAR.is_workday(found.due)
    assert start < found.nominal <= found.due
    assert not any(
        CALENDAR.is_workday(day) for day in clock.days.each_day(found.nominal, found.due - ONE_DAY)
    )


@quick
@given(days, terms)
def test_it_agrees_with_counting_day_by_day(start: date, rule: clock.Term) -> None:
    assert due(start, rule, calendar=CALENDAR).nominal == brute(start, rule.days, rule.unit, [])


@quick
@given(days, st.integers(0, 40), terms)
def test_a_later_start_never_ends_earlier(start: date, later: int, rule: clock.Term) -> None:
    first, second = (due(day, rule, calendar=CALENDAR).due for day in (start, start + timedelta(days=later)))
    assert first and second
    assert first <= second


@quick
@given(days, extensions, extensions)
def test_a_longer_extension_never_ends_earlier(start: date, some: int, more: int) -> None:
    less, most = sorted((some, more))
    ends = [due(start, HANDLE, calendar=CALENDAR, extension=days).due for days in (less, most)]
    assert ends[0] and ends[1]
    assert ends[0] <= ends[1]


@quick
@given(holds(), st.integers(0, 60))
def test_pauses_agree_with_counting_day_by_day(pauses: list[Hold], offset: int) -> None:
    start = date(2025, 5, 1) + timedelta(days=offset)
    found = due(start, REEXAMINE, calendar=CALENDAR, holds=pauses)
    assert found.nominal == brute(start, 30, Unit.NATURAL, pauses)


@quick
@given(holds(), holds())
def test_more_pauses_never_end_earlier(pauses: list[Hold], more: list[Hold]) -> None:
    start = date(2025, 6, 2)
    fewer = due(start, REEXAMINE, calendar=CALENDAR, holds=pauses).due
    both = due(start, REEXAMINE, calendar=CALENDAR, holds=pauses + more).due
    assert fewer and both
    assert fewer <= both


@quick
@given(holds().filter(bool), st.data())
def test_a_pause_in_two_parts_is_the_pause(pauses: list[Hold], data: st.DataObject) -> None:
    whole = pauses[0]
    assert whole.end
    middle = whole.start + timedelta(days=data.draw(st.integers(0, (whole.end - whole.start).days)))
    parts = [Hold(whole.start, middle), Hold(middle, whole.end), *pauses[1:]]
    one, two = (due(date(2025, 6, 2), REEXAMINE, calendar=CALENDAR, holds=some) for some in (pauses, parts))
    assert (one.due, one.steps) == (two.due, two.steps)


# A term that knows both, which the law has not got: the arithmetic must not care.
BOTH = replace(HANDLE, holds_article="第一条", holds_article_en="Art. 1")


@quick
@given(holds(), extensions, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_became_known_does_not_matter(
    pauses: list[Hold], extension: int, chance: random.Random
) -> None:
    start, shuffled = date(2025, 5, 20), list(pauses)
    chance.shuffle(shuffled)
    one = due(start, BOTH, calendar=CALENDAR, extension=extension, holds=pauses)
    two = due(start, BOTH, calendar=CALENDAR, extension=extension, holds=shuffled)
    assert (one, one.steps) == (two, two.steps)
    assert one.nominal == brute(start, 60 + extension, Unit.NATURAL, pauses)


@quick
@given(days, st.integers(1, 30), holds())
def test_an_extension_is_the_period_counted_on_from_its_base(
    start: date, extension: int, pauses: list[Hold]
) -> None:
    whole = due(start, BOTH, calendar=CALENDAR, extension=extension, holds=pauses)
    assert whole.base
    assert whole.nominal == brute(whole.base, extension, Unit.NATURAL, pauses)


@quick
@given(days, st.integers(1, 60))
def test_an_own_limit_never_ends_later_than_the_law(start: date, limit: int) -> None:
    own, law = (due(start, HANDLE, calendar=CALENDAR, own_limit=days).due for days in (limit, None))
    assert own and law
    assert own <= law


@quick
@given(days, terms)
def test_the_explanation_ends_on_the_date_and_speaks_both_languages(start: date, rule: clock.Term) -> None:
    found = due(start, rule, calendar=CALENDAR)
    assert found.due
    assert found.steps[-1] == clock.Step("due", {"day": found.due})
    assert ("provisional" in {step.code for step in found.steps}) is found.provisional
    assert all(clock.say(step, language) for step in found.steps for language in ("zh-hans", "en"))


@quick
@given(days, st.integers(-15, 15))
def test_working_days_there_and_back(day: date, count: int) -> None:
    day = CALENDAR.next_workday(day)
    there = CALENDAR.add_workdays(day, count)
    assert CALENDAR.add_workdays(there, -count) == day
    assert clock.days_left(day, there, calendar=CALENDAR, unit=Unit.WORKDAY) == count


SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = Hours(((time(8, 30), time(12)), (time(14), time(17, 30))), SHANGHAI)
instants = st.datetimes(datetime(2022, 1, 1), datetime(2028, 1, 1), timezones=st.just(SHANGHAI))  # noqa: DTZ001


@quick
@given(instants, instants)
def test_into_hours_comes_to_the_first_open_minute(one: datetime, two: datetime) -> None:
    early, late = sorted((one, two))
    opened = [clock.into_hours(instant, hours=HOURS, calendar=CALENDAR) for instant in (early, late)]
    assert early <= opened[0] <= opened[1]
    assert all(clock.in_hours(instant, hours=HOURS, calendar=CALENDAR) for instant in opened)
    assert opened[0] == early or not clock.in_hours(early, hours=HOURS, calendar=CALENDAR)


@quick
@given(days, st.integers(-20, 20), st.sampled_from(Unit))
def test_a_rung_is_never_on_the_wrong_side_of_its_date(anchor: date, offset: int, unit: Unit) -> None:
    anchor = CALENDAR.next_workday(anchor)
    at = clock.moment(anchor, offset, unit=unit, hours=HOURS, calendar=CALENDAR)
    assert clock.in_hours(at, hours=HOURS, calendar=CALENDAR)
    assert (at.date() < anchor) is (offset < 0)
    assert (at.date() > anchor) is (offset > 0)
