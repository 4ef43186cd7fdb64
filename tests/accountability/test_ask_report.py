"""The month report: asked for once, made by a worker with the numbers that the boards show, kept, told, retried."""

from __future__ import annotations

import datetime as dt
import io
import threading
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone, translation
from docx import Document

from accountability import queries
from accountability.actions import (
    ask_report,
    finish_report,
    note_progress,
    retry_report,
    start_report,
)
from accountability.actions.reports import BACK_OFF, LEASE
from accountability.management.demo_report import show_reports
from accountability.models import MonthReport, ReportFile
from accountability.queries import INDICATORS, Period, Scope
from accountability.queries.month_report import Value, late_now, month_facts, paper
from accountability.tasks import make_reports
from cases.actions.store import path_of
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from staffing.models import Department
from tests import life_reviews
from tests.cast import Cast
from tests.kept import kept
from tests.matters import accepted, registered

DAY = dt.timedelta(days=1)


@pytest.fixture
def lived(cast: Cast, categories: None) -> Cast:
    some_months(cast, timezone.now().replace(minute=0, second=0, microsecond=0))
    return cast


@kept
def some_months(cast: Cast, now: dt.datetime) -> None:
    """Matters up to that hour, which is of today at any hour; one of them answered and served."""
    for days in (130, 100, 99, 90, 75, 40, 33, 3):
        accepted(
            cast, now - days * DAY, channel="visit" if days % 2 else "online", unit="labour" if days % 3 else "housing"
        )  # fmt: skip
    life_reviews.served(cast, now - 85 * DAY)
    registered(cast, now, is_skip_level=True)


@pytest.fixture(autouse=True)
def private(tmp_path: Path, settings: Any) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path


def this_month(months_ago: int = 0) -> Period:
    period = Period.month(timezone.localdate())
    for _n in range(months_ago):
        period = period.previous()
    return period


def asked(cast: Cast, who: str = "manager", unit: Department | None = None, **facts: Any) -> MonthReport:
    now = timezone.now()
    given = {"month": this_month(1).start, "now": now, **facts}
    department = unit.pk if unit else None
    actor = cast.act(getattr(cast, who), now)
    return ask_report(actor=actor, hall_id=cast.hall.pk, department_id=department, **given)


def made(cast: Cast, **facts: Any) -> MonthReport:
    report = asked(cast, **facts)
    make_reports()
    report.refresh_from_db()
    assert report.status == "ready", report.failure
    return report


def bytes_of(report: MonthReport, kind: str, language: str = "zh-hans") -> bytes:
    file = report.files.get(kind=kind, language=language)
    return path_of(file.file, "reports").read_bytes()


def grids(data: bytes) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in table.rows] for table in Document(io.BytesIO(data)).tables
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("months_ago", [0, 1, 2])
def test_every_number_is_that_of_the_boards(lived: Cast, months_ago: int) -> None:
    period, scope = this_month(months_ago), Scope((lived.hall.pk,))
    report = made(lived, month=period.start)
    lines = {row[0].split("[")[0]: row for grid in grids(bytes_of(report, "docx")) for row in grid}
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(report, "xlsx")))
    cells = {str(row[0]): row for sheet in book for row in sheet.iter_rows(values_only=True) if len(row) > 6}
    now = timezone.now()
    for code, indicator in INDICATORS.items():
        one = queries.figure(code, scope, period, now=now)
        told = lines[indicator.name[0]]
        assert told[2].split("\n")[0] == one.shown, code
        assert one.previous and one.last_year
        assert told[3].split("\n")[0] == one.previous.shown and told[4].split("\n")[0] == one.last_year.shown
        if indicator.kind == "share" and one.denominator:
            assert told[2].split("\n")[1] == f"{one.numerator}/{one.denominator}"
    by_name = {
        row[0].value: row for group in book.worksheets[1:7] for row in group.iter_rows(min_row=2) if row[0].value
    }  # fmt: skip
    for code, indicator in INDICATORS.items():
        one = queries.figure(code, scope, period, now=now)
        cell = by_name[indicator.name[0]][2]
        if one.value is None:
            assert cell.value == "–"
        else:
            assert isinstance(cell.value, int | float) and abs(cell.value - float(one.value)) < 1e-9
            assert cell.number_format == ("0.00%" if indicator.kind == "share" else cell.number_format)
    assert cells


@pytest.mark.django_db
def test_units_channels_and_categories_add_up(lived: Cast) -> None:
    period, scope, now = this_month(3), Scope((lived.hall.pk,)), timezone.now()
    report = asked(lived, month=period.start)
    facts = month_facts(report, now=now)
    all_ = queries.figure("registered", scope, period, now=now).denominator
    assert all_
    for table in (facts.by_unit, facts.by_channel, facts.by_category):
        assert sum(row["registered"].denominator for row in table.values()) == all_
    assert sum(n for _region, n, *_rest in facts.by_region) == all_
    for pk, row in facts.by_unit.items():
        for code, one in row.items():
            same = queries.figure(code, Scope((lived.hall.pk,), pk), period, now=now) if pk else one
            assert (one.shown, one.denominator) == (same.shown, same.denominator)
    for month, row in facts.year:
        for code, one in row.items():
            assert one.shown == queries.figure(code, scope, month, now=now).shown
    late = late_now(scope, now=now)
    assert sum(row["cases"] for row in late.values()) >= 1


@pytest.mark.django_db
def test_both_files_are_whole_in_both_languages(lived: Cast) -> None:
    """Every part is well-formed XML, and both libraries read them again; LibreOffice does in `tests/journeys`."""
    report = made(lived, month=this_month(2).start)
    assert report.files.count() == 4
    for file in report.files.all():
        data = bytes_of(report, file.kind, file.language)
        assert len(data) == file.size
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    ElementTree.fromstring(archive.read(name))
    paper_zh = Document(io.BytesIO(bytes_of(report, "docx")))
    assert "月报" in paper_zh.paragraphs[0].text and paper_zh.paragraphs[0].style.name == "Title"
    style = paper_zh.styles["Normal"].element.xml
    assert "仿宋_GB2312" in style and "方正小标宋简体" in paper_zh.styles["Title"].element.xml
    text = "\n".join(one.text for one in paper_zh.paragraphs)
    assert "数据截至" in text and "[1] 登记件数：" in text and "不计入" in text
    english = grids(bytes_of(report, "docx", "en"))
    assert any("Registered" in cell for row in english[0] for cell in row)
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(report, "xlsx", "en")))
    assert any(
        "Answered in time" in str(row[0]) for sheet in book for row in sheet.iter_rows(values_only=True)
    )
    assert book.worksheets[-1].max_row == len(INDICATORS) + 1


@pytest.mark.django_db
def test_an_empty_month(cast: Cast) -> None:
    month = dt.date(2026, 2, 1)
    report = made(cast, month=month)
    tables = grids(bytes_of(report, "docx"))
    shares = [row[2] for grid in tables for row in grid[1:] if row[0].startswith("按期答复率")]
    assert shares == ["–"]
    text = "\n".join(one.text for one in Document(io.BytesIO(bytes_of(report, "docx"))).paragraphs)
    assert "这个月没有。" in text and "没有仍然超期的。" in text


@pytest.mark.django_db
def test_a_units_report_is_of_the_unit(lived: Cast) -> None:
    labour = lived.units["labour"]
    report = made(lived, who="head", unit=labour, month=this_month(3).start)
    facts = month_facts(report, now=timezone.now())
    scope = Scope((lived.hall.pk,), labour.pk)
    for code, one in facts.figures.items():
        assert one.shown == queries.figure(code, scope, this_month(3), now=timezone.now()).shown
    assert facts.by_unit == {} and facts.receptions == []
    assert "participation_hall" not in facts.figures  # it is not about a unit
    assert labour.name in paper(facts).title
    visible = MonthReport.objects.visible_to
    assert report in visible(lived.act(lived.head)) and report in visible(lived.act(lived.leader))
    assert report not in visible(lived.act(lived.head2)) and not visible(lived.act(lived.clerk)).exists()
    whole = made(lived)
    assert whole not in visible(lived.act(lived.head))
    with pytest.raises(Refused) as refused:
        asked(lived, who="head")
    assert refused.value.kind == "role"


@pytest.mark.django_db
def test_a_report_is_kept_until_another_is_asked_for(lived: Cast) -> None:
    first = made(lived)
    assert asked(lived).pk == first.pk
    files = list(ReportFile.objects.values_list("sha256", flat=True))
    second = asked(lived, again=True)
    assert second.pk != first.pk and asked(lived, again=True).pk == second.pk
    make_reports()
    assert set(files) <= set(ReportFile.objects.values_list("sha256", flat=True))
    assert Message.objects.filter(kind="report_ready", user=lived.manager).count() >= 2
    assert JournalEntry.objects.filter(verb="ask_report").count() == 2
    with pytest.raises(ProgrammingError), transaction.atomic():
        ReportFile.objects.all().delete()


@pytest.mark.django_db
def test_a_month_that_has_not_begun(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        asked(cast, month=this_month().following().start)
    assert (refused.value.kind, refused.value.field) == ("input", "month")


@pytest.mark.django_db
def test_a_failure_is_said_and_tried_again(lived: Cast, tmp_path: Path) -> None:
    """The place for files cannot be written to; then it can."""
    wall = tmp_path / "wall"
    wall.write_text("")
    settings.HALL_PRIVATE_ROOT = wall / "below"
    report = asked(lived)
    assert make_reports() == 0
    report.refresh_from_db()
    assert (report.status, report.attempt, report.failure) == ("queued", 1, "NotADirectoryError")
    assert make_reports() == 0  # not before its time
    for _n in BACK_OFF:
        MonthReport.objects.update(next_attempt_at=timezone.now())
        make_reports()
    report.refresh_from_db()
    assert (report.status, report.attempt) == ("failed", 3) and report.ended_at
    assert Message.objects.get(kind="report_failed", channel="app").user == lived.manager
    assert JournalEntry.objects.filter(verb="fail_report").count() == 1
    settings.HALL_PRIVATE_ROOT = tmp_path
    again = made(lived)
    assert again.pk != report.pk


@pytest.mark.django_db
def test_a_worker_that_dies_is_replaced_and_writes_nothing_more(cast: Cast) -> None:
    report, now = asked(cast), timezone.now()
    start_report(actor=SYSTEM, report_id=report.pk, now=now)
    with pytest.raises(Refused) as refused:
        start_report(actor=SYSTEM, report_id=report.pk, now=now + LEASE / 2)
    assert refused.value.kind == "state"
    second = start_report(actor=SYSTEM, report_id=report.pk, now=now + LEASE)
    assert second.attempt == 2
    note_progress(report_id=report.pk, attempt=1, percent=90)
    note_progress(report_id=report.pk, attempt=2, percent=40)
    report.refresh_from_db()
    assert report.progress == 40
    for late in (finish_report, retry_report):
        facts: dict[str, Any] = {"as_of": now, "files": ()} if late is finish_report else {"failure": "x"}
        with pytest.raises(Refused) as refused:
            late(actor=SYSTEM, report_id=report.pk, attempt=1, now=now, **facts)
        assert refused.value.kind == "state"
    start_report(actor=SYSTEM, report_id=report.pk, now=now + 2 * LEASE)
    last = start_report(actor=SYSTEM, report_id=report.pk, now=now + 3 * LEASE)
    assert (last.status, last.failure) == ("failed", "Interrupted")
    with pytest.raises(Refused) as refused:
        start_report(actor=cast.act(cast.manager), report_id=report.pk, now=now)
    assert refused.value.kind == "role"


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_one(cast: Cast) -> None:
    found: list[Any] = []

    def run(who: str) -> None:
        try:
            found.append(asked(cast, who).pk)
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong in the other thread
            found.append(fault)
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=[who]) for who in ("manager", "leader", "supervisor")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 3 and len(set(found)) == 1, found
    report = MonthReport.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():  # and the database holds it too
        MonthReport.objects.create(
            hall=cast.hall, month=report.month, asked_at=report.asked_at, next_attempt_at=report.asked_at
        )


@pytest.mark.django_db
def test_the_tables_hold_values(lived: Cast) -> None:
    with translation.override("en"):
        told = paper(month_facts(asked(lived), now=timezone.now()))
    assert told.title.startswith("Yunxi")
    numbers = [
        cell
        for part in told.sections
        for line in part.lines
        for cell in line.cells
        if isinstance(cell, Value)
    ]
    assert numbers and all(cell.number is None or cell.shown != "–" for cell in numbers)


@pytest.mark.django_db
def test_the_demo_has_one_made(lived: Cast) -> None:
    assert show_reports(now=timezone.now()) == 1
    report = MonthReport.objects.get()
    assert report.status == "ready" and report.asked_by == lived.manager
