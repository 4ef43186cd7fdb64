"""The opinion and its service: who writes, signs, sends and hands over, and when (第三十二条至第三十五条)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle import OPINION
from cases.models import Case
from cases.queries.standing import Standing, standing
from cases.rules.common import check_move
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_HEAD
from staffing.queries import holders

_OTHER_WAYS = {
    "suggestion": ("《信访工作条例》第二十九条", lazy("建议意见类事项不出具处理意见书，请办理“答复建议”。")),
    "accusation": ("《信访工作条例》第三十条", lazy("检举控告类事项不出具处理意见书，请移送有权机关办理。")),
}


def _check_opinion(actor: Actor, case: Case, verb: str) -> Standing:
    """Claims are answered by an opinion; the other classes have an answer of their own (第二十九条、第三十条)."""
    where = check_move(actor, case, verb)
    if case.statutory_class in _OTHER_WAYS:
        article, words = _OTHER_WAYS[case.statutory_class]
        raise Refused(words, "state", article=article)
    return where


def _check_stage(where: Standing, verb: str) -> None:
    """By the table of an opinion's own life."""
    if where.opinion is None:
        raise Refused(_("还没有起草处理意见。"), "state")
    if OPINION.move(verb, where.opinion["status"]) is None:
        state = _(OPINION.state(where.opinion["status"]).label)
        raise Refused(_("处理意见现在是“%(state)s”，不能办理这一步。") % {"state": state}, "state")


def _check_settled(where: Standing) -> None:
    """What only an open case can decide is decided before it is answered."""
    if where.objection:
        raise Refused(
            _("已提出争议，决定前不能出具处理意见。"), "state", article="《信访工作条例》第二十四条"
        )
    if where.extension:
        raise Refused(
            _("有一份延期申请还没有批复，请先批准或者不批准。"), "state", article="《信访工作条例》第三十四条"
        )


def check_can_draft_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The first handler writes, as long as the matter is being handled (第三十二条)."""
    _check_opinion(actor, case, "draft_opinion")


def check_can_submit_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """A draft goes to the unit's head; whether it is whole is asked when it is sent."""
    where = _check_opinion(actor, case, "submit_opinion")
    _check_stage(where, "submit_opinion")
    _check_settled(where)


def check_can_return_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The head sends it back with a reason instead of signing."""
    _check_stage(_check_opinion(actor, case, "return_opinion"), "return_opinion")


def check_can_countersign_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Four eyes: who wrote it does not sign it, unless the unit has no other head."""
    where = _check_opinion(actor, case, "countersign_opinion")
    _check_stage(where, "countersign_opinion")
    opinion = where.opinion or {}
    if actor.user_id is None or opinion["drafted_by_id"] != actor.user_id:
        return
    heads = holders(DEPARTMENT_HEAD, department_id=opinion["department_id"], day=timezone.localdate(now))
    if heads.exclude(pk__in={actor.user_id, *where.barred_users}).exists():
        raise Refused(_("您起草了这份处理意见，请由本单位其他负责人会签。"), "role")


def check_heard(where: Standing) -> None:
    """A hearing that was granted comes before the opinion, which says what it found (第三十一条、第三十六条)."""
    if where.awaited_hearing:
        raise Refused(_("已决定就本事项举行听证；听证结束、作出结论以后才能出具意见。"), "state")


def check_can_issue_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Only what the head has signed leaves the unit (第三十二条、第三十四条)."""
    where = _check_opinion(actor, case, "issue_opinion")
    _check_stage(where, "issue_opinion")
    _check_settled(where)
    check_heard(where)


def check_can_serve_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Served at once; the petitioner's own period begins with the receipt (第三十五条)."""
    check_move(actor, case, "serve_opinion")


def check_can_serve_document(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Any other paper for the petitioner; the unit that reviewed serves its own."""
    reviewers = [row["department_id"] for row in standing(case).reviews]
    check_move(actor, case, "serve_document", units=[case.first_handler_id, *reviewers])
