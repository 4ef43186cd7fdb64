"""`manage.py import_calendar`: what a new arrangement moves is listed first, and moved only with --apply."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.models import Case, Deadline
from hall import clock
from hall.models import CalendarDay, JournalEntry, statutory_calendar
from tests.cast import Cast
from tests.matters import accepted

# 2027-01-18 is the day on which `accepted` must be handled.
ARRANGEMENT = """date,kind,name
2027-01-01,holiday,元旦
2027-01-18,holiday,试验
2027-01-23,workday,试验
2027-05-01,holiday,劳动节
2027-10-01,holiday,国庆节
"""


def run(*args: str) -> str:
    out = StringIO()
    call_command("import_calendar", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def csv(tmp_path: Path) -> str:
    path = tmp_path / "2027.csv"
    path.write_text(ARRANGEMENT, encoding="utf-8")
    return str(path)


@pytest.fixture
def case(cast: Cast) -> Case:
    return accepted(cast)


def handling(case: Case) -> Deadline:
    return case.deadlines.get(kind="handle")


def test_a_look_ahead_lists_old_and_new_and_changes_nothing(case: Case, csv: str) -> None:
    before = statutory_calendar().version
    text = run(csv)
    assert f"{case.number}  办理信访事项  2027-01-18 → 2027-01-19（确定）" in text
    assert "没有作任何更改" in text
    assert statutory_calendar().version == before
    assert handling(case).due_on == dt.date(2027, 1, 18)
    assert handling(case).is_provisional


def test_applying_puts_it_in_force_and_moves_the_dates(case: Case, csv: str) -> None:
    text = run(csv, "--apply", "--source", "国办发明电〔2026〕1号")
    assert "2027-01-18 → 2027-01-19" in text
    deadline = handling(case)
    assert (deadline.due_on, deadline.is_provisional) == (dt.date(2027, 1, 19), False)
    assert deadline.calendar_version == statutory_calendar().version
    assert statutory_calendar().sources[2027] == "国办发明电〔2026〕1号"
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="recompute_deadline")
    assert (entry.before["due_on"], entry.after["due_on"]) == ("2027-01-18", "2027-01-19")


def test_applying_again_finds_nothing(case: Case, csv: str) -> None:
    run(csv, "--apply")
    assert "受影响的期限0个" in run(csv, "--apply")
    assert JournalEntry.objects.filter(verb="recompute_deadline").count() == 1


def test_without_a_file_the_loaded_calendar_is_taken(case: Case) -> None:
    CalendarDay.objects.replace(
        clock.arranged(statutory_calendar(), clock.from_csv(ARRANGEMENT.encode(), source="通知"))
    )
    assert "2027-01-18 → 2027-01-19" in run()
    assert handling(case).due_on == dt.date(2027, 1, 18)
    run("--apply")
    assert handling(case).due_on == dt.date(2027, 1, 19)


@pytest.mark.django_db
def test_a_bad_file_is_refused_before_anything_happens(tmp_path: Path) -> None:
    path = tmp_path / "2027.csv"
    path.write_text(ARRANGEMENT.replace("2027-01-18", "18 January"), encoding="utf-8")
    with pytest.raises(CommandError, match="第3行"):
        run(str(path), "--apply")
    assert 2027 not in statutory_calendar().sources
