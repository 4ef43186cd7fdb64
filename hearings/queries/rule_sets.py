"""The ready sets of local rules, and the version that a hall has in force on a day."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from cases.terms import LocalRule
from hall.citations import in_english
from hall.clock import Unit
from hearings.lifecycle import ARTICLE
from hearings.models import HearingRules

SOURCE = Path(__file__).resolve().parent.parent / "management" / "data" / "hearing_rules.toml"
DEFAULT = "default"
PERIODS = ("apply", "decide", "hold", "notice", "conclude", "serve")
"""The numbers of days, each with its unit."""
PLAIN = (
    "extend_days", "panel_least", "most_representatives", "most_agents", "silence_grants", "no_show_waives",
)  # fmt: skip
"""What is no period with a unit of its own."""
ARTICLE_EN = "Joint Reception Hall Rules (2015, No. 12), part (7)"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One ready set. `facts` are the fields of `HearingRules`."""

    code: str
    name: str
    name_en: str
    from_on: dt.date
    until: dt.date | None
    facts: Mapping[str, Any]

    @property
    def label(self) -> str:
        return (in_english() and self.name_en) or self.name

    def holds_on(self, day: dt.date) -> bool:
        return self.from_on <= day and (self.until is None or day <= self.until)


def read_sets(text: str) -> dict[str, RuleSet]:
    """The sets of a TOML file, in its order. Raises KeyError for a number that is missing."""
    return {code: _read(code, row) for code, row in tomllib.loads(text).items()}


def _read(code: str, row: Mapping[str, Any]) -> RuleSet:
    facts: dict[str, Any] = {}
    for name in PERIODS:
        days, unit = row[name]
        facts[f"{name}_days"], facts[f"{name}_unit"] = int(days), Unit(unit).value
    facts |= {name: row["extend" if name == "extend_days" else name] for name in PLAIN}
    facts |= {"source": row["source"], "source_en": row["source_en"], "given": list(row["given"])}
    return RuleSet(code, row["name"], row["name_en"], row["from_on"], row.get("until"), facts)


@cache
def rule_sets() -> Mapping[str, RuleSet]:
    """Those that come with the house."""
    return read_sets(SOURCE.read_text(encoding="utf-8"))


def rules_on(hall_id: int, day: dt.date) -> HearingRules | None:
    """The version in force that day; None where the hall has not needed any yet."""
    return (
        HearingRules.objects.filter(hall=hall_id, in_force_from__lte=day)
        .order_by("-in_force_from", "-id")
        .first()
    )


# -- numbers in words ----------------------------------------------------------------------------------------------


def days_words(days: int, unit: str) -> str:
    if unit == Unit.WORKDAY:
        words = ngettext("%(n)s个工作日", "%(n)s个工作日", days)
    else:
        words = npgettext("days", "%(n)s日", "%(n)s日", days)
    return words % {"n": days}


def local_rule(rules: HearingRules, name: str) -> LocalRule:
    """That number of the version as a clock takes it: under the source where that gives it, else as the hall's own."""
    days, unit = getattr(rules, f"{name}_days"), getattr(rules, f"{name}_unit")
    said = f"{days}个工作日" if unit == Unit.WORKDAY else f"{days}日"
    said_en = f"{days} working days" if unit == Unit.WORKDAY else f"{days} days"
    is_given = name in rules.given
    extend = rules.extend_days if name == "hold" else 0
    more, more_en = (
        (f"，延期不超过{extend}日", f", at most {extend} more by postponement") if extend else ("", "")
    )
    what, what_en = _WHAT[name]
    if is_given:
        rule, rule_en = f"{what}：{said}{more}。", f"{what_en}: {said_en}{more_en}."
    else:
        rule = f"{what}：所采用的规定没有日数，本厅规则为{said}{more}。"
        rule_en = f"{what_en}: no number is given; the hall's own is {said_en}{more_en}."
    return LocalRule(
        days=days,
        unit=unit,
        article=rules.name if is_given else ARTICLE,
        article_en=(rules.name_en or rules.name) if is_given else ARTICLE_EN,
        rule=rule,
        rule_en=rule_en,
        max_extension=extend,
    )


_WHAT = {
    "apply": ("收到书面意见后申请听证", "To ask for a hearing after the written opinion"),
    "decide": ("收到申请后决定是否举行听证", "To decide on the request"),
    "hold": ("决定以后举行听证", "To hold the hearing after the decision"),
    "notice": ("举行以前发出通知", "Notice before the hearing"),
    "conclude": ("听证以后作出结论", "Conclusion after the hearing"),
    "serve": ("当场宣布结论的，送达书面结论", "The paper of a conclusion told on the spot"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """One line of a set for reading: what, how much, and whether the source gives it."""

    what: str
    value: str
    is_given: bool


def numbers_of(facts: Mapping[str, Any]) -> Iterator[Number]:
    """Every number of a set or of a version, in words."""
    given = facts["given"]
    names = {
        "apply": _("收到书面意见以后申请"),
        "decide": _("决定是否举行"),
        "hold": _("决定以后举行"),
        "notice": _("举行以前通知"),
        "conclude": _("听证以后作出结论"),
        "serve": _("当场宣布的，书面结论送达"),
    }
    for name, what in names.items():
        days, unit = facts[f"{name}_days"], facts[f"{name}_unit"]
        value = days_words(days, unit) if days else _("没有期限")
        if name == "notice":
            value = _("至少%(days)s") % {"days": value}
        yield Number(what, value, name in given)
        if name == "decide":
            silent = _("视为同意") if facts["silence_grants"] else _("催办、上报，不视为同意")
            yield Number(_("逾期不决定"), silent, "silence_grants" in given)
        if name == "hold":
            yield Number(
                _("延期合计最多"), days_words(facts["extend_days"], facts["hold_unit"]), "extend" in given
            )
    for name, what in (
        ("panel_least", _("听证员人数（单数），至少")),
        ("most_representatives", _("信访人代表，最多")),
        ("most_agents", _("代理人，最多")),
    ):
        yield Number(what, _("%(n)s人") % {"n": facts[name]}, name in given)
    waives = _("视为放弃，终止听证") if facts["no_show_waives"] else _("不视为放弃，可以延期")
    yield Number(_("无正当理由不到场"), waives, "no_show_waives" in given)


def facts_of(rules: HearingRules) -> dict[str, Any]:
    """The numbers of a version as `numbers_of` and the form read them."""
    names = [*(f"{name}_{part}" for name in PERIODS for part in ("days", "unit")), *PLAIN, "given"]
    return {name: getattr(rules, name) for name in names}
