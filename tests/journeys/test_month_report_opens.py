"""The month report is asked for on its page, made by the worker, downloaded, and opens without repair.

LibreOffice opens what it can and says nothing of what it mended: that nothing had to be mended is looked up in the
file (`ooxml.damage`), that it opens with the same figures is asked of LibreOffice, python-docx and openpyxl.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from docx import Document
from playwright.sync_api import Page, expect

from accountability import queries
from accountability.queries import INDICATORS, Figure, Period, Scope
from accountability.tasks import make_reports
from tests import life_reviews
from tests.cast import TZ, Cast
from tests.journeys.hands import Door
from tests.journeys.ooxml import damage
from tests.matters import accepted

SOFFICE = shutil.which("soffice")
DAY = dt.timedelta(days=1)
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true,false,false,-1"
"""Commas, quotes, UTF-8, as shown, and a file for each sheet."""


@pytest.fixture(autouse=True)
def private(tmp_path: Path, settings: Any) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path / "private"


def last_month() -> Period:
    return Period.month(timezone.localdate()).previous()


@pytest.fixture
def lived(yunxi: Cast) -> Cast:
    """Matters of last month and of the one before, one of them answered and served."""
    first = dt.datetime.combine(last_month().start, dt.time(9, 30), TZ)
    for days in (-20, 2, 6, 9, 13, 20):
        accepted(yunxi, first + days * DAY, unit="labour" if days % 3 else "housing")
    life_reviews.served(yunxi, first + DAY)
    return yunxi


def converted(path: Path, kind: str, folder: Path, *, ending: str = "") -> list[Path]:
    """What LibreOffice makes of the file, in a profile of its own."""
    assert SOFFICE
    out = folder / ending
    command = [
        SOFFICE, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to", kind, "--outdir", str(out), str(path),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    made = sorted(out.glob(f"{path.stem}*.{ending}"))
    assert made, done.stderr
    return made


def downloaded(page: Page, label: str, folder: Path) -> Path:
    with page.expect_download() as coming:
        page.locator("main tbody").get_by_role("link", name=label).first.click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def asked_for(page: Page, month: Period) -> None:
    """On the page, as the manager asks; the page turns to the files by itself once the worker has made them."""
    page.goto(f"/reports/?period={month}")
    expect(page.locator("main")).to_contain_text("还没有月报")
    page.get_by_role("button", name="生成月报").click()
    expect(page.locator("main tbody")).to_contain_text("排队")
    assert make_reports() == 1
    expect(page.locator("main tbody").get_by_role("link", name="Word")).to_be_visible()


def figures(lived: Cast, month: Period) -> dict[str, Figure]:
    now, scope = timezone.now(), Scope((lived.hall.pk,))
    return {one.name[0]: queries.figure(code, scope, month, now=now) for code, one in INDICATORS.items()}


def test_the_month_report_opens_without_repair(door: Door, lived: Cast, tmp_path: Path) -> None:
    month = last_month()
    page = door(lived.manager)
    asked_for(page, month)
    word, excel = downloaded(page, "Word", tmp_path), downloaded(page, "Excel", tmp_path)
    said = figures(lived, month)
    assert said["登记件数"].denominator >= 3
    for path in (word, excel):
        assert damage(path.read_bytes()) == []

    # What stands on the board stands in both files.
    grids = [[cell.text for cell in row.cells] for table in Document(str(word)).tables for row in table.rows]
    lines = {row[0].split("[")[0]: row[2].split("\n")[0] for row in grids if len(row) == 5}
    book = openpyxl.load_workbook(excel)
    cells = {row[0].value: row[2].value for sheet in book for row in sheet.iter_rows() if len(row) > 6}
    for name, one in said.items():
        assert lines[name] == one.shown
        if one.value is None:
            assert cells[name] == "–"
        else:
            assert abs(float(cells[name]) - float(one.value)) < 1e-9

    if SOFFICE is None:
        pytest.skip("no LibreOffice here (looked for soffice); the files themselves are whole")
    texts = converted(word, "txt:Text (encoded):UTF8", tmp_path, ending="txt")
    text = texts[0].read_text("utf-8-sig")
    assert "云溪县联合接访大厅" in text and "月报" in text.split("\n")[0]
    assert "三、" in text and "[1] 登记件数" in text
    for name, one in said.items():
        assert name in text and one.shown in text
    for path, least in ((word, 4), (excel, 4)):
        (pdf,) = converted(path, "pdf", tmp_path, ending="pdf")
        assert pdf.read_bytes().startswith(b"%PDF") and pages(pdf) >= least
    sheets = converted(excel, EVERY_SHEET, tmp_path, ending="csv")
    assert {one.stem.removeprefix(f"{excel.stem}-") for one in sheets} == set(book.sheetnames)
    shown = {
        row[0]: row[2]
        for one in sheets
        for row in csv.reader(io.StringIO(one.read_text("utf-8-sig")))
        if len(row) > 6
    }
    for name, one in said.items():
        assert shown[name] == (one.shown if one.indicator.kind != "days" else shown[name])


def pages(pdf: Path) -> int:
    return pdf.read_bytes().count(b"/Type/Page/") + pdf.read_bytes().count(b"/Type/Page\n")


def test_damage_is_seen() -> None:
    """The check finds what it is there for: a part without a type, a lost target, an id used twice."""
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "一"
    out = io.BytesIO()
    book.save(out)
    assert damage(out.getvalue()) == []

    def changed(name: str, old: str, new: str) -> list[str]:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(out.getvalue())) as whole, zipfile.ZipFile(made, "w") as other:
            for one in whole.namelist():
                part = whole.read(one)
                other.writestr(one, part.replace(old.encode(), new.encode()) if one == name else part)
        return damage(made.getvalue())

    assert changed("[Content_Types].xml", "/xl/worksheets/sheet1.xml", "/xl/worksheets/sheet2.xml")
    assert changed("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml")
    assert changed("xl/_rels/workbook.xml.rels", 'Id="rId2"', 'Id="rId1"')
    assert changed("xl/worksheets/sheet1.xml", 'r="A1" t', 'r="A1" s="99" t')
    assert changed("xl/workbook.xml", 'name="Sheet"', 'name="a/b"')
