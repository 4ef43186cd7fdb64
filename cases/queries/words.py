"""The journal of a case in words: which act each verb was, and what its entry says beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle import (
    ADOPTIONS,
    LINKS,
    NOTE_KINDS,
    OUTCOMES_OF_CHARGE,
    OUTCOMES_OF_VISIT,
    PARTS,
    REVIEW_OUTCOMES,
    SERVICE_METHODS,
    SERVICE_OUTCOMES,
)
from cases.queries.verbs import VERBS, Verb
from cases.terms import term
from hall import clock
from hall.citations import cite, in_english
from hall.models import JournalEntry
from staffing.lifecycle import PARTICIPANT_KINDS, ROLES

Facts = Mapping[str, object]


# What an entry may say beside its verb, in this order: key → how it is named. Codes are said in words.
_SAID: Mapping[str, str | Promise] = {
    "leader": lazy("领导"),
    "unit": lazy("单位"),
    "part": lazy("分工"),
    "outcome": lazy("决定"),
    "method": lazy("方式"),
    "days": lazy("日数"),
    "on": lazy("日期"),
    "until": lazy("至"),
    "body": lazy("有权处理的机关、单位"),
    "to": lazy("报告对象"),
    "claims": lazy("诉求"),
    "other": lazy("事项"),
    "paper": lazy("文书"),
    "article": lazy("依据"),
    "note": "",
}
_CODES = {
    **PARTS, **REVIEW_OUTCOMES, **SERVICE_METHODS, **SERVICE_OUTCOMES, **NOTE_KINDS, **ADOPTIONS, **LINKS,
    **OUTCOMES_OF_VISIT, **OUTCOMES_OF_CHARGE,
}  # fmt: skip


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
    return known.name_en if in_english() else known.name


def role_name(code: object) -> str:
    return _(ROLES.get(str(code), str(code)))


def says(entry: JournalEntry, law: str) -> str:
    """One sentence of what the entry recorded; "" when the verb says it all."""
    tell = _TELL.get(entry.verb, _plainly)
    return tell(entry.after, entry, law)


def _plainly(after: Facts, entry: JournalEntry, law: str) -> str:
    """The facts that the entry recorded under known names, a line each."""
    lines = []
    for key, name in _SAID.items():
        value = after.get(key)
        if value in (None, "", []):
            continue
        if key in ("on", "until"):
            text = say_day(value)
        elif key == "article":
            text = cite(str(value))
        elif isinstance(value, list):
            text = _("、").join(str(one) for one in value)
        else:
            text = _(_CODES[str(value)]) if str(value) in _CODES else str(value)
        lines.append(_("%(name)s：%(text)s") % {"name": name, "text": text} if name else text)
    return "\n".join(lines)


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
    english = in_english()
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


def _drafted(after: Facts, entry: JournalEntry, law: str) -> str:
    """An edit after the opinion went round makes what was signed void."""
    said = _plainly(after, entry, law)
    void = {"submitted": _("送签随之失效"), "countersigned": _("会签随之失效")}.get(
        str(entry.before.get("opinion_status"))
    )
    return "\n".join(line for line in (said, void) if line)


def _served(after: Facts, entry: JournalEntry, law: str) -> str:
    """What came of the attempt first: whether the paper was received."""
    outcome = SERVICE_OUTCOMES[str(after.get("outcome") or "served")]
    rest = _plainly({name: value for name, value in after.items() if name != "outcome"}, entry, law)
    return "\n".join((_("送达结果：%(outcome)s") % {"outcome": _(outcome)}, rest))


def _asked(after: Facts, entry: JournalEntry, law: str) -> str:
    """To whom the petitioner turned, and by when that body answers."""
    facts = {
        "unit": after.get("unit", ""),
        "on": say_day(after.get("on")),
        "until": say_day(after.get("until")),
    }
    said = _("%(unit)s于%(on)s收到申请，%(until)s前作出意见") % facts
    article = after.get("article")
    return f"{said}\n{_('依据：%(article)s') % {'article': cite(str(article))}}" if article else said


def _progressed(after: Facts, entry: JournalEntry, law: str) -> str:
    return _("进度：%(n)s%%") % {"n": after.get("percent", 0)}


def _heard(after: Facts, entry: JournalEntry, law: str) -> str:
    """A hearing's ground or openness is recorded in Chinese, as on its paper."""
    lines = [_plainly({name: value for name, value in after.items() if name != "note"}, entry, law)]
    if note := str(after.get("note") or ""):
        lines.append(_(note))
    return "\n".join(line for line in lines if line)


def _consented(after: Facts, entry: JournalEntry, law: str) -> str:
    words = _("同意公开") if after.get("consent") else _("不同意公开")
    return _("%(day)s表示：%(words)s") % {"day": say_day(after.get("on")), "words": words}


def _invited(after: Facts, entry: JournalEntry, law: str) -> str:
    return _("已邀请信访人评价，%(day)s前有效") % {"day": say_day(after.get("until"))}


def _noticed(after: Facts, entry: JournalEntry, law: str) -> str:
    """For which day, and until when everybody must have it."""
    facts = {
        "day": say_day(after.get("on")),
        "until": say_day(after.get("until")),
        "n": after.get("count", 0),
    }
    said = _("听证日：%(day)s，通知%(n)s份") % facts
    return said + ("\n" + _("最迟送达：%(until)s") % facts if facts["until"] else "")


def _notice_served(after: Facts, entry: JournalEntry, law: str) -> str:
    rest = _plainly(after, entry, law)
    return "\n".join(
        line
        for line in (_(str(after.get("whom", ""))), rest, _("晚于最迟送达日") if after.get("late") else "")
        if line
    )


def _found(after: Facts, entry: JournalEntry, law: str) -> str:
    """Which period of which unit, and how many days; never the reasons, which stay with the finding."""
    lines = []
    if fault := after.get("fault"):
        lines.append(_("问题：%(fault)s") % {"fault": _(str(fault))})  # in Chinese, as in FAULTS
    if term_code := after.get("term"):
        lines.append(_("期限：%(term)s") % {"term": term_name(term_code, law)})
    if unit := after.get("unit"):
        lines.append(_("单位：%(unit)s") % {"unit": unit})
    if after.get("days") is not None:
        lines.append(_("日数：%(n)s") % {"n": after["days"]})
    if until := after.get("until"):
        lines.append(_("说明期限：%(day)s") % {"day": say_day(until)})
    if after.get("is_late"):
        lines.append(_("逾期提交"))
    return "\n".join(lines)


def _helped(after: Facts, entry: JournalEntry, law: str) -> str:
    """Who helped and whether they sent on; what was said is not in the file."""
    who = _(PARTICIPANT_KINDS.get(str(after.get("service")), str(after.get("service"))))
    said = _("%(who)s提供服务，已转介") if after.get("referred") else _("%(who)s提供服务，未转介")
    return said % {"who": who} + (_("（更正）") if after.get("corrected") else "")


def _came(after: Facts, entry: JournalEntry, law: str) -> str:
    return _("号码%(number)s") % {"number": after["ticket"]} if after.get("ticket") else ""


def _versioned(after: Facts, entry: JournalEntry, law: str) -> str:
    """Which version of the minutes; what it says is read there."""
    said = _("第%(n)s版") % {"n": after.get("version", "")}
    rest = _plainly(after, entry, law)
    if entry.verb == "draft_minutes" and after.get("from") == "circulating":
        rest = _("已有的会签随之失效")
    return "\n".join(line for line in (said, rest) if line)


def _committed(after: Facts, entry: JournalEntry, law: str) -> str:
    said = _("第%(n)s项任务") % {"n": after.get("n", "")}
    return "\n".join((said, _plainly(after, entry, law)))


def _paged(after: Facts, entry: JournalEntry, law: str) -> str:
    """Which page in which version; never what stands on it."""
    if after.get("version"):
        return _("第%(n)s页，第%(version)s稿") % {"n": after.get("page"), "version": after["version"]}
    return _("第%(n)s页") % {"n": after.get("page")}


def _panel_drawn(after: Facts, entry: JournalEntry, law: str) -> str:
    """How many of how many, by which seed: whoever knows it can repeat the draw."""
    facts = {"n": after.get("size"), "of": after.get("candidates"), "seed": after.get("seed")}
    return _("从%(of)s人中抽取%(n)s人，种子%(seed)s") % facts


def _recusal_decided(after: Facts, entry: JournalEntry, law: str) -> str:
    return _("同意回避") if after.get("granted") else _("不同意回避")


_TELL: Mapping[str, Callable[[Facts, JournalEntry, str], str]] = {
    "open_hearing": _heard,
    "grant_hearing": _heard,
    "grant_by_silence": _heard,
    "set_openness": _heard,
    "postpone_hearing": _heard,
    "suspend_hearing": _heard,
    "end_hearing": _heard,
    "lapse_hearings": _heard,
    "draw_panel": _panel_drawn,
    "decide_recusal": _recusal_decided,
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
    "draft_opinion": _drafted,
    "serve_opinion": _served,
    "serve_document": _served,
    "open_ratings": _invited,
    "request_review": _asked,
    "request_reexamination": _asked,
    "add_material": _material,
    "notify_parties": _noticed,
    "record_notice_service": _notice_served,
    "waive_notice_period": _notice_served,
    "note_service": _helped,
    "link_visit": _came,
    **dict.fromkeys(
        (
            "open_finding",
            "open_findings",
            "count_finding",
            "state_case",
            "lapse_statements",
            "uphold_finding",
            "reduce_finding",
            "dismiss_finding",
            "reopen_finding",
            "request_finding_review",
            "confirm_finding",
            "change_finding",
        ),
        _found,
    ),
    "reveal_person": _revealed,
    "record_progress": _progressed,
    "write_page": _paged,
    "correct_page": _paged,
    "record_consent": _consented,
    **dict.fromkeys(
        ("draft_minutes", "circulate_minutes", "countersign_minutes", "return_minutes", "pass_over_unit"),
        _versioned,
    ),
    **dict.fromkeys(
        (
            "report_commitment",
            "return_commitment",
            "confirm_commitment",
            "extend_commitment",
            "drop_commitment",
        ),
        _committed,
    ),
}
