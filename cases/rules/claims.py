"""Claims that go their own way, and cases that belong together: what must be left, and what may not be lost."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.lifecycle import CASE, TRIAGE_ROLES
from cases.models import Case
from cases.queries.closed_before import closed_before
from cases.queries.respondents import units_of
from cases.queries.standing import standing
from cases.rules.common import check_move
from hall.access import Actor, Refused

_ARTICLE = "《信访工作条例》第三十一条"
_PROGRESS = ("registered", "forwarded", "accepted")
"""The states from which a case is merged and into which it may go, the further one last."""


def check_can_transfer_claims(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Some claims go to the procedure that another law gives for them; what is left is handled here (第三十一条)."""
    where = check_move(actor, case, "transfer_claims")
    if len(where.claims) < 2:
        raise Refused(
            _("只剩一项诉求；它应当走法定途径的，请办理“导入法定途径”，整件导入。"), "state", article=_ARTICLE
        )


def check_can_divert_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """All that is left goes to another procedure, and the case is at its end here (第三十一条)."""
    where = check_move(actor, case, "divert_case")
    if not where.claims:
        raise Refused(_("没有可以导入的诉求。"), "state")


def check_can_split_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Claims that belong to another unit become a case of their own; at least one stays."""
    where = check_move(actor, case, "split_case")
    if len(where.claims) < 2:
        raise Refused(_("只剩一项诉求，不能再分案。"), "state")


def check_can_merge_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Two open matters of the same person become one."""
    where = check_move(actor, case, "merge_case")
    if where.proceedings:
        raise Refused(_("本事项还有会商或者听证没有结束；结束以后再并案。"), "state")


def check_merge_target(actor: Actor, case: Case, into: Case) -> None:
    """Where a case may go: an open one of the same law and people, not behind it, and not to whom it complains of.

    The petitioner loses no day by it, the unit that has taken the matter keeps it, and nobody reads through the other
    case what is said about them. Raises Refused(input).
    """
    if into.pk == case.pk:
        raise _wrong(_("不能并入自身。"))
    if actor.kind != "system" and not actor.has(*TRIAGE_ROLES, hall_id=into.hall_id):
        raise _wrong(_("对方事项不是由您所在的大厅登记的，不能并入。"))
    if into.status not in _PROGRESS:
        state = _(CASE.state(into.status).label)
        raise _wrong(_("对方事项当前为“%(state)s”，不能再并入。") % {"state": state})
    _check_kinds(case, into)
    if case.is_urgent and not into.is_urgent:
        raise _wrong(_("本件已列为重大紧急；请先把对方事项也列为重大紧急，再并入。"))
    if case.first_handler_id and case.first_handler_id != into.first_handler_id:
        raise _wrong(
            _("两件事项的承办单位不同；已经转送、受理的，不因并案离开首办单位，请由其提出异议、争议。")
        )
    if _rank(into) < _rank(case):
        raise _wrong(_("并入后信访人的期限会推迟。请反过来，把进度在后的一件并入在前的一件。"))
    _check_interests(case, into)


def _check_kinds(case: Case, into: Case) -> None:
    """The same law and the same procedure, and no way round the final closure."""
    if into.law != case.law:
        raise _wrong(_("两件事项适用的条例不同，不能并案。"))
    if into.statutory_class != case.statutory_class:
        raise _wrong(_("两件事项的类别不同，办理程序也不同，不能并案；内容相关的，可以关联。"))
    if closed_before(case):
        raise _wrong(
            _("本件与已经终结的事项相同，须先甄别：没有新的事实和理由的，不再受理。"),
            article="《信访工作条例》第三十六条第三款",
        )


def _check_interests(case: Case, into: Case) -> None:
    """Nobody reads through the one what the other says of them (第三十条)."""
    ours, theirs = standing(case), standing(into)
    if units_of(into) & ours.barred_units:
        raise _wrong(
            _("对方事项的承办、协办单位是本件的被反映单位，不得并入。"), article="《信访工作条例》第三十条"
        )
    if units_of(case) & theirs.barred_units:
        raise _wrong(
            _("本件的承办、协办单位是对方事项的被反映单位，不得并入。"), article="《信访工作条例》第三十条"
        )


def _rank(case: Case) -> tuple[int, int]:
    """How far its clocks are: the state first, then the day from which they count, the earlier being further."""
    return _PROGRESS.index(case.status), -(case.accepted_on or case.received_on).toordinal()


def check_can_link_cases(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """For who reads the one to find the other; both are visible to who links them."""
    check_move(actor, case, "link_cases")


def _wrong(words: str, article: str = "") -> Refused:
    return Refused(words, "input", field="into", article=article)
