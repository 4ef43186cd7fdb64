"""Exemplary cases: who marks one, what may be one, who reads them."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from accountability.lifecycle import AGAINST_UNIT, EXEMPLARY
from accountability.models import ExemplaryCase, Finding, Supervision
from accountability.models.exemplary import AT_THE_HALL, LEARNING
from cases.lifecycle import CASE, PUBLISHABLE
from cases.models import Case
from cases.queries.standing import standing
from cases.rules.common import check_interest, check_said, who_may
from cases.rules.results import check_nothing_personal
from hall.access import Actor, Refused
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR

ARTICLE = "国信发〔2015〕12号（六）"
MARKING = (SUPERVISOR, HALL_MANAGER)
TITLE_MOST, MIN_WORDS = 120, 10


def check_sees_exemplary(actor: Actor) -> None:
    if actor.kind != "system" and not actor.has(*LEARNING, *AT_THE_HALL):
        raise Refused(_("典型案例供本厅和驻厅单位的工作人员学习。"), "role")


def check_can_mark_exemplary(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """A matter that is concluded and in order: nothing upheld against anybody in it, nobody supervised for it now. What
    is secret or an accusation is told to nobody else.
    """
    if actor.kind != "system":
        check_interest(actor, standing(case))
        if not actor.has(*MARKING, hall_id=case.hall_id):
            raise Refused(who_may(MARKING, ()), "role", article=ARTICLE)
    if case.status not in PUBLISHABLE:
        labels = _("、").join(_(CASE.state(code).label) for code in PUBLISHABLE)
        raise Refused(_("办结的事项才能作为典型案例（%(states)s）。") % {"states": labels}, "state")
    if case.is_confidential or "accusation" in (case.statutory_class, case.purpose):
        raise Refused(_("保密的、检举控告类的事项不作为典型案例。"), "state")
    if Finding.objects.filter(
        case=case, status__in=(*AGAINST_UNIT, "in_review"), decided_days__gt=0
    ).exists():
        raise Refused(_("这件事项有已经认定的超期，不能作为典型案例。"), "state")
    if Supervision.objects.filter(case=case, status__in=("open", "answered")).exists():
        raise Refused(_("这件事项正在督办，不能作为典型案例。"), "state")
    if ExemplaryCase.objects.filter(case=case, status="marked").exists():
        raise Refused(_("这件事项已经是典型案例。"), "state")


def check_can_withdraw_exemplary(actor: Actor, one: ExemplaryCase, *, now: dt.datetime) -> None:
    roles = EXEMPLARY.roles("withdraw_exemplary")
    if actor.kind != "system":
        check_interest(actor, standing(one.case))
        if not actor.has(*roles, hall_id=one.hall_id):
            raise Refused(who_may(roles, ()), "role", article=ARTICLE)
    if EXEMPLARY.move("withdraw_exemplary", one.status) is None:
        raise Refused(_("这个典型案例已经撤销。"), "state")


def check_exemplary_words(title: str, reasons: str, lesson: str, case_id: int) -> tuple[str, str, str]:
    """Each said, and in none anything that looks like personal data: it is read by who does not see the case."""
    title = check_said(title, "title", _("请写标题，至少%(n)s个字。"))
    if len(title) > TITLE_MOST:
        raise Refused(_("标题最长%(n)s个字。") % {"n": TITLE_MOST}, "input", field="title")
    reasons = check_said(reasons, "reasons", _("请写明理由，至少%(n)s个字。"), least=MIN_WORDS)
    lesson = check_said(lesson, "lesson", _("请写明可以学习的做法，至少%(n)s个字。"), least=MIN_WORDS)
    for field, words in (("title", title), ("reasons", reasons), ("lesson", lesson)):
        check_nothing_personal(words, [case_id], field=field)
    return title, reasons, lesson
