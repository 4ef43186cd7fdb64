"""Words."""

from __future__ import annotations

Span = tuple[date, date]
Value = date | int | str | Span | tuple[str, ...]


class Unit(StrEnum):
    NATURAL = "natural"
    WORKDAY = "workday"


class ClockError(ValueError):
    """Facts that no lawful period can be computed from. `say` puts it into words; `code` is for machines."""

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code, self.values = code, values

    def __str__(self) -> str:
        return say(self, "zh-hans")


# code: (Chinese, English). Dates, spans and names of holidays come in the reader's language.
# fmt: off
WORDS: Mapping[str, tuple[str, str]] = {
    "basis": ("依据{article}，{name}的期限为{days}{unit}。", "{article_en}: {name_en}, {days} {unit}s."),
    "own_limit": ("大厅内部时限{days}日，短于法定的{statutory}日，按内部时限计算。",
                  "The hall's own limit of {days} is shorter than the {statutory} of the law, and is used."),
    "day_zero": ("{day}为起算日，当日不计入（参照民法典第二百零一条）。",
                 "{day} is day 0 and is not counted (Civil Code 201 by analogy)."),
    "day_n": ("第{n}{unit}是{day}。", "{unit} {n} is {day}."),
    "pause": ("{span}中止，{days}日不计入（{article}）。", "Paused {span}; days not counted: {days} ({article_en})."),
    "pause_open": ("自{day}起中止，尚未恢复（{article}）。", "Paused from {day}, not yet resumed ({article_en})."),
    "pause_outside": ("{span}的中止不在期间之内，不影响期限。", "The pause {span} lies outside and changes nothing."),
    "counted": ("{span}（{why}）在期间之内，照常计入。", "{span} ({why}) lies within and counts."),
    "left_out": ("{span}（{why}）休息，不计入工作日。", "{span} ({why}) is rest and not counted."),
    "makeup": ("{day}为调休上班日（{why}），是工作日。", "{day} is a make-up workday ({why}), a working day."),
    "extension": ("经批准延长{extension}日，自{base}的次日起接着计算。",
                  "Extended; days added: {extension}, counted on from the day after {base}."),
    "rolled": ("{span}（{why}）不是工作日，顺延至{day}（参照民法典第二百零三条）。",
               "{span} ({why}) is no working day: moved to {day} (Civil Code 203 by analogy)."),
    "source": ("{year}年放假安排依据：{source}。", "Calendar of {year}: {source}."),
    "provisional": ("{years}年放假安排尚未公布，暂按周末和法定节假日推算，公布后重新计算。",
                    "Provisional: {years} is not published yet; computed again when it is."),
    "no_end_yet": ("中止期间期限不届满，恢复后再确定届满日。", "The period cannot end while it is paused."),
    "due": ("{day}届满。", "It ends on {day}."),
    "hold_reversed": ("中止的结束日{end}早于开始日{start}。", "The pause ends on {end}, before its start on {start}."),
    "hold_unknown": ("{name}不得中止：{article}没有规定中止。", "{name_en} cannot be paused: {article_en} knows no pause."),
    "extension_unknown": ("{name}不得延长：{article}没有规定延长。",
                          "{name_en} cannot be extended: {article_en} knows no extension."),
    "extension_beyond": ("{name}可以延长0至{limit}日（{article}），不能延长{extension}日。",
                         "{name_en}: an extension is 0 to {limit} days ({article_en}), not {extension}."),
    "own_limit_beyond": ("{name}的内部时限须为1至{days}日（{article}），不能是{own_limit}日。",
                         "{name_en}: an own limit must be 1 to {days} days ({article_en}), not {own_limit}."),
    "beyond_calendar": ("自{start}起算，届满日超出公历可表示的范围。", "Counted from {start}, the end is beyond the calendar."),
    "hours_disordered": ("办公时间须按先后排列且不重叠。", "Working hours must be in order and must not overlap."),
}
# fmt: on

ENGLISH: Mapping[str, str] = {
    "日": "day", "个工作日": "working day", WEEKEND: "weekend", "元旦": "New Year's Day", "春节": "Spring Festival",
    "清明节": "Qingming", "劳动节": "Labour Day", "端午节": "Dragon Boat Festival", "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}  # fmt: skip


def say(said: Step | ClockError, language: str) -> str:
    """A step or a refusal as one sentence, in Chinese, or in English when the language starts with `en`."""
    english = language.startswith("en")
    values = {name: _word(value, english) for name, value in said.values.items()}
    sentence = WORDS[said.code][english].format_map(values)
    return sentence[0].upper() + sentence[1:]


def say_date(day: date, language: str) -> str:
    """`2026年11月21日 周六`, or `Sat 21 Nov 2026`."""
    if language.startswith("en"):
        return f"{day:%a} {day.day} {day:%b %Y}"
    return f"{day.year}年{day.month}月{day.day}日 周{'一二三四五六日'[day.weekday()]}"


def _word(value: Value, english: bool) -> str:
    match value:
        case date():
            return say_date(value, "en" if english else "zh-hans")
        case (date(), date()):
            return (" to " if english else "至").join(_word(day, english) for day in dict.fromkeys(value))
        case tuple():
            return (", " if english else "、").join(_word(name, english) for name in value)
        case _:
            return ENGLISH.get(str(value), str(value)) if english else str(value)
