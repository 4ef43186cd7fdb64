"""The morning board of a day and the board of a month."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.queries import INDICATORS, Figure, Period, Scope, compared, figures, figures_by
from accountability.queries.beside import waiting
from accountability.queries.boards import charges, first_level, in_line, receptions_of, regions, standing
from accountability.queries.charts import bars, line_chart
from accountability.queries.indicator_table import GROUPS
from accountability.queries.indicators import answers
from accountability.views.indicators import Reader, figure_url, row_of
from cases.lifecycle import CHANNELS
from hall.access import Actor, Request
from hall.citations import in_english
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
MONTHS = 12
LISTS = (HALL_MANAGER, SUPERVISOR, LEADER, DEPARTMENT_HEAD)
"""Who has a work list to look the late ones up in."""
TOP = 8


def _asked(text: str, grain: str, otherwise: Period) -> Period:
    found = Period.parse(text)
    return found if found and found.grain == grain else otherwise


def _of_channels(scope: Scope, period: Period, *, now: dt.datetime) -> list[tuple[str, int, str]]:
    table = figures_by("channel", ["registered"], scope, period, now=now)
    return [
        (_(name), table[code]["registered"].denominator, figure_url(table[code]["registered"]))
        for code, name in CHANNELS.items()
        if code in table
    ]


def _of_categories(scope: Scope, period: Period, *, now: dt.datetime) -> list[tuple[str, int, str]]:
    names = first_level()
    table = figures_by("category", ["registered"], scope, period, now=now)
    rows = [
        (
            names.get(code, _("未分类")),
            row["registered"].denominator,
            figure_url(row["registered"]) if code else "",
        )
        for code, row in table.items()
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:TOP]


@require_safe
def morning(request: Request) -> HttpResponse:
    """`/board/morning/`: one day, and what stands open now. Counted on the spot."""
    reader, now = Reader(request.actor), timezone.now()
    today = timezone.localdate(now)
    period = _asked(request.GET.get("period", ""), "day", Period.day(today))
    if period.start > today:
        period = Period.day(today)
    scope = reader.scope()
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
        "standing": open_now,
        "in_line": in_line(scope, today),
        "channels": bars(channels),
        "categories": bars(categories),
        "regions": bars([(name or _("未填写"), n, "") for name, n in regions(scope, week, now=now)]),
        "earlier": str(period.previous()),
        "later": str(period.following()) if period.end <= today else "",
        "unit": reader.units.get(scope.department_id or 0, ""),
        "waiting": _waiting(request.actor, scope, now),
        "late_url": f"{reverse('cases:work-list')}?light=red" if request.actor.has(*LISTS) else "",
    }
    return render(request, "accountability/morning.html", context)


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
def month(request: Request) -> HttpResponse:
    """`/board/month/`: the rates of a month, with last month and last year; units side by side, not ranked."""
    reader, now = Reader(request.actor), timezone.now()
    today = timezone.localdate(now)
    period = _asked(request.GET.get("period", ""), "month", Period.month(today))
    if period.start > today:
        period = Period.month(today)
    scope = reader.scope()
    own = compared(
        [code for code, one in INDICATORS.items() if answers(one.code, scope)], scope, period, now=now
    )
    n = int(in_english())
    groups = [
        {
            "code": group,
            "name": names[n],
            "rows": [row_of(one) for one in own.values() if one.indicator.group == group],
        }
        for group, names in GROUPS.items()
    ]
    year = [period]
    while len(year) < MONTHS:
        year.insert(0, year[0].previous())
    curve = figures(CURVE, scope, year, now=now)
    series = [
        (INDICATORS[code].name[n], [(table[code].value, table[code].shown) for table in curve])
        for code in CURVE
    ]
    context = {
        "period": period,
        "now": now,
        "as_of": min(one.as_of for one in own.values()),
        "groups": [group for group in groups if group["rows"]],
        "side": _side_by_side(reader, scope, period, now=now) if reader.whole else None,
        "lists": request.actor.has(*LISTS),
        "chart": line_chart([f"{one.start:%y-%m}" for one in year], series),
        "curve": [
            {
                "name": one.name,
                "cells": [{"shown": table[code].shown, "url": figure_url(table[code])} for code in CURVE],
            }
            for one, table in zip(year, curve, strict=True)
        ],
        "curve_names": [name for name, _values in series],
        "channels": bars(_of_channels(scope, period, now=now)),
        "categories": bars(_of_categories(scope, period, now=now)),
        "receptions": receptions_of(scope, period, now=now) if reader.whole else [],
        "charges": charges(scope, today=today) if reader.whole else None,
        "earlier": str(period.previous()),
        "later": str(period.following()) if period.end <= today else "",
        "unit": reader.units.get(scope.department_id or 0, ""),
    }
    return render(request, "accountability/month.html", context)


def _side_by_side(reader: Reader, scope: Scope, period: Period, *, now: dt.datetime) -> dict[str, Any]:
    """The units in the order of the hall's list; each rate with what it is counted from."""
    table = figures_by("department", SIDE_BY_SIDE, scope, period, now=now)
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
        for pk, name in reader.units.items()
        if pk in table
    ]  # fmt: skip
    return {"names": [INDICATORS[code].name[n] for code in SIDE_BY_SIDE], "rows": rows}
