"""What a trigger saw, in words; and what stands on the notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accountability.lifecycle import TRIGGERS
from accountability.models import Supervision
from cases.lifecycle import CHANNELS
from cases.models import Case
from cases.queries.words import say_day, term_name
from hall.access import Actor

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """One fact in a sentence; `url` leads to what it was read from, for who may go there."""

    text: str
    url: str = ""


def _clock(facts: Facts, law: str) -> dict[str, Any]:
    return {
        "term": term_name(facts.get("term"), law), "from": say_day(facts.get("from")), "due": say_day(facts.get("due")),
        "passed": facts.get("passed", 0), "of": facts.get("of", 0), "days": facts.get("days", 0),
    }  # fmt: skip


def _half_time(facts: Facts, law: str) -> str:
    if "got" in facts:
        said = _(
            "“%(term)s”自%(from)s起算，%(due)s届满；%(got)s起由该单位办理，余下的%(of)s日已过%(passed)s日，"
            "单位没有任何办理记录。"
        )
        return said % {**_clock(facts, law), "got": say_day(facts["got"])}
    said = _("“%(term)s”自%(from)s起算，%(due)s届满；期限%(of)s日已过%(passed)s日，单位没有任何办理记录。")
    return said % _clock(facts, law)


def _late(facts: Facts, law: str) -> str:
    return _("“%(term)s”应于%(due)s前完成，已超过%(days)s日。") % _clock(facts, law)


def _silent(facts: Facts, law: str) -> str:
    return _("“%(term)s”应于%(due)s前提出，已超过%(days)s日没有意见。") % _clock(facts, law)


def _came(facts: Facts, law: str) -> str:
    day = {"day": say_day(facts.get("on"))}
    if "case" in facts:
        how = _(CHANNELS.get(str(facts.get("channel")), str(facts.get("channel"))))
        return _("办理期间，信访人于%(day)s就同一事项再次信访（%(how)s）。") % {**day, "how": how}
    return _("办理期间，信访人于%(day)s再次来访。") % day


def _returned(facts: Facts, law: str) -> str:
    words = {"day": say_day(facts.get("on")), "days": facts.get("days", 0)}
    if "commitment" in facts:
        return _("会商商定任务的反馈于%(day)s被退回，已过%(days)s日没有重新提交。") % words
    if "supervision" in facts:
        return _("督办的反馈于%(day)s被退回，已过%(days)s日没有重新提交。") % words
    return _("批示办理情况的反馈于%(day)s被退回，已过%(days)s日没有重新提交。") % words


def _rated(facts: Facts, law: str) -> str:
    return _("信访人于%(day)s对责任单位评价为“不满意”。") % {"day": say_day(facts.get("on"))}


_TELL: Mapping[str, Callable[[Facts, str], str]] = {
    "half_time": _half_time,
    "came_again": _came,
    "returned": _returned,
    "helper_silent": _silent,
    "overdue": _late,
    "low_rating": _rated,
}


def trigger_name(code: str) -> str:
    return _(TRIGGERS[code])


def says_seen(one: Supervision, law: str) -> str:
    """The evidence in one sentence; "" where a person named the ground."""
    tell = _TELL.get(one.trigger)
    return tell(one.evidence, law) if tell and one.evidence else ""


def seen_by(actor: Actor, one: Supervision) -> list[Seen]:
    """With the way to where it stands: the case itself, or the one that was registered again."""
    said = says_seen(one, one.case.law)
    if not said:
        return []
    url = reverse("cases:case", args=[one.case_id])
    if again := one.evidence.get("case"):
        sees = Case.objects.visible_to(actor).filter(pk=again).exists()
        url = reverse("cases:case", args=[again]) if sees else ""
    return [Seen(said, url)]


def on_paper(one: Supervision, law: str) -> str:
    """Ground and evidence in Chinese, as the notice says them whatever language its author reads."""
    with translation.override("zh-hans"):
        return "\n".join(line for line in (f"{trigger_name(one.trigger)}。", says_seen(one, law)) if line)


def sentences(rows: Iterable[Supervision]) -> dict[int, str]:
    """For a list: each row's evidence, of cases that were read with it."""
    return {one.pk: says_seen(one, one.case.law) for one in rows}
