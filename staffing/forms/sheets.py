"""Tables as files, in one way for the whole house. Text stays text: what begins with `=` is no formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NARROWEST, WIDEST = 8, 60
"""Characters of a column whose width follows from what stands in it."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with the format that it is shown in: `0.00%`."""

    value: int | float
    format: str


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: a caption, the heads, a line each, a foot. Numbers and days stay what they are."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = ()
    caption: str = ""
    foot: str = ""


def workbook(*tables: Table, name: str = "", author: str = "") -> bytes:
    """Each table on a sheet of its own, its heads in sight and on every printed page, across the page's width."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = name or tables[0].title, author
    for table in tables:
        _write(book.create_sheet(table.title[:31]), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    caption: str = "",
    widths: Sequence[int] = (),
) -> bytes:
    """A file of one table."""
    return workbook(Table(title, heads, rows, widths, caption))


FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula, or skips to find one."""


def csv_cell(value: object) -> str:
    """A spreadsheet must not take what somebody wrote for a formula. What begins with the mark itself gets another, so
    that `plain_cell` gives back what went in."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith((*FORMULA, *(f"'{sign}" for sign in (*FORMULA, "'")))) else text


def plain_cell(text: str) -> str:
    """What stood in it before `csv_cell`."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text


def csv_file(heads: Sequence[str], rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8") -> bytes:
    """Comma-separated: in UTF-8 with the mark that spreadsheets look for, or in GB18030."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([csv_cell(head) for head in heads])
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig" if encoding == "utf-8" else encoding)


def attached(data: bytes, name: str, content_type: str = XLSX) -> HttpResponse:
    """The file as an answer that nobody keeps."""
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _write(page: Any, table: Table) -> None:
    head = 2 if table.caption else 1
    before = [[table.caption]] if table.caption else []
    after = [[], [table.foot]] if table.foot else []
    wide = [NARROWEST] * len(table.heads)
    last = head
    for number, line in enumerate(chain(before, [table.heads], table.rows, after), start=1):
        for column, value in enumerate(line, start=1):
            cell = page.cell(row=number, column=column)
            _fill(cell, value)
            cell.font = Font(bold=number <= head)
            cell.alignment = Alignment(wrap_text=number != 1 or not table.caption, vertical="top")
            if len(line) == len(wide):
                wide[column - 1] = max(wide[column - 1], _width(cell.value))
        last = number if len(line) == len(wide) else last
    for column, width in enumerate(table.widths or [min(one + 2, WIDEST) for one in wide], start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = f"A{head + 1}"
    page.auto_filter.ref = f"A{head}:{get_column_letter(len(wide))}{last}"
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _fill(cell: Any, value: Any) -> None:
    """Whatever is no number and no day is text, without the signs that Excel cannot hold."""
    if isinstance(value, Number):
        cell.value, cell.number_format = value.value, value.format
    elif (
        value is None
        or (isinstance(value, int | float) and not isinstance(value, bool))
        or hasattr(value, "year")
    ):
        cell.value = value
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
        cell.data_type = "s"


def _width(value: Any) -> int:
    """Columns of the longest line: a Chinese character takes two."""
    lines = "" if value is None else str(value)
    return max((sum(2 if ord(ch) > 255 else 1 for ch in line) for line in lines.split("\n")), default=0)
