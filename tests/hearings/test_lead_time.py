"""The last day for a notice agrees with counting forward by the clock, whatever the dates."""

from __future__ import annotations

import datetime as dt

from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from hall import clock
from hall.clock import Calendar, Unit
from hearings.queries.lead_time import days_short, last_notice_day, term_of, why_last_day

CALENDAR = clock.arranged(Calendar(), clock.packaged())
ONE = dt.timedelta(days=1)
hearing_days = st.dates(dt.date(2022, 6, 1), dt.date(2028, 12, 31))
lengths = st.integers(1, 25)
units = st.sampled_from([Unit.NATURAL.value, Unit.WORKDAY.value])


def counted_up(served: dt.date, days: int, unit: str) -> dt.date:
    """The last of the days that begin after the service, as the clock counts them."""
    end = clock.due(served, term_of(days, unit), calendar=CALENDAR).nominal
    assert end is not None
    return end


@settings(max_examples=300, deadline=None)
@given(hearing_days, lengths, units)
def test_all_days_lie_between_and_a_day_later_they_do_not(day: dt.date, days: int, unit: str) -> None:
    last = last_notice_day(day, days, unit, CALENDAR)
    assert counted_up(last, days, unit) < day
    assert counted_up(last + ONE, days, unit) >= day


@settings(max_examples=300, deadline=None)
@given(hearing_days, lengths, units, st.integers(-40, 10))
def test_short_is_zero_exactly_until_the_last_day(day: dt.date, days: int, unit: str, shift: int) -> None:
    last = last_notice_day(day, days, unit, CALENDAR)
    served = last + dt.timedelta(days=shift)
    assert (days_short(served, day, days, unit, CALENDAR) == 0) == (served <= last)
    assert 0 <= days_short(served, day, days, unit, CALENDAR) <= days


@settings(max_examples=100, deadline=None)
@given(hearing_days, lengths, units)
def test_a_later_hearing_has_no_earlier_last_day(day: dt.date, days: int, unit: str) -> None:
    assert last_notice_day(day + ONE, days, unit, CALENDAR) >= last_notice_day(day, days, unit, CALENDAR)


def test_ten_working_days_over_a_make_up_workday_and_a_holiday() -> None:
    # 2026-02-24 is a Tuesday; the Spring Festival is 15 to 23 February, Saturday the 14th was worked.
    assert last_notice_day(dt.date(2026, 2, 24), 2, "workday", CALENDAR) == dt.date(2026, 2, 12)
    assert last_notice_day(dt.date(2026, 12, 16), 10, "workday", CALENDAR) == dt.date(2026, 12, 1)
    assert last_notice_day(dt.date(2026, 12, 16), 7, "natural", CALENDAR) == dt.date(2026, 12, 8)


def test_it_says_why_in_both_languages() -> None:
    facts = (dt.date(2026, 12, 16), 10, "workday", CALENDAR)
    with translation.override("zh-hans"):
        words = why_last_day(*facts, source="某市听证办法")
    assert "某市听证办法：通知须提前10个工作日送达" in words[0]
    assert any("2026年12月5日" in line and "不计入工作日" in line for line in words)
    assert "最迟2026年12月1日" in words[-1]
    with translation.override("en"):
        said = why_last_day(*facts, source="Rules")
    assert len(said) == len(words)
    assert "Tue 1 Dec 2026" in said[-1]
