"""A personnel list as an Excel file: read with its merged cells and every spelling of a date, written with reasons.

Nothing is guessed: what cannot be read for certain is an error at its cell.
"""

from __future__ import annotations

import datetime as dt
import difflib
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from import_export import fields, resources, widgets
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from staffing.actions import ListedPerson
from staffing.lifecycle import DEPARTMENT_ROLES, ROLES
from staffing.models import Department, Hall, Window
from staffing.rules import MANAGED_ROLES

LIST_LIMIT = 2 * 1024 * 1024
UNPACKED = 30 * 1024 * 1024
"""An Excel file is a ZIP: what it would become in memory is known before it is opened."""
MOST_MERGED = 20_000
"""Cells under merged ranges; a list of three hundred people has a title and a few units over several lines."""
MOST_LINES = 300
HEADER_WITHIN, MOST_COLUMNS = 12, 40


@dataclass(frozen=True)
class Known:
    """What the cells may refer to."""

    units: dict[str, int]
    windows: dict[int, int]
    epoch: dt.datetime = WINDOWS_EPOCH

    @classmethod
    def at(cls, hall: Hall, epoch: dt.datetime) -> Known:
        units: dict[str, int] = {}
        for pk, code, name in Department.objects.filter(is_active=True).values_list("pk", "code", "name"):
            units |= {name: pk, code: pk}
        windows = Window.objects.filter(hall=hall, is_active=True).values_list("number", "pk")
        return cls(units, dict(windows), epoch)


def shown(value: Any) -> str:
    """A cell as a person sees it in the sheet."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time.min else value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"[\x00-\x08\x0b-\x1f]", "", str(value)).strip()


class Words(widgets.Widget):  # type: ignore[misc]
    """Text up to so many characters."""

    def __init__(self, longest: int, missing: str | Promise = "") -> None:
        super().__init__()
        self.longest, self.missing = longest, missing

    def clean(self, value: Any, row: Any = None, **known: Any) -> Any:
        text = shown(value)
        if not text and self.missing:
            raise ValueError(str(self.missing))
        if len(text) > self.longest:
            raise ValueError(_("最多%(n)s个字。") % {"n": self.longest})
        return text


class PersonName(Words):
    """Lists set two-character names wide: 王　刚 is 王刚."""

    def clean(self, value: Any, row: Any = None, **known: Any) -> Any:
        text: str = super().clean(value, row, **known)
        return re.sub(r"(?<=[\u4e00-\u9fff])[\s\u3000]+(?=[\u4e00-\u9fff])", "", text)


class Username(Words):
    def clean(self, value: Any, row: Any = None, **known: Any) -> Any:
        text: str = super().clean(value, row, **known).lower()
        if text and not re.fullmatch(r"[a-z0-9_-]+", text):
            raise ValueError(_("用户名只用小写字母、数字和短横线；不填则由姓名拼音生成。"))
        return text


class Phone(Words):
    def clean(self, value: Any, row: Any = None, **known: Any) -> Any:
        text: str = super().clean(value, row, **known)
        if text and not re.fullmatch(r"\+?[\d\- ]{5,20}", text):
            raise ValueError(_("电话号码只有数字和短横线。"))
        return text


class Email(Words):
    def clean(self, value: Any, row: Any = None, **known: Any) -> Any:
        text: str = super().clean(value, row, **known)
        try:
            if text:
                validate_email(text)
        except ValidationError:
            raise ValueError(_("电子邮箱的写法不对。")) from None
        return text


class Role(widgets.Widget):  # type: ignore[misc]
    """By the word of the house, or by its code."""

    def clean(self, value: Any, row: Any = None, **known: Any) -> Any:
        text = shown(value)
        roles = {name: code for code, name in ROLES.items()} | {code: code for code in ROLES}
        if text in roles:
            return roles[text]
        words = "、".join(_(ROLES[code]) for code in MANAGED_ROLES)
        raise ValueError(_("请填写其中之一：%(words)s。") % {"words": words})


class Unit(widgets.Widget):  # type: ignore[misc]
    """By its full name, its code, or its name without the county in front where that is one unit's alone."""

    def clean(self, value: Any, row: Any = None, *, known: Known, **more: Any) -> Any:
        text = shown(value)
        if not text:
            role = shown((row or {}).get("岗位"))
            if role in {ROLES[code] for code in DEPARTMENT_ROLES}:
                raise ValueError(_("这个岗位须填写单位。"))
            return None
        if text in known.units:
            return known.units[text]
        ending = {pk for name, pk in known.units.items() if name.endswith(text) and len(text) >= 3}
        if len(ending) == 1:
            return ending.pop()
        near = difflib.get_close_matches(text, known.units, 1, 0.5)
        if near:
            raise ValueError(_("没有这个单位。是不是“%(near)s”？") % {"near": near[0]})
        raise ValueError(_("没有这个单位，请按系统里的全称填写。"))


class WindowNumber(widgets.Widget):  # type: ignore[misc]
    def clean(self, value: Any, row: Any = None, *, known: Known, **more: Any) -> Any:
        text = shown(value)
        if not text:
            return None
        found = re.fullmatch(r"(\d{1,3})\s*号?\s*(窗口)?", text)
        if not found or int(found[1]) not in known.windows:
            numbers = "、".join(str(number) for number in sorted(known.windows))
            raise ValueError(_("没有这个窗口。本厅的窗口：%(numbers)s。") % {"numbers": numbers})
        return known.windows[int(found[1])]


class Day(widgets.Widget):  # type: ignore[misc]
    """A date as Excel keeps it, as its bare number, or as people write it."""

    def __init__(self, *, required: bool) -> None:
        super().__init__()
        self.required = required

    def clean(self, value: Any, row: Any = None, *, known: Known, **more: Any) -> Any:
        text = shown(value)
        if not self.required and text in ("", "长期", "至今", "-", "—", "/"):
            return None
        if not text:
            raise ValueError(_("请填写日期。"))
        day = day_of(value, known.epoch)
        if not 1990 <= day.year <= 2100:
            raise ValueError(_("年份不对：%(text)s。") % {"text": text})
        return day


_WRITTEN = re.compile(r"(\d{4})\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*日?")


def day_of(value: Any, epoch: dt.datetime) -> dt.date:
    """Raises ValueError with what is wrong with it."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = shown(value)
    bare = text.isdecimal()
    if bare and len(text) == 5:  # 46082: Excel's count of days, in a cell formatted as a number
        found = from_excel(int(text), epoch)
        return found.date() if isinstance(found, dt.datetime) else _wrong(text)
    written = _WRITTEN.fullmatch(text.split(" 00:00")[0])
    if bare and len(text) == 8:
        written = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    if written is None:
        return _wrong(text)
    year, month, day = (int(part) for part in written.groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise ValueError(
            _("没有这一天：%(y)s年%(m)s月%(d)s日。") % {"y": year, "m": month, "d": day}
        ) from None


def _wrong(text: str) -> dt.date:
    raise ValueError(_("“%(text)s”不是完整的日期，请写成2026-03-01。") % {"text": text[:20]})


class PeopleResource(resources.Resource):  # type: ignore[misc]
    """The columns of the list, in the order of the template."""

    name = fields.Field(column_name="姓名", widget=PersonName(60, lazy("请填写姓名。")))
    username = fields.Field(column_name="用户名", widget=Username(60))
    unit = fields.Field(column_name="单位", widget=Unit())
    role = fields.Field(column_name="岗位", widget=Role())
    title = fields.Field(column_name="职务", widget=Words(80, lazy("请填写职务。")))
    window = fields.Field(column_name="窗口", widget=WindowNumber())
    from_on = fields.Field(column_name="开始日期", widget=Day(required=True))
    until_on = fields.Field(column_name="结束日期", widget=Day(required=False))
    phone = fields.Field(column_name="手机", widget=Phone(20))
    email = fields.Field(column_name="邮箱", widget=Email(254))
    short_reason = fields.Field(column_name="不满一年的原因", widget=Words(200))


COLUMNS: dict[str, Any] = {
    "name": lazy("姓名"),
    "username": lazy("用户名"),
    "unit": lazy("单位"),
    "role": lazy("岗位"),
    "title": lazy("职务"),
    "window": lazy("窗口"),
    "from_on": lazy("开始日期"),
    "until_on": lazy("结束日期"),
    "phone": lazy("手机"),
    "email": lazy("邮箱"),
    "short_reason": lazy("不满一年的原因"),
}
_READERS = PeopleResource().fields
_HEADINGS = {_READERS[name].column_name: name for name in COLUMNS} | {
    "工作单位": "unit",
    "派出单位": "unit",
    "角色": "role",
    "窗口号": "window",
    "起始日期": "from_on",
    "进驻日期": "from_on",
    "截止日期": "until_on",
    "手机号": "phone",
    "手机号码": "phone",
    "联系电话": "phone",
    "电子邮箱": "email",
}
NEEDED = ("name", "role", "title", "from_on")
FILLED_DOWN = {"unit", "role", "title", "window", "from_on", "until_on", "short_reason"}
"""Where one merged cell beside several people means all of them; a name or a telephone number is one person's."""


@dataclass
class PeopleFile:
    people: list[ListedPerson] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    """Lines that are a note across the columns."""


def read_people_file(data: bytes, hall: Hall) -> PeopleFile:
    """Every line a person, with its errors. Raises ValidationError when the file as a whole cannot be used."""
    book = _open(data)
    try:
        for sheet in book.worksheets:
            if header := _header(sheet):
                return _read(sheet, *header, Known.at(hall, book.epoch))
    finally:
        book.close()
    needed = "、".join(str(COLUMNS[name]) for name in NEEDED)
    raise ValidationError(_("没有找到表头。表头须有：%(needed)s。请用模板填写。") % {"needed": needed})


def _open(data: bytes) -> Any:
    book, size = None, 0
    with suppress(Exception):  # a broken file makes zipfile and openpyxl raise whatever they come upon
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
            if size <= UNPACKED and any(_merged(packed.read(part)) > MOST_MERGED for part in _sheets(packed)):
                size = UNPACKED + 1
        book = load_workbook(io.BytesIO(data), data_only=True) if size <= UNPACKED else None
    if size > UNPACKED:
        raise ValidationError(_("表格太大：展开后超过30MB。请只保留人员名单。"))
    if book is None:
        raise ValidationError(
            _("这不是XLSX文件，或者设了密码。请在Excel里另存为“Excel 工作簿（.xlsx）”后再传。")
        )
    return book


def _sheets(packed: zipfile.ZipFile) -> list[str]:
    return [name for name in packed.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]


def _merged(xml: bytes) -> int:
    """Cells that lie under merged ranges: openpyxl makes an object of each, of a few bytes in the file a million."""
    cells = 0
    for match in re.finditer(rb"<(?:\w+:)?mergeCell[^>]*\bref=[\"']([A-Z]+\d+):([A-Z]+\d+)[\"']", xml):
        left, top, right, bottom = range_boundaries(f"{match[1].decode()}:{match[2].decode()}")
        cells += (right - left + 1) * (bottom - top + 1)
    return cells


def _header(sheet: Any) -> tuple[int, dict[int, str]] | None:
    """The row of the headings, and which column is which."""
    for number, row in enumerate(_lines(sheet, 1, HEADER_WITHIN), 1):
        found: dict[int, str] = {}
        for at, value in enumerate(row, 1):
            name = _HEADINGS.get(re.sub(r"\s|[*＊：:（(].*", "", shown(value), flags=re.DOTALL))
            if name and name not in found.values():
                found[at] = name
        if set(NEEDED) <= set(found.values()):
            return number, found
    return None


def _lines(sheet: Any, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    last, width = min(last, sheet.max_row), min(sheet.max_column, MOST_COLUMNS)
    yield from sheet.iter_rows(min_row=first, max_row=last, max_col=width, values_only=True)


def _read(sheet: Any, header: int, columns: dict[int, str], known: Known) -> PeopleFile:
    rows = {
        line: {name: row[at - 1] if at <= len(row) else None for at, name in columns.items()}
        for line, row in enumerate(_lines(sheet, header + 1, header + 1 + MOST_LINES * 2), header + 1)
    }
    file, wrong = PeopleFile(), _unmerge(sheet, header, columns, rows)
    file.skipped = sorted(line for line, found in wrong.items() if found is None)
    for line, cells in rows.items():
        problems = wrong.get(line, {})
        if problems is None or not any(shown(cells[name]) for name in cells if name not in FILLED_DOWN):
            continue
        person = ListedPerson(line, {name: shown(value) for name, value in cells.items()}, {}, dict(problems))
        _clean(person, cells, known)
        file.people.append(person)
    if not file.people:
        raise ValidationError(_("表头下面没有人员。"))
    if len(file.people) > MOST_LINES:
        raise ValidationError(_("一次最多%(n)s人，请分成几份。") % {"n": MOST_LINES})
    _mark_doubles(file.people)
    return file


def _unmerge(
    sheet: Any, header: int, columns: dict[int, str], rows: dict[int, dict[str, Any]]
) -> dict[int, dict[str, str] | None]:
    """Fill down where that is meant; else an error at each cell. None: the line is a note across columns."""
    wrong: dict[int, dict[str, str] | None] = {}
    names = {name: at for at, name in columns.items()}
    for area in sheet.merged_cells.ranges:
        lines = [line for line in range(area.min_row, area.max_row + 1) if line > header and line in rows]
        covered = [columns[at] for at in range(area.min_col, area.max_col + 1) if at in columns]
        if not lines or not covered:
            continue
        if area.min_col <= names["name"] <= area.max_col and area.max_col > area.min_col:
            wrong |= dict.fromkeys(lines)
        elif len(covered) == 1 and covered[0] in FILLED_DOWN:
            for line in lines:
                rows[line][covered[0]] = rows[lines[0]][covered[0]]
        else:
            for line in lines:
                if (found := wrong.setdefault(line, {})) is not None:
                    found |= dict.fromkeys(covered, _("合并的单元格，看不出是谁的，请拆开后填写。"))
    return wrong


def _clean(person: ListedPerson, cells: dict[str, Any], known: Known) -> None:
    row = {_READERS[name].column_name: cells.get(name) for name in COLUMNS}
    for name in COLUMNS:
        if name in person.errors:
            continue
        try:
            person.values[name] = _READERS[name].widget.clean(
                row[_READERS[name].column_name], row=row, known=known
            )
        except ValueError as error:
            person.errors[name] = str(error)


def _mark_doubles(people: Sequence[ListedPerson]) -> None:
    """The same person twice at the same kind of post; or one name twice with nothing to tell them apart."""
    seen: dict[tuple[Any, ...], int] = {}
    names: dict[str, int] = {}
    for person in people:
        if person.errors:
            continue
        facts = person.values
        mark = facts["username"] or facts["phone"]
        key = (facts["name"], mark, facts["role"], facts["unit"])
        before = seen.setdefault(key, person.line)
        if before != person.line:
            person.errors["name"] = _("与第%(n)s行重复。") % {"n": before}
            continue
        before = names.setdefault(facts["name"], person.line)
        if before != person.line and not mark:
            person.errors["username"] = _("与第%(n)s行同名，请填用户名或手机区分。") % {"n": before}


# -- written -------------------------------------------------------------------------------------------------------


def _book(title: str) -> tuple[Workbook, Any]:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    return book, sheet


def _write(
    sheet: Any, line: int, values: Sequence[str], style: Callable[[Any, int], None] | None = None
) -> None:
    for at, value in enumerate(values, 1):
        cell = sheet.cell(line, at)
        cell.value = value
        cell.data_type = "s"  # a text that begins with = stays a text
        cell.number_format = "@"
        if style:
            style(cell, at)


def _heading(cell: Any, at: int) -> None:
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E9EFF8")


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _headings() -> list[str]:
    return [_READERS[name].column_name for name in COLUMNS]


WIDTHS = (12, 16, 34, 14, 16, 10, 14, 14, 16, 24, 24)


def template_file(hall: Hall) -> bytes:
    """An empty list, with a second sheet that says how it is filled in and which units there are."""
    book, sheet = _book("人员名单")
    _write(sheet, 1, _headings(), _heading)
    for at, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJK"[at]].width = width
    sheet.freeze_panes = "B2"
    help_sheet = book.create_sheet("填写说明")
    help_sheet.column_dimensions["A"].width = 20
    help_sheet.column_dimensions["B"].width = 80
    lines = [
        ("姓名、岗位、职务、开始日期", "必填。"),
        ("岗位", "、".join(ROLES[code] for code in MANAGED_ROLES if code != "leader")),
        ("单位", "部门联络员、部门负责人必填；其他岗位填写派出单位的，按挂职登记。"),
        ("用户名", "可不填，由姓名拼音生成。已有账户的人请填其用户名。"),
        ("日期", "2026-03-01、2026/3/1、2026年3月1日都可以；结束日期不填为长期。"),
        ("不满一年的原因", "派驻一般不少于一年，安排不满一年的须填写。"),
        ("窗口", "窗口号，如3。"),
    ]
    for number, line in enumerate(lines, 1):
        _write(help_sheet, number, line)
    units = Department.objects.filter(stations__hall=hall, is_active=True).order_by("code")
    for number, unit in enumerate(units, len(lines) + 2):
        _write(help_sheet, number, ("单位全称", unit.name))
    return _bytes(book)


def rejected_file(people: Sequence[ListedPerson]) -> bytes:
    """The lines that were not brought in, as they stood, with the reasons behind them: to mend and hand in again."""
    book, sheet = _book("未导入")
    _write(sheet, 1, [*_headings(), "未导入的原因", "原行号"], _heading)
    for at, width in enumerate((*WIDTHS, 60, 8)):
        sheet.column_dimensions["ABCDEFGHIJKLM"[at]].width = width
    mark = PatternFill("solid", fgColor="FCF2DC")
    for number, person in enumerate(people, 2):
        reasons = "；".join(
            f"{_READERS[name].column_name}：{why}" if name in COLUMNS else why
            for name, why in person.errors.items()
        )
        wrong = [name in person.errors for name in COLUMNS]

        def style(cell: Any, at: int, wrong: list[bool] = wrong) -> None:
            if at <= len(wrong) and wrong[at - 1]:
                cell.fill = mark
            cell.alignment = Alignment(wrap_text=True, vertical="top")

        cells = [person.cells.get(name, "") for name in COLUMNS]
        _write(sheet, number, [*cells, reasons, str(person.line)], style)
    return _bytes(book)
