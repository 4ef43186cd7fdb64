"""Files of the national exchange for tests: invented, and odd in every way that people make them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from cases.actions import import_national_file, import_national_rows, read_national_file
from cases.forms.exchange import guessed, read_rows
from cases.forms.exchange_file import TableRead, read_table
from cases.models import NationalImport
from tests.cast import NOW, Cast

HEADS = [
    "信访件编号",
    "信访日期",
    "信访形式",
    "标题",
    "投诉内容",
    "信访目的",
    "姓名",
    "证件类型",
    "证件号码",
    "手机",
]
ROW = ["GJ2026110077", "2026-11-16", "来信", "反映工资拖欠", "在某工地做工三个月，工资未付。", "求决", "张秀英",
       "居民身份证", "530999196805120045", "13800010001"]  # fmt: skip


def row(**changed: Any) -> list[Any]:
    """`row(标题="…")`: the row above with some cells changed."""
    return [changed.get(head, value) for head, value in zip(HEADS, ROW, strict=True)]


def xlsx(
    *rows: Sequence[Any], heads: Sequence[Any] = HEADS, merge: str = "", above: Sequence[str] = ()
) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for title in above:
        sheet.append([title])
    for line in (heads, *rows):
        sheet.append(list(line))
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(
    *rows: Sequence[Any], heads: Sequence[Any] = HEADS, encoding: str = "utf-8-sig", delimiter: str = ","
) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([heads, *rows])
    return out.getvalue().encode(encoding)


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The workbook with parts added: `repacked(data, **{"xl/vbaProject.bin": b"…"})`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def handed_in(
    cast: Cast, data: bytes, *, now: dt.datetime = NOW, who: str = "clerk", hall_id: int = 0
) -> NationalImport:
    """As the page does it."""
    table: TableRead = read_table(data)
    columns = guessed(table.headings, {})
    return read_national_file(
        actor=cast.act(getattr(cast, who), now),
        hall_id=hall_id or cast.hall.pk,
        name="国家系统.xlsx",
        headings=table.headings,
        columns=columns,
        rows=read_rows(table.rows, columns, now=now),
        now=now,
    )


def imported(cast: Cast, data: bytes, *, now: dt.datetime = NOW) -> NationalImport:
    """Handed in, confirmed, and worked off."""
    file = handed_in(cast, data, now=now)
    import_national_file(actor=cast.act(cast.clerk, now), import_id=file.pk, now=now)
    import_national_rows(now=now)
    file.refresh_from_db()
    return file


def results(file: NationalImport) -> list[str]:
    return list(file.rows.order_by("line").values_list("result", flat=True))


def errors(file: NationalImport) -> list[dict[str, str]]:
    return list(file.rows.order_by("line").values_list("errors", flat=True))
