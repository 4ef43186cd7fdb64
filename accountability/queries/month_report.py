"""What a month report says: read once, then told as tables in either language; Word and Excel draw the same tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accountability.models import MonthReport
from accountability.queries.boards import receptions_of, registered_in, units_of
from accountability.queries.came_again import (
    CAUSES_AGAIN,
    PARTS,
    WRONG,
    Traced,
    cause_word,
    causes_again,
)
from accountability.queries.indicator_table import (
    GROUPS,
    INDICATORS,
    MEAN,
    MEDIAN,
    SHARE,
    UNITS,
    formula,
)
from accountability.queries.indicators import (
    EMPTY,
    Figure,
    answers,
    compared,
    figures,
    figures_by,
    rounded,
)
from accountability.queries.periods import NOTHING, Hidden, Period, Scope
from cases.lifecycle import CHANNELS
from cases.models import ContentCategory, Deadline
from cases.terms import WINDOWS
from hall.citations import in_english
from hall.templatetags.hall import cn_datetime, cn_month
from staffing.models import Department, Hall, Jurisdiction

BY_UNIT = (
    "registered", "accept_unit", "notice", "answer", "close", "satisfied_unit", "overdue", "concluded",
)  # fmt: skip
BY_ORIGIN = ("registered", "repeat", "skip_level", "answer", "overdue", "concluded")
"""By channel and by category."""
CURVE = ("registered", "repeat", "notice", "answer", "close")
MONTHS = 12
"""What the charts of the boards draw stands here as a table."""
LATE = ("sort", "notify", "handle")


@dataclass(frozen=True, slots=True)
class Value:
    """A number as it is told, and as it is: a spreadsheet gets the latter with `kind` for its format.

    kind: share, days (one decimal), number. `top` and `bottom`: what a share is counted from.
    """

    shown: str
    number: Decimal | None = None
    kind: str = "number"
    top: int | None = None
    bottom: int | None = None


Cell = str | Value


@dataclass(frozen=True, slots=True)
class Head:
    name: str
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """`note`: number of the note that says how it is counted."""

    cells: Sequence[Cell]
    note: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One table. `short` names its sheet; `notes` stand below it, `empty` in its place when it has no line."""

    short: str
    title: str
    heads: Sequence[Head]
    lines: Sequence[Line]
    empty: str
    hint: str = ""
    notes: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A line of the sheet of definitions."""

    name: str
    unit: str
    formula: str
    leaves_out: str
    day: str
    version: str


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    organ: str
    intro: Sequence[str]
    sections: Sequence[Section]
    definitions: Sequence[Definition]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """Everything that the report says, read once; words are made of it in each language."""

    hall: Hall
    unit: Department | None
    period: Period
    scope: Scope
    now: dt.datetime
    as_of: dt.datetime
    figures: dict[str, Figure]
    units: dict[int, Department]
    by_unit: dict[Any, dict[str, Figure]]
    by_channel: dict[Any, dict[str, Figure]]
    by_category: dict[Any, dict[str, Figure]]
    categories: dict[str, ContentCategory]
    by_region: list[tuple[Jurisdiction | None, int, int, int]]
    causes: dict[str, Traced]
    receptions: list[dict[str, Any]]
    late: dict[int | None, dict[str, int]]
    year: list[tuple[Period, dict[str, Figure]]]


def reports_due(now: dt.datetime) -> list[int]:
    """Those that a worker may take: asked for, put off, or left by a worker that died."""
    return list(
        MonthReport.objects.under_way()
        .filter(next_attempt_at__lte=now)
        .order_by("next_attempt_at")
        .values_list("pk", flat=True)
    )


def month_facts(report: MonthReport, *, hidden: Hidden = NOTHING, now: dt.datetime) -> MonthFacts:
    """Read it all, but what is `hidden` from the reader; the caller sees to it that this is one moment."""
    period = Period.month(report.month)
    scope = Scope((report.hall_id,), report.department_id, hidden=hidden)
    whole = report.department_id is None
    own = compared([code for code in INDICATORS if answers(code, scope)], scope, period, now=now)
    by_unit = figures_by("department", BY_UNIT, scope, period, now=now) if whole else {}
    by_channel = figures_by("channel", BY_ORIGIN, scope, period, now=now)
    by_category = figures_by("category", BY_ORIGIN, scope, period, now=now)
    months = [period]
    while len(months) < MONTHS:
        months.insert(0, months[0].previous())
    year = list(zip(months, figures(CURVE, scope, months, now=now), strict=True))
    ages = [one.as_of for one in own.values()]  # earlier months are as old as the boards have them
    return MonthFacts(
        hall=report.hall, unit=report.department, period=period, scope=scope, now=now, as_of=min(ages, default=now),
        figures=own, units=units_of(scope.hall_ids), by_unit=by_unit, by_channel=by_channel, by_category=by_category,
        categories={one.code: one for one in ContentCategory.objects.filter(level=1)},
        by_region=by_region(scope, period, now=now),
        causes=causes_again(scope, period, now=now),
        receptions=receptions_of(scope, period, now=now) if whole else [],
        late=late_now(scope, now=now),
        year=year,
    )  # fmt: skip


def by_region(
    scope: Scope, period: Period, *, now: dt.datetime
) -> list[tuple[Jurisdiction | None, int, int, int]]:
    """Where the matters of the period arose, in the order of the codes: registered, repeats, skip-level."""
    rows = (
        registered_in(scope, period, now=now)
        .values_list("place_region")
        .annotate(
            n=Count("pk"), again=Count("pk", filter=Q(repeat_of__isnull=False)),
            skipping=Count("pk", filter=Q(is_skip_level=True)),
        )
        .order_by("place_region__code")
    )  # fmt: skip
    regions = Jurisdiction.objects.in_bulk([pk for pk, *_counts in rows if pk])
    return [(regions.get(pk), n, again, skipping) for pk, n, again, skipping in rows]


def late_now(scope: Scope, *, now: dt.datetime) -> dict[int | None, dict[str, int]]:
    """What is overdue and still open at this moment: for each unit by kind of period, and how many matters."""
    clocks = (
        Deadline.objects.open()
        .filter(hall__in=scope.hall_ids, due_at__lte=now)
        .exclude(kind__in=WINDOWS)
        .order_by()
    )
    if scope.hidden.case_ids:
        clocks = clocks.exclude(case__in=scope.hidden.case_ids)
    if scope.department_id is not None:
        clocks = clocks.filter(department=scope.department_id)
    counts = {kind: Count("pk", filter=Q(kind=kind)) for kind in LATE}
    rows: Iterable[Mapping[str, Any]] = clocks.values("department").annotate(
        **counts, other=Count("pk", filter=~Q(kind__in=LATE)), cases=Count("case", distinct=True)
    )
    return {row["department"]: {name: row[name] for name in ("cases", *LATE, "other")} for row in rows}


# -- told ---------------------------------------------------------------------------------------------------------


def value_of(one: Figure | None) -> Value:
    if one is None:
        return Value(EMPTY)
    kind = one.indicator.kind
    if kind == SHARE:
        return Value(one.shown, one.value, "share", one.numerator, one.denominator)
    in_tenths = kind in (MEAN, MEDIAN) or one.indicator.unit == "minutes"
    return Value(one.shown, one.value, "days" if in_tenths else "number")


def count(n: int) -> Value:
    return Value(str(n), Decimal(n))


def title_of(hall: Hall, unit: Department | None, month: dt.date) -> str:
    """`云溪县联合接访大厅2026年10月月报`."""
    facts = {"hall": hall.label, "month": cn_month(month), "unit": unit.label if unit else ""}
    if unit is not None:
        return _("%(hall)s%(month)s月报（%(unit)s）") % facts
    return _("%(hall)s%(month)s月报") % facts


def paper(facts: MonthFacts) -> Paper:
    """The report in the language that is on."""
    period, whole = facts.period, facts.unit is None
    last = {"from": f"{period.start}", "to": f"{period.last}"}
    intro = [
        _("统计期：%(from)s 至 %(to)s。") % last,
        _("数据截至：%(at)s。") % {"at": cn_datetime(facts.as_of)},
        _("范围：%(who)s。") % {"who": facts.unit.label if facts.unit else facts.hall.label},
    ]
    if timezone.localdate(facts.now) < period.end:
        intro.append(_("这个月还没有结束，数字还会变；上月和去年同月只算到同样的天数。"))
    sections = [*_figures(facts)]
    months = [(cn_month(one.start), row) for one, row in facts.year]
    sections.append(_by(_("十二个月"), _("十二个月"), _("月份"), CURVE, months))
    if whole:
        sections.append(
            _by(
                _("按单位"),
                _("各责任单位"),
                _("责任单位"),
                BY_UNIT,
                [
                    *((unit.label, facts.by_unit[pk]) for pk, unit in facts.units.items() if pk in facts.by_unit),
                    *((_("其他单位"), row) for pk, row in facts.by_unit.items() if pk and pk not in facts.units),
                    *((_("尚未确定单位"), row) for pk, row in facts.by_unit.items() if not pk),
                ],
                _("按大厅名录的顺序，不排名。比例下面是分子和分母：分母小的，比例说明不了什么。"),
            )
        )  # fmt: skip
    channels = [
        (_(name), facts.by_channel[code]) for code, name in CHANNELS.items() if code in facts.by_channel
    ]
    sections.append(_by(_("按信访形式"), _("按信访形式"), _("信访形式"), BY_ORIGIN, channels))
    categories = [
        (facts.categories[code].label if code in facts.categories else _("未分类"), facts.by_category[code])
        for code in sorted(facts.by_category, key=lambda code: (not code, code or ""))
    ]
    sections.append(_by(_("按内容分类"), _("按内容分类"), _("内容分类"), BY_ORIGIN, categories))
    sections += [_regions(facts), _causes(facts), _late(facts)]
    if whole:
        sections.append(_receptions(facts))
    organ = str(getattr(facts.hall, "organ_name_en", "") or facts.hall.organ_name)
    return Paper(
        title_of(facts.hall, facts.unit, period.start),
        organ if in_english() else facts.hall.organ_name,
        intro,
        sections,
        [_definition(one) for one in facts.figures.values()],
    )


def _definition(one: Figure) -> Definition:
    n, indicator = int(in_english()), one.indicator
    unit = UNITS[indicator.unit][n]
    return Definition(
        one.name,
        unit,
        "\n".join(formula(indicator, version)[n] for version in one.versions),
        "\n".join(dict.fromkeys(version.leaves_out[n] for version in one.versions)),
        indicator.day[n],
        "\n".join(f"{version.number} ({version.in_force_from})" for version in one.versions),
    )


def _figures(facts: MonthFacts) -> list[Section]:
    """A table for each group; every line has its note. The notes are numbered through the paper."""
    n, number = int(in_english()), 0
    sections = []
    heads = [
        Head(_("指标")), Head(_("单位")), Head(_("本月"), is_share=True), Head(_("上月")), Head(_("去年同月")),
    ]  # fmt: skip
    for group, names in GROUPS.items():
        lines, notes = [], []
        for one in facts.figures.values():
            if one.indicator.group != group:
                continue
            number += 1
            unit = UNITS[one.indicator.unit][n]
            before, year_ago = value_of(one.previous), value_of(one.last_year)
            lines.append(Line([one.name, unit, value_of(one), before, year_ago], number))
            how = _definition(one)
            said = _("%(name)s：%(formula)s。不计入：%(leaves_out)s。%(day)s。") % {
                "name": one.name,
                "formula": how.formula.replace("\n", pgettext("list", "；")),
                "leaves_out": how.leaves_out.replace("\n", " "),
                "day": how.day,
            }
            notes.append((number, said))
        if lines:
            sections.append(Section(names[n], names[n], heads, lines, "", notes=notes))
    return sections


def _by(
    short: str,
    title: str,
    head: str,
    codes: Sequence[str],
    rows: Sequence[tuple[str, dict[str, Figure]]],
    hint: str = "",
) -> Section:
    n = int(in_english())
    heads = [Head(head), *(Head(INDICATORS[code].name[n], INDICATORS[code].kind == SHARE) for code in codes)]
    lines = [Line([name, *(value_of(row[code]) for code in codes)]) for name, row in rows]
    return Section(short, title, heads, lines, _("这个月没有。"), hint)


def share(top: int, bottom: int) -> Value:
    """As the indicators round it."""
    if not bottom:
        return Value(EMPTY, None, "share", top, bottom)
    value = rounded(top, bottom)
    return Value(f"{(value * 100).quantize(Decimal('0.01'))}%", value, "share", top, bottom)


def _regions(facts: MonthFacts) -> Section:
    n = int(in_english())
    heads = [
        Head(_("地区")), Head(INDICATORS["registered"].name[n]), Head(INDICATORS["repeat"].name[n], is_share=True),
        Head(INDICATORS["skip_level"].name[n], is_share=True),
    ]  # fmt: skip
    lines = [
        Line([region.label if region else _("未填写"), count(all_), share(again, all_), share(skipping, all_)])
        for region, all_, again, skipping in facts.by_region
    ]  # fmt: skip
    return Section(_("按地区"), _("按问题发生地"), heads, lines, _("这个月没有。"))


def _causes(facts: MonthFacts) -> Section:
    """What the repeats and skip-level matters were traced to; each share is of all of its column."""
    heads = [Head(_("原因")), Head(_("重复信访"), is_share=True), Head(_("越级"), is_share=True)]
    sums = {part: sum(one.counts[part] for one in facts.causes.values()) for part in PARTS}
    wrong = {part: sum(facts.causes[cause].counts[part] for cause in WRONG) for part in PARTS}
    rows: list[tuple[str, Mapping[str, int]]] = [
        (cause_word(cause), facts.causes[cause].counts) for cause in CAUSES_AGAIN
    ]
    rows.insert(len(WRONG), (_("前一事项有超期或者过错的，合计"), wrong))
    lines = [Line([name, *(share(counts[part], sums[part]) for part in PARTS)]) for name, counts in rows]
    hint = _(
        "说的是前一事项办理中的问题，按办理记录得出或者由督查员更正，与来访人无关。既重复又越级的，两栏都计入。"
    )
    return Section(
        _("再次信访的原因"),
        _("再次信访和越级的原因"),
        heads,
        lines if any(sums.values()) else [],
        _("这个月没有。"),
        hint,
    )


def _late(facts: MonthFacts) -> Section:
    heads = [Head(one) for one in (
        _("责任单位"), _("事项"), _("甄别处理"), _("受理告知"), _("办理答复"), _("其他期限"),
    )]  # fmt: skip
    rows = sorted(facts.late.items(), key=lambda row: (row[0] not in facts.units, list(facts.units).index(row[0])
                                                       if row[0] in facts.units else 0))  # fmt: skip
    lines = [
        Line([facts.units[pk].label if pk in facts.units else _("其他单位") if pk else _("尚未确定单位"),
              *(count(row[name]) for name in ("cases", *LATE, "other"))])
        for pk, row in rows
    ]  # fmt: skip
    at = {"at": cn_datetime(facts.now)}
    hint = _("截至%(at)s仍未完成的超期期限，不只是这个月的。一件事项可以有几个超期的期限。") % at
    return Section(_("仍超期"), _("仍然超期的"), heads, lines, _("没有仍然超期的。"), hint)


def _receptions(facts: MonthFacts) -> Section:
    heads = [
        Head(one)
        for one in (_("领导"), _("职务"), _("公布场次"), _("已接访"), _("取消"), _("接访件数"))
    ]  # fmt: skip
    english = in_english()

    def word(row: dict[str, Any], name: str) -> str:
        return str((english and row.get(f"{name}_en")) or row[name])

    lines = [
        Line([word(row, "leader__name"), word(row, "title"),
              *(count(row[name]) for name in ("planned", "held", "cancelled", "cases"))])
        for row in facts.receptions
    ]  # fmt: skip
    return Section(_("领导接访"), _("领导接访"), heads, lines, _("这个月没有公布的接访。"))
