"""First visits, repeats, skip-level matters; what comes again; topics that rise; the lists behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_safe

from accountability import actions, rules
from accountability.forms import FigureForm
from accountability.forms.reader import Reader
from accountability.queries import INDICATORS, Figure, Period, Scope, compared, figures
from accountability.queries import analysis as asked_of
from accountability.queries.analysis import BEFORE, FEWEST, SINCE, SMALL, UNLIKELY, WINDOW, Mix, Owing
from accountability.queries.boards import first_level
from accountability.queries.came_again import (
    CAUSES_AGAIN,
    PARTS,
    WRONG,
    Traced,
    came_again,
    cause_word,
    causes_again,
)
from accountability.queries.charts import columns, line_chart
from accountability.queries.month_report import share
from accountability.views.indicators import beside, figure_url, hall_of
from cases.lifecycle import CASE
from cases.models import Case, ContentCategory
from hall.access import Refused, Request, whole_number
from hall.citations import in_english
from hall.operations.replica import from_replica
from staffing.forms import attached, sheet
from staffing.models import Jurisdiction

MONTHS = 12
PAGE = 25
CURVE = ("repeat", "skip_level")
CLASSES = {
    "none": lazy("从未答复"), "30": lazy("30天以内"), "90": lazy("31至90天"), "more": lazy("超过90天"),
}  # fmt: skip


class Asked:
    """Period and unit, as they stand in the address."""

    def __init__(self, request: Request, now: dt.datetime) -> None:
        self.reader, self.actor, self.now = Reader(request.actor), request.actor, now
        self.today = timezone.localdate(now)
        self.form = FigureForm(
            request.GET, units=self.reader.units, categories={}, whole=self.reader.whole, dims="u",
            halls=self.reader.hall_names,
        )  # fmt: skip
        self.form.is_valid()
        self.period: Period = self.form.cleaned_data.get("period") or Period.month(self.today)
        self.scope = self.reader.scope(
            self.form.cleaned_data.get("unit"), hall=self.form.cleaned_data.get("hall")
        )
        rules.check_sees_scope(self.actor, self.scope)
        self.answer = 422 if self.form.errors else 200
        self.last = asked_of.last_day(self.period, self.today)

    def url(self, name: str, **facts: Any) -> str:
        said = {
            "period": str(self.period), "hall": hall_of(self.scope), "unit": self.scope.department_id, **facts,
        }  # fmt: skip
        return f"{reverse(name)}?{urlencode({key: value for key, value in said.items() if value})}"


def _figure_url(code: str, scope: Scope, asked: Asked, part: str) -> str:
    return figure_url(Figure(INDICATORS[code], scope, asked.period, None, 0, 0, 0, asked.now), part)


def _mix_row(name: str, mix: Mix, scope: Scope | None, asked: Asked) -> dict[str, Any]:
    """`scope`: whose list; None where no list can be asked for."""
    parts = (
        ("first", "repeat", "rest"),
        ("repeat", "repeat", "numerator"),
        ("skip_level", "skip_level", "numerator"),
    )
    return {
        "name": name,
        "registered": mix.registered,
        "cells": [
            {
                "n": getattr(mix, part),
                "share": share(getattr(mix, part), mix.registered).shown,
                "url": _figure_url(code, scope, asked, list_of)
                if scope and getattr(mix, part) and mix.may_list(part)
                else "",
            }
            for part, code, list_of in parts
        ],
    }  # fmt: skip


def _units(asked: Asked) -> list[dict[str, Any]]:
    table = asked_of.mixes("department", asked.scope, asked.period, actor=asked.actor, now=asked.now)
    rows = [
        _mix_row(name, table[pk], asked.scope.of_unit(pk), asked)
        for pk, name in asked.reader.units.items()
        if pk in table
    ]
    rest = [
        _mix_row(_("其他单位"), one, None, asked)
        for pk, one in table.items()
        if pk and pk not in asked.reader.units
    ]
    none = [_mix_row(_("尚未确定单位"), one, None, asked) for pk, one in table.items() if not pk]
    return [*rows, *rest, *none]  # fmt: skip


def _categories(asked: Asked) -> list[dict[str, Any]]:
    names = first_level()
    table = asked_of.mixes("category", asked.scope, asked.period, actor=asked.actor, now=asked.now)
    rows = []
    for code in sorted(table, key=lambda code: (not code, code or "")):
        scope = Scope(asked.scope.hall_ids, asked.scope.department_id, "", code) if code in names else None
        rows.append(_mix_row(names.get(code, _("未分类")), table[code], scope, asked))
    return rows


def _owing_row(name: str, one: Owing, asked: Asked) -> dict[str, Any]:
    return {
        "name": name,
        "whole": one.whole,
        "cells": [
            {
                "label": CLASSES[kind],
                "n": n,
                "url": asked.url("accountability:repeated", unit=one.unit_id, since=kind)
                if n and one.unit_id in asked.reader.units and one.may_list(kind)
                else "",
            }
            for kind, n in one.counts.items()
        ],
    }


def _owing(asked: Asked) -> list[dict[str, Any]]:
    table = asked_of.owing(asked.scope, asked.period, actor=asked.actor, now=asked.now)
    units = asked.reader.units
    known = [_owing_row(units[pk], table[pk], asked) for pk in units if pk in table]
    other = [
        _owing_row(_("其他单位") if pk else _("尚未确定单位"), one, asked)
        for pk, one in table.items()
        if pk not in units
    ]
    return [*known, *other]


GROUPED = ("wrong", *CAUSES_AGAIN)
"""What the list of those that were traced can be asked for; `wrong`: any breach or fault of the office."""


def _causes(asked: Asked) -> list[dict[str, Any]]:
    """What the repeats and skip-level matters were traced to, the sum of what was wrong after its parts."""
    table = causes_again(asked.scope, asked.period, now=asked.now, actor=asked.actor)
    wholes = {part: sum(one.counts[part] for one in table.values()) for part in PARTS}
    if not any(wholes.values()):
        return []

    def row(code: str, name: str, causes: Sequence[str]) -> dict[str, Any]:
        return {
            "code": code,
            "name": name,
            "cells": [
                _cause_cell(code, part, [table[cause] for cause in causes], wholes[part], asked)
                for part in PARTS
            ],
        }

    rows = [row(cause, cause_word(cause), (cause,)) for cause in CAUSES_AGAIN]
    rows.insert(len(WRONG), row("wrong", _("前一事项有超期或者过错的，合计"), WRONG))
    return rows


def _cause_cell(code: str, part: str, found: Sequence[Traced], whole: int, asked: Asked) -> dict[str, Any]:
    """A group of fewer than `SMALL` that the reader does not see whole is a number without a list, as elsewhere."""
    n, seen = (sum(getattr(one, name)[part] for one in found) for name in ("counts", "seen"))
    opens = n and (n >= SMALL or seen >= n)
    url = asked.url("accountability:traced", part=part, cause=code) if opens else ""
    return {"n": n, "share": share(n, whole).shown, "url": url}


def _topics(asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "place": one.region.label if one.region else _("未填写"),
            "kind": one.kind.label if one.kind else one.category,
            "counts": one.counts,
            "columns": columns(one.counts),
            "now": one.now,
            "mean": f"{one.mean:.1f}",
            "url": asked.url("accountability:topic", region=one.region_id, category=one.category),
        }
        for one in asked_of.rising(asked.scope, asked.last, now=asked.now)
    ]


@require_safe
@from_replica
def analysis(request: Request) -> HttpResponse:
    """`/analysis/`: of a period, of all units or of one."""
    asked = Asked(request, timezone.now())
    n = int(in_english())
    own = compared(asked_of.KINDS, asked.scope, asked.period, now=asked.now)
    whole, again, skipping = (own[code] for code in asked_of.KINDS)
    tiles = [
        (_("登记件数"), whole.denominator, _figure_url("registered", asked.scope, asked, "denominator"), ""),
        (
            _("初次信访"), again.denominator - again.numerator, _figure_url("repeat", asked.scope, asked, "rest"),
            share(again.denominator - again.numerator, again.denominator).shown,
        ),
        (_("重复信访"), again.numerator, _figure_url("repeat", asked.scope, asked, "numerator"), again.shown),
        (_("越级"), skipping.numerator, _figure_url("skip_level", asked.scope, asked, "numerator"), skipping.shown),
    ]  # fmt: skip
    year = [Period.month(asked.last)]
    while len(year) < MONTHS:
        year.insert(0, year[0].previous())
    curve = figures(CURVE, asked.scope, year, now=asked.now)
    names = [INDICATORS[code].name[n] for code in CURVE]
    context = {
        "form": asked.form,
        "period": asked.period,
        "unit": asked.reader.units.get(asked.scope.department_id or 0, ""),
        "as_of": min(one.as_of for one in own.values()),
        "tiles": tiles,
        "is_cut": whole.is_cut,
        "before": [(one.name, beside(one, one.previous), beside(one, one.last_year)) for one in (again, skipping)],
        "chart": line_chart(
            [f"{one.start:%y-%m}" for one in year],
            [(name, [(table[code].value, table[code].shown, figure_url(table[code])) for table in curve])
             for code, name in zip(CURVE, names, strict=True)],
        ),
        "curve": [
            {"name": one.name, "cells": [(table[code].shown, figure_url(table[code])) for code in CURVE]}
            for one, table in zip(year, curve, strict=True)
        ],
        "curve_names": names,
        "units": _units(asked) if asked.reader.whole and asked.scope.department_id is None else [],
        "categories": _categories(asked),
        "owing": _owing(asked),
        "causes": _causes(asked),
        "classes": list(CLASSES.values()),
        "last": asked.last,
        "topics": _topics(asked),
        "windows": range(BEFORE, 0, -1),
        "window": asked_of.window_of(asked.last),
        "rule": {"days": WINDOW, "before": BEFORE, "fewest": FEWEST, "unlikely": f"{UNLIKELY * 100:.1f}%"},
        "earlier": str(asked.period.previous()),
        "later": str(asked.period.following()) if asked.period.end <= asked.today else "",
    }  # fmt: skip
    return render(request, "accountability/analysis.html", context, status=asked.answer)


# -- lists --------------------------------------------------------------------------------------------------------


def _listed(cases: QuerySet[Case], request: Request) -> tuple[list[Any], str, int]:
    """One page of those that the reader may see, the cursor of the next one, and how many there are of all."""
    whole = cases.count()
    visible = cases.filter(pk__in=Case.objects.visible_to(request.actor).order_by().values("pk"))
    if 0 < whole < SMALL:
        rules.check_may_list(whole, visible.count())
    after = request.GET.get("after", "")
    if (last := whole_number(after)) is not None:
        visible = visible.filter(pk__lt=last)
    rows = list(visible.select_related("first_handler", "category").order_by("-pk")[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else "", whole


def _row(case: Any, **facts: Any) -> dict[str, Any]:
    return {
        "case": case,
        "day": timezone.localdate(case.registered_at),
        "unit": case.first_handler.label if case.first_handler else "",
        "state": _(CASE.state(case.status).label),
        **facts,
    }


@require_safe
@from_replica
def repeated(request: Request) -> HttpResponse:
    """`/analysis/repeated/?since=…`: what came again in the period, how often, how long since the last answer."""
    asked = Asked(request, timezone.now())
    kind = request.GET.get("since", "")
    matters = asked_of.matters_repeated(asked.scope, asked.period, now=asked.now)
    if kind in SINCE:
        matters = asked_of.since_filter(matters, kind, asked.last)
    found, after, whole = _listed(matters, request)
    rows = [_row(one, times=one.times, since=asked_of.since(one, asked.last)) for one in found]
    chips = [(label, asked.url("accountability:repeated", since=code), code == kind)
             for code, label in (("", _("全部")), *CLASSES.items())]  # fmt: skip
    context = {
        "title": _("重复信访的事项"), "period": asked.period, "rows": rows, "after": after, "whole": whole,
        "unit": asked.reader.units.get(asked.scope.department_id or 0, ""), "chips": chips, "repeats": True,
        "back": asked.url("accountability:analysis"), "last": asked.last,
        "export": f"{reverse('accountability:export-repeated')}?{request.GET.urlencode()}",
    }  # fmt: skip
    return render(request, "accountability/analysis_list.html", context, status=asked.answer)


@require_safe
@from_replica
def traced(request: Request) -> HttpResponse:
    """`/analysis/traced/?part=…&cause=…`: the repeats or skip-level matters of the period with that cause."""
    asked = Asked(request, timezone.now())
    part, code = request.GET.get("part", ""), request.GET.get("cause", "")
    if part not in PARTS or code not in ("", *GROUPED):
        raise Refused(_("没有这个原因。"), "unseen")
    cases = came_again(asked.scope, asked.period, now=asked.now).filter(PARTS[part])
    if code:
        cases = cases.filter(led_by__in=WRONG if code == "wrong" else (code,))
    found, after, whole = _listed(cases, request)
    words = {
        "": _("全部"),
        "wrong": _("超期或者过错"),
        **{cause: cause_word(cause) for cause in CAUSES_AGAIN},
    }
    chips = [(words[each], asked.url("accountability:traced", part=part, cause=each), each == code)
             for each in ("", *GROUPED)]  # fmt: skip
    context = {
        "title": _("重复信访的原因") if part == "repeat" else _("越级的原因"),
        "period": asked.period, "rows": [_row(one, cause=cause_word(one.led_by)) for one in found], "after": after,
        "whole": whole, "unit": asked.reader.units.get(asked.scope.department_id or 0, ""), "chips": chips,
        "chips_label": _("原因"), "causes": True, "back": asked.url("accountability:analysis"),
    }  # fmt: skip
    return render(request, "accountability/analysis_list.html", context, status=asked.answer)


def _place_and_kind(request: Request) -> tuple[Jurisdiction, ContentCategory]:
    region, code = request.GET.get("region", ""), request.GET.get("category", "")
    place = (
        Jurisdiction.objects.filter(pk=int(region[:18])).first()
        if region.isascii() and region.isdigit()
        else None
    )
    known = ContentCategory.objects.filter(code__startswith=code).order_by("level", "code")
    kind = known.first() if len(code) == 4 and code.isalnum() else None
    if place is None or kind is None:
        raise Refused(_("没有这个话题。"), "unseen")
    return place, kind  # fmt: skip


@require_safe
@from_replica
def topic(request: Request) -> HttpResponse:
    """`/analysis/topic/?region=…&category=…`: the first matters of the window that a topic counts."""
    asked = Asked(request, timezone.now())
    place, kind = _place_and_kind(request)
    cases = asked_of.topic_cases(asked.scope, asked.last, place.pk, kind.code[:4], now=asked.now)
    found, after, whole = _listed(cases, request)
    context = {
        "title": _("%(place)s · %(kind)s") % {"place": place.label, "kind": kind.label},
        "period": asked_of.window_of(asked.last), "rows": [_row(one) for one in found], "after": after,
        "whole": whole, "unit": asked.reader.units.get(asked.scope.department_id or 0, ""), "chips": [],
        "back": asked.url("accountability:analysis"),
        "export": f"{reverse('accountability:export-topic')}?{request.GET.urlencode()}",
    }  # fmt: skip
    return render(request, "accountability/analysis_list.html", context, status=asked.answer)


def _file(title: str, rows: list[dict[str, Any]], name: str, *, repeats: bool = False) -> HttpResponse:
    heads = [_("事项编号"), _("标题"), _("登记日期"), _("责任单位"), _("状态")]
    heads += [_("又来的次数"), _("距上次答复（日）")] if repeats else []
    lines = (
        [row["case"].number, row["case"].title, row["day"], row["unit"], row["state"]]
        + ([row["times"], _("从未答复") if row["since"] is None else row["since"]] if repeats else [])
        for row in rows
    )
    return attached(sheet(title, heads, lines), name)


@require_GET
def export_repeated(request: Request) -> HttpResponse:
    """`/analysis/repeated.xlsx`: the same list; on record first."""
    asked = Asked(request, timezone.now())
    found = actions.export_repeated(
        actor=request.actor, scope=asked.scope, period=asked.period, since=request.GET.get("since", ""),
        last=asked.last, now=asked.now,
    )  # fmt: skip
    rows = [_row(one, times=one.times, since=asked_of.since(one, asked.last)) for one in found]
    return _file(_("重复信访的事项"), rows, f"repeated-{asked.period}.xlsx", repeats=True)


@require_GET
def export_topic(request: Request) -> HttpResponse:
    """`/analysis/topic.xlsx`: the same list; on record first."""
    asked = Asked(request, timezone.now())
    place, kind = _place_and_kind(request)
    found = actions.export_topic(
        actor=request.actor, scope=asked.scope, last=asked.last, region_id=place.pk, category=kind.code[:4],
        now=asked.now,
    )  # fmt: skip
    return _file(_("集中话题的事项"), [_row(one) for one in found], f"topic-{asked.last:%Y%m%d}.xlsx")
