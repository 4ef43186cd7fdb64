"""A table handed in as Excel or CSV: its heading and its rows, whatever odd way it was saved; else a refusal in words.

Nothing is guessed. A cell comes out as text, or as the number that it is, for the reader of its field to judge.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cases.forms.exchange_cells import recognised
from staffing.forms import plain_cell

FILE_LIMIT = 10 * 1024 * 1024
UNPACKED = 80 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 120
HEADER_WITHIN = 10
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Cell = str | int | float


@dataclass
class TableRead:
    headings: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    """The line in the file, counted as the spreadsheet shows it, and the cells."""


def read_table(data: bytes) -> TableRead:
    """Raises ValidationError with what is wrong with the file as a whole, and the way out."""
    if not data.strip(b"\x00\r\n\t ,"):
        raise ValidationError(_("文件是空的。"))
    if data.startswith(_OLD_EXCEL):
        raise ValidationError(
            _(
                "这是旧版的.xls文件，或者设了密码。请在Excel里去掉密码，另存为“Excel 工作簿（.xlsx）”或CSV后再传。"
            )
        )
    lines = _excel(data) if data.startswith(b"PK") else _csv(data)
    return _table(lines)


def _table(lines: Iterator[tuple[int, list[Cell]]]) -> TableRead:
    """The heading is the first line in which at least two national fields are recognised; titles stand above it."""
    found = TableRead()
    above: list[tuple[int, list[Cell]]] = []
    for line, cells in lines:
        if not any(str(cell).strip() for cell in cells):
            continue
        if not found.headings:
            heads = [str(cell).strip() for cell in cells]
            if len(recognised(heads)) >= 2:
                found.headings = heads
            above.append((line, cells))
            if not found.headings and len(above) >= HEADER_WITHIN:
                break
            continue
        if len(found.rows) >= MOST_ROWS:
            raise ValidationError(_("一份文件最多%(n)s行，请分成几份再传。") % {"n": f"{MOST_ROWS:,}"})
        found.rows.append((line, (cells + [""] * len(found.headings))[: len(found.headings)]))
    if not found.headings:
        raise ValidationError(
            _(
                "没有找到表头：前%(n)s行里没有国家系统的字段名（如“标题”“信访日期”“投诉内容”）。如果表头是乱码，请把文件另存为UTF-8编码的CSV或.xlsx。"
            )
            % {"n": HEADER_WITHIN}
        )
    if not found.rows:
        raise ValidationError(_("表头下面没有内容。"))
    return found


# -- Excel ---------------------------------------------------------------------------------------------------------


def _excel(data: bytes) -> Iterator[tuple[int, list[Cell]]]:
    packed = None
    with suppress(Exception):  # a broken file makes zipfile raise whatever it comes upon
        packed = zipfile.ZipFile(io.BytesIO(data))
    if packed is None:
        raise ValidationError(_("文件已损坏，打不开。请在Excel里打开后重新保存再传。"))
    with packed:
        names = packed.namelist()
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise ValidationError(_("文件里有宏，不予接收。请另存为不含宏的“Excel 工作簿（.xlsx）”。"))
        if "xl/workbook.xml" not in names:
            raise ValidationError(_("这不是Excel文件。请上传.xlsx或CSV文件。"))
        if sum(part.file_size for part in packed.infolist()) > UNPACKED:
            raise ValidationError(
                _("表格展开后超过80MB，不予打开。请只保留要导入的行，去掉图片和多余的格式。")
            )
        book = None
        with suppress(Exception):
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        if book is None:
            raise ValidationError(_("文件已损坏，打不开。请在Excel里打开后重新保存再传。"))
        try:
            sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
            if sheet is None:
                raise ValidationError(_("文件是空的。"))
            merged = _merged(packed, sheet)
            is_mac = book.epoch == CALENDAR_MAC_1904
            found = False
            sheet.reset_dimensions()  # what it says of its own size is often wrong
            for line, cells in enumerate(_cells(sheet), 1):
                row = [_value(cell, is_mac) for cell in cells[:MOST_COLUMNS]]
                if found and (
                    area := next((a for a, (top, low) in merged.items() if top <= line <= low), "")
                ):
                    raise ValidationError(
                        _("%(area)s是合并的单元格，看不出是哪一行的。请取消合并、逐行填写后再传。")
                        % {"area": area}
                    )
                found = found or len(recognised([str(one).strip() for one in row])) >= 2
                yield line, row
        finally:
            book.close()


def _cells(sheet: Any) -> Iterator[Sequence[Any]]:
    try:
        yield from sheet.iter_rows(values_only=True)
    except ValidationError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises whatever a broken sheet makes it come upon
        raise ValidationError(_("文件已损坏，打不开。请在Excel里打开后重新保存再传。")) from None


def _merged(packed: zipfile.ZipFile, sheet: Any) -> dict[str, tuple[int, int]]:
    """Merged ranges of the sheet with their first and last line; reading row by row, openpyxl knows nothing of them."""
    path = getattr(sheet, "_worksheet_path", "").lstrip("/")
    with suppress(KeyError):
        found = re.findall(
            rb"<(?:\w+:)?mergeCell[^>]*\bref=[\"']([A-Z]+\d+:[A-Z]+\d+)[\"']", packed.read(path)
        )
        bounds = {area.decode(): range_boundaries(area.decode()) for area in found[:20_000]}
        return {area: (top, low) for area, (_left, top, _right, low) in bounds.items()}
    return {}


def _value(cell: Any, is_mac: bool) -> Cell:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time.min else cell.isoformat(" ", "minutes")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e300:
        cell = int(cell)
    if isinstance(cell, int | float):
        # A day as a bare number counts from 1904 in a Mac's book: from here on all of them count from 1900.
        return cell + 1462 if is_mac and 20_000 < cell < 60_000 else cell
    return _plain(str(cell))


# -- CSV -----------------------------------------------------------------------------------------------------------


def _csv(data: bytes) -> Iterator[tuple[int, list[Cell]]]:
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;，", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            row: list[Cell] = [plain_cell(_plain(cell)) for cell in cells[:MOST_COLUMNS]]
            yield reader.line_num, row
    except csv.Error:
        raise ValidationError(
            _("第%(n)s行读不下去：多半是引号没有成对。请用Excel打开后另存为.xlsx再传。")
            % {"n": reader.line_num + 1}
        ) from None


def _decoded(data: bytes) -> str:
    """UTF-8 or, where that fits, GB18030; UTF-16 by its mark. What fits none is not read half."""
    is_marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    ways = ["utf-16"] if is_marked else ["utf-8-sig", "gb18030"]
    for way in ways:
        with suppress(UnicodeError):
            text = data.decode(way)
            if "\x00" not in text:
                return text
    raise ValidationError(_("认不出文件的编码。请在Excel里另存为“CSV UTF-8”或.xlsx后再传。"))


def _plain(text: str) -> str:
    """Without what cannot be seen; lines within a cell end in one way."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]", "", text).strip()
