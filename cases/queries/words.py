"""The journal of a case in words: which act each verb was, and what its entry says beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.terms import term
from hall import clock
from hall.citations import cite
from hall.models import JournalEntry
from staffing.lifecycle import ROLES

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Verb:
    """How an act is shown. A `minor` one stands under the act that caused it; `open` ones the petitioner sees too."""

    words: str | Promise
    icon: str = "document"
    tone: str = ""
    minor: bool = False
    open: bool = False


VERBS: Mapping[str, Verb] = {
    "register_case": Verb(pgettext_lazy("done", "登记"), "edit", "", open=True),
    "accept_case": Verb(pgettext_lazy("done", "受理"), "check", "good", open=True),
    "forward_case": Verb(pgettext_lazy("done", "转送"), "transfer", "", open=True),
    "decline_case": Verb(pgettext_lazy("done", "不予受理"), "ban", "", open=True),
    "decline_closed_case": Verb(pgettext_lazy("done", "不再受理"), "ban", "", open=True),
    "guide_case": Verb(lazy("引导至有权机关"), "route", "", open=True),
    "receive_case": Verb(lazy("单位接收"), "check", "good", open=True),
    "withdraw_case": Verb(lazy("信访人撤回"), "undo", "", open=True),
    "add_material": Verb(lazy("补充材料"), "paperclip", "", open=True),
    "issue_document": Verb(lazy("出具文书"), "document", "", minor=True, open=True),
    "void_document": Verb(lazy("文书作废"), "ban", "late"),
    "start_deadline": Verb(lazy("期限开始计算"), "clock", "", minor=True),
    "meet_deadline": Verb(lazy("期限内的事已办"), "clock", "", minor=True),
    "void_deadline": Verb(lazy("期限终止"), "clock", "", minor=True),
    "recompute_deadline": Verb(lazy("按公布的放假安排重算期限"), "calendar", "soon", open=True),
    "take_step": Verb(lazy("催办提醒"), "bell", "soon"),
    "reveal_person": Verb(lazy("查看个人信息"), "eye", ""),
    "look_up_history": Verb(lazy("查询以往信访"), "search", ""),
}


def verb(name: str) -> Verb:
    """The entry of the table; an act that it does not know is shown by its own name, not hidden."""
    return VERBS.get(name) or Verb(name)


def say_day(value: object) -> str:
    """An ISO date of the journal in the reader's language."""
    if not value:
        return ""
    return clock.say_date(dt.date.fromisoformat(str(value)[:10]), get_language() or "zh-hans")


def term_name(code: object, law: str) -> str:
    """What a period is called, in the reader's language."""
    try:
        known = term(str(code), law)
    except LookupError:
        return str(code)
    return known.name_en if (get_language() or "").startswith("en") else known.name


def role_name(code: object) -> str:
    return _(ROLES.get(str(code), str(code)))


def says(entry: JournalEntry, law: str) -> str:
    """One sentence of what the entry recorded; "" when the verb says it all."""
    tell = _TELL.get(entry.verb)
    return tell(entry.after, entry, law) if tell else ""


def _registered(after: Facts, entry: JournalEntry, law: str) -> str:
    return _("编号%(number)s") % {"number": after.get("number", "")}


def _decided(after: Facts, entry: JournalEntry, law: str) -> str:
    unit, article = after.get("department"), after.get("article")
    parts = [
        _("承办单位：%(unit)s") % {"unit": unit} if unit else "",
        _("依据：%(article)s") % {"article": cite(str(article))} if article else "",
    ]
    return "\n".join(part for part in parts if part)


def _started(after: Facts, entry: JournalEntry, law: str) -> str:
    facts = {"term": term_name(after.get("term"), law), "day": say_day(after.get("due_on"))}
    if not facts["day"]:
        return _("开始计算“%(term)s”期限，中止期间暂无届满日") % facts
    return _("开始计算“%(term)s”期限，%(day)s届满") % facts


def _met(after: Facts, entry: JournalEntry, law: str) -> str:
    facts = {"term": term_name(after.get("term"), law), "day": say_day(after.get("due_on"))}
    if after.get("late"):
        return _("“%(term)s”已办，晚于%(day)s的期限") % facts
    return _("“%(term)s”已在期限内办理") % facts


def _voided(after: Facts, entry: JournalEntry, law: str) -> str:
    return _("“%(term)s”期限终止") % {"term": term_name(after.get("term"), law)}


def _recomputed(after: Facts, entry: JournalEntry, law: str) -> str:
    facts = {
        "term": term_name(after.get("term"), law),
        "old": say_day(entry.before.get("due_on")),
        "new": say_day(after.get("due_on")),
    }
    return _("“%(term)s”期限：%(old)s改为%(new)s") % facts


def _issued(after: Facts, entry: JournalEntry, law: str) -> str:
    return f"{after.get('title', '')} {after.get('number', '')}".strip()


def _stepped(after: Facts, entry: JournalEntry, law: str) -> str:
    english = (get_language() or "").startswith("en")
    facts = {
        "term": term_name(after.get("term"), law),
        "day": say_day(after.get("due_on")),
        "rung": (english and after.get("rung_en")) or after.get("rung", ""),
        "role": role_name(after.get("role")),
        "n": after.get("recipients", 0),
    }
    return _("“%(term)s”（%(day)s届满）：%(rung)s，已通知%(role)s%(n)s人") % facts


def _material(after: Facts, entry: JournalEntry, law: str) -> str:
    return str(after.get("name", ""))


def _revealed(after: Facts, entry: JournalEntry, law: str) -> str:
    return _("查看对象：%(name)s") % {"name": after.get("name", "")}


_TELL: Mapping[str, Callable[[Facts, JournalEntry, str], str]] = {
    "register_case": _registered,
    "accept_case": _decided,
    "forward_case": _decided,
    "decline_case": _decided,
    "decline_closed_case": _decided,
    "guide_case": _decided,
    "start_deadline": _started,
    "meet_deadline": _met,
    "void_deadline": _voided,
    "recompute_deadline": _recomputed,
    "issue_document": _issued,
    "void_document": _issued,
    "take_step": _stepped,
    "add_material": _material,
    "reveal_person": _revealed,
}
