"""The morning board of a day and the board of a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability import rules
from accountability.forms import BoardForm
from accountability.forms.reader import Reader
from accountability.models import MonthReport
from accountability.queries import INDICATORS, Figure, Period, Scope, compared, figures, figures_by
from accountability.queries.beside import waiting
from accountability.queries.boards import charges, first_level, in_line, receptions_of, regions, standing
from accountability.queries.charts import bars, line_chart
from accountability.queries.indicator_table import GROUPS
from accountability.queries.indicators import Ages, ages_of, answers
from accountability.views.indicators import figure_url, hall_of, row_of
from accountability.views.standing import list_url
from cases.lifecycle import CHANNELS
from hall.access import Actor, Request
from hall.citations import in_english
from hall.operations.replica import from_replica
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, SUPERVISOR

TODAY = ("registered", "visits", "people", "group_visits", "skip_level", "concluded")
CURVE = ("notice", "answer", "close")
SIDE_BY_SIDE = (
    "accept_unit",
    "notice",
    "answer",
    "close",
    "participation_unit",
    "satisfied_unit",
    "overdue",
    "concluded",
)
OF_HALLS = ("registered", *SIDE_BY_SIDE)
MONTHS = 12
LISTS = (HALL_MANAGER, SUPERVISOR, LEADER, DEPARTMENT_HEAD)
"""Who has a work list to look the late ones up in."""
TOP = 8


class Board:
    """The reader, the filters, and whose figures of which day or month they ask for."""

    def __init__(self, request: Request, grain: str, now: dt.datetime) -> None:
        self.reader = Reader(request.actor)
        self.form = BoardForm(
            request.GET, units=self.reader.units, whole=self.reader.whole, halls=self.reader.hall_names, grain=grain
        )  # fmt: skip
        self.answer = 200 if self.form.is_valid() else 422
        asked, today = self.form.cleaned_data, timezone.localdate(now)
        present = Period.month(today) if grain == "month" else Period.day(today)
        self.period: Period = asked.get("period") or present
        if self.period.start > today:
            self.period = present
        self.scope = self.reader.scope(asked.get("unit"), hall=asked.get("hall"))
        rules.check_sees_scope(request.actor, self.scope)
        self.lists = request.actor.has(*LISTS)
        self.one_hall = hall_of(self.scope)

    @property
    def is_whole(self) -> bool:
        return self.reader.whole and self.scope.department_id is None

    @property
    def place(self) -> str:
        """What it is narrowed to, in words."""
        names = (
            self.reader.hall_names.get(self.one_hall or 0, ""),
            self.reader.units.get(self.scope.department_id or 0, ""),
        )
        return " · ".join(name for name in names if name)

    def listed(self, of: str, **facts: Any) -> str:
        """The address of a list of this board; "" for who may read no file."""
        return list_url(of, self.scope, self.period, **facts) if self.lists else ""


def _of_channels(
    scope: Scope, period: Period, *, now: dt.datetime, ages: Ages | None = None
) -> list[tuple[str, int, str]]:
    table = figures_by("channel", ["registered"], scope, period, now=now, ages=ages)
    return [
        (_(name), table[code]["registered"].denominator, figure_url(table[code]["registered"]))
        for code, name in CHANNELS.items()
        if code in table
    ]


def _of_categories(
    scope: Scope, period: Period, *, now: dt.datetime, ages: Ages | None = None
) -> list[tuple[str, int, str]]:
    names = first_level()
    table = figures_by("category", ["registered"], scope, period, now=now, ages=ages)
    rows = [
        (
            names.get(code, _("未分类")),
            row["registered"].denominator,
            figure_url(row["registered"]) if code else list_url("uncategorized", scope, period),
        )
        for code, row in table.items()
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:TOP]


@require_safe
@from_replica
def morning(request: Request) -> HttpResponse:
    """`/board/morning/`: one day, and what stands open now. Counted on the spot."""
    now = timezone.now()
    board, today = Board(request, "day", now), timezone.localdate(now)
    period, scope = board.period, board.scope
    week = Period.between(period.start - dt.timedelta(days=6), period.start)
    codes = [code for code in TODAY if answers(code, scope)]
    own, before = figures(codes, scope, (period, period.previous()), now=now, live=True)
    open_now = standing(scope, now=now)
    tiles = [_tile(own[code], before[code]) for code in codes]
    channels, categories = _of_channels(scope, period, now=now), _of_categories(scope, week, now=now)
    context = {
        "period": period,
        "is_today": period.start == today,
        "week": week,
        "now": now,
        "tiles": tiles,
        "form": board.form,
        "standing": [
            (label, value, unit, board.listed(of), tone)
            for label, value, unit, of, tone in (
                (_("候访中"), in_line(scope, today), _("个号"), "waiting", ""),
                (_("待甄别"), open_now["registered"], _("件"), "registered", ""),
                (_("待接收"), open_now["forwarded"], _("件"), "forwarded", ""),
                (_("办理中"), open_now["accepted"], _("件"), "accepted", ""),
                (_("有超期期限的"), open_now["overdue"], _("件"), "overdue", "red" if open_now["overdue"] else ""),
            )
        ],
        "channels": bars(channels),
        "categories": bars(categories),
        "regions": bars(
            [
                (name or _("未填写"), n, list_url("place", scope, week, place=pk or 0) if board.lists else "")
                for pk, name, n in regions(scope, week, now=now)
            ]
        ),
        "earlier": str(period.previous()),
        "later": str(period.following()) if period.end <= today else "",
        "unit": board.place,
        "waiting": _waiting(request.actor, scope, now),
    }  # fmt: skip
    return render(request, "accountability/morning.html", context, status=board.answer)


def _waiting(actor: Actor, scope: Scope, now: dt.datetime) -> list[tuple[str, int, str]]:
    """What waits for somebody now, each leading to its list with the filter that shows it."""
    if not actor.has(*LISTS):
        return []
    found = waiting(actor, scope, now=now)
    supervisions, findings = reverse("accountability:supervisions"), reverse("accountability:findings")
    unit = f"&unit={scope.department_id}" if scope.department_id is not None else ""
    rows = [
        (_("督办逾期未反馈"), found.late, f"{supervisions}?late=on{unit}"),
        (_("超期待认定"), found.undecided, f"{findings}?status=undecided{unit}"),
        (_("超期认定复核中"), found.in_review, f"{findings}?status=in_review{unit}"),
    ]
    if actor.has(HALL_MANAGER, SUPERVISOR, LEADER):
        rows.insert(0, (_("待确认的督办建议"), found.proposed, f"{supervisions}?status=proposed"))
    return rows


def _tile(one: Figure, before: Figure) -> dict[str, Any]:
    """A number of the day; of a share that is told as a number, its numerator."""
    is_share = one.indicator.kind == "share"
    n, was = (one.numerator, before.numerator) if is_share else (one.value, before.value)
    name = {"skip_level": _("越级")}.get(one.code, one.name)
    unit = {"people": _("人"), "batches": _("批")}.get(one.indicator.unit, _("件"))
    return {
        "label": name,
        "value": int(n or 0),
        "unit": unit,
        "url": figure_url(one, "numerator" if is_share else "denominator"),
        "note": _("前一天：%(n)s") % {"n": int(was or 0)},
    }


@require_safe
@from_replica
def month(request: Request) -> HttpResponse:
    """`/board/month/`: the rates of a month, with last month and last year; units side by side, not ranked."""
    now = timezone.now()
    board, today = Board(request, "month", now), timezone.localdate(now)
    reader, period, scope = board.reader, board.period, board.scope
    year = [period]
    while len(year) < MONTHS:
        year.insert(0, year[0].previous())
    ages = ages_of(scope, (*year, period.last_year()))
    own = compared([code for code in INDICATORS if answers(code, scope)], scope, period, now=now, ages=ages)
    n = int(in_english())
    groups = [
        {
            "code": group,
            "name": names[n],
            "rows": [row_of(one) for one in own.values() if one.indicator.group == group],
        }
        for group, names in GROUPS.items()
    ]
    curve = figures(CURVE, scope, year, now=now, ages=ages)
    series = [
        (
            INDICATORS[code].name[n],
            [(table[code].value, table[code].shown, figure_url(table[code])) for table in curve],
        )
        for code in CURVE
    ]
    context = {
        "period": period,
        "now": now,
        "as_of": min(one.as_of for one in own.values()),
        "groups": [group for group in groups if group["rows"]],
        "form": board.form,
        "is_cut": any(one.is_cut for one in own.values()),
        "halls": _side_by_side("hall", reader.hall_names, scope, period, now=now, ages=ages)
        if board.is_whole and len(scope.hall_ids) > 1
        else None,
        "side": _side_by_side("department", reader.units, scope, period, now=now, ages=ages)
        if board.is_whole
        else None,
        "lists": board.lists,
        "report": _report(request.actor, board),
        "chart": line_chart([f"{one.start:%y-%m}" for one in year], series),
        "curve": [
            {
                "name": one.name,
                "cells": [{"shown": table[code].shown, "url": figure_url(table[code])} for code in CURVE],
            }
            for one, table in zip(year, curve, strict=True)
        ],
        "curve_names": [name for name, _values in series],
        "channels": bars(_of_channels(scope, period, now=now, ages=ages)),
        "categories": bars(_of_categories(scope, period, now=now, ages=ages)),
        "receptions": _receptions(board, now) if board.is_whole else [],
        "charges": _charges(board, today) if board.is_whole else [],
        "earlier": str(period.previous()),
        "later": str(period.following()) if period.end <= today else "",
        "unit": board.place,
    }  # fmt: skip
    return render(request, "accountability/month.html", context, status=board.answer)


def _receptions(board: Board, now: dt.datetime) -> list[dict[str, Any]]:
    """Of each leader, each number with its list."""
    return [
        row
        | {
            "cells": [
                (row[name], board.listed(of, leader=row["leader"], status=status))
                for name, of, status in (
                    ("planned", "receptions", ""), ("held", "receptions", "held"),
                    ("cancelled", "receptions", "cancelled"), ("cases", "heard", ""),
                )
            ]
        }
        for row in receptions_of(board.scope, board.period, now=now)
    ]  # fmt: skip


def _charges(board: Board, today: dt.date) -> list[tuple[str, Any, str, str]]:
    """None where nothing is under a leader's charge."""
    found = charges(board.scope, today=today)
    if not found["running"]:
        return []
    return [
        (_("正在包案"), found["running"], _("件"), board.listed("running")),
        (_("平均进度"), round(found["percent"]), "%", board.listed("running")),
        (_("过了预计化解日期"), found["late"], _("件"), board.listed("late")),
        (_("延过期"), found["put_off"], _("件"), board.listed("put_off")),
    ]


def _report(actor: Actor, board: Board) -> dict[str, Any]:
    """The report of what the board shows, ready or under way, or none yet; of one hall."""
    facts = {"month": board.period.start, "hall": board.one_hall, "unit": board.scope.department_id or ""}
    if board.one_hall is None:
        return {}
    last = (
        MonthReport.objects.visible_to(actor)
        .filter(hall=board.one_hall, department=board.scope.department_id, month=board.period.start)
        .exclude(status="failed")
        .order_by("-pk")
        .first()
    )
    return facts | {"last": last, "is_ready": last is not None and last.status == "ready"}


def _side_by_side(
    by: str, names: Mapping[int, str], scope: Scope, period: Period, *, now: dt.datetime, ages: Ages
) -> dict[str, Any]:
    """The halls or units in the order of their codes; each rate with what it is counted from."""
    codes = OF_HALLS if by == "hall" else SIDE_BY_SIDE
    table = figures_by(by, codes, scope, period, now=now, ages=ages)
    n = int(in_english())
    rows = [
        {
            "name": name,
            "cells": [
                {
                    "name": one.name, "shown": one.shown, "top": one.numerator, "bottom": one.denominator,
                    "is_share": one.indicator.kind == "share", "url": figure_url(one) if one.value is not None else "",
                }
                for one in table[pk].values()
            ],
        }
        for pk, name in names.items()
        if pk in table
    ]  # fmt: skip
    return {"names": [INDICATORS[code].name[n] for code in codes], "rows": rows}
