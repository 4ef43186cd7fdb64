"""The quarter's figures: counted from the facts, and told so that no number of a few people can be read out of them.

Each rate is told with its formula and its denominator (practice: formulas differ by place and year). An empty
denominator is "–", never 0 %. From 1 to 4 is not told; where one number alone would be hidden beside a total, the
next smallest is hidden too, so that subtraction does not give it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle import PURPOSES
from cases.models import Case, ContentCategory, Deadline, PublicFigure, Rating
from hall.batch import planned
from staffing.models import Hall
from staffing.queries import hall_version

FORMULA = 1
"""The version of the definitions below; it is stored with the numbers."""
SMALL = 5
QUARTERS = 4
"""So many closed quarters are counted again every night, until nothing in them changes any more."""
CATEGORIES = 8
MEASURES = ("notified", "answered", "satisfied_hall", "satisfied_unit")
OTHER = "other"


# -- quarters -----------------------------------------------------------------------------------------------------


def quarter_of(day: dt.date) -> dt.date:
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def after(quarter: dt.date) -> dt.date:
    """The first day of the next quarter."""
    return quarter_of(quarter + dt.timedelta(days=93))


def closed_quarters(today: dt.date, count: int = QUARTERS) -> list[dt.date]:
    """The last ones that are over, newest first."""
    found, quarter = [], quarter_of(today)
    for _n in range(count):
        quarter = quarter_of(quarter - dt.timedelta(days=1))
        found.append(quarter)
    return found


def quarter_name(quarter: dt.date) -> str:
    number = (quarter.month + 2) // 3
    return _("%(year)s年第%(n)s季度") % {"year": quarter.year, "n": number}


def quarter_code(quarter: dt.date) -> str:
    return f"{quarter.year}Q{(quarter.month + 2) // 3}"


def quarter_named(text: str) -> dt.date | None:
    """`2026Q3`, or None."""
    year, _q, number = text.upper().partition("Q")
    if (
        len(year) == 4
        and year.isascii()
        and year.isdecimal()
        and number in ("1", "2", "3", "4")
        and year > "1900"
    ):
        return dt.date(int(year), int(number) * 3 - 2, 1)
    return None


# -- counting -----------------------------------------------------------------------------------------------------


def counted(hall_id: int, quarter: dt.date) -> dict[str, Any]:
    """The numbers of one hall in one quarter. Five statements, whatever the size of the hall."""
    tz = timezone.get_current_timezone()
    end = after(quarter)
    span = (dt.datetime.combine(quarter, dt.time.min, tz), dt.datetime.combine(end, dt.time.min, tz))
    cases = Case.objects.filter(
        hall=hall_id, registered_at__gte=span[0], registered_at__lt=span[1]
    ).order_by()
    due = Deadline.objects.filter(hall=hall_id, due_on__gte=quarter, due_on__lt=end, void_at=None)
    in_time = Q(met_at__lte=F("due_at"))
    notify, handle = Q(kind__in=("sort", "notify")), Q(kind="handle")
    clocks = due.aggregate(
        notified=Count("pk", filter=notify & in_time),
        to_notify=Count("pk", filter=notify),
        answered=Count("pk", filter=handle & in_time),
        to_answer=Count("pk", filter=handle),
    )
    rated = Rating.objects.filter(
        case__hall=hall_id, status="rated", rated_at__gte=span[0], rated_at__lt=span[1]
    ).aggregate(**{
        f"{target}_{what}": Count("pk", filter=Q(target=target) & extra)
        for target in ("hall", "unit")
        for what, extra in (("good", Q(grade__in=(0, 1))), ("all", Q()))
    })  # fmt: skip
    purposes = dict(cases.values_list("purpose").annotate(n=Count("pk")).values_list("purpose", "n"))
    tops: dict[str, int] = {}
    for code, n in (
        cases.values_list("category__code").annotate(n=Count("pk")).values_list("category__code", "n")
    ):
        top = f"{code[:2]}0000" if code else ""
        tops[top] = tops.get(top, 0) + n
    return {
        "formula": FORMULA,
        "received": sum(purposes.values()),
        "measures": {
            "notified": [clocks["notified"], clocks["to_notify"]],
            "answered": [clocks["answered"], clocks["to_answer"]],
            "satisfied_hall": [rated["hall_good"], rated["hall_all"]],
            "satisfied_unit": [rated["unit_good"], rated["unit_all"]],
        },
        "purposes": purposes,
        "categories": tops,
    }


# -- what may be told ---------------------------------------------------------------------------------------------


def masked(data: dict[str, Any]) -> dict[str, Any]:
    """What the public reads of it: None stands for a number that is not told."""
    received = data["received"]
    small = 0 < received < SMALL
    return {
        "formula": data["formula"],
        "received": None if small else received,
        "measures": {
            name: [None, None] if 0 < of < SMALL else [good, of]
            for name, (good, of) in data["measures"].items()
        },
        "purposes": dict.fromkeys(data["purposes"]) if small else hidden(data["purposes"]),
        "categories": {} if small else folded(data["categories"]),
    }


def hidden(cells: dict[str, int]) -> dict[str, int | None]:
    """Small cells are None; when one alone would be, the next smallest as well."""
    told: dict[str, int | None] = {name: None if 0 < n < SMALL else n for name, n in cells.items()}
    if sum(n is None for n in told.values()) == 1:
        rest = [(n, name) for name, n in told.items() if n]
        if rest:
            told[min(rest)[1]] = None
    return told


def folded(cells: dict[str, int]) -> dict[str, int]:
    """The largest categories; all others, small ones too, are one number, which is not small itself."""
    named = sorted(((n, code) for code, n in cells.items() if code and n >= SMALL), reverse=True)[:CATEGORIES]
    told = {code: n for n, code in named}
    other = sum(cells.values()) - sum(told.values())
    while 0 < other < SMALL and told:
        code = min(told, key=lambda one: (told[one], one))
        other += told.pop(code)
    return told | ({OTHER: other} if other else {})


# -- for pages ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measure:
    """A rate with its definition. `percent` None: nothing to divide by, or too few to tell."""

    name: str
    formula: str
    leaves_out: str
    good: int | None
    of: int | None
    percent: str
    width: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A number and its share of the whole, in hundredths; `n` None: not told."""

    name: str
    n: int | None
    percent: str
    width: str


def words_of(name: str) -> tuple[str, str, str]:
    """What a measure is called, how it is computed, and what it leaves out."""
    return {
        "notified": (
            _("按期告知率"),
            _("按期转送、告知的件数 ÷ 期限在本季度届满、应当转送或者告知的件数"),
            _("不含已撤销的期限；期限15日（《信访工作条例》第二十二条、第二十三条）。"),
        ),
        "answered": (
            _("按期答复率"),
            _("按期出具处理意见的件数 ÷ 期限在本季度届满、应当出具处理意见的件数"),
            _("期限60日，依法延长、中止的从其届满日；不含已导入其他法定途径、终止办理的（第三十四条）。"),
        ),
        "satisfied_hall": (
            _("对信访部门的满意率"),
            _("评价为满意和基本满意的 ÷ 本季度作出的全部评价"),
            _("只计信访人本人作出的评价；没有评价的不计入。"),
        ),
        "satisfied_unit": (
            _("对责任单位的满意率"),
            _("评价为满意和基本满意的 ÷ 本季度作出的全部评价"),
            _("只计信访人本人作出的评价；没有评价的不计入。"),
        ),
    }[name]


@dataclass(frozen=True, slots=True)
class FigurePage:
    received: int | None
    measures: list[Measure]
    purposes: list[Bar]
    categories: list[Bar]


def page_of(data: dict[str, Any]) -> FigurePage:
    """Masked numbers as a page shows them. One statement, for the names of the categories."""
    received = data["received"]
    return FigurePage(
        received=received,
        measures=[_measure(name, *data["measures"][name]) for name in MEASURES],
        purposes=_bars(
            [
                (str(_(PURPOSES[name])), data["purposes"][name])
                for name in PURPOSES
                if name in data["purposes"]
            ],
            received,
        ),
        categories=_bars(_named(data["categories"]), received),
    )


def _measure(name: str, good: int | None, of: int | None) -> Measure:
    title, formula, leaves_out = words_of(name)
    share = good / of * 100 if good is not None and of else None
    return Measure(
        title, formula, leaves_out, good, of,
        percent=f"{share:.1f}%" if share is not None else "–", width=f"{share:.1f}" if share is not None else "0",
    )  # fmt: skip


def _bars(cells: Sequence[tuple[str, int | None]], whole: int | None) -> list[Bar]:
    return [
        Bar(
            name, n,
            percent=f"{n / whole * 100:.1f}%" if n is not None and whole else "–",
            width=f"{n / whole * 100:.1f}" if n and whole else "0",
        )
        for name, n in cells
    ]  # fmt: skip


def _named(cells: dict[str, int]) -> list[tuple[str, int | None]]:
    names = {one.code: one.label for one in ContentCategory.objects.filter(code__in=cells, level=1)}
    rows: list[tuple[str, int | None]] = [
        (names.get(code, code), n)
        for code, n in sorted(cells.items(), key=lambda cell: -cell[1])
        if code != OTHER
    ]
    return rows + ([(_("其他类别合计"), cells[OTHER])] if OTHER in cells else [])


def published_of(hall: Hall) -> list[PublicFigure]:
    """All that are public, newest first."""
    return list(PublicFigure.objects.public().filter(hall=hall).order_by("-quarter"))


_VERSION = """
SELECT count(*), bit_xor(hashtextextended(concat(f.id, '-', f.published_at), 0))
FROM cases_publicfigure f JOIN staffing_hall h ON h.id = f.hall_id
WHERE h.code = %(code)s AND f.published_at IS NOT NULL
"""


def figures_version(code: str) -> Hashable:
    """Equal as long as the hall's page of figures says the same."""
    return hall_version(code), tuple(planned(_VERSION, {"code": code})[0])


__all__ = [
    "MEASURES", "SMALL", "Bar", "FigurePage", "Measure", "after", "closed_quarters", "counted", "figures_version",
    "folded", "hidden", "masked", "page_of", "published_of", "quarter_code", "quarter_name", "quarter_named",
    "quarter_of", "words_of",
]  # fmt: skip
