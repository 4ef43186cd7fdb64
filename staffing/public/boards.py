"""A hall's published receptions on paper and on the wall: the notice to hang out, the press list, the slide."""

from __future__ import annotations

import datetime as dt
import io
import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Cm, Pt

from hall.fresh import fresh, fresh_file
from hall.models import worded
from hall.templatetags.hall import cn_date, cn_datetime, cn_month
from staffing import queries
from staffing.forms import XLSX, Table, workbook
from staffing.models import Hall
from staffing.public.feeds import changes_of, hall_named, last_of
from staffing.queries import Notice

SHOWN = 5
"""So many receptions fit on the slide."""


def _month(request: HttpRequest, code: str) -> tuple[Hall, dt.date, list[Notice], dt.datetime]:
    hall, now = hall_named(code), timezone.now()
    first = queries.month_named(request.GET.get("month", ""), timezone.localdate(now))
    rows = queries.notices(queries.receptions_of(hall, first).public(), now)  # type: ignore[attr-defined]
    return hall, first, rows, now


@login_not_required
@require_safe
def receptions_print(request: HttpRequest, code: str) -> HttpResponseBase:
    """领导接访公示, for the notice board: who, post, portfolio, when, where, in which form (practice of the halls)."""
    hall, first, rows, _now = _month(request, code)
    stamp = last_of(rows)
    context = {
        "hall": hall,
        "first": first,
        "rows": [{"notice": row, "changes": changes_of(row)} for row in rows],
        "issued_at": stamp,
    }
    return fresh(request, "staffing/receptions_print.html", context)


def _slide(request: HttpRequest, code: str) -> dict[str, object]:
    hall, now = hall_named(code), timezone.now()
    rows = queries.notices(queries.shown_on_slide(hall, now, SHOWN), now)
    return {
        "hall": hall,
        "today": [row for row in rows if row.is_today],
        "next_days": [row for row in rows if not row.is_today],
        "now": timezone.localtime(now),
    }


@login_not_required
@require_safe
def receptions_slide(request: HttpRequest, code: str) -> HttpResponseBase:
    """Today and the next days for the hall screen, 1920×1080; asks for news every half minute."""
    return fresh(request, "staffing/receptions_slide.html", _slide(request, code))


@login_not_required
@require_safe
def receptions_slide_live(request: HttpRequest, code: str) -> HttpResponseBase:
    return fresh(request, "staffing/receptions_slide_live.html", _slide(request, code))


# -- for the press -----------------------------------------------------------------------------------------------


def _table(rows: list[Notice]) -> list[list[str]]:
    """The head, then a line for each reception."""
    head = [
        _("日期"), _("时间"), _("姓名"), _("职务"), _("分管工作"), _("地点"), _("接访形式"), _("变更情况"),
    ]  # fmt: skip
    return [head] + [
        [
            cn_date(row.date), row.time, row.reception.leader.label, worded(row.reception, "title"),
            worded(row.reception, "portfolio"), row.place, str(row.reception.get_form_display()),
            "\n".join(changes_of(row)),
        ]
        for row in rows
    ]  # fmt: skip


def _title(hall: Hall, first: dt.date) -> str:
    return _("%(hall)s%(month)s领导接访日程") % {"hall": hall.label, "month": cn_month(first)}


def _foot(hall: Hall, stamp: dt.datetime | None) -> str:
    parts = [worded(hall, "organ_name"), worded(hall, "address"), _("咨询电话：") + hall.phone]
    if stamp:
        parts.append(_("截至%(at)s") % {"at": cn_datetime(stamp)})
    return pgettext("list", "；").join(parts)


@login_not_required
@require_safe
def press_docx(request: HttpRequest, code: str) -> HttpResponseBase:
    """A table in Word, lying A4."""
    hall, first, rows, _now = _month(request, code)
    table, title, foot = _table(rows), _title(hall, first), _foot(hall, last_of(rows))
    paper = Document()
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.5)
    paper.core_properties.title, paper.core_properties.author = title, hall.organ_name
    paper.add_heading(title, level=1)
    grid = paper.add_table(rows=0, cols=len(table[0]), style="Table Grid")
    for number, line in enumerate(table):
        for cell, text in zip(grid.add_row().cells, line, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = Pt(10), number == 0
    if not rows:
        paper.add_paragraph(_("这个月没有公布的接访。"))
    paper.add_paragraph(foot)
    file = io.BytesIO()
    paper.save(file)
    return fresh_file(
        request,
        file.getvalue(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        made_of=_said(table, title, foot),
        filename=f"{title}.docx",
    )


WIDTHS = (18, 14, 10, 24, 36, 20, 12, 50)


@login_not_required
@require_safe
def press_xlsx(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same in Excel: one sheet, a frozen head that can be filtered, dates in words as they are printed."""
    hall, first, rows, _now = _month(request, code)
    table, title, foot = _table(rows), _title(hall, first), _foot(hall, last_of(rows))
    data = workbook(
        Table(f"{first:%Y-%m}", table[0], table[1:], WIDTHS, foot=foot), name=title, author=hall.organ_name
    )
    return fresh_file(request, data, XLSX, made_of=_said(table, title, foot), filename=f"{title}.xlsx")


def _said(*facts: object) -> bytes:
    return json.dumps(facts, ensure_ascii=False).encode()
