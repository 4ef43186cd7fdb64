"""What the law still wants: the steps of a case in order, each with its article, its date and its verb.

Facts alone: whether the reader may take a step is asked of the rule by the page, which draws the button from the
answer. A step without a verb is not done on the case page, or not by the office.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from cases.lifecycle import CASE
from cases.models import Deadline
from cases.queries.case_file import CaseFile
from cases.queries.lights import light
from cases.terms import LAWS, term

DONE, NOW, NEXT = "done", "now", "next"


@dataclass(frozen=True, slots=True)
class Want:
    """A step. `state` done, now or next; `on` its day: of doing it, or the last one for it."""

    state: str
    title: str
    article: str = ""
    on: dt.date | None = None
    light: str = ""
    provisional: bool = False
    text: str = ""
    verb: str = ""
    button: str = ""


def _english() -> bool:
    return (get_language() or "").startswith("en")


class _Steps:
    """The steps of one case; its deadlines by kind, the running one before one that has stopped."""

    def __init__(self, file: CaseFile, now: dt.datetime) -> None:
        self.case, self.triage, self.now = file.case, file.triage, now
        self.clocks: dict[str, Deadline] = {}
        for one in file.deadlines:
            self.clocks.setdefault(one.kind, one)

    def article(self, kind: str) -> str:
        rule = term(kind, self.case.law)
        return rule.article_en if _english() else rule.article

    def done(self, title: str, article: str, at: dt.datetime) -> Want:
        return Want(DONE, title, article, timezone.localdate(at))

    def asked(self, state: str, kind: str, title: str, *, verb: str = "", button: str = "") -> Want:
        """A step that the term `kind` asks for: its article, its words, and its clock where one runs."""
        rule, clock = term(kind, self.case.law), self.clocks.get(kind)
        text = rule.rule_en if _english() else rule.rule
        if clock is None or clock.met_at or clock.void_at:
            return Want(state, title, self.article(kind), text=text, verb=verb, button=button)
        return Want(
            state,
            title,
            self.article(kind),
            clock.due_on,
            light(clock.due_at, clock.amber_at, self.now),
            clock.is_provisional,
            text,
            verb,
            button,
        )

    # -- the steps that several states share

    def registered(self) -> Want:
        law = LAWS[self.case.law]
        article = f"{law.name_en}, Art. 21" if _english() else f"《{law.name}》第二十一条"
        return self.done(pgettext("done", "登记并出具凭证"), article, self.case.registered_at)

    def decided(self) -> Want:
        triage = self.triage
        outcomes = {"accept_case": pgettext("done", "受理"), "forward_case": pgettext("done", "转送")}
        outcome = outcomes.get(triage.outcome, "") if triage else ""
        title = _("甄别：%(outcome)s") % {"outcome": outcome or _(CASE.state(self.case.status).label)}
        if triage is None:
            return self.done(title, self.article("sort"), self.case.status_since)
        return self.done(title, triage.article, triage.decided_at)

    def told(self) -> Want:
        clock = self.clocks.get("notify")
        if clock and clock.met_at:
            return self.done(_("书面告知信访人"), self.article("notify"), clock.met_at)
        return self.asked(NOW, "notify", _("书面告知信访人"))

    def opinion(self, state: str) -> Want:
        return self.asked(state, "handle", _("办理并作出处理意见"))

    def serve(self) -> Want:
        return self.asked(NEXT, "apply_review", _("送达处理意见书，告知复查权利"))


def what_the_law_wants(file: CaseFile, *, now: dt.datetime) -> list[Want]:
    """The steps of the case from registration to the served opinion, as far as its state has them."""
    steps = _Steps(file, now)
    return [steps.registered(), *_OF_STATE.get(file.case.status, _ended)(steps)]


def _registered(steps: _Steps) -> list[Want]:
    return [
        steps.asked(
            NOW, "sort", _("甄别：受理、转送、不予受理或者引导"), verb="triage_case", button=_("甄别")
        ),
        steps.asked(NEXT, "notify", _("书面告知信访人")),
        steps.opinion(NEXT),
        steps.serve(),
    ]


def _forwarded(steps: _Steps) -> list[Want]:
    wants = [
        steps.decided(),
        steps.asked(NOW, "notify", _("接收并书面告知信访人"), verb="receive_case", button=_("接收办理")),
    ]
    if "object" in steps.clocks:
        wants.append(steps.asked(NOW, "object", _("不属于本单位职权的，提出异议")))
    return [*wants, steps.opinion(NEXT), steps.serve()]


def _accepted(steps: _Steps) -> list[Want]:
    return [steps.decided(), steps.told(), steps.opinion(NOW), steps.serve()]


def _ended(steps: _Steps) -> list[Want]:
    if steps.case.status == "withdrawn":
        return [steps.done(_("信访人撤回"), "", steps.case.status_since)]
    return [steps.decided(), steps.done(_("出具书面告知"), steps.article("notify"), steps.case.status_since)]


_OF_STATE: dict[str, Callable[[_Steps], list[Want]]] = {
    "registered": _registered,
    "forwarded": _forwarded,
    "accepted": _accepted,
}
