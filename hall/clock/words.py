"""Words: every step of an explanation and every refusal as one sentence, in Chinese and in English.

Two columns of one table instead of gettext: this package is pure, and a sentence beside its twin is easier
to keep true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Span = tuple[date, date]
Value = date | int | str | Span | tuple[str, ...]

WEEKEND = "周末"


@dataclass(frozen=True)
class Step:
    """One sentence of an explanation: what happened (`code`), with which dates, numbers and names."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def packed(self) -> dict[str, Any]:
        """As JSON holds it, dates marked and in ISO form; `unpack` gives the same step back."""
        return {"code": self.code, "values": {name: _pack(value) for name, value in self.values.items()}}

    @classmethod
    def unpack(cls, packed: Mapping[str, Any]) -> Step:
        return cls(packed["code"], {name: _unpack(value) for name, value in packed["values"].items()})


class ClockError(ValueError):
    """Facts from which no lawful period can be computed. `code` is for machines, `say` for people."""

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code, self.values = code, values

    def __str__(self) -> str:
        return say(self, "zh-hans")


# fmt: off
SENTENCES: Mapping[str, tuple[str, str]] = {
    "basis": (
        "依据{article}，{name}的期限为{days}{unit}。",
        "{name_en}: {days} {unit}s ({article_en})."),
    "own_limit": (
        "大厅内部时限为{days}{unit}，短于法定的{statutory}{unit}，按内部时限计算。",
        "The hall's own limit of {days} {unit}s is used; the law's is {statutory}."),
    "day_zero": (
        "{day}为起算日，当日不计入（参照《民法典》第二百零一条）。",
        "{day} is day 0 and is not counted (Civil Code, Art. 201, by analogy)."),
    "day_n": (
        "第{n}{unit}是{day}。",
        "{unit} {n} is {day}."),
    "pause": (
        "{span}中止，扣除{days}日（{article}）。",
        "Paused {span}, days left out: {days} ({article_en})."),
    "pause_open": (
        "自{day}起中止，尚未恢复（{article}）。",
        "Paused from {day}, not resumed yet ({article_en})."),
    "pause_outside": (
        "{span}的中止不在期间之内，不影响期限。",
        "The pause {span} lies outside the period and changes nothing."),
    "counted": (
        "{span}（{why}）在期间之内，照常计入。",
        "{span} ({why}) lies within the period and counts."),
    "left_out": (
        "{span}（{why}）休息，不计入工作日。",
        "{span} ({why}): rest, not counted."),
    "makeup": (
        "{span}（{why}）调休上班，是工作日。",
        "{span} (for {why}): worked to make up for a day off, so it counts as a working day."),
    "extension": (
        "延长{extension}日，自{base}的次日起接着计算。",
        "Extended, days added: {extension}, counted on from the day after {base}."),
    "moved": (
        "{span}（{why}）不是工作日，顺延至{day}（参照《民法典》第二百零三条）。",
        "{span} ({why}) is no working day: moved to {day} (Civil Code, Art. 203, by analogy)."),
    "source": (
        "{year}年放假安排的来源：{source}。",
        "The working calendar of {year} is published."),
    "provisional": (
        "{years}年放假安排尚未公布，暂按周末和法定节假日推算，公布后重新计算。",
        "Provisional: the calendar of {years} is not published; weekends and statutory holidays assumed."),
    "no_end_yet": (
        "中止期间期限不届满，恢复后再确定届满日。",
        "The period cannot end while it is paused."),
    "due": (
        "{day}届满。",
        "The period ends on {day}."),
    "hold_reversed": (
        "中止的结束日（{end}）早于开始日（{start}）。",
        "The pause ends ({end}) before it starts ({start})."),
    "hold_unknown": (
        "{name}的期限不得中止，{article}没有这样的规定。",
        "{name_en}: this period cannot be paused; {article_en} does not provide for it."),
    "extension_unknown": (
        "{name}的期限不得延长，{article}没有这样的规定。",
        "{name_en}: this period cannot be extended; {article_en} does not provide for it."),
    "extension_beyond": (
        "{name}的期限只能延长0至{limit}日（{article}），不能延长{extension}日。",
        "{name_en}: an extension is 0 to {limit} days ({article_en}), not {extension}."),
    "own_limit_beyond": (
        "{name}的内部时限须在1至{days}日之间（{article}），不能是{own_limit}日。",
        "{name_en}: the hall's own limit must be 1 to {days} ({article_en}), not {own_limit}."),
    "beyond_calendar": (
        "自{start}起算，届满日超出历法范围。",
        "Counted from {start}, the period ends beyond the calendar."),
    "csv_columns": (
        "第1行：缺少列{missing}，应有date,kind,name三列。",
        "Line 1: no column {missing}; the columns are date,kind,name."),
    "csv_date": (
        "第{line}行：日期“{text}”不正确，应为2027-01-01的形式。",
        "Line {line}: “{text}” is no date like 2027-01-01."),
    "csv_kind": (
        "第{line}行：类别“{text}”不正确，应为holiday（放假）或workday（上班）。",
        "Line {line}: kind “{text}” is neither holiday nor workday."),
    "csv_name": (
        "第{line}行：缺少节日名称。",
        "Line {line}: the name of the holiday is missing."),
    "csv_twice": (
        "第{line}行：{day}重复出现。",
        "Line {line}: {day} stands here twice."),
    "csv_no_weekend": (
        "第{line}行：{day}本来就是工作日，不能是调休上班日。",
        "Line {line}: {day} is a weekday and cannot be a make-up workday."),
    "csv_broken": (
        "第{line}行：引号不完整，无法读取。",
        "Line {line}: cannot be read, a quote is open."),
    "csv_empty": (
        "文件里没有任何年份的放假安排。",
        "The file arranges no year."),
    "csv_gap": (
        "{year}年的安排不完整：没有{day}的放假。",
        "The arrangement of {year} is not whole: {day} is no holiday in it."),
    "hours_disordered": (
        "办公时段至少一个，须先后排列，不得重叠。",
        "Working hours need at least one session, in order, not overlapping."),
}
# fmt: on

ENGLISH: Mapping[str, str] = {
    "日": "day",
    "个工作日": "working day",
    WEEKEND: "weekend",
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-Sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "70th Anniversary of Victory Day",
}

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def say(said: Step | ClockError, language: str) -> str:
    """A step or a refusal as one sentence: English when the language starts with `en`, else Chinese."""
    english = language.startswith("en")
    values = {name: _word(value, english) for name, value in said.values.items()}
    sentence = SENTENCES[said.code][english].format_map(values)
    return sentence[0].upper() + sentence[1:]


def say_date(day: date, language: str) -> str:
    """`2026年11月21日 周六`, or `Sat 21 Nov 2026`."""
    if language.startswith("en"):
        # Not strftime: its names follow the locale of the process.
        return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日 周{'一二三四五六日'[day.weekday()]}"


def _word(value: Value, english: bool) -> str:
    if isinstance(value, tuple):
        parts = dict.fromkeys(_word(part, english) for part in value)
        joint = (" to ", "至") if isinstance(value[0], date) else (", ", "、")
        return joint[not english].join(parts)
    if isinstance(value, date):
        return say_date(value, "en" if english else "zh-hans")
    return ENGLISH.get(str(value), str(value)) if english else str(value)


def _pack(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_pack(part) for part in value]
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _unpack(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unpack(part) for part in value)
    return date.fromisoformat(value["date"]) if isinstance(value, dict) else value
