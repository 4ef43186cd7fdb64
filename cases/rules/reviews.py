"""Review and re-examination: of what was served, once at each stage of a round (第三十五条、第三十六条)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.models import Case
from cases.queries.standing import Row, Standing, standing
from cases.rules.common import check_move
from cases.rules.opinions import check_heard
from cases.terms import term
from hall.access import Actor, Refused

MIN_LATE_REASON = 10
"""A good reason for a late request is told, not hinted at."""


def check_can_request_review(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The petitioner does not agree with the opinion that was served: once a round (第三十五条)."""
    where = check_move(actor, case, "request_review")
    article = term("apply_review", case.law).article
    if where.issued is None or where.issued["round"] != where.round:
        raise Refused(_("还没有出具处理意见书，没有可以复查的意见。"), "state", article=article)
    if not where.is_served(where.issued["document_id"]):
        raise Refused(_("处理意见书尚未送达，申请复查的期限还没有起算。"), "state", article=article)
    if _of_round(where, "review"):
        raise Refused(_("本轮处理意见已经复查过；不服复查意见的，申请复核。"), "state", article=article)


def check_can_request_reexamination(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The petitioner does not agree with the review that was served (第三十六条第一款)."""
    where = check_move(actor, case, "request_reexamination")
    article = term("apply_reexamination", case.law).article
    review = _of_round(where, "review")
    if review is None or review["status"] != "decided":
        raise Refused(_("还没有复查意见，不能直接申请复核；请先申请复查。"), "state", article=article)
    if not where.is_served(review["document_id"]):
        raise Refused(_("复查意见书尚未送达，申请复核的期限还没有起算。"), "state", article=article)
    if _of_round(where, "reexamination"):
        raise Refused(_("本轮复查意见已经复核过。"), "state", article=article)


def check_can_issue_review(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """By the people of the unit that reviews (第三十五条)."""
    check_heard(check_move(actor, case, "issue_review", units=_reviewing(case)))


def check_can_issue_reexamination(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """By the people of the unit that re-examines; the matter is closed for good (第三十六条)."""
    check_heard(check_move(actor, case, "issue_reexamination", units=_reviewing(case)))


def check_can_order_redo(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """By the people of the unit that reviews or re-examines, instead of an opinion of its own."""
    check_move(actor, case, "order_redo", units=_reviewing(case))


def _of_round(where: Standing, stage: str) -> Row | None:
    """The request at that stage in this round of handling; a round ends with an order to handle it again."""
    return next((row for row in where.reviews if row["stage"] == stage and row["round"] == where.round), None)


def _reviewing(case: Case) -> list[int | None] | None:
    """The unit before which the matter lies; before and after, those that ever reviewed it, else the first handler."""
    where = standing(case)
    if where.review:
        return [where.review["department_id"]]
    return [row["department_id"] for row in where.reviews] or None
