"""What the figures mean, and one figure with what is behind it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from accountability import actions, rules
from accountability.forms import FigureForm
from accountability.forms.reader import Reader
from accountability.queries import INDICATORS, Figure, Period, Scope, cases_behind, figure
from accountability.queries.behind import PARTS
from accountability.queries.boards import first_level
from accountability.queries.indicator_table import GROUPS, UNITS, Indicator, formula
from accountability.queries.indicators import figures
from accountability.queries.leads import leads_of
from cases.lifecycle import CASE, CHANNELS
from hall.access import Refused, Request
from hall.citations import in_english
from hall.operations.replica import from_replica
from staffing.forms import attached, sheet


def figure_url(one: Figure, part: str = "", code: str = "") -> str:
    """The page of that figure, with everything that it is narrowed to; the same for a reader of more halls."""
    asked = {
        "code": code or one.code, "period": str(one.period), "hall": hall_of(one.scope),
        "unit": one.scope.department_id,
        "channel": one.scope.channel, "category": one.scope.category, "part": part,
    }  # fmt: skip
    return f"{reverse('accountability:figure')}?{urlencode({name: said for name, said in asked.items() if said})}"


def hall_of(scope: Scope) -> int | None:
    """The one hall that it is narrowed to."""
    return scope.hall_ids[0] if len(scope.hall_ids) == 1 else None


def unit_word(one: Indicator) -> str:
    """What stands behind the number; a share says its % itself."""
    return "" if one.unit == "percent" else UNITS[one.unit][in_english()]


def beside(one: Figure, other: Figure | None) -> dict[str, Any]:
    """The other figure, and by how much this one differs from it, in words."""
    change = one.change_from(other)
    unit = _("个百分点") if one.indicator.kind == "share" else unit_word(one.indicator)
    exact = "0.01" if one.indicator.kind == "share" else "0.1"
    said = ""
    if change is not None:
        number = (
            change.quantize(type(change)(exact))
            if one.indicator.kind not in ("count", "sum")
            else int(change)
        )
        space = " " if in_english() and unit else ""
        said = _("持平") if not number else f"{number:+}{space}{unit}"
    return {
        "shown": other.shown if other else "–",
        "url": figure_url(other) if other and other.value is not None else "",
        "change": said,
        "fares": one.fares(other),
    }


def row_of(one: Figure) -> dict[str, Any]:
    """A line of a board: the figure, what it is counted from, the same before and a year ago."""
    return {
        "name": one.name,
        "shown": one.shown,
        "unit": unit_word(one.indicator),
        "url": figure_url(one) if one.value is not None else "",
        "is_share": one.indicator.kind == "share",
        "top": one.numerator,
        "top_url": figure_url(one, "numerator"),
        "bottom": one.denominator,
        "bottom_url": figure_url(one, "denominator"),
        "previous": beside(one, one.previous),
        "last_year": beside(one, one.last_year),
    }


@require_safe
@from_replica
def indicators(request: Request) -> HttpResponse:
    """`/indicators/`: every definition, with its formula, version, denominator and what it leaves out."""
    rules.check_sees_indicators(request.actor)
    n = int(in_english())
    dims = {"u": _("责任单位"), "c": _("信访形式"), "k": _("内容分类")}
    groups = [
        {
            "code": group,
            "name": names[n],
            "rows": [
                {
                    "code": one.code,
                    "name": one.name[n],
                    "unit": UNITS[one.unit][n],
                    "good": {"high": _("越高越好"), "low": _("越低越好"), "none": _("只作参考，无好坏之分")}[one.good],
                    "day": one.day[n],
                    "facts": one.facts,
                    "dims": [dims[letter] for letter in one.dims],
                    "versions": [
                        {
                            "number": v.number, "from": v.in_force_from, "formula": formula(one, v)[n],
                            "leaves_out": v.leaves_out[n],
                        }
                        for v in reversed(one.versions)
                    ],
                    "url": f"{reverse('accountability:figure')}?{urlencode({'code': one.code})}",
                }
                for one in INDICATORS.values()
                if one.group == group
            ],
        }
        for group, names in GROUPS.items()
    ]  # fmt: skip
    return render(request, "accountability/indicators.html", {"groups": groups})


def _asked(request: Request, now: dt.datetime) -> tuple[FigureForm, Indicator, Scope, Period, str]:
    """Which figure, and which part of it."""
    reader = Reader(request.actor)
    one = INDICATORS.get(request.GET.get("code") or "answer")
    if one is None:
        raise Refused(_("没有这个指标。"), "unseen")
    form = FigureForm(
        request.GET, units=reader.units, categories=first_level() if "k" in one.dims else {}, whole=reader.whole,
        dims=one.dims, halls=reader.hall_names,
    )  # fmt: skip
    form.is_valid()
    asked = form.cleaned_data
    period = asked.get("period") or Period.month(timezone.localdate(now))
    scope = reader.scope(
        asked.get("unit"), asked.get("channel", ""), asked.get("category", ""), asked.get("hall")
    )
    rules.check_sees_scope(request.actor, scope)
    part = request.GET.get("part", "")
    part = part if part in PARTS else "numerator" if one.kind == "share" else "denominator"
    return form, one, scope, period, part


@require_GET
def export_figure(request: Request) -> HttpResponse:
    """`/indicators/figure.xlsx?code=…`: the list behind the figure; on record first."""
    now, n = timezone.now(), int(in_english())
    _form, one, scope, period, part = _asked(request, now)
    items = actions.export_figure(
        actor=request.actor, code=one.code, scope=scope, period=period, part=part, now=now
    )
    heads = [_("编号"), _("标题"), _("计入日期"), _("信访形式"), _("责任单位"), _("状态"), _("数值")]
    lines = (
        [
            row["case"].number if row["case"] else row["ticket"].number if row["ticket"] else row["ref"],
            row["case"].title if row["case"] else "", row["day"], row["channel"], row["unit"], row["state"],
            row["value"],
        ]
        for row in (_item(item, one) for item in items)
    )  # fmt: skip
    caption = f"{one.name[n]} {period.name}"
    return attached(sheet(_("名单"), heads, lines, caption=caption), f"{one.code}-{period}.xlsx")


@require_safe
@from_replica
def figure_page(request: Request) -> HttpResponse:
    """`/indicators/figure/?code=…`: one figure and the list that it is the number of."""
    now = timezone.now()
    form, one, scope, period, part = _asked(request, now)
    today = timezone.localdate(now)
    rules.check_sees_scope(request.actor, scope)
    own = figure(one.code, scope, period, now=now)
    behind = cases_behind(
        one.code, scope, period, part, now=now, actor=request.actor, after=request.GET.get("after", "")
    )
    fresh = own
    if own.as_of != now and (period.end - period.start).days <= 31:
        fresh = figures((one.code,), scope, (period,), now=now, live=True)[0][one.code]
    n = int(in_english())
    leading = leads_of(one.things, [item.ref for item in behind.items], request.actor)
    context = {
        "form": form,
        "code": one.code,
        "is_cut": own.is_cut,
        "figure": own,
        "row": row_of(own),
        "unit": unit_word(one),
        "fresh": fresh if fresh is not own and fresh != own and _told(fresh) != _told(own) else None,
        "day": one.day[n],
        "versions": [(v, formula(one, v)[n], v.leaves_out[n]) for v in own.versions],
        "parts": _parts(own, part),
        "part": part,
        "things": one.things,
        "page_word": _("看督办") if one.source == "supervisions" else _("看认定"),
        "rows": [_item(item, one) | leading.get(item.ref, {}) for item in behind.items],
        "after": behind.after,
        "export": f"{reverse('accountability:export-figure')}?{request.GET.urlencode()}",
        "earlier_url": figure_url(Figure(one, scope, period.previous(), None, 0, 0, 0, now), part),
        "later_url": figure_url(Figure(one, scope, period.following(), None, 0, 0, 0, now), part)
        if period.end <= today
        else "",
    }
    return render(request, "accountability/figure.html", context, status=422 if form.errors else 200)


def _told(one: Figure) -> tuple[str, int, int, int]:
    return one.shown, one.denominator, one.numerator, one.excluded


def _parts(one: Figure, chosen: str) -> list[dict[str, Any]]:
    counts = {
        "numerator": one.numerator, "rest": one.denominator - one.numerator, "denominator": one.denominator,
        "excluded": one.excluded,
    }  # fmt: skip
    if one.indicator.kind != "share":
        counts = {"denominator": one.denominator, "excluded": one.excluded}
    words = {
        "numerator": _("分子"),
        "rest": _("分母中其余的"),
        "denominator": _("分母") if one.indicator.kind == "share" else _("计入的"),
        "excluded": _("不计入的"),
    }
    return [
        {"name": words[part], "count": n, "url": figure_url(one, part), "current": part == chosen}
        for part, n in counts.items()
    ]


PAGES = {"supervisions": "accountability:supervision", "findings": "accountability:finding"}
"""Where what was counted has a page of its own beside the case's."""


def _item(item: Any, one: Indicator) -> dict[str, Any]:
    case, ticket = item.case, item.ticket
    value = item.value
    return {
        "day": item.day,
        "ref": item.ref,
        "case": case,
        "state": _(CASE.state(case.status).label) if case else "",
        "unit": case.first_handler.label if case and case.first_handler else "",
        "channel": _(CHANNELS[case.channel]) if case else "",
        "ticket": ticket,
        "advice": item.advice,
        "page": reverse(PAGES[one.source], args=[item.ref]) if one.source in PAGES else "",
        "value": None if value is None else round(value / 60, 1) if one.unit == "minutes" else value,
    }
