"""The clock against the law: the vectors of law.md §5, the edges, the words."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.terms import term
from hall import clock
from hall.clock import Calendar, ClockError, Day, Hold, Hours, Step, Unit, due, say
from hall.clock.words import SENTENCES

CALENDAR = clock.arranged(Calendar(), clock.packaged())
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = Hours(((time(8, 30), time(12)), (time(14), time(17, 30))), SHANGHAI)
HANDLE, OBJECT, SORT, REEXAMINE = (term(code, "r22") for code in ("handle", "object", "sort", "reexamine"))


def d(text: str) -> date:
    return date.fromisoformat(text)


def codes(end: clock.Due) -> list[str]:
    return [step.code for step in end.steps]


def spoken(end: clock.Due, language: str = "zh-hans") -> str:
    return "\n".join(say(step, language) for step in end.steps)


# --- law.md §5


@pytest.mark.parametrize(
    ("code", "start", "extension", "nominal", "end"),
    [
        ("sort", "2023-09-15", 0, "2023-09-30", "2023-10-07"),
        ("object", "2023-09-28", 0, "2023-10-11", "2023-10-11"),
        ("object", "2025-01-24", 0, "2025-02-07", "2025-02-07"),
        ("handle", "2024-12-03", 0, "2025-02-01", "2025-02-05"),
        ("handle", "2024-12-03", 30, "2025-03-03", "2025-03-03"),
        ("handle", "2023-10-01", 0, "2023-11-30", "2023-11-30"),
    ],
)
def test_the_vectors_of_the_law(code: str, start: str, extension: int, nominal: str, end: str) -> None:
    found = due(d(start), term(code, "r22"), calendar=CALENDAR, extension=extension)
    assert (found.nominal, found.due, found.provisional) == (d(nominal), d(end), False)


def test_an_extension_counts_from_the_nominal_end_not_from_the_rolled_one() -> None:
    found = due(d("2024-12-03"), HANDLE, calendar=CALENDAR, extension=30)
    assert found.base == d("2025-02-01")
    assert found.due == d("2025-03-03")  # from the rolled end it would be 03-07


# --- the calendar


def test_make_up_workdays_are_working_days_and_days_off_in_lieu_are_not() -> None:
    assert CALENDAR.is_workday(d("2025-01-26"))  # a Sunday, worked
    assert not CALENDAR.is_workday(d("2025-02-04"))  # a Tuesday, off
    assert not CALENDAR.is_workday(d("2025-01-25"))
    assert CALENDAR.is_workday(d("2025-01-27"))


def test_working_days_are_found_in_both_directions() -> None:
    assert CALENDAR.next_workday(d("2025-01-28")) == d("2025-02-05")
    assert CALENDAR.previous_workday(d("2025-02-04")) == d("2025-01-27")
    assert (
        CALENDAR.next_workday(d("2025-01-26"))
        == CALENDAR.previous_workday(d("2025-01-26"))
        == d("2025-01-26")
    )
    assert CALENDAR.add_workdays(d("2025-01-24"), 5) == d("2025-02-07")
    assert CALENDAR.add_workdays(d("2025-02-07"), -5) == d("2025-01-24")
    assert CALENDAR.add_workdays(d("2025-02-01"), 0) == d("2025-02-01")


def test_a_year_that_is_not_published_is_assumed_and_says_so() -> None:
    assert not CALENDAR.is_provisional(d("2026-10-10"))
    assert CALENDAR.is_provisional(d("2027-06-15"))
    rest = ["2027-01-01", "2027-02-05", "2027-02-08", "2027-04-05", "2027-05-01", "2027-06-09", "2027-09-15"]
    rest += ["2027-10-01", "2027-10-03", "2031-10-01", "2045-05-02"]
    assert not any(CALENDAR.is_workday(d(day)) for day in rest)
    assert CALENDAR.is_workday(d("2027-02-09"))
    assert CALENDAR.is_workday(d("2027-10-04"))


def test_the_end_of_december_waits_for_the_next_year() -> None:
    assert CALENDAR.awaited_year(d("2026-12-28")) is None
    assert CALENDAR.awaited_year(d("2026-12-29")) == 2027
    assert CALENDAR.awaited_year(d("2025-12-31")) is None
    # Monday 2018-12-31 was a day off under the arrangement of 2019.
    assert not CALENDAR.is_workday(d("2018-12-31"))
    assert CALENDAR.is_workday(d("2018-12-29"))


def test_what_the_law_fixes_agrees_with_every_arrangement_since_its_revision() -> None:
    for year in (2025, 2026):
        assert all(not CALENDAR.is_workday(day) for day in clock.days.assumed(year))


def test_the_version_is_the_facts() -> None:
    again = Calendar.of(reversed(list(CALENDAR.days.values())), CALENDAR.sources)
    assert again.version == CALENDAR.version
    other = Calendar.of(
        [*CALENDAR.days.values(), Day(d("2026-11-23"), worked=False, name="加放")], CALENDAR.sources
    )
    assert other.version != CALENDAR.version


# --- provisional


def test_a_natural_period_is_provisional_by_its_last_day_alone() -> None:
    inside = due(d("2026-10-20"), HANDLE, calendar=CALENDAR)
    assert (inside.due, inside.provisional) == (d("2026-12-21"), False)
    beyond = due(d("2026-11-21"), HANDLE, calendar=CALENDAR)
    assert (beyond.due, beyond.provisional, beyond.awaited_years) == (d("2027-01-20"), True, (2027,))
    assert "2027年放假安排尚未公布" in spoken(beyond)


def test_a_period_that_rolls_over_new_year_is_provisional() -> None:
    found = due(d("2026-12-17"), SORT, calendar=CALENDAR)
    assert (found.nominal, found.due, found.provisional) == (d("2027-01-01"), d("2027-01-04"), True)


def test_a_period_in_working_days_is_provisional_from_the_first_unknown_day() -> None:
    assert not due(d("2026-12-18"), OBJECT, calendar=CALENDAR).provisional
    assert due(d("2026-12-25"), OBJECT, calendar=CALENDAR).provisional


# --- pauses


def test_a_pause_takes_the_days_from_its_start_to_the_day_before_its_end() -> None:
    plain = due(d("2025-06-02"), REEXAMINE, calendar=CALENDAR)
    held = due(d("2025-06-02"), REEXAMINE, calendar=CALENDAR, holds=[Hold(d("2025-06-10"), d("2025-06-20"))])
    assert plain.nominal == d("2025-07-02")
    assert held.nominal == d("2025-07-12")
    assert held.due == d("2025-07-14")


@pytest.mark.parametrize(
    ("hold", "nominal"),
    [
        (("2025-05-01", "2025-06-03"), "2025-07-02"),  # over before day 1
        (("2025-05-01", "2025-06-05"), "2025-07-04"),  # days 1 and 2 only
        (("2025-06-02", "2025-06-03"), "2025-07-02"),  # day 0 is not counted anyway
        (("2025-07-02", "2025-07-03"), "2025-07-03"),  # the last day itself
        (("2025-07-03", "2025-07-09"), "2025-07-02"),  # after the last day
        (("2025-06-10", "2025-06-10"), "2025-07-02"),  # lifted on the day it was placed
    ],
)
def test_a_pause_at_the_edges(hold: tuple[str, str], nominal: str) -> None:
    found = due(d("2025-06-02"), REEXAMINE, calendar=CALENDAR, holds=[Hold(d(hold[0]), d(hold[1]))])
    assert found.nominal == d(nominal)


def test_overlapping_and_touching_pauses_count_each_day_once() -> None:
    pieces = [Hold(d("2025-06-15"), d("2025-06-20")), Hold(d("2025-06-10"), d("2025-06-16"))]
    pieces += [Hold(d("2025-06-20"), d("2025-06-22")), Hold(d("2025-06-11"), d("2025-06-12"))]
    assert clock.merged(pieces) == (Hold(d("2025-06-10"), d("2025-06-22")),)
    assert due(d("2025-06-02"), REEXAMINE, calendar=CALENDAR, holds=pieces).nominal == d("2025-07-14")


def test_a_pause_without_end_leaves_no_date() -> None:
    found = due(d("2025-06-02"), REEXAMINE, calendar=CALENDAR, holds=[Hold(d("2025-06-10"))])
    assert (found.due, found.nominal, found.provisional) == (None, None, False)
    assert codes(found)[-2:] == ["pause_open", "no_end_yet"]


def test_a_pause_without_end_after_the_last_day_changes_nothing() -> None:
    found = due(d("2025-06-02"), REEXAMINE, calendar=CALENDAR, holds=[Hold(d("2025-07-03"))])
    assert found.due == d("2025-07-02")
    assert "pause_outside" in codes(found)


def test_an_open_pause_swallows_what_comes_after_it() -> None:
    holds = [
        Hold(d("2025-06-10")),
        Hold(d("2025-06-20"), d("2025-06-25")),
        Hold(d("2025-06-01"), d("2025-06-10")),
    ]
    assert clock.merged(holds) == (Hold(d("2025-06-01")),)


# --- refusals


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: due(d("2025-06-02"), HANDLE, calendar=CALENDAR, extension=31), "extension_beyond"),
        (lambda: due(d("2025-06-02"), HANDLE, calendar=CALENDAR, extension=-1), "extension_beyond"),
        (lambda: due(d("2025-06-02"), SORT, calendar=CALENDAR, extension=1), "extension_unknown"),
        (
            lambda: due(d("2025-06-02"), HANDLE, calendar=CALENDAR, holds=[Hold(d("2025-06-10"))]),
            "hold_unknown",
        ),
        (lambda: Hold(d("2025-06-10"), d("2025-06-09")), "hold_reversed"),
        (lambda: due(d("2025-06-02"), HANDLE, calendar=CALENDAR, own_limit=61), "own_limit_beyond"),
        (lambda: due(d("2025-06-02"), HANDLE, calendar=CALENDAR, own_limit=0), "own_limit_beyond"),
        (lambda: due(date(9999, 12, 1), HANDLE, calendar=CALENDAR), "beyond_calendar"),
        (lambda: Hours((), SHANGHAI), "hours_disordered"),
        (lambda: Hours(((time(9), time(9)),), SHANGHAI), "hours_disordered"),
        (lambda: Hours(((time(9), time(12)), (time(11), time(14))), SHANGHAI), "hours_disordered"),
    ],
)
def test_what_the_law_does_not_know_is_refused(call: object, code: str) -> None:
    assert callable(call)
    with pytest.raises(ClockError) as refused:
        call()
    assert refused.value.code == code
    for language in ("zh-hans", "en"):
        assert "{" not in say(refused.value, language)


# --- own limits


def test_a_hall_may_be_stricter_than_the_law() -> None:
    found = due(d("2024-12-03"), HANDLE, calendar=CALENDAR, own_limit=45)
    assert (found.nominal, found.due) == (d("2025-01-17"), d("2025-01-17"))
    assert "大厅内部时限为45日，短于法定的60日" in spoken(found)


def test_the_law_s_own_number_needs_no_mention() -> None:
    assert "own_limit" not in codes(due(d("2024-12-03"), HANDLE, calendar=CALENDAR, own_limit=60))


# --- why this date


def test_the_explanation_of_a_move_over_a_holiday() -> None:
    found = due(d("2024-12-03"), HANDLE, calendar=CALENDAR, extension=30)
    assert codes(found) == [
        "basis", "day_zero", "day_n", "counted", "counted", "day_n", "extension", "counted", "day_n", "source",
        "due",
    ]  # fmt: skip
    words = spoken(due(d("2024-12-03"), HANDLE, calendar=CALENDAR))
    assert "《信访工作条例》第三十四条" in words
    assert "2025年1月28日 周二至2025年1月31日 周五（春节）在期间之内，照常计入" in words
    assert "第60日是2025年2月1日 周六" in words
    assert "2025年2月1日 周六至2025年2月4日 周二（春节）不是工作日，顺延至2025年2月5日 周三" in words


def test_the_explanation_of_working_days_names_what_is_left_out_and_worked() -> None:
    words = spoken(due(d("2025-01-24"), OBJECT, calendar=CALENDAR), "en")
    assert "Sat 25 Jan 2025 (weekend): rest, not counted." in words
    assert "Sun 26 Jan 2025 (for Spring Festival): worked to make up" in words
    assert "Tue 28 Jan 2025 to Tue 4 Feb 2025 (Spring Festival): rest" in words
    assert "Working day 5 is Fri 7 Feb 2025." in words


def test_a_due_date_on_a_make_up_workday_says_so() -> None:
    found = due(d("2023-09-15"), SORT, calendar=CALENDAR)
    assert found.due == d("2023-10-07")
    assert "2023年10月7日 周六（国庆节）调休上班，是工作日" in spoken(found)


def test_every_step_survives_json() -> None:
    holds = [Hold(d("2026-12-01"), d("2026-12-05")), Hold(d("2026-11-01"), d("2026-11-02"))]
    for found in (
        due(d("2026-11-21"), REEXAMINE, calendar=CALENDAR, holds=holds),
        due(d("2025-01-24"), OBJECT, calendar=CALENDAR),
    ):
        assert [Step.unpack(step.packed()) for step in found.steps] == list(found.steps)


def test_both_languages_say_everything_and_do_not_mix() -> None:
    holds = [Hold(d("2026-12-01"), d("2026-12-05")), Hold(d("2026-11-01"), d("2026-11-02"))]
    ends = [
        due(d("2026-11-21"), REEXAMINE, calendar=CALENDAR, holds=holds, own_limit=20),
        due(d("2025-01-24"), OBJECT, calendar=CALENDAR),
        due(d("2024-12-03"), HANDLE, calendar=CALENDAR, extension=30),
        due(d("2025-06-02"), REEXAMINE, calendar=CALENDAR, holds=[Hold(d("2025-06-10"))]),
    ]
    for step in (step for end in ends for step in end.steps):
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in say(step, "en")), step
        chinese = say(step, "zh-hans").replace("chinesecalendar", "")
        assert not any("a" <= letter <= "z" for letter in chinese), step


def test_each_sentence_asks_for_the_same_facts_in_both_languages() -> None:
    for code, pair in SENTENCES.items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in pair]
        # The name of a notice is Chinese and stays out of an English sentence.
        chinese, english = ({name.removesuffix("_en") for name in names} - {"source"} for names in fields)
        assert chinese == english, code


# --- days left, the end of a day, working hours


def test_days_left() -> None:
    assert clock.days_left(d("2025-01-24"), d("2025-02-07"), calendar=CALENDAR) == 14
    assert clock.days_left(d("2025-01-24"), d("2025-02-07"), calendar=CALENDAR, unit=Unit.WORKDAY) == 5
    assert clock.days_left(d("2025-02-07"), d("2025-02-07"), calendar=CALENDAR, unit=Unit.WORKDAY) == 0
    assert clock.days_left(d("2025-02-07"), d("2025-01-24"), calendar=CALENDAR, unit=Unit.WORKDAY) == -5


def test_a_last_day_ends_at_midnight_or_at_close_of_business() -> None:
    assert clock.ends_at(d("2025-02-05"), tz=SHANGHAI) == datetime(2025, 2, 6, tzinfo=SHANGHAI)
    closing = clock.ends_at(d("2025-02-05"), tz=SHANGHAI, closing=HOURS.closing)
    assert closing == datetime(2025, 2, 5, 17, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("offset", "unit", "at", "expected"),
    [
        (-3, Unit.WORKDAY, None, "2025-01-24 08:30"),  # before 5 Feb: 27, 26 (worked), 24 January
        (0, Unit.WORKDAY, time(9), "2025-02-05 09:00"),
        (1, Unit.WORKDAY, None, "2025-02-06 08:30"),
        (-3, Unit.NATURAL, None, "2025-01-27 08:30"),  # 2 February is a holiday: earlier, not later
        (3, Unit.NATURAL, None, "2025-02-08 08:30"),  # a Saturday that is worked
        (4, Unit.NATURAL, None, "2025-02-10 08:30"),  # a Sunday: later
        (0, Unit.NATURAL, time(13), "2025-02-05 14:00"),  # the noon break
        (0, Unit.NATURAL, time(7), "2025-02-05 08:30"),
        (0, Unit.NATURAL, time(18), "2025-02-06 08:30"),
    ],
)
def test_a_rung_is_reached_in_working_hours(offset: int, unit: Unit, at: time | None, expected: str) -> None:
    found = clock.moment(d("2025-02-05"), offset, unit=unit, hours=HOURS, calendar=CALENDAR, at=at)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=SHANGHAI)
    assert clock.in_hours(found, hours=HOURS, calendar=CALENDAR)


def test_an_urgent_rung_keeps_its_day_and_hour() -> None:
    found = clock.moment(
        d("2025-02-05"), -3, unit=Unit.NATURAL, hours=HOURS, calendar=CALENDAR, at=time(22), urgent=True
    )
    assert found == datetime(2025, 2, 2, 22, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "inside", "next_inside"),
    [
        ("2025-01-26 08:30", True, "2025-01-26 08:30"),  # a Sunday that is worked
        ("2025-01-26 12:00", False, "2025-01-26 14:00"),
        ("2025-01-27 17:30", False, "2025-02-05 08:30"),
        ("2025-02-01 10:00", False, "2025-02-05 08:30"),
        ("2025-02-05 16:59", True, "2025-02-05 16:59"),
    ],
)
def test_working_hours(now: str, inside: bool, next_inside: str) -> None:
    instant = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    utc = instant.astimezone(ZoneInfo("UTC"))
    assert clock.in_hours(utc, hours=HOURS, calendar=CALENDAR) is inside
    expected = datetime.fromisoformat(next_inside).replace(tzinfo=SHANGHAI)
    assert clock.into_hours(utc, hours=HOURS, calendar=CALENDAR) == expected


# --- arrangements

CSV_2027 = """date,kind,name
2026-12-31,holiday,元旦
2027-01-01,holiday,元旦
2027-01-03,workday,元旦
2027-05-01,holiday,劳动节
2027-10-01,holiday,国庆节
"""


def test_a_file_publishes_a_year_and_may_reach_back() -> None:
    news = clock.from_csv(CSV_2027.encode(), source="通知")
    after = clock.arranged(CALENDAR, news)
    assert after.sources[2027] == "通知"
    assert not after.is_workday(d("2026-12-31"))
    assert not after.is_provisional(d("2026-12-31"))
    assert after.is_workday(d("2027-01-03"))
    assert after.is_workday(d("2027-02-08"))  # what was assumed is gone with the arrangement
    assert after.sources[2026] == CALENDAR.sources[2026]
    assert after.fact(d("2026-10-10")) == CALENDAR.fact(d("2026-10-10"))


def test_a_corrected_file_replaces_the_whole_year() -> None:
    first = clock.arranged(CALENDAR, clock.from_csv(CSV_2027.encode(), source="通知"))
    corrected = CSV_2027.replace("2026-12-31,holiday,元旦\n", "").replace("2027-01-03", "2027-01-09")
    second = clock.arranged(first, clock.from_csv(corrected.encode(), source="通知"))
    assert second.is_workday(d("2026-12-31"))
    assert not second.is_workday(d("2027-01-03"))
    assert second.is_workday(d("2027-01-09"))
    assert clock.arranged(second, clock.from_csv(corrected.encode(), source="通知")).version == second.version


def test_arranging_a_year_again_keeps_what_the_next_one_reached_back_for() -> None:
    only_2018 = clock.packaged().only({2018})
    assert d("2018-12-31") not in {day.date for day in only_2018.days}
    assert clock.arranged(CALENDAR, only_2018).version == CALENDAR.version


def test_a_file_as_excel_writes_it() -> None:
    plain = clock.from_csv(CSV_2027.encode(), source="x")
    assert clock.from_csv(CSV_2027.replace("\n", "\r\n").encode("gb18030"), source="x") == plain
    assert clock.from_csv(b"\xef\xbb\xbf" + CSV_2027.encode(), source="x") == plain


@pytest.mark.parametrize(
    ("text", "codes_and_lines"),
    [
        ("", [("csv_columns", None)]),
        ("date,kind\n2027-01-01,holiday\n", [("csv_columns", None)]),
        ("date,kind,name\n", [("csv_empty", None)]),
        ("date,kind,name\n2026-12-31,holiday,元旦\n", [("csv_empty", None)]),
        ("date,kind,name\n2027-01-01,holiday,元旦\n", [("csv_gap", None), ("csv_gap", None)]),
        (
            CSV_2027
            + "2027-13-01,holiday,x\n2027-06-09,rest,端午节\n2027-06-10,holiday,\n2027-05-01,holiday,劳动节\n",
            [("csv_date", 7), ("csv_kind", 8), ("csv_name", 9), ("csv_twice", 10)],
        ),
        (CSV_2027 + "2027-06-10,workday,端午节\n", [("csv_no_weekend", 7)]),
        (CSV_2027 + '2027-06-10,holiday,"端午节\n', [("csv_broken", 7)]),
    ],
)
def test_a_bad_file_is_refused_with_every_bad_line(
    text: str, codes_and_lines: list[tuple[str, int | None]]
) -> None:
    with pytest.raises(clock.BadArrangement) as refused:
        clock.from_csv(text.encode(), source="x")
    assert [(p.code, p.values.get("line")) for p in refused.value.problems] == codes_and_lines
    assert all("{" not in say(problem, "en") for problem in refused.value.problems)


def test_the_package_is_read_whole() -> None:
    assert min(CALENDAR.sources) == 2004
    assert max(CALENDAR.sources) >= 2026
    assert {day.name for day in CALENDAR.days.values()} <= set(clock.words.ENGLISH)


# --- a term made by hand


def test_a_period_of_one_day() -> None:
    one = replace(SORT, days=1)
    assert due(d("2025-01-27"), one, calendar=CALENDAR).due == d("2025-02-05")
    assert codes(due(d("2025-01-27"), one, calendar=CALENDAR)).count("day_n") == 1


def test_a_long_explanation_is_quick() -> None:
    year = [
        Hold(d("2025-06-10") + timedelta(days=30 * n), d("2025-06-20") + timedelta(days=30 * n))
        for n in range(9)
    ]
    assert len(due(d("2025-06-02"), REEXAMINE, calendar=CALENDAR, holds=year).steps) > 9
