"""The week's rota and the month's attendance as Excel files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.models import worded
from staffing.forms import Table, sheet, workbook
from staffing.lifecycle import HALVES
from staffing.models import Hall
from staffing.queries import Board, MonthLine

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
STATES = {
    "ahead": lazy("未到时间"),
    "on_time": lazy("按时"),
    "late": lazy("迟到"),
    "absent": lazy("未到岗"),
    "leave": lazy("请假"),
    "replaced": lazy("由他人顶班"),
    "stood_in": lazy("顶班"),
}


def week_book(hall: Hall, board: Board) -> bytes:
    """As the board shows it: a place a row, a half-day a column."""
    columns = [(head, column) for head in board.days for column in head.columns]
    head = [hall.label]
    for day, column in columns:
        half = _(HALVES[column.half]) if column.half else _("不开放")
        head.append(f"{day.day:%m-%d} {_(WEEKDAYS[day.day.weekday()])} {half}")
    rows = []
    for row in board.rows:
        label = _("%(unit)s（随叫随驻）") % {"unit": row.label} if row.kind == "on_call" else _(row.label)
        line: list[Any] = [label]
        for cell in row.cells:
            said = []
            for entry in cell.entries:
                duty = entry.duty
                if duty.sitter is None:
                    said.append(_("缺人（%(name)s请假）") % {"name": duty.person.label})
                elif duty.stood_in:
                    said.append(
                        _("%(name)s（代%(other)s）") % {"name": duty.sitter.label, "other": duty.person.label}
                    )
                else:
                    said.append(duty.sitter.label)
                if duty.substitute and not duty.stood_in:
                    said.append(_("B角：%(name)s") % {"name": duty.substitute.label})
            line.append("\n".join(said) or (_("空岗") if cell.is_gap else ""))
        rows.append(line)
    return sheet(_("值班表"), head, rows, widths=[24] + [14] * len(columns))


def month_book(hall: Hall, month: dt.date, lines: list[MonthLine]) -> bytes:
    """A sheet of sums, and one with every duty behind them."""
    head = [
        _("姓名"), _("单位"), _("职务"), _("应值班次"), _("到岗"), _("迟到"), _("迟到分钟"), _("缺岗"), _("请假"),
        _("替人顶班"), _("随叫次数"), _("随叫迟到"),
    ]  # fmt: skip
    sums, every = [], []
    for line in lines:
        unit = line.post.department.label if line.post and line.post.department else hall.label
        title = worded(line.post, "title") if line.post else ""
        sums.append(
            [line.user.label, unit, title, line.planned, line.present, line.late, line.late_minutes, line.absent,
             line.leave, line.stood_in, line.calls, line.calls_late]
        )  # fmt: skip
        for one in line.outcomes:
            start = timezone.localtime(one.duty.starts_at)
            every.append(
                [line.user.label, f"{start:%Y-%m-%d}", one.duty.time, one.duty.place_label, str(STATES[one.state]),
                 one.late_minutes or None]
            )  # fmt: skip
    detail = [_("姓名"), _("日期"), _("时间"), _("岗位"), _("结果"), _("迟到分钟")]
    return workbook(
        Table(f"{month:%Y-%m}", head, sums, [12, 28, 14] + [9] * 9),
        Table(_("逐班"), detail, every, [12, 12, 14, 28, 12, 10]),
    )
