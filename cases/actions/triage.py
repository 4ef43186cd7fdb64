"""The gate: accept with a first handler, forward, decline, decline as closed, or guide to the right way.

Every outcome leaves one `Triage` row with its article, its reason and the competent body, and one numbered paper.
It meets the 15 days for sorting (《信访工作条例》第二十二条) and begins the clocks that follow from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.deadlines import meet_deadline, start_deadline, start_deadlines, void_deadline
from cases.actions.papers import due_fact, issue_paper, listed
from cases.actions.parts import chosen_unit, end_open_things, give_case, move_case
from cases.actions.ratings import open_ratings
from cases.lifecycle import GROUNDS
from cases.models import Case, CaseLink, Deadline, Objection, Referral, StatutoryRoute, Triage
from cases.queries.closed_before import closed_before
from cases.queries.words import say_day
from cases.terms import term
from hall import journal
from hall.access import Actor, Refused
from hall.citations import cite
from staffing.models import Department

MIN_NEW_FACTS = 10
"""What is new about a matter that was closed for good takes more than a word."""


def _reason(reason: str) -> str:
    return rules.check_said(reason, "reason", _("请写明理由；书面告知必须说明理由。"), least=1)


def _ground(outcome: str, ground: str) -> str:
    """The ground as chosen. It must belong to the outcome: the article on the paper comes from it."""
    if ground not in GROUNDS or GROUNDS[ground].outcome != outcome:
        raise Refused(_("请选择依据。"), "input", field="ground")
    return ground


def _new_facts(case: Case, new_facts: str, *, actor: Actor, now: dt.datetime) -> dict[str, str]:
    """A matter that repeats one closed for good is taken up on new facts and reasons alone (第三十六条第三款): what is
    new is kept with the case, which is tied to the earlier one. Raises Refused(input).
    """
    earlier = closed_before(case)
    if earlier is None:
        return {}
    said = new_facts.strip()
    if len(said) < MIN_NEW_FACTS:
        article = GROUNDS["closed"].article_of(case.law)
        known = Case.objects.visible_to(actor).filter(pk=earlier.pk).exists()
        words = {"number": earlier.number if known else "—", "article": cite(article), "n": MIN_NEW_FACTS}
        raise Refused(
            _(
                "同一事项（%(number)s）已经终结，以同一事实和理由提出的不再受理（%(article)s）。有新的事实和理由的，"
                "请写明，至少%(n)s个字；没有的，请作不再受理处理。"
            )
            % words,
            "input",
            field="new_facts",
            article=article,
        )
    if not CaseLink.objects.filter(case=case, other=earlier).exists():
        CaseLink.objects.create(
            case=case, other=earlier, kind="earlier", reason=said, at=now, by_id=actor.user_id
        )
    return {"new_facts": said}


def _decide(
    case: Case,
    outcome: str,
    *,
    actor: Actor,
    now: dt.datetime,
    reason: str,
    before: str,
    paper: str,
    ground: str,
    department: Department | None = None,
    competent_body: str = "",
    route_id: int | None = None,
    related_case_id: int | None = None,
    said: Mapping[str, Any] | None = None,
) -> Triage:
    triage = Triage(
        case=case,
        outcome=outcome,
        ground=ground,
        article=GROUNDS[ground].article_of(case.law),
        reason=reason,
        competent_body=competent_body,
        department=department,
        route_id=route_id,
        related_case_id=related_case_id,
        decided_by_id=actor.user_id,
        decided_at=now,
    )
    meet_deadline(case, "sort", actor=actor, now=now)
    triage.document = issue_paper(paper, case, triage=triage, actor=actor, now=now, **(said or {}))
    triage.save(force_insert=True)
    journal.record(
        actor,
        outcome,
        case,
        before={"status": before},
        after={
            "status": case.status,
            "department": department.name if department else "",
            "document": triage.document.number,
            "article": triage.article,
        },
        reason=reason,
        now=now,
    )
    return triage


@transaction.atomic
def accept_case(
    *,
    actor: Actor,
    case_id: int,
    department_id: int | None,
    reason: str,
    now: dt.datetime,
    ground: str = "own_remit",
    new_facts: str = "",
) -> Case:
    """Accept, with a first handler: 60 days begin today, and the petitioner is told in writing at once
    (第二十三条、第三十四条). The receipt, the notice and the acceptance keep their own dates.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_accept_case(actor, case, now=now)
    department, reason = chosen_unit(case, department_id), _reason(reason)
    today = timezone.localdate(now)
    told = _new_facts(case, new_facts, actor=actor, now=now)
    before = move_case(case, "accept_case", now=now, first_handler=department, accepted_on=today, **told)
    start_deadlines(
        case, ("notify", "handle"), department_id=department.pk, started_on=today, now=now, actor=actor
    )
    _decide(
        case,
        "accept_case",
        actor=actor,
        now=now,
        reason=reason,
        before=before,
        paper="notice_accepted",
        ground=_ground("accept_case", ground),
        department=department,
    )
    meet_deadline(case, "notify", actor=actor, now=now)  # the notice just issued is what this clock asks for
    give_case(case, department, "case_accepted", now=now)
    return case


@transaction.atomic
def forward_case(
    *,
    actor: Actor,
    case_id: int,
    department_id: int | None,
    reason: str,
    now: dt.datetime,
    kind: str = "forward",
    demand: str = "",
    ground: str = "",
    report_by: dt.date | None = None,
    new_facts: str = "",
) -> Case:
    """Send it to the unit with the power to handle it: 15 days to tell the petitioner and 5 working days to object
    begin for that unit (第二十二条、第二十三条). `assign` (交办) asks for a report back and needs its demand; the
    report is due by `report_by`, else with the handling.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_forward_case(actor, case, now=now)
    department, reason = chosen_unit(case, department_id), _reason(reason)
    if kind == "assign" and not demand.strip():
        raise Refused(_("交办须写明办理要求。"), "input", field="demand")
    today = timezone.localdate(now)
    told = _new_facts(case, new_facts, actor=actor, now=now)
    before = move_case(case, "forward_case", now=now, first_handler=department, **told)
    kinds = (
        ("notify", "object") if case.law == "r22" else ("notify",)
    )  # the 2005 regulations knew no objection
    start_deadlines(case, kinds, department_id=department.pk, started_on=today, now=now, actor=actor)
    said = None
    if kind == "assign":
        days = _days_to_report(case, report_by, today)
        report = start_deadline(
            case,
            "report",
            department_id=department.pk,
            started_on=today,
            now=now,
            actor=actor,
            limit_days=days,
        )
        said = assignment(demand, report)
    triage = _decide(
        case,
        "forward_case",
        actor=actor,
        now=now,
        reason=reason,
        before=before,
        paper="letter_assign" if kind == "assign" else "letter_forward",
        ground=_ground("forward_case", ground or ("important" if kind == "assign" else "same_level")),
        department=department,
        competent_body=department.name,
        said=said,
    )
    Referral.objects.create(
        case=case,
        kind=kind,
        department=department,
        sent_at=now,
        sent_by_id=actor.user_id,
        demand=demand.strip(),
        document=triage.document,
    )
    give_case(case, department, "case_forwarded", now=now)
    return case


def _days_to_report(case: Case, report_by: dt.date | None, today: dt.date) -> int | None:
    """The own date of an assignment as a number of days; it is never later than that of handling (第三十四条)."""
    if report_by is None:
        return None
    most = term("report", case.law).days
    if not 1 <= (report_by - today).days <= most:
        last = today + dt.timedelta(days=most)
        raise Refused(
            _("反馈日期应在明天至%(last)s之间，不得晚于办理期限。") % {"last": say_day(last)},
            "input",
            field="report_by",
        )
    return (report_by - today).days


def assignment(demand: str, report: Deadline) -> dict[str, Any]:
    """What an assignment's letter asks for, and the day by which the result is reported."""
    return {"demands": listed(demand), "report_due": due_fact(report)}


@transaction.atomic
def decline_case(
    *,
    actor: Actor,
    case_id: int,
    ground: str,
    reason: str,
    now: dt.datetime,
    competent_body: str = "",
    route_id: int | None = None,
    related_case_id: int | None = None,
) -> Case:
    """Not accepted, in writing: the ground's article, the reason, and who is competent (第十九条、第二十三条)."""
    return _turn_away(
        "decline_case", "notice_declined", rules.check_can_decline_case,
        actor=actor, case_id=case_id, ground=ground, reason=reason, competent_body=competent_body,
        route_id=route_id, related_case_id=related_case_id, now=now,
    )  # fmt: skip


@transaction.atomic
def decline_closed_case(
    *,
    actor: Actor,
    case_id: int,
    related_case_id: int | None,
    reason: str,
    now: dt.datetime,
    ground: str = "closed",
) -> Case:
    """Same facts and reasons after a re-examination opinion: no office accepts it again (第三十六条).

    The earlier case must be named; new facts would make it a new matter.
    """
    return _turn_away(
        "decline_closed_case", "notice_closed", rules.check_can_decline_closed_case,
        actor=actor, case_id=case_id, ground=ground, reason=reason, related_case_id=related_case_id, now=now,
    )  # fmt: skip


@transaction.atomic
def guide_case(
    *,
    actor: Actor,
    case_id: int,
    ground: str,
    reason: str,
    now: dt.datetime,
    competent_body: str = "",
    route_id: int | None = None,
) -> Case:
    """Shown the right way, in writing: the competent level, the courts, or a statutory route (第二十条、第三十一条)."""
    return _turn_away(
        "guide_case", "notice_guided", rules.check_can_guide_case,
        actor=actor, case_id=case_id, ground=ground, reason=reason, competent_body=competent_body,
        route_id=route_id, now=now,
    )  # fmt: skip


def _turn_away(
    verb: str,
    paper: str,
    check: Callable[..., None],
    *,
    actor: Actor,
    case_id: int,
    ground: str,
    reason: str,
    now: dt.datetime,
    competent_body: str = "",
    route_id: int | None = None,
    related_case_id: int | None = None,
) -> Case:
    case = Case.objects.locked(case_id)
    check(actor, case, now=now)
    _ground(verb, ground)
    reason = _reason(reason)
    route = StatutoryRoute.objects.filter(pk=route_id).first() if route_id else None
    body = competent_body.strip() or (route.organ if route else "")
    if GROUNDS[ground].needs_body and not body:
        raise Refused(_("请写明有权处理的机关，好让来访人知道该去哪里。"), "input", field="competent_body")
    if GROUNDS[ground].needs_earlier:
        related = (
            Case.objects.filter(pk=related_case_id).exclude(pk=case.pk).first() if related_case_id else None
        )
        if related is None:
            raise Refused(_("请指明已有的信访事项编号。"), "input", field="related_case")
    before = move_case(case, verb, now=now)
    # What belongs to the courts, arbitration or administrative review is not rated (law.md, E16-4).
    if GROUNDS[ground].clause not in (1, 2, 4):
        open_ratings(case, "hall", actor=actor, now=now)
    _decide(
        case, verb, actor=actor, now=now, reason=reason, before=before, paper=paper, ground=ground,
        competent_body=body, route_id=route.pk if route else None, related_case_id=related_case_id,
    )  # fmt: skip
    return case


@transaction.atomic
def receive_case(*, actor: Actor, case_id: int, now: dt.datetime) -> Case:
    """The unit takes on what was forwarded to it: it is the first handler from here on, tells the petitioner in
    writing, and 60 days begin (第二十三条、第三十四条).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_receive_case(actor, case, now=now)
    today = timezone.localdate(now)
    before = move_case(case, "receive_case", now=now, accepted_on=today)
    case.referrals.filter(received_at=None, department=case.first_handler).update(
        received_at=now, received_by=actor.user_id
    )
    void_deadline(case, "object", reason=gettext_noop("单位已接收，不再有异议。"), actor=actor, now=now)
    taken_back = {"status": "dismissed", "decided_at": now, "decided_by_id": actor.user_id}
    if case.objections.filter(status="open").update(decision=Objection.TAKEN_BACK, **taken_back):
        void_deadline(case, "arbitrate", reason=Objection.TAKEN_BACK, actor=actor, now=now)
    start_deadline(
        case, "handle", department_id=case.first_handler_id, started_on=today, now=now, actor=actor
    )
    # The 2005 regulations ask for the notice of acceptance alone (《信访条例》第二十二条).
    kind = "notice_received" if case.law == "r22" else "notice_accepted"
    document = issue_paper(kind, case, actor=actor, now=now)
    meet_deadline(case, "notify", actor=actor, now=now)
    after = {"status": case.status, "document": document.number}
    journal.record(actor, "receive_case", case, before={"status": before}, after=after, now=now)
    return case


@transaction.atomic
def withdraw_case(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Case:
    """The petitioner takes the matter back, freely and on record; every open clock loses its object."""
    case = Case.objects.locked(case_id)
    rules.check_can_withdraw_case(actor, case, now=now)
    reason = _reason(reason)
    before = move_case(case, "withdraw_case", now=now)
    end_open_things(case, reason=gettext_noop("信访人撤回。"), actor=actor, now=now)
    journal.record(
        actor, "withdraw_case", case, before={"status": before}, after={"status": case.status},
        reason=reason, now=now,
    )  # fmt: skip
    return case
