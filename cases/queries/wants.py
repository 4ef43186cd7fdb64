"""What the law still wants: the steps of a case in order, each with its article, its date and its verb.

Facts alone: whether the reader may take a step is asked of the rule by the page, which draws the button from the
answer. A step without a verb is not done on the case page, or not by the office.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext

from cases.lifecycle import CASE
from cases.models import Deadline
from cases.queries.case_file import CaseFile, worded
from cases.queries.lights import light
from cases.queries.standing import standing
from cases.terms import LAWS, term
from hall.citations import in_english

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


class _Steps:
    """The steps of one case; its deadlines by kind, the running one before one that has stopped."""

    def __init__(self, file: CaseFile, now: dt.datetime) -> None:
        self.case, self.triage, self.papers, self.now = file.case, file.triage, file.papers, now
        self.where = standing(file.case)
        self.units, self.clocks_running = file.units, file.running
        self.running = {one.kind for one in file.running}
        serving = [one for one in file.running if one.kind == "serve"]
        handler = file.case.first_handler_id
        # An order to handle it again is a paper too, and served by who gave it.
        self.redo_paper = next((one for one in serving if one.department_id != handler), None)
        self.own_serve = next((one for one in serving if one.department_id == handler), None)
        self.clocks: dict[str, Deadline] = {}
        for one in file.deadlines:
            self.clocks.setdefault(one.kind, one)

    def article(self, kind: str) -> str:
        rule = term(kind, self.case.law)
        return rule.article_en if in_english() else rule.article

    def done(self, title: str, article: str, at: dt.datetime) -> Want:
        return Want(DONE, title, article, timezone.localdate(at))

    def asked(
        self,
        state: str,
        kind: str,
        title: str,
        *,
        verb: str = "",
        button: str = "",
        clock: Deadline | None = None,
    ) -> Want:
        """A step that the term `kind` asks for: its article, its words, and its clock where one runs."""
        rule, clock = term(kind, self.case.law), clock or self.clocks.get(kind)
        text = rule.rule_en if in_english() else rule.rule
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
        article = f"{law.name_en}, Art. 21" if in_english() else f"《{law.name}》第二十一条"
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

    def on_paper(self, title: str, kind: str) -> Want:
        """A written step that is done: when its paper was issued."""
        found = next((one for one in self.papers if one.kind == kind and not one.is_void), None)
        return self.done(
            title, self.article(_OF_PAPER[kind]), found.issued_at if found else self.case.status_since
        )

    def urgent(self) -> list[Want]:
        if "report_urgent" not in self.running:
            return []
        title = _("报告重大紧急情况")
        return [self.asked(NOW, "report_urgent", title, verb="report_urgent", button=_("报告"))]

    def owed(self) -> list[Want]:
        """What an earlier step asks for and no later one ends: the report up, the order to handle it again served."""
        wants = self.urgent()
        if self.redo_paper:
            wants.append(
                self.asked(
                    NOW, "serve", _("送达责令重新办理的意见书"), verb="serve_document", button=_("记录送达"),
                    clock=self.redo_paper,
                )
            )  # fmt: skip
        return wants

    def instructed(self) -> list[Want]:
        """Leaders' instructions: each unit's clock, then the leader's reading."""
        names = {row["department_id"]: worded(row["name"], row["name_en"]) for row in self.units}
        if self.case.first_handler:
            names[self.case.first_handler.pk] = self.case.first_handler.label
        wants = []
        for one in self.clocks_running:
            if one.kind == "instruction":
                unit = names.get(one.department_id, "")
                title = _("反馈领导批示（%(unit)s）") % {"unit": unit} if unit else _("反馈领导批示")
                wants.append(
                    self.asked(
                        NOW, "instruction", title, verb="report_instruction", button=_("反馈"), clock=one
                    )
                )
        if any(row["status"] == "reported" for row in self.where.instructions):
            title, article = _("领导审阅批示的反馈"), self.article("instruction")
            wants.append(
                Want(NOW, title, article, verb="close_instruction", button=pgettext("instruction", "审阅"))
            )
        return wants

    def between(self) -> list[Want]:
        """What may come in between while the matter is handled: what waits for somebody, and by when."""
        wants = self.owed()
        if self.where.objection:
            wants += [
                self.asked(
                    NOW, "arbitrate", _("对异议、争议作出决定"), verb="uphold_referral", button=_("维持")
                ),
                self.asked(
                    NOW, "arbitrate", _("或者另行确定承办单位"), verb="reroute_case", button=_("另定单位")
                ),
            ]
        if self.where.extension:
            days = _("申请延长%(n)s日，等待审批") % {"n": self.where.extension["days"]}
            wants.append(self.asked(NOW, "handle", days, verb="approve_extension", button=_("批准延期")))
        if "supplement" in self.running:
            wants.append(
                self.asked(
                    NOW, "supplement", _("信访人补充材料"), verb="receive_supplement", button=_("记录收到")
                )
            )
        if "contribute" in self.running:
            wants.append(
                self.asked(NOW, "contribute", _("协办单位提出意见"), verb="report_back", button=_("提交意见"))
            )
        return wants

    def writing(self) -> Want:
        """The opinion: drafted, countersigned, issued. The button is that of the next hand."""
        title, verb, button = _OPINION[self.where.opinion["status"] if self.where.opinion else ""]
        kind = "simple_handle" if "simple_handle" in self.running else "handle"
        return self.asked(NOW, kind, str(title), verb=verb, button=str(button))

    def report(self) -> list[Want]:
        if "report" not in self.running:
            return []
        return [self.asked(NEXT, "report", _("向交办单位反馈办理结果"), verb="report_back", button=_("反馈"))]


def what_the_law_wants(file: CaseFile, *, now: dt.datetime) -> list[Want]:
    """The steps of the case from registration to its end, as far as its state has them; what a leader waits for stands
    first among the open ones, whatever the state.
    """
    steps = _Steps(file, now)
    wants = [steps.registered(), *_OF_STATE.get(file.case.status, _ended)(steps)]
    place = next((n for n, want in enumerate(wants) if want.state != DONE), len(wants))
    return [*wants[:place], *steps.instructed(), *wants[place:]]


_OPINION: dict[str, tuple[str | Promise, str, str | Promise]] = {
    "": (lazy("调查核实，起草处理意见"), "draft_opinion", lazy("起草处理意见")),
    "draft": (lazy("完成处理意见，送会签"), "submit_opinion", lazy("送会签")),
    "submitted": (lazy("单位负责人会签处理意见"), "countersign_opinion", lazy("会签")),
    "countersigned": (lazy("出具处理意见书"), "issue_opinion", lazy("出具处理意见书")),
}
_OF_PAPER = {
    "opinion": "handle",
    "review_opinion": "review",
    "reexamination_opinion": "reexamine",
}


def _registered(steps: _Steps) -> list[Want]:
    if steps.case.statutory_class == "accusation":
        return [
            *steps.between(),
            steps.asked(NOW, "sort", _("移送有权处理的机关"), verb="hand_over_accusation", button=_("移送")),
            steps.asked(NEXT, "sort", _("或者甄别"), verb="triage_case", button=_("甄别")),
        ]
    return [
        *steps.between(),
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
        *steps.between(),
        steps.asked(NOW, "notify", _("接收并书面告知信访人"), verb="receive_case", button=_("接收办理")),
    ]
    if "object" in steps.running:
        wants.append(
            steps.asked(
                NOW,
                "object",
                _("不属于本单位职权的，提出异议"),
                verb="object_to_referral",
                button=_("提出异议"),
            )
        )
    return [*wants, steps.opinion(NEXT), steps.serve()]


def _accepted(steps: _Steps) -> list[Want]:
    before = [steps.decided(), steps.told(), *steps.between()]
    if steps.case.statutory_class == "suggestion":
        answer = steps.asked(
            NOW, "handle", _("研究并答复建议"), verb="answer_suggestion", button=_("答复建议")
        )
        return [*before, answer, *steps.report()]
    if steps.case.statutory_class == "accusation":
        over = steps.asked(
            NOW, "handle", _("移送有权处理的机关"), verb="hand_over_accusation", button=_("移送")
        )
        return [*before, over]
    return [*before, steps.writing(), *steps.report(), steps.serve()]


def _answered(steps: _Steps) -> list[Want]:
    return [
        steps.decided(),
        steps.told(),
        steps.on_paper(pgettext("done", "出具处理意见书"), "opinion"),
        *steps.owed(),
        steps.asked(
            NOW,
            "serve",
            _("送达处理意见书，告知复查权利"),
            verb="serve_opinion",
            button=_("记录送达"),
            clock=steps.own_serve,
        ),
        *steps.report(),
        steps.asked(NEXT, "apply_review", _("信访人可以申请复查")),
    ]


def _served(steps: _Steps) -> list[Want]:
    return [
        steps.decided(),
        steps.on_paper(pgettext("done", "出具处理意见书"), "opinion"),
        *steps.owed(),
        *steps.report(),
        steps.asked(
            NOW, "apply_review", _("信访人可以申请复查"), verb="request_review", button=_("登记复查申请")
        ),
        steps.asked(NEXT, "apply_review", _("期满未申请的，办结"), verb="close_case", button=_("办结")),
    ]


def _in_review(steps: _Steps) -> list[Want]:
    return [
        steps.on_paper(pgettext("done", "出具处理意见书"), "opinion"),
        *steps.owed(),
        steps.asked(NOW, "review", _("作出复查意见"), verb="issue_review", button=_("出具复查意见书")),
        steps.asked(NOW, "review", _("或者责令重新办理"), verb="order_redo", button=_("责令重新办理")),
        steps.asked(NEXT, "apply_reexamination", _("送达复查意见书，告知复核权利")),
    ]


def _reviewed(steps: _Steps) -> list[Want]:
    wants = [
        steps.on_paper(pgettext("done", "出具处理意见书"), "opinion"),
        steps.on_paper(pgettext("done", "出具复查意见书"), "review_opinion"),
    ]
    wants += steps.urgent()
    if "serve" in steps.running:
        wants.append(
            steps.asked(
                NOW, "serve", _("送达复查意见书，告知复核权利"), verb="serve_document", button=_("记录送达")
            )
        )
    return [
        *wants,
        steps.asked(
            NOW, "apply_reexamination", _("信访人可以申请复核"),
            verb="request_reexamination", button=_("登记复核申请"),
        ),
        steps.asked(NEXT, "apply_reexamination", _("期满未申请的，办结"), verb="close_case", button=_("办结")),
    ]  # fmt: skip


def _in_reexamination(steps: _Steps) -> list[Want]:
    return [
        steps.on_paper(pgettext("done", "出具复查意见书"), "review_opinion"),
        *steps.owed(),
        steps.asked(
            NOW, "reexamine", _("作出复核意见，终结"), verb="issue_reexamination", button=_("出具复核意见书")
        ),
        steps.asked(NOW, "reexamine", _("或者责令重新办理"), verb="order_redo", button=_("责令重新办理")),
    ]


def _finally_closed(steps: _Steps) -> list[Want]:
    wants = [
        steps.on_paper(pgettext("done", "出具处理意见书"), "opinion"),
        steps.on_paper(pgettext("done", "出具复查意见书"), "review_opinion"),
        steps.on_paper(pgettext("done", "出具复核意见书，终结"), "reexamination_opinion"),
    ]
    if "serve" in steps.running:
        wants.append(
            steps.asked(NOW, "serve", _("送达复核意见书"), verb="serve_document", button=_("记录送达"))
        )
    return wants


def _closed(steps: _Steps) -> list[Want]:
    return [
        steps.decided(),
        steps.on_paper(pgettext("done", "出具处理意见书"), "opinion"),
        steps.done(
            _(CASE.state(steps.case.status).label), steps.article("apply_review"), steps.case.status_since
        ),
        *steps.owed(),
        *steps.report(),
    ]


def _ended(steps: _Steps) -> list[Want]:
    if steps.triage is None or steps.case.status not in ("declined", "declined_closed", "guided"):
        ends = [steps.decided()] if steps.triage else []
        return [*ends, steps.done(_(CASE.state(steps.case.status).label), "", steps.case.status_since)]
    return [steps.decided(), steps.done(_("出具书面告知"), steps.article("notify"), steps.case.status_since)]


_OF_STATE: dict[str, Callable[[_Steps], list[Want]]] = {
    "registered": _registered,
    "forwarded": _forwarded,
    "accepted": _accepted,
    "answered": _answered,
    "served": _served,
    "in_review": _in_review,
    "reviewed": _reviewed,
    "in_reexamination": _in_reexamination,
    "finally_closed": _finally_closed,
    "closed": _closed,
}
