"""A table as an Excel file. Text stays text: what begins with `=` is no formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, caption: str = "") -> bytes:
    """One sheet: a caption, the heads, a line each."""
    book = Workbook(write_only=False)
    book.remove(book.worksheets[0])
    page = book.create_sheet(title[:31])
    lines: list[Sequence[Any]] = [[caption]] if caption else []
    lines += [[str(head) for head in heads], *rows]
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(line, start=1):
            cell = page.cell(row=number, column=column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
            if number <= (2 if caption else 1):
                cell.font = Font(bold=True)
    for column in range(1, len(heads) + 1):
        texts = [str(line[column - 1]) for line in lines[1 if caption else 0 :] if len(line) >= column]
        wide = max((sum(2 if ord(ch) > 255 else 1 for ch in text) for text in texts), default=8)
        page.column_dimensions[get_column_letter(column)].width = min(max(wide + 2, 8), 60)
    page.freeze_panes = "A3" if caption else "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
