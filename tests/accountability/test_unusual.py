"""What is listed for a person to look at: by number, hour, matter and reason; never by name."""

from __future__ import annotations

import datetime as dt
import inspect

import pytest

from accountability.lifecycle import LIMITS, OFFERED_REASONS, READS
from accountability.queries import unusual as listing
from accountability.queries.access_log import Look
from accountability.queries.unusual import Unusual, unusual
from hall.models import LOOKS
from tests.cast import at

HALL = 1
MINUTE = dt.timedelta(minutes=1)
OPEN = {
    (HALL, dt.date(2026, 11, day)): (at(f"2026-11-{day} 08:30"), at(f"2026-11-{day} 17:30"))
    for day in (18, 19)
}
OPENINGS = {**OPEN, (HALL, dt.date(2026, 11, 21)): None}
_serial = iter(range(1, 10_000))


def look(when: str | dt.datetime = "2026-11-18 09:30", **facts: object) -> Look:
    pk = next(_serial)
    stated: dict[str, object] = {
        "entry_id": pk, "at": at(when) if isinstance(when, str) else when, "reader_id": 7, "reader": "林晓雯",
        "unit": "", "hall_id": HALL, "verb": "reveal_person", "reason": f"核对材料{pk}", "case_id": pk,
    }  # fmt: skip
    return Look(**{**stated, **facts})  # type: ignore[arg-type]


def kinds(looks: list[Look]) -> list[tuple[str, int]]:
    return [(one.kind, one.count) for one in unusual(looks, OPENINGS)]


def every(minutes: float, count: int, **facts: object) -> list[Look]:
    return [look(at("2026-11-18 09:00") + n * minutes * MINUTE, **facts) for n in range(count)]


def test_ordinary_work_is_not_listed() -> None:
    assert kinds(every(20, 20)) == []


def test_many_within_an_hour() -> None:
    assert kinds(every(6, 9)) == []
    assert kinds(every(6, 10)) == [("many", 10)]
    assert kinds(every(60 / 9, 10)) == []  # the tenth comes when the hour is over
    assert kinds(every(3, 30)) == [("many", 20)]  # the fullest hour


def test_only_unmasking_counts_as_many() -> None:
    assert kinds(every(1, 30, verb="look_up_history", case_id=None)) == []


def test_many_of_two_people_or_of_two_days_are_not_many() -> None:
    assert kinds([*every(6, 6), *every(6, 6, reader_id=8)]) == []
    late = [look(at("2026-11-18 23:51") + n * MINUTE, hall_id=None) for n in range(18)]
    assert kinds(late) == []


@pytest.mark.parametrize(
    ("when", "listed"),
    [
        ("2026-11-18 08:00", False), ("2026-11-18 07:59", True), ("2026-11-18 12:30", False),
        ("2026-11-18 19:29", False), ("2026-11-18 19:30", True), ("2026-11-19 02:00", True),
        ("2026-11-21 10:00", True),
    ],
)  # fmt: skip
def test_outside_hours(when: str, listed: bool) -> None:
    assert kinds([look(when)]) == ([("hours", 1)] if listed else [])
    assert kinds([look(when, verb="export_ledger", case_id=None)]) == ([("hours", 1)] if listed else [])


def test_without_a_known_hall_no_hour_is_strange() -> None:
    assert kinds([look("2026-11-18 03:00", hall_id=None), look("2026-11-18 03:00", hall_id=99)]) == []


def test_matters_of_others() -> None:
    assert kinds([look(is_foreign=True), look()]) == [("foreign", 1)]
    assert kinds([look(is_foreign=True, verb="export_ledger")]) == []


def test_the_same_reason_again_and_again() -> None:
    def same(count: int, **facts: object) -> list[Look]:
        return every(30, count, **{"reason": "工作 需要", **facts})

    assert kinds(same(4)) == []
    assert kinds(same(5)) == [("reason", 5)]
    assert kinds([*same(3), *same(2, reason=" 工作   需要 ")]) == [("reason", 5)]
    assert kinds(same(8, case_id=3)) == []  # one matter, looked at eight times
    assert kinds(same(8, reason="")) == []
    for offered in OFFERED_REASONS:
        assert kinds(same(8, reason=offered)) == []


def test_the_list_is_ordered_and_says_whose() -> None:
    found = unusual(
        [look("2026-11-18 03:00"), look("2026-11-19 03:00"), look("2026-11-19 03:00", reader_id=3)], OPENINGS
    )
    assert [(one.day.day, one.reader_id) for one in found] == [(19, 3), (19, 7), (18, 7)]
    assert all(isinstance(one, Unusual) and one.reader == "林晓雯" for one in found)


def test_no_function_reads_names() -> None:
    """Whom somebody looked at is nobody's reason: surnames, places and petitioners do not come into it."""
    for name in ("many_in_an_hour", "outside_hours", "foreign", "same_reason"):
        source = inspect.getsource(getattr(listing, name))
        assert ".reader" not in source and "petitioner" not in source


def test_every_look_has_the_index_and_a_word() -> None:
    assert set(READS) == set(LOOKS)
    assert LIMITS.in_an_hour > 1 and LIMITS.same_reason > 1
