"""The working calendar in the database: loaded, imported, never undone, seen by every process."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hall import clock
from hall.models import CalendarDay, JournalEntry, statutory_calendar

pytestmark = pytest.mark.django_db

ARRANGEMENT = """date,kind,name
2027-01-01,holiday,元旦
2027-02-01,holiday,春节
2027-02-20,workday,春节
2027-05-01,holiday,劳动节
2027-10-01,holiday,国庆节
"""


def load(*args: str) -> str:
    out = StringIO()
    call_command("load_calendar", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "2027.csv"
    path.write_text(ARRANGEMENT, encoding="utf-8")
    return path


def test_an_empty_table_is_what_the_package_publishes() -> None:
    CalendarDay.objects.all().delete()
    assert statutory_calendar().version == clock.arranged(clock.Calendar(), clock.packaged()).version


def test_loading_fills_the_table_with_the_source_of_each_year() -> None:
    CalendarDay.objects.all().delete()
    assert "2004年至2026年" in load()
    day = CalendarDay.objects.get(date=date(2025, 1, 26))
    assert (day.kind, day.name) == ("workday", "春节")
    assert day.source.startswith("国务院办公厅2025年节假日安排（chinesecalendar")
    assert statutory_calendar().version == clock.arranged(clock.Calendar(), clock.packaged()).version


def test_loading_again_changes_nothing() -> None:
    load()
    before = list(CalendarDay.objects.values_list())
    entries = JournalEntry.objects.count()
    assert "有变化" not in load()
    assert list(CalendarDay.objects.values_list()) == before
    assert JournalEntry.objects.count() == entries


def test_an_imported_year_is_official_and_journalled(csv: Path) -> None:
    load()
    assert "import_calendar" in load("--csv", str(csv), "--source", "国办发明电〔2026〕1号")
    calendar = statutory_calendar()
    assert calendar.sources[2027] == "国办发明电〔2026〕1号"
    assert not calendar.is_provisional(date(2027, 6, 1))
    assert not calendar.is_workday(date(2027, 2, 1))
    assert calendar.is_workday(date(2027, 2, 20))
    entry = JournalEntry.objects.filter(stream="calendar").latest("id")
    assert (entry.verb, entry.after["version"]) == ("load_calendar", calendar.version)
    assert entry.after["published"]["2027"] == "国办发明电〔2026〕1号"


def test_the_same_file_again_changes_nothing_and_a_corrected_one_replaces_it(csv: Path) -> None:
    load("--csv", str(csv))
    assert "有变化" not in load("--csv", str(csv))
    csv.write_text(ARRANGEMENT.replace("2027-02-20", "2027-02-21"), encoding="utf-8")
    assert "有变化" in load("--csv", str(csv))
    assert not CalendarDay.objects.filter(date=date(2027, 2, 20)).exists()
    assert statutory_calendar().is_workday(date(2027, 2, 21))


def test_the_package_never_undoes_an_import(tmp_path: Path) -> None:
    """A county that had one more day off in 2026 keeps it when the package is loaded again."""
    load()
    rows = clock.packaged().only({2026}).days
    lines = [f"{day.date},{'workday' if day.worked else 'holiday'},{day.name}" for day in rows]
    path = tmp_path / "2026.csv"
    path.write_text("\n".join(["date,kind,name", *lines, "2026-11-23,holiday,县庆"]), encoding="utf-8")
    load("--csv", str(path))
    load()
    assert not statutory_calendar().is_workday(date(2026, 11, 23))
    assert statutory_calendar().sources[2026] == "2026.csv"


def test_a_bad_file_changes_nothing_and_names_its_lines(csv: Path) -> None:
    load()
    before = statutory_calendar().version
    csv.write_text(ARRANGEMENT + "2027-02-30,holiday,春节\n2027-03-01,off,春节\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        load("--csv", str(csv))
    assert "第7行：日期“2027-02-30”不正确" in str(refused.value)
    assert "第8行：类别“off”不正确" in str(refused.value)
    assert statutory_calendar().version == before


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="无法读取"):
        load("--csv", "/nowhere/2027.csv")


def test_a_change_is_seen_at_once_for_one_small_query() -> None:
    load()
    statutory_calendar()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        first, second = statutory_calendar(), statutory_calendar()
    assert first is second
    assert len(queries) == 2
    CalendarDay.objects.filter(date=date(2025, 1, 26)).update(kind="holiday")
    assert not statutory_calendar().is_workday(date(2025, 1, 26))
    CalendarDay.objects.filter(date=date(2025, 1, 26)).delete()
    assert not statutory_calendar().is_workday(date(2025, 1, 26))
    assert statutory_calendar().fact(date(2025, 1, 26)) is None


def test_a_year_that_is_not_in_the_table_is_as_the_package_has_it() -> None:
    CalendarDay.objects.all().delete()
    CalendarDay.objects.create(date=date(2027, 1, 18), kind="holiday", name="试", source="通知")
    calendar = statutory_calendar()
    assert not calendar.is_workday(date(2027, 1, 18))
    assert not calendar.is_provisional(date(2027, 1, 19))
    assert not calendar.is_workday(date(2026, 10, 7))
    assert calendar.sources[2026] == clock.packaged().sources[2026]


def test_the_end_of_december_alone_publishes_no_year() -> None:
    CalendarDay.objects.create(date=date(2027, 12, 31), kind="holiday", name="元旦", source="2028年通知")
    calendar = statutory_calendar()
    assert not calendar.is_workday(date(2027, 12, 31))
    assert calendar.is_provisional(date(2027, 6, 1))
