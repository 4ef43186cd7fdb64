"""What is asked of the simulation, and the advice as an Excel file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability.models import StationingAdvice
from accountability.queries.stationing_page import UnitShown
from accountability.rules import PERIODS
from staffing.forms.sheets import Table, workbook

WEEKS = {
    4: lazy("最近4周"),
    8: lazy("最近8周"),
    13: lazy("最近13周"),
    26: lazy("最近26周"),
}


class StationingForm(forms.Form):
    """Which weeks of history, and which waits are aimed at."""

    weeks = forms.TypedChoiceField(
        label=lazy("用多长的记录"), coerce=int, choices=[(n, WEEKS[n]) for n in PERIODS], initial=8,
        help_text=lazy("截至昨天。"),
    )  # fmt: skip
    target_minutes = forms.IntegerField(
        label=lazy("候访中位数不超过"), min_value=1, max_value=120, initial=10,
        help_text=lazy("一半的来访人等候不超过这么久，每个小时都要做到。"),
    )  # fmt: skip
    ninety_minutes = forms.IntegerField(
        label=lazy("九成来访人等候不超过"), min_value=1, max_value=240, initial=30,
        help_text=lazy("不能少于中位数的目标。"),
    )  # fmt: skip


MODES = {
    "resident": lazy("常驻"),
    "rotating": lazy("轮驻"),
    "on_call": lazy("随叫随驻"),
}
WEEKDAYS = (lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"), lazy("周日"))


def own_windows() -> str:
    return _("本厅综合窗口")


def mode_name(mode: str) -> str:
    return str(MODES.get(mode, ""))


def reason(row: dict[str, Any], rules: dict[str, Any]) -> str:
    """Why this way of being present, with the numbers that decided it."""
    facts = {
        "visits": f"{row['visits_week']:g}",
        "share": f"{row['days_share']:.0%}",
        "resident": f"{rules['resident_visits']:g}",
        "days": f"{rules['resident_days']:.0%}",
        "rotating": f"{rules['rotating_visits']:g}",
        "moved": f"{row.get('moved_on') or 0:.0%}",  # an advice of before has neither
        "moved_most": f"{rules.get('moved_on', 1):.0%}",
    }
    words = {
        "own": _("大厅自己的窗口，每天都在，只测算数量。"),
        "often": _("每周%(visits)s批来访涉及，达到%(resident)s批；%(share)s的工作日有人找，达到%(days)s。"),
        "some": _("每周%(visits)s批来访涉及，在%(rotating)s批与%(resident)s批之间。"),
        "uneven": _("每周%(visits)s批来访涉及，但只有%(share)s的工作日有人找，不到%(days)s。"),
        "moved": _(
            "每周%(visits)s批来访涉及，但有%(moved)s的号和事项转到了别的单位，达到%(moved_most)s，"
            "最多轮驻：先改进引导和分流。"
        ),
        "rare": _("每周%(visits)s批来访涉及，不到%(rotating)s批。"),
    }
    return words[row["why"]] % facts


def lacking(row: dict[str, Any], rules: dict[str, Any]) -> str:
    """Why no windows are advised; "" where they are."""
    if row["lacking"] == "no_queue":
        return _("没有自己的队列，无从测算窗口数。")
    if row["lacking"] == "services":
        return _("没有一次测得的接待时间，无从测算窗口数。")
    if row["lacking"] == "tickets":
        facts = {"n": row["tickets"], "least": rules["unit_tickets"]}
        return _("只有%(n)s个号，少于%(least)s个，不测算窗口数。") % facts
    if row["mode"] == "on_call":
        return _("随叫随驻，不设固定窗口。")
    return ""


def assumptions(advice: StationingAdvice) -> list[str]:
    """What the simulation takes for granted; each sentence is a way in which it can be wrong."""
    rules = advice.result["rules"]
    facts = {
        "days": rules["simulated_days"], "services": rules["unit_services"], "late": advice.result["late"],
    }  # fmt: skip
    lines = [
        _("一个单位的窗口接待这个单位的全部来访人，先到先接待；优先号按取号规则提前。"),
        _("来访人数按同一星期几、同一小时的实际人数抽取，每天各小时互不影响；今后的来访与这段时间相似。"),
        _(
            "接待时间（含叫号到入座）从本单位的实际记录抽取，与等候的长短、谁在窗口无关；"
            "记录少于%(services)s条的，用全厅的记录。"
        ) % facts,
        _(
            "等不及离开的，按实际离开的等候时间估计（考虑没有离开就被叫到的人）；"
            "测算窗口时，离开的算作没有达到目标，不因人走了而少设窗口。"
        ),
        _("上班前到的，从上班起计等候；半天结束时已取号的接待完才关窗口；午休到的等下午。"),
        _(
            "现有窗口按记录推断：一个窗口半天内从第一次叫号到最后一次办完所在的各个小时都算开着，"
            "半天内为两个单位接待的，两边各算一个。"
        ),
        _("转到别的队列的，在每个队列各算一次；过号后再来的，等候只算到第一次叫号。"),
        _("每个单位每个星期几模拟%(days)s天；建议的窗口数是每小时再少一个就达不到目标的数。") % facts,
    ]  # fmt: skip
    if advice.result["late"]:
        lines.append(_("下班后取的%(late)s个号没有计入。") % facts)
    return lines


def stationing_file(
    advice: StationingAdvice, units: list[UnitShown], compared: list[dict[str, Any]]
) -> bytes:
    """Units, windows by hour, the comparison and the assumptions, each on its sheet."""
    result, hall = advice.result, advice.hall.label
    rules = result["rules"]
    period = _("%(hall)s %(first)s至%(last)s") % {
        "hall": hall, "first": advice.first_on.isoformat(), "last": advice.last_on.isoformat(),
    }  # fmt: skip
    by_unit = Table(
        _("进驻方式"),
        [
            _("单位"), _("现在"), _("建议"), _("轮驻日"), _("理由"), _("每周来访（批）"), _("号数"),
            _("接待中位数（分钟）"), _("接待九成位数（分钟）"), _("候访中位数（分钟）"),
            _("未接待即离开（%）"), _("转走（%）"), _("窗口测算"),
        ],
        [
            [
                one.label, mode_name(one.facts["presence"]), mode_name(one.facts["mode"]),
                _("、").join(str(WEEKDAYS[day]) for day in one.facts["weekdays"]),
                reason(one.facts, rules), one.facts["visits_week"], one.facts["tickets"],
                one.facts["service_median"], one.facts["service_ninety"], one.facts["wait_median"],
                _percent(one.facts["left_share"]), _percent(one.facts["moved_share"]),
                lacking(one.facts, rules) or _window_words(one),
            ]
            for one in units
        ],
        caption=period,
    )  # fmt: skip
    by_hour = Table(
        _("每小时窗口"),
        [
            _("单位"), _("星期"), _("小时"), _("平均来访（批）"), _("现有窗口"), _("建议窗口"),
            _("按现有窗口模拟的中位数（分钟）"), _("按现有窗口模拟的离开（%）"),
            _("按建议模拟的中位数（分钟）"), _("按建议模拟的九成位数（分钟）"), _("按建议模拟的离开（%）"),
        ],
        [
            [
                one.label, str(WEEKDAYS[hour["weekday"]]), hour["hour"], hour["arrivals"], hour["now"],
                hour["advised"], hour["median_now"], _percent(hour.get("left_now")), hour["median"], hour["ninety"],
                _percent(hour.get("left")),
            ]
            for one in units if one.facts["windows"] for hour in one.facts["windows"]["hours"]
        ],
        caption=_("目标：中位数%(median)s分钟，九成%(ninety)s分钟")
        % {"median": advice.target_minutes, "ninety": advice.ninety_minutes},
    )  # fmt: skip
    error = result["error"] or {"mae": None, "first": "", "last": ""}
    by_error = Table(
        _("与上月对照"),
        [_("单位"), _("小时"), _("等候（个）"), _("实际中位数（分钟）"), _("模拟中位数（分钟）"), _("相差（分钟）")],
        [[row["label"], row["hour"], row["waits"], row["real"], row["simulated"], row["off"]] for row in compared],
        caption=_("%(first)s至%(last)s，平均相差%(mae)s分钟")
        % {"first": error["first"], "last": error["last"], "mae": "–" if error["mae"] is None else error["mae"]},
    )  # fmt: skip
    taken = Table(_("假设"), [_("模拟所依据的假设")], [[line] for line in assumptions(advice)])
    return workbook(by_unit, by_hour, by_error, taken, name=_("派驻建议"))


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


def _window_words(one: UnitShown) -> str:
    if not one.facts["windows"]["held"]:
        return _("再多窗口也达不到目标")
    return _("每小时%(least)s至%(most)s个") % {"least": one.least, "most": one.most}
