"""Of the repeats and skip-level matters, what each was traced to: the page, its lists, and the month report's table."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from accountability.actions import ask_report, trace_repeat
from accountability.models import CauseLink
from accountability.queries import Period, Scope, figure
from accountability.queries.came_again import CAUSES_AGAIN, causes_again
from accountability.tasks import make_reports
from cases.actions.store import path_of
from cases.models import Case, Respondent
from hall.access import SYSTEM
from tests.accountability.test_analysis import again_of, hall_of, seen
from tests.cast import Cast, at
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
NOW = at("2026-11-18 16:00")
NOVEMBER = Period.month(dt.date(2026, 11, 1))


@pytest.fixture(autouse=True)
def private(tmp_path: Path, settings: Any) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path


@pytest.fixture
def came(cast: Cast) -> Cast:
    """Four repeats: one after a late matter, one where nothing was wrong, one not looked at; a skip-level one alone."""
    late = accepted(cast, at("2026-08-20 09:00"))
    once = again_of(cast, late, at("2026-11-03 09:00"))
    fresh = accepted(cast, at("2026-10-20 09:00"), unit="housing")
    twice = again_of(cast, fresh, at("2026-11-04 09:00"))
    higher = registered(cast, at("2026-11-05 09:00"), is_skip_level=True)
    for case in (once, twice, higher):
        trace_repeat(actor=SYSTEM, case_id=case.pk, now=at("2026-11-06 02:00"))
    again_of(cast, fresh, at("2026-11-10 09:00"))
    again_of(cast, late, at("2026-12-01 09:00"))  # the month after
    return cast


def counts(scope: Scope, period: Period = NOVEMBER, now: dt.datetime = NOW) -> dict[str, tuple[int, int]]:
    table = causes_again(scope, period, now=now)
    assert tuple(table) == CAUSES_AGAIN
    told = {cause: (one.counts["repeat"], one.counts["skip_level"]) for cause, one in table.items()}
    return {cause: pair for cause, pair in told.items() if any(pair)}


def test_each_is_counted_under_its_cause(came: Cast) -> None:
    found = counts(hall_of(came))
    assert found == {"late": (1, 0), "none": (1, 1), "untraced": (1, 0)}
    whole = figure("repeat", hall_of(came), NOVEMBER, now=NOW).numerator
    assert sum(pair[0] for pair in found.values()) == whole == 3
    skipped = figure("skip_level", hall_of(came), NOVEMBER, now=NOW).numerator
    assert sum(pair[1] for pair in found.values()) == skipped == 1
    assert counts(Scope((came.hall.pk,), came.units["housing"].pk)) == {}
    assert counts(hall_of(came), NOVEMBER.previous()) == {}


def test_a_correction_counts_in_place_of_what_it_corrects(came: Cast) -> None:
    link = CauseLink.objects.get(cause="none", earlier__isnull=False)
    hand = came.act(came.supervisor, NOW)
    words = "经查，原单位没有对其中一项诉求作出答复。"
    trace_repeat(actor=hand, case_id=link.case_id, cause="unanswered", reason=words, now=NOW)
    assert counts(hall_of(came)) == {"late": (1, 0), "unanswered": (1, 0), "none": (0, 1), "untraced": (1, 0)}
    before = NOW - dt.timedelta(minutes=1)
    assert counts(hall_of(came), now=before) == {"late": (1, 0), "none": (1, 1), "untraced": (1, 0)}


def test_what_is_both_stands_in_both(came: Cast) -> None:
    Case.objects.filter(cause_links__cause="late").update(is_skip_level=True)
    assert counts(hall_of(came))["late"] == (1, 1)


def test_every_number_of_the_page_opens_its_cases(came: Cast) -> None:
    status, page = seen(came, "supervisor", "/analysis/?period=2026-11")
    assert status == 200 and "为什么又来" in page and "尚未追溯" in page
    late = CauseLink.objects.get(cause="late").case
    for part, cause, n in (
        ("repeat", "late", 1), ("repeat", "wrong", 1), ("repeat", "none", 1), ("repeat", "untraced", 1),
        ("skip_level", "none", 1),
    ):  # fmt: skip
        link = re.search(rf'/analysis/traced/\?[^"]*part={part}&cause={cause}', page)
        assert link, (part, cause)
        url = link[0]
        status, listed = seen(came, "supervisor", url)
        assert status == 200 and listed.count('<tr><th scope="row">') == n
        assert (f"/cases/{late.pk}/account/" in listed) == (cause in ("late", "wrong"))
    assert "part=skip_level&cause=late" not in page
    status, whole = seen(came, "supervisor", "/analysis/traced/?period=2026-11&part=repeat")
    assert status == 200 and whole.count('<tr><th scope="row">') == 3
    for wrong in ("part=first", "part=repeat&cause=person"):
        assert seen(came, "supervisor", f"/analysis/traced/?period=2026-11&{wrong}")[0] == 404


def test_who_is_kept_from_a_matter_sees_all_as_if_it_were_not_there(came: Cast) -> None:
    late = CauseLink.objects.get(cause="late").case
    Respondent.objects.create(case=late, name="督查", user=came.supervisor)
    _status, page = seen(came, "supervisor", "/analysis/?period=2026-11")
    assert "part=repeat&cause=late" not in page and "part=repeat&cause=none" in page
    status, listed = seen(came, "supervisor", "/analysis/traced/?period=2026-11&part=repeat&cause=late")
    assert status == 200 and listed.count('<tr><th scope="row">') == 0
    whole = seen(came, "supervisor", "/analysis/traced/?period=2026-11&part=repeat")[1]
    assert whole.count('<tr><th scope="row">') == 2 and f"/cases/{late.pk}/" not in whole


def test_nothing_came_again(cast: Cast) -> None:
    accepted(cast, at("2026-11-03 09:00"))
    assert "这段时间没有重复或者越级的信访。" in seen(cast, "manager", "/analysis/?period=2026-11")[1]


def test_word_and_excel_say_the_same(came: Cast) -> None:
    day = NOVEMBER.start
    actor = came.act(came.manager, NOW)
    report = ask_report(actor=actor, hall_id=came.hall.pk, month=day, department_id=None, now=NOW)
    make_reports()
    report.refresh_from_db()
    assert report.status == "ready", report.failure
    read = {
        one.kind: path_of(one.file, "reports").read_bytes() for one in report.files.filter(language="zh-hans")
    }
    rows = {
        row.cells[0].text: [cell.text for cell in row.cells[1:]]
        for table in Document(io.BytesIO(read["docx"])).tables
        for row in table.rows
    }
    table = causes_again(hall_of(came), NOVEMBER, now=NOW)
    wholes = {part: sum(one.counts[part] for one in table.values()) for part in ("repeat", "skip_level")}
    assert rows["前一事项超期"][0].endswith(f"{table['late'].counts['repeat']}/{wholes['repeat']}")
    assert rows["前一事项有超期或者过错的，合计"][0].endswith(f"1/{wholes['repeat']}")
    assert rows["尚未追溯"][0].endswith(f"1/{wholes['repeat']}")
    sheet = openpyxl.load_workbook(io.BytesIO(read["xlsx"]))["再次信访的原因"]
    lines = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True)}
    assert lines["前一事项超期"][1:3] == (1, wholes["repeat"])
    assert lines["前一事项的办理没有发现问题"][4:6] == (1, wholes["skip_level"])
