"""A list as an Excel file: one sheet, its headings in sight, no cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], *, file_name: str
) -> HttpResponse:
    """Everything is text: a number of a case is no quantity, and what people wrote is never computed."""
    book = Workbook(write_only=True)
    page = book.create_sheet(name[:31])
    page.freeze_panes = "A2"
    head = []
    for heading in headings:
        cell = WriteOnlyCell(page, value=str(heading))
        cell.font = Font(bold=True)
        head.append(cell)
    page.append(head)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(page, value="".join(c for c in str(value or "") if c >= " " or c == "\n"))
            cell.data_type = "s"
            cells.append(cell)
        page.append(cells)
    out = io.BytesIO()
    book.save(out)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    return response
