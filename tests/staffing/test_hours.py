"""When the hall works: its hours, the official calendar, make-up workdays."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from hall.models import CalendarDay
from staffing.models import Hall, OpeningHours
from staffing.queries import hours_in_words, in_working_hours, open_now, working_hours
from tests.cast import Cast, at

HALVES = ((dt.time(8, 30), dt.time(12)), (dt.time(14), dt.time(17, 30)))


def _calendar() -> None:
    """A published 2026 with one holiday and one Saturday worked for it."""
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(date=dt.date(2026, 1, 1), kind="holiday", name="元旦", source="测试"),
            CalendarDay(date=dt.date(2026, 10, 1), kind="holiday", name="国庆节", source="测试"),
            CalendarDay(date=dt.date(2026, 10, 10), kind="workday", name="国庆节", source="测试"),
        ]
    )


def test_open_in_the_hours_of_a_working_day(cast: Cast) -> None:
    _calendar()
    opening = open_now(cast.hall, at("2026-11-18 09:30"))
    assert opening
    assert (opening.closes_at, opening.opens_next) == (dt.time(12), None)
    noon = open_now(cast.hall, at("2026-11-18 12:00"))
    assert not noon
    assert noon.opens_next == at("2026-11-18 14:00")
    assert open_now(cast.hall, at("2026-11-20 17:30")).opens_next == at("2026-11-23 08:30")


def test_closed_on_a_holiday_open_on_the_saturday_worked_for_it(cast: Cast) -> None:
    _calendar()
    holiday = open_now(cast.hall, at("2026-10-01 10:00"))
    assert not holiday
    assert (holiday.name, holiday.spans) == ("国庆节", ())
    assert open_now(cast.hall, at("2026-10-10 10:00")), "with the hours of an ordinary working day"
    assert not open_now(cast.hall, at("2026-10-17 10:00"))


def test_a_hall_may_open_on_saturdays_by_its_own_hours(cast: Cast) -> None:
    OpeningHours.objects.create(hall=cast.hall, weekday=5, opens=dt.time(9), closes=dt.time(11))
    assert open_now(cast.hall, at("2026-11-21 10:00"))
    rows = hours_in_words(cast.hall)
    assert [(row.first, row.last) for row in rows] == [(0, 4), (5, 5)]
    assert rows[0].spans == HALVES


def test_reminders_go_out_in_the_hours_of_an_ordinary_working_day(cast: Cast) -> None:
    assert working_hours(cast.hall.pk).sessions == HALVES
    assert in_working_hours([cast.hall.pk], at("2026-11-18 09:30")) == {cast.hall.pk}
    assert in_working_hours([cast.hall.pk], at("2026-11-18 12:30")) == set()
    assert in_working_hours([cast.hall.pk], at("2026-11-21 10:00")) == set()


def test_a_hall_without_hours_has_the_usual_ones(cast: Cast) -> None:
    OpeningHours.objects.all().delete()
    assert working_hours(cast.hall.pk).sessions == HALVES


def test_the_cost_does_not_grow_with_the_halls(cast: Cast) -> None:
    others = [
        Hall.objects.create(
            code=f"h{n}", organ=f"甲{n}", name="某厅", jurisdiction=cast.county, address="x", phone="1"
        ).pk
        for n in range(5)
    ]
    in_working_hours([cast.hall.pk], at("2026-11-18 09:30"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        in_working_hours([cast.hall.pk], at("2026-11-18 09:30"))
    with CaptureQueriesContext(
        connection,
    ) as many:
        in_working_hours([cast.hall.pk, *others], at("2026-11-18 09:30"))
    assert len(one) == len(many) == 2
