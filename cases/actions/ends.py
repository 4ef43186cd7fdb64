"""How a matter ends: closed, settled, answered as a suggestion, handed over as an accusation; who stays out of it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.deadlines import meet_deadline, void_deadline
from cases.actions.papers import WITHHELD, issue_paper, petitioner_name
from cases.actions.parts import end_open_things, move_case, office_people, readers_of, tell
from cases.actions.ratings import open_ratings
from cases.actions.video_barred import put_out_barred
from cases.lifecycle import ADOPTIONS
from cases.models import Case, Deadline, Recusal, Settlement
from cases.queries.respondents import people_on, units_of
from cases.queries.standing import standing
from cases.rules.common import check_said
from cases.rules.ends import WINDOW_OF, may_recuse_others, window_runs
from hall import journal
from hall.access import SYSTEM, Actor, Refused
from staffing.lifecycle import DEPARTMENT_HEAD, DEPARTMENT_ROLES
from staffing.models import Department, Posting

_ACCUSATION = {"r22": "《信访工作条例》第三十条", "r05": "《信访条例》第二十三条"}
_SUGGESTION = {"r22": "《信访工作条例》第二十九条", "r05": "《信访条例》第二十九条"}
_SETTLED = {"r22": "《信访工作条例》第三十三条", "r05": "《信访条例》第十三条"}
_SETTLEMENT_TITLES = {"mediation": "信访事项调解协议书", "reconciliation": "信访事项和解协议书"}


@transaction.atomic
def close_case(*, actor: Actor, case_id: int, reason: str = "", now: dt.datetime) -> Case:
    """The petitioner's period has passed unused; or, before its end, they accept the answer in writing: then the
    reason says so (第三十五条、第三十六条). A report that was asked for and a follow-up go on.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_close_case(actor, case, now=now)
    window, reason = WINDOW_OF[case.status], reason.strip()
    if window_runs(case, standing(case), now):
        reason = check_said(
            reason,
            "reason",
            _("信访人申请复查、复核的期限还没有届满。信访人书面表示接受的，请写明；否则不能办结。"),
        )
        lapsed = gettext_noop("信访人书面表示接受，不再申请复查、复核。")
    else:
        lapsed = gettext_noop("期限届满，未行使")
    before = move_case(case, "close_case", now=now)
    void_deadline(case, window, reason=lapsed, actor=actor, now=now)
    journal.record(
        actor,
        "close_case",
        case,
        before={"status": before},
        after={"status": case.status},
        reason=reason,
        now=now,
    )
    return case


def close_lapsed_cases(*, now: dt.datetime) -> int:
    """Close every case whose petitioner had a period for the next stage and let it pass; returns how many.

    Each case is its own transaction under its lock, so it can be stopped and run again; one that somebody has moved
    meanwhile is left to them.
    """
    closed = 0
    for status, window in WINDOW_OF.items():
        last = Deadline.objects.filter(case=OuterRef("pk"), kind=window).order_by("-id")
        over = Case.objects.filter(status=status).annotate(ran_out_at=Subquery(last.values("due_at")[:1]))
        for pk in over.filter(ran_out_at__lte=now).order_by("pk").values_list("pk", flat=True):
            try:
                close_case(actor=SYSTEM, case_id=pk, now=now)
            except Refused:
                continue
            closed += 1
    return closed


@transaction.atomic
def settle_case(
    *,
    actor: Actor,
    case_id: int,
    kind: str,
    parties: str,
    facts: str,
    terms: str,
    performance: str,
    agreed_on: dt.date,
    mediator: str = "",
    now: dt.datetime,
) -> Settlement:
    """Both sides consent and sign an agreement: what was to be handled is done (第三十三条)."""
    case = Case.objects.locked(case_id)
    rules.check_can_settle_case(actor, case, now=now)
    if kind not in dict(Settlement.KINDS):
        raise Refused(_("请选择调解或者和解。"), "input", field="kind")
    if kind == "mediation" and not mediator.strip():
        raise Refused(_("调解须写明调解人。"), "input", field="mediator")
    if not case.received_on <= agreed_on <= timezone.localdate(now):
        raise Refused(_("达成日期应当在收到信访事项之后，不能晚于今天。"), "input", field="agreed_on")
    said = {
        "parties": check_said(parties, "parties", _("请写明各方当事人。")),
        "facts": check_said(facts, "facts", _("请写明主要事实。")),
        "terms": check_said(terms, "terms", _("请写明协议内容。")),
        "performance": check_said(performance, "performance", _("请写明履行方式和期限。")),
    }
    before = move_case(case, "settle_case", now=now)
    meet_deadline(case, "handle", "simple_handle", actor=actor, now=now)
    end_open_things(case, reason=gettext_noop("各方已达成协议。"), actor=actor, now=now)
    paper = issue_paper(
        "settlement",
        case,
        actor=actor,
        now=now,
        settlement_kind=_SETTLEMENT_TITLES[kind],
        parties=said["parties"],
        findings=said["facts"],
        terms=said["terms"],
        performance=said["performance"],
        mediator=mediator.strip(),
        agreed_on=agreed_on,
    )
    settlement = Settlement.objects.create(
        case=case, kind=kind, mediator=mediator.strip(), agreed_on=agreed_on, document=paper, at=now,
        by_id=actor.user_id, **said,
    )  # fmt: skip
    after = {
        "status": case.status,
        "on": agreed_on,
        "paper": _SETTLEMENT_TITLES[kind],
        "article": _SETTLED[case.law],
        "document": paper.number,
    }
    open_ratings(case, "hall", "unit", actor=actor, now=now)
    journal.record(actor, "settle_case", case, before={"status": before}, after=after, now=now)
    tell(case, office_people(case, now=now), "case_settled", once="settled", now=now)
    return settlement


@transaction.atomic
def answer_suggestion(*, actor: Actor, case_id: int, adoption: str, text: str, now: dt.datetime) -> Case:
    """A suggestion is studied, adopted wholly, partly or not, and answered with the reasons (第二十九条)."""
    case = Case.objects.locked(case_id)
    rules.check_can_answer_suggestion(actor, case, now=now)
    if adoption not in ADOPTIONS:
        raise Refused(_("请选择采纳情况。"), "input", field="adoption")
    text = check_said(text, "text", _("请写明研究的意见；没有采纳的，说明理由。"))
    before = move_case(case, "answer_suggestion", now=now)
    meet_deadline(case, "handle", "simple_handle", actor=actor, now=now)
    end_open_things(case, reason=gettext_noop("建议已答复。"), actor=actor, now=now)
    paper = issue_paper(
        "reply_suggestion",
        case,
        actor=actor,
        now=now,
        adoption=ADOPTIONS[adoption],
        reply=text,
        article=_SUGGESTION[case.law],
    )
    after = {
        "status": case.status,
        "outcome": adoption,
        "article": _SUGGESTION[case.law],
        "document": paper.number,
    }
    open_ratings(case, "hall", "unit", actor=actor, now=now)
    journal.record(actor, "answer_suggestion", case, before={"status": before}, after=after, now=now)
    tell(
        case, office_people(case, now=now), "suggestion_answered", once="replied", adoption=adoption, now=now
    )
    return case


@transaction.atomic
def hand_over_accusation(
    *, actor: Actor, case_id: int, competent_body: str, reason: str, now: dt.datetime
) -> Case:
    """An accusation goes to discipline inspection or the body with the power over it, in secret; who gave their name
    is told (第三十条). Nothing goes to whom it accuses.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_hand_over_accusation(actor, case, now=now)
    body = check_said(competent_body, "competent_body", _("请写明接收材料的有权机关。"))
    _check_not_accused(case, body)
    reason = check_said(reason, "reason")
    before = move_case(case, "hand_over_accusation", now=now)
    meet_deadline(case, "sort", "notify", actor=actor, now=now)
    end_open_things(case, reason=gettext_noop("已移送有权机关。"), actor=actor, now=now)
    name, article = petitioner_name(case), _ACCUSATION[case.law]
    paper = issue_paper(
        "letter_hand_over",
        case,
        actor=actor,
        now=now,
        recipient=body,
        reason=reason,
        article=article,
        summary=case.summary or case.content,
        respondent="、".join(f"{one.name}{one.position}" for one in case.respondents.order_by("id")),
        petitioner="" if name == WITHHELD else name,
    )
    if name != WITHHELD:
        issue_paper(
            "notice_handed_over", case, actor=actor, now=now, competent=body, reason=reason, article=article
        )
    journal.record(
        actor,
        "hand_over_accusation",
        case,
        before={"status": before},
        after={"status": case.status, "body": body, "article": article, "document": paper.number},
        reason=reason,
        now=now,
    )
    if case.first_handler:
        tell(case, readers_of(case, case.first_handler, now=now), "case_handed_over", once="handed", now=now)
    return case


def _check_not_accused(case: Case, body: str) -> None:
    """Never to whom it complains of (第三十条第三款)."""
    accused = {name for one in case.respondents.select_related("department")
               for name in (one.name, one.department.name if one.department else "")}  # fmt: skip
    if body in accused:
        raise Refused(
            _("不得把检举控告材料转给被反映的人员或者单位，请选择其上级或者纪检监察机关。"),
            "input",
            field="competent_body",
            article="《信访工作条例》第三十条",
        )


# -- who stays out of it -----------------------------------------------------------------------------------------


@transaction.atomic
def recuse_from_case(
    *, actor: Actor, case_id: int, user_id: int | None, reason: str, now: dt.datetime
) -> Recusal:
    """Someone with an interest in the matter or its people stays out of it, and sees nothing of it from then on
    (第二十八条第三款). One's own recusal, or, by the head or the hall manager, that of who works on it.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_recuse_from_case(actor, case, now=now)
    day = timezone.localdate(now)
    user_id = user_id or actor.user_id
    if user_id != actor.user_id and not may_recuse_others(actor, case):
        raise Refused(_("他人的回避由大厅负责人或者首办单位负责人决定。"), "role")
    person = people_on(case, day=day).filter(pk=user_id or 0).first()
    if person is None:
        raise Refused(_("请选择正在办理该事项的人员；已经回避的不用再记。"), "input", field="user")
    recusal = Recusal.objects.create(
        case=case, user=person, reason=check_said(reason, "reason"), at=now, recorded_by_id=actor.user_id
    )
    journal.record(
        actor, "recuse_from_case", case, after={"note": person.name}, reason=recusal.reason, now=now
    )
    put_out_barred(actor=actor, case=case, now=now)
    for post in Posting.objects.on(day).filter(
        user=person, role__in=DEPARTMENT_ROLES, department__in=units_of(case)
    ):
        if post.department:
            _warn_when_nobody_is_left(case, post.department, post.role, recusal, now=now)
    return recusal


def _warn_when_nobody_is_left(
    case: Case, unit: Department, role: str, recusal: Recusal, *, now: dt.datetime
) -> None:
    """The unit has nobody at that post any more who may handle it: its head finds somebody, else the hall manager."""
    if readers_of(case, unit, role, now=now):
        return
    people = readers_of(case, unit, DEPARTMENT_HEAD, now=now) or office_people(case, now=now)
    tell(
        case, people, "nobody_left", once=f"{unit.pk}/{role}/{recusal.pk}", unit=unit.name, role=role, now=now
    )
