"""What every figure means: its words, its formula, what it leaves out, from when on. A table, pure.

A row is added here and its items in `indicator_sources`; nothing else knows an indicator by name. A changed formula is
a further `Version`: an item is counted by the version in force on its day, and a page says which ones it used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

R05, R22 = dt.date(2005, 5, 1), dt.date(2022, 5, 1)
WINDOW_DAYS = 90
"""So long after its end a first matter must not come again to count as solved; no text gives a number."""

SHARE, COUNT, SUM, MEAN, MEDIAN, LONGEST = "share", "count", "sum", "mean", "median", "longest"
HIGH, LOW, NONE = "high", "low", "none"
Pair = tuple[str, str]
"""Chinese, English."""


@dataclass(frozen=True, slots=True)
class Version:
    """A definition as it holds from a day on. `top` is empty where nothing is divided (a count, a median)."""

    number: int
    in_force_from: dt.date
    top: Pair
    bottom: Pair
    leaves_out: Pair


@dataclass(frozen=True, slots=True)
class Indicator:
    """`day`: on which day an item counts (the as-of rule). `dims`: which filters an item answers to besides the hall:
    u unit, c channel, k category. `things`: what stands behind it. `good`: which way is better, or neither.
    """

    code: str
    group: str
    kind: str
    unit: str
    good: str
    name: Pair
    day: Pair
    source: str
    facts: str
    versions: tuple[Version, ...]
    dims: str = "uck"
    things: str = "case"

    def version_on(self, day: dt.date) -> Version:
        """The definition in force on that day; the first one for days before all of them."""
        return [v for v in self.versions if v.in_force_from <= day or v is self.versions[0]][-1]

    def versions_in(self, start: dt.date, end: dt.date) -> tuple[Version, ...]:
        """Those by which a period is counted (`end` is not in it): more than one where a formula changed in it."""
        first = self.version_on(start)
        return tuple(
            v
            for v in self.versions
            if v is first or (start < v.in_force_from < end and v.number > first.number)
        )


GROUPS: Mapping[str, Pair] = {
    "received": ("来件", "Received"),
    "time": ("受理和办理时限", "Acceptance and handling in time"),
    "solved": ("化解和评价", "Solved and rated"),
    "hall": ("大厅接待", "In the hall"),
    "lead": ("领导接访、包案和督办", "Leaders and supervision"),
}
UNITS: Mapping[str, Pair] = {
    "percent": ("%", "%"),
    "cases": ("件", "matters"),
    "people": ("人", "people"),
    "batches": ("批", "visits"),
    "times": ("次", "times"),
    "days": ("天", "days"),
    "minutes": ("分钟", "min"),
}

_DUE = ("期限届满日在统计期内，且届满时刻已过；提前完成的也在届满日计入", "The due day lies in the period and has passed; "
        "what is done early counts on its due day too")  # fmt: skip
_VOID = (
    "届满前因撤回、并案、改交等撤销的期限；因中止尚未确定届满日的期限",
    "Periods that lost their object before they were due (withdrawn, merged, rerouted); periods that a pause keeps open",
)
_NOTHING = ("无", "Nothing")
_REGISTERED = ("登记日在统计期内", "The day of registration lies in the period")
_ALL_REGISTERED = (
    "登记的全部信访事项（件次，并案、撤回的也计入）",
    "All registered matters, merged and withdrawn too",
)
_NO = ("", "")


def _v(
    top: Pair, bottom: Pair, leaves_out: Pair = _NOTHING, *, number: int = 1, since: dt.date = R05
) -> Version:
    return Version(number, since, top, bottom, leaves_out)


def _clock(code: str, name: Pair, source_kind: str, *versions: Version) -> Indicator:
    return Indicator(code, "time", SHARE, "percent", HIGH, name, _DUE, "clocks", source_kind, versions)


def _of_registered(code: str, kind: str, good: str, name: Pair, version: Version, facts: str) -> Indicator:
    unit = "percent" if kind == SHARE else "cases"
    return Indicator(code, "received", kind, unit, good, name, _REGISTERED, "registered", facts, (version,))


def _rated(target: str, who: Pair) -> tuple[Indicator, Indicator]:
    day = ("作出评价之日；没有评价的，评价期届满日", "The day of the rating; unrated, the end of its period")
    facts = "cases.Rating"
    dims = "ck" if target == "hall" else "uck"
    return (
        Indicator(
            f"participation_{target}", "solved", SHARE, "percent", HIGH,
            (f"参评率（对{who[0]}）", f"Share rated ({who[1]})"), day, "ratings", facts,
            (_v(("已评价", "Rated"), ("已评价和超期未评价", "Rated, and not rated in time"),
                ("还在评价期内、没有评价的", "Those that may still be rated")),), dims,
        ),
        Indicator(
            f"satisfied_{target}", "solved", SHARE, "percent", HIGH,
            (f"满意率（对{who[0]}）", f"Satisfied ({who[1]})"), ("作出评价之日", "The day of the rating"), "ratings", facts,
            (_v(("满意和基本满意", "Satisfied and mostly satisfied"),
                ("信访人本人作出的全部评价", "All ratings that petitioners gave"),
                ("没有评价的：不视为满意，也不视为不满意", "What nobody rated: neither good nor bad")),), dims,
        ),
    )  # fmt: skip


def _in_hall(code: str, kind: str, unit: str, good: str, name: Pair, version: Version, *, source: str = "tickets",
             things: str = "ticket", facts: str = "intake.Segment") -> Indicator:  # fmt: skip
    day = ("取号当天", "The day of the ticket") if source == "tickets" else ("到访当天", "The day of arrival")
    return Indicator(
        code, "hall", kind, unit, good, name, day, source, facts, (version,), "uc" if source == "tickets" else "c",
        things,
    )  # fmt: skip


_SERVED = ("接待过的号", "Numbers that were served")
_TABLE = (
    # -- received
    _of_registered("registered", COUNT, NONE, ("登记件数", "Registered"), _v(_NO, _ALL_REGISTERED), "cases.Case"),
    _of_registered(
        "online", SHARE, NONE, ("网信占比", "Share online"),
        _v(("信访形式为网信的", "Those that came online"), _ALL_REGISTERED), "cases.Case.channel"),
    _of_registered(
        "repeat", SHARE, LOW, ("重复信访率", "Repeat rate"),
        _v(("登记时认定为重复件的", "Those found to repeat an earlier one"), _ALL_REGISTERED), "cases.Case.repeat_of"),
    _of_registered(
        "skip_level", SHARE, NONE, ("越级占比", "Share skip-level"),
        _v(("登记为越级的", "Those registered as skip-level"), _ALL_REGISTERED), "cases.Case.is_skip_level"),
    _of_registered(
        "group", SHARE, NONE, ("集体访占比", "Share of groups"),
        _v(("登记为集体访的", "Those registered as a group's"), _ALL_REGISTERED), "cases.Case.is_group"),
    # -- in time
    _clock(
        "accept", ("及时受理率（信访部门）", "Sorted in time (petition office)"), "cases.Deadline sort",
        _v(("期限内受理、转送、交办或者作出其他决定的", "Decided in time: accepted, forwarded, declined, guided"),
           ("应当在期限内作出决定的（及时、超期、超期仍未决定）", "All that had to be decided: in time, late, still open"), _VOID)),
    _clock(
        "accept_unit", ("及时受理率（责任单位）", "Received in time (units)"), "cases.Deadline notify, cases.Triage",
        _v(("期限内接收的", "Received in time"), ("转送、交办给责任单位的（及时、超期、超期未接收）",
           "All forwarded to a unit: in time, late, not yet received"), _VOID)),
    _clock(
        "notice", ("按期受理告知率", "Told in time"), "cases.Deadline notify",
        _v(("期限内书面告知是否受理的", "Told in time whether accepted"), ("应当告知的", "All that had to be told"), _VOID),
        _v(("期限内书面告知接收情况、处理途径的", "Told in time of receipt and route"),
           ("应当告知的（2022年5月1日前登记的，按《信访条例》告知是否受理）",
            "All that had to be told (registered before 1 May 2022: under the 2005 regulations)"),
           _VOID, number=2, since=R22)),
    _clock(
        "answer", ("按期答复率", "Answered in time"), "cases.Deadline handle",
        _v(("期限内作出处理意见、答复或者达成协议的", "Opinion, reply or settlement in time"),
           ("应当答复的（按期、超期答复、超期未答复）；依法延长、中止的，按延长、中止后的届满日",
            "All that had to be answered: in time, late, still open; by the day that extension and pause have set"), _VOID)),
    _clock(
        "close", ("按期办结率", "Concluded in time"), "cases.Deadline handle, serve",
        _v(("期限内答复，并且意见按期送达的", "Answered in time, and served in time"),
           ("应当答复的", "All that had to be answered"),
           ("届满前撤销的期限；已按期答复、送达期限未满的", "Periods void before they were due; answered, and still to be served in time"))),
    Indicator(
        "overdue", "time", COUNT, "cases", LOW, ("逾期件数", "Overdue"), _DUE, "clocks", "cases.Deadline sort, notify, handle",
        (_v(_NO, ("转送、告知、办理期限届满时没有完成的（以后完成的也计入）",
                  "Forwarding, notice and handling not done when due, done later or not"), _VOID),)),
    Indicator(
        "overdue_days", "time", MEAN, "days", LOW, ("平均超期天数", "Mean days late"), _DUE, "clocks", "cases.Deadline handle",
        (_v(("超期答复的超期天数合计", "Sum of the days late"), ("超期答复的件数", "Answered late"),
            ("超期仍未答复的：天数还没有定，见逾期件数", "Still unanswered: see overdue")),)),
    Indicator(
        "overdue_longest", "time", LONGEST, "days", LOW, ("最长超期天数", "Longest lateness"), _DUE, "clocks",
        "cases.Deadline handle",
        (_v(_NO, ("超期答复的", "Answered late"), ("超期仍未答复的", "Still unanswered")),)),
    Indicator(
        "accept_days", "time", MEAN, "days", LOW, ("平均受理周期", "Mean days to acceptance"),
        ("受理日在统计期内", "The day of acceptance lies in the period"), "accepted", "cases.Case.accepted_on",
        (_v(("收到至受理的天数合计", "Days from receipt to acceptance"), ("受理的件数", "Accepted matters")),)),
    Indicator(
        "answer_days", "time", MEAN, "days", LOW, ("平均答复周期", "Mean days to opinion"),
        ("处理意见作出日在统计期内", "The day of the opinion lies in the period"), "opinions", "cases.Opinion, cases.Deadline handle",
        (_v(("受理至作出处理意见的天数合计", "Days from acceptance to opinion"), ("作出的处理意见", "Opinions issued"),
            ("责令重新办理后作出的", "Those after an order to handle anew")),)),
    Indicator(
        "longest_days", "time", LONGEST, "days", LOW, ("最长答复周期", "Longest days to opinion"),
        ("处理意见作出日在统计期内", "The day of the opinion lies in the period"), "opinions", "cases.Opinion, cases.Deadline handle",
        (_v(_NO, ("作出的处理意见", "Opinions issued"), ("责令重新办理后作出的", "Those after an order to handle anew")),)),
    # -- solved
    Indicator(
        "concluded", "solved", COUNT, "cases", NONE, ("办结件数", "Concluded"),
        ("办结日在统计期内", "The day of conclusion lies in the period"), "concluded", "cases.Case.status_since",
        (_v(_NO, ("已办结、调解和解、建议已答复、已终结的", "Closed, settled, replied to, finally closed"),
            ("不予受理、引导、并案、撤回的；又进入复查、复核的", "Declined, guided, merged, withdrawn; under review again")),)),
    Indicator(
        "first_solved", "solved", SHARE, "percent", HIGH, ("一次性化解率", "Solved the first time"),
        (f"办结后满{WINDOW_DAYS}日之日在统计期内", f"The {WINDOW_DAYS}th day after conclusion lies in the period"),
        "first_solved", "cases.Case.status_since, repeat_of",
        (_v((f"办结后{WINDOW_DAYS}日内没有再次信访的", f"Those that did not come again within {WINDOW_DAYS} days"),
            (f"办结的初次信访事项，满{WINDOW_DAYS}日的", f"First matters concluded {WINDOW_DAYS} days ago"),
            ("重复件；又进入复查、复核的", "Repeats; those under review again")),)),
    Indicator(
        "contact", "solved", SHARE, "percent", HIGH, ("初次信访联系率", "First matters contacted"),
        ("受理日在统计期内", "The day of acceptance lies in the period"), "accepted", "cases.WorkNote talk, visit, phone",
        (_v(("记载了约谈、走访或者电话联系的", "With a talk, a visit or a call on record"), ("受理的初次信访事项", "First matters accepted"),
            ("没有联系即撤回、并案的", "Withdrawn or merged before anybody called")),)),
    *_rated("hall", ("信访部门", "petition office")),
    *_rated("unit", ("责任单位", "unit")),
    # -- in the hall
    _in_hall("visits", COUNT, "batches", NONE, ("来访批次", "Visits"), _v(_NO, ("到访登记的批次", "Arrivals")),
             source="visits", things="visit", facts="intake.Visit"),
    _in_hall("people", SUM, "people", NONE, ("来访人次", "People"), _v(_NO, ("各批次的人数合计", "Heads of all arrivals")),
             source="visits", things="visit", facts="intake.Visit.head_count"),
    _in_hall("group_visits", COUNT, "batches", NONE, ("集体访批次", "Group visits"), _v(_NO, ("集体访批次", "Arrivals of groups")),
             source="visits", things="visit", facts="intake.Visit.is_group"),
    _in_hall("wait_median", MEDIAN, "minutes", LOW, ("候访时间中位数", "Median wait"),
             _v(_NO, ("被叫到的号", "Numbers that were called"), ("没有被叫到的；由夜间收号结束的等候", "Never called; waits that the night ended"))),
    _in_hall("wait_longest", LONGEST, "minutes", LOW, ("最长候访时间", "Longest wait"),
             _v(_NO, ("等候已经结束的号，包括等不及离开的", "Waits that ended, of those who gave up too"), ("由夜间收号结束的等候", "Waits that the night ended"))),
    _in_hall("abandon", SHARE, "percent", LOW, ("弃号率", "Gave up"),
             _v(("没有接待就离开的号", "Numbers that left unserved"), ("接待过的和没有接待就离开的号", "Served, or left unserved"), ("还在等候的", "Still waiting"))),
    _in_hall("talk_mean", MEAN, "minutes", NONE, ("平均接谈时间", "Mean talk"),
             _v(("接谈时间合计", "Sum of the talks"), ("接谈由工作人员结束的号", "Numbers whose talk staff ended"), ("由夜间收号结束的接谈", "Talks that the night ended"))),
    _in_hall("desk_to_case", SHARE, "percent", NONE, ("接谈转登记占比", "Talks that became a matter"),
             _v(("当次来访登记了信访事项的", "Whose visit was registered as a matter"), _SERVED, ("没有接待的", "Unserved")), facts="intake.Visit.cases"),
    # -- leaders and supervision
    Indicator(
        "receptions", "lead", COUNT, "times", NONE, ("领导接访场次", "Leaders' receptions"), ("接访当天", "The day of the reception"),
        "receptions", "staffing.LeaderReception",
        (_v(_NO, ("已经接访的场次", "Receptions held"), ("取消的、没有确认接访的", "Cancelled, or not confirmed")),), "", "reception"),
    Indicator(
        "reception_cases", "lead", COUNT, "cases", NONE, ("领导接访件数", "Matters before a leader"), ("接访当天", "The day of the reception"),
        "docket", "cases.DocketItem, cases.ReceptionRecord",
        (_v(_NO, ("有接访记录的事项", "Matters with a record of the reception"), ("没有记录的、移出的", "Without a record, or taken off")),)),
    Indicator(
        "sponsor_resolved", "lead", SHARE, "percent", HIGH, ("包案化解率", "Charges resolved"), ("包案结束日在统计期内", "The day the charge ended lies in the period"),
        "sponsorships", "cases.Sponsorship",
        (_v(("结果为已化解的", "Ended as resolved"), ("结束的包案", "Charges that ended"), ("移交其他领导或者单位的", "Handed over")),), "u", "sponsorship"),
    Indicator(
        "supervised", "lead", COUNT, "cases", NONE, ("督办件数", "Supervised"), ("发出督办之日", "The day supervision began"), "supervisions",
        "accountability.Supervision",
        (_v(_NO, ("经确认发出的督办", "Supervision that was confirmed"), ("系统提出未确认的、决定不督办的", "Only proposed, or dismissed")),)),
    Indicator(
        "supervised_closed", "lead", SHARE, "percent", HIGH, ("督办办结率", "Supervision closed"), ("发出督办之日", "The day supervision began"),
        "supervisions", "accountability.Supervision",
        (_v(("核实后办结的", "Verified and closed"), ("经确认发出的督办", "Supervision that was confirmed"),
            ("系统提出未确认的、决定不督办的", "Only proposed, or dismissed")),)),
)  # fmt: skip

INDICATORS: Mapping[str, Indicator] = {one.code: one for one in _TABLE}
if len(INDICATORS) != len(_TABLE):
    raise ValueError("accountability: an indicator is listed twice")
for _one in _TABLE:
    _dates = [version.in_force_from for version in _one.versions]
    if _dates != sorted(set(_dates)) or [v.number for v in _one.versions] != list(range(1, len(_dates) + 1)):
        raise ValueError(f"accountability: the versions of {_one.code} are not in order")


def formula(one: Indicator, version: Version) -> Pair:
    """The formula in words, in both languages."""
    if one.kind in (SHARE, MEAN):
        return f"{version.top[0]} ÷ {version.bottom[0]}", f"{version.top[1]} ÷ {version.bottom[1]}"
    how = {
        COUNT: ("件数：", "Number of: "), SUM: ("合计：", "Sum over: "), MEDIAN: ("中位数：", "Median over: "),
        LONGEST: ("最大值：", "Longest of: "),
    }[one.kind]  # fmt: skip
    return how[0] + version.bottom[0], how[1] + version.bottom[1]
