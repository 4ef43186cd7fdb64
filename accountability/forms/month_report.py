"""The month report as a Word file and as an Excel file, from the same tables.

Word follows the habit of official papers (GB/T 9704-2012): A4, its margins, 小标宋 for the title, 黑体 and 楷体 for the
headings, 仿宋 for the text; the fonts are named, not embedded. Excel keeps numbers as numbers.
"""

from __future__ import annotations

import datetime as dt
import io
from copy import deepcopy
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from accountability.queries.month_report import Cell, Paper, Section, Value
from hall.citations import in_english
from hall.uploads import DOCX
from staffing.forms import XLSX, Table, workbook
from staffing.forms.sheets import Number

LATIN = "Times New Roman"
TITLE, HEADING, SECOND, TEXT = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
FORMATS = {"share": "0.00%", "days": "0.0", "number": "0"}
TEXT_WIDTH = 15.6
"""Centimetres between the margins."""
WIDE = 6
"""From so many columns on the numbers of a table are set smaller."""
MEDIA_TYPES = {"docx": DOCX, "xlsx": XLSX}


# -- Word ---------------------------------------------------------------------------------------------------------


def _font(target: Any, name: str, size: float, *, bold: bool = False) -> None:
    """Of a style or a run: the Latin and the Chinese one."""
    target.font.name, target.font.size, target.font.bold = LATIN, Pt(size), bold
    target.font.color.rgb = RGBColor(0, 0, 0)
    properties = target.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for side in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{side}"), None)
    fonts.set(qn("w:eastAsia"), name)


def _field(paragraph: Any, code: str) -> None:
    """A field that Word counts itself."""
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = f" {code} "
        run._r.append(mark)


def _styles(document: Any) -> None:
    styles = document.styles
    _font(styles["Normal"], TEXT, 12)
    _font(styles["Title"], TITLE, 22)
    _font(styles["Heading 1"], HEADING, 16)
    _font(styles["Caption"], SECOND, 10.5)
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    border = styles["Title"].element.find(qn("w:pPr") + "/" + qn("w:pBdr"))
    if border is not None:
        border.getparent().remove(border)
    styles["Heading 1"].paragraph_format.keep_with_next = True
    styles["Heading 1"].paragraph_format.space_before = Pt(14)
    styles["Caption"].paragraph_format.space_after = Pt(4)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties = styles["Normal"].element.get_or_add_rPr()
    properties.append(language)


def word_file(paper: Paper, made_at: dt.datetime) -> bytes:
    """The paper for Word."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin = Cm(3.7), Cm(3.5)
    page.left_margin, page.right_margin = Cm(2.8), Cm(2.6)
    _styles(document)
    facts = document.core_properties
    facts.title, facts.author, facts.comments = paper.title, paper.organ, ""
    facts.created = facts.modified = timezone.localtime(made_at, dt.UTC).replace(tzinfo=None)
    facts.language = "en-GB" if in_english() else "zh-CN"
    document.add_paragraph(paper.title, style="Title")
    document.add_paragraph(paper.organ).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in paper.intro:
        document.add_paragraph(line)
    for number, section in enumerate(paper.sections, 1):
        _section(document, number, section)
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("— ")
    _field(foot, "PAGE")
    foot.add_run(" —")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _section(document: Any, number: int, section: Section) -> None:
    document.add_paragraph(f"{_numeral(number)}{section.title}", style="Heading 1")
    if section.hint:
        document.add_paragraph(section.hint, style="Caption")
    if not section.lines:
        document.add_paragraph(section.empty)
        return
    _grid(document, section)
    for place, (n, text) in enumerate(section.notes):
        note = document.add_paragraph(f"[{n}] {text}", style="Caption")
        note.paragraph_format.space_before = Pt(0 if place else 3)
        note.paragraph_format.space_after = Pt(1)


def _grid(document: Any, section: Section) -> None:
    columns = len(section.heads)
    grid = document.add_table(rows=1, cols=columns, style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    size = 9 if columns >= WIDE else 10.5
    first = Cm(3.2) if columns >= WIDE else Cm(5.2)
    rest = Cm((TEXT_WIDTH - first.cm) / (columns - 1))
    for place, column in enumerate(grid.columns):  # Word goes by the cells, others by the columns
        column.width = rest if place else first
    for place, (cell, head) in enumerate(zip(grid.rows[0].cells, section.heads, strict=True)):
        _write(cell, head.name, HEADING, size, centred=True)
        cell.width = rest if place else first
    _repeat(grid.rows[0])
    for line in section.lines:
        row = grid.add_row()
        _whole(row)
        for place, (cell, value) in enumerate(zip(row.cells, line.cells, strict=True)):
            _write(cell, _said(value), TEXT, size, centred=place > 0)
            cell.width = rest if place else first
        if line.note is not None:
            mark = row.cells[0].paragraphs[0].add_run(f"[{line.note}]")
            _font(mark, TEXT, size)
            mark.font.superscript = True


def _numeral(n: int) -> str:
    """`三、` as headings are numbered; `3. ` in English."""
    if in_english():
        return f"{n}. "
    digits = "一二三四五六七八九"
    tens, ones = divmod(n, 10)
    said = ("十" if tens else "") + (digits[ones - 1] if ones else "")
    return f"{said}、"


def _said(value: Cell) -> str:
    if isinstance(value, str):
        return value
    if value.kind == "share" and value.bottom:
        return f"{value.shown}\n{value.top}/{value.bottom}"
    return value.shown


def _write(cell: Any, text: str, font: str, size: float, *, centred: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph._p.insert(
        0, deepcopy(_placed(WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT))
    )
    paragraph.add_run(text)._r.insert(0, deepcopy(_dress(font, size)))


@cache
def _dress(font: str, size: float) -> Any:
    """The properties of a run, to be copied: python-docx takes a thousand steps to put them together."""
    nowhere: Any = None
    run = Run(OxmlElement("w:r"), nowhere)
    _font(run, font, size)
    return run._r.rPr


@cache
def _placed(alignment: WD_ALIGN_PARAGRAPH) -> Any:
    """The properties of a cell's paragraph, to be copied."""
    nowhere: Any = None
    paragraph = Paragraph(OxmlElement("w:p"), nowhere)
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph._p.pPr


def _repeat(row: Any) -> None:
    """The head stands on every page that the table goes on to."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _whole(row)


def _whole(row: Any) -> None:
    """No line is torn between two pages."""
    row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


# -- Excel --------------------------------------------------------------------------------------------------------


def excel_file(paper: Paper) -> bytes:
    """A sheet for each table, and one that says how everything is counted."""
    first = Table(_("说明"), [paper.title], [[line] for line in (paper.organ, *paper.intro)], widths=[80])
    tables = [first, *(_sheet(section) for section in paper.sections)]
    heads = [_("指标"), _("单位"), _("算法"), _("不计入"), _("哪一天计入"), _("版本（自何日起）")]
    rows = [
        [one.name, one.unit, one.formula, one.leaves_out, one.day, one.version] for one in paper.definitions
    ]
    tables.append(Table(_("指标怎么算"), heads, rows, widths=[28, 8, 60, 48, 40, 18]))
    return workbook(*tables, name=paper.title, author=paper.organ)


def _sheet(section: Section) -> Table:
    """A share has what it is counted from beside it."""
    heads: list[str] = []
    for head in section.heads:
        heads += [head.name, *(f"{head.name} · {word}" for word in (_("分子"), _("分母")) if head.is_share)]
    rows = []
    for line in section.lines:
        cells: list[Any] = []
        for head, value in zip(section.heads, line.cells, strict=True):
            cells.append(_number(value))
            if head.is_share:
                is_share = isinstance(value, Value) and value.kind == "share"
                cells += [value.top, value.bottom] if isinstance(value, Value) and is_share else [None, None]
        rows.append(cells)
    return Table(_sheet_name(section.short), heads, rows, foot=section.hint if rows else section.empty)


def _sheet_name(text: str) -> str:
    """Without the signs that a sheet's name must not have."""
    return "".join("-" if ch in r"[]:*?/\\" else ch for ch in text)


def _number(value: Cell) -> Any:
    if isinstance(value, str) or value.number is None:
        return value if isinstance(value, str) else value.shown
    if value.kind == "number" and value.number == int(value.number):
        return Number(int(value.number), FORMATS["number"])
    return Number(float(value.number), FORMATS[value.kind])
