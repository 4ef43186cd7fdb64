"""Review and re-examination by the body one level up (第三十五条、第三十六条)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.deadlines import meet_deadline, start_deadline, use_window, void_deadline
from cases.actions.holds import end_holds
from cases.actions.papers import due_fact, issue_paper
from cases.actions.parts import (
    chosen_unit,
    end_open_things,
    give_case,
    move_case,
    office_people,
    readers_of,
    take_back,
    tell,
)
from cases.models import OPEN_INSTRUCTION, Case, Deadline, Instruction, Review, ServiceRecord
from cases.queries.heard import hearing_lines
from cases.queries.reviewers import above, challenged_body, why_not_reviewer
from cases.queries.standing import standing
from cases.queries.words import say_day
from cases.rules.common import check_said
from cases.rules.reviews import MIN_LATE_REASON
from cases.rules.service import known_on
from cases.terms import term
from hall import clock, journal
from hall.access import Actor, Refused
from hall.citations import cite
from hall.models import IssuedDocument, statutory_calendar
from staffing.models import Department

STAGE_WORDS = {"review": "复查", "reexamination": "复核"}
"""As papers have it, which are in Chinese."""
_CLOCK = {"review": "review", "reexamination": "reexamine"}
_WINDOW = {"review": "apply_review", "reexamination": "apply_reexamination"}
_PAPER = {"review": "review_opinion", "reexamination": "reexamination_opinion"}
_DECISIONS = {"uphold": "维持{what}", "change": "变更{what}", "revoke": "撤销{what}", "redo": "责令重新办理"}
_TOLD = {
    "review": ("review_requested", "review_asked", "review_issued"),
    "reexamination": ("reexamination_requested", "reexamination_asked", "reexamination_issued"),
}
"""Which message goes to the reviewing body, which to the first handler, and which when it is decided."""
ENTERED_AFTER = gettext_noop("申请在期限届满后登记。")
SERVED_ANEW = gettext_noop("又作出新的意见书，一并送达。")
AGAIN = gettext_noop("责令重新办理。")
_CHALLENGED = {"review": "原处理意见", "reexamination": "原复查意见"}


@transaction.atomic
def request_review(
    *,
    actor: Actor,
    case_id: int,
    department_id: int | None,
    requested_on: dt.date,
    request: str,
    late_reason: str = "",
    now: dt.datetime,
) -> Review:
    """The petitioner asks the next higher body to review the opinion: 30 days from the receipt of the request begin
    for it, the petitioner's own period is used (第三十五条). Late only with a good reason, on record.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_request_review(actor, case, now=now)
    issued = standing(case).issued
    return _request(
        case, "request_review", "review", issued["document_id"] if issued else 0, actor=actor,
        department_id=department_id, requested_on=requested_on, request=request, late_reason=late_reason, now=now,
    )  # fmt: skip


@transaction.atomic
def request_reexamination(
    *,
    actor: Actor,
    case_id: int,
    department_id: int | None,
    requested_on: dt.date,
    request: str,
    late_reason: str = "",
    now: dt.datetime,
) -> Review:
    """The petitioner asks the body above the reviewing one to re-examine its opinion: 30 days begin for it, in which
    the time of a hearing is not counted (第三十六条).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_request_reexamination(actor, case, now=now)
    reviewed = [row for row in standing(case).reviews if row["stage"] == "review"]
    return _request(
        case, "request_reexamination", "reexamination", reviewed[-1]["document_id"], actor=actor,
        department_id=department_id, requested_on=requested_on, request=request, late_reason=late_reason, now=now,
    )  # fmt: skip


def _request(
    case: Case,
    verb: str,
    stage: str,
    challenged_id: int,
    *,
    actor: Actor,
    department_id: int | None,
    requested_on: dt.date,
    request: str,
    late_reason: str,
    now: dt.datetime,
) -> Review:
    where = standing(case)
    challenged = IssuedDocument.objects.get(pk=challenged_id)
    _check_day(case, stage, requested_on, late_reason, challenged, now=now)
    request = check_said(request, "request", _("请写明信访人的请求和理由。"))
    department = _reviewer(case, stage, department_id)
    body = challenged_body(case, stage, where)
    before = move_case(case, verb, now=now)
    # The day of receipt decides who is late, so its entry never makes it late.
    use_window(case, _WINDOW[stage], late=ENTERED_AFTER, actor=actor, now=now)
    running = start_deadline(
        case, _CLOCK[stage], department_id=department.pk, started_on=requested_on, now=now, actor=actor
    )
    review = Review.objects.create(
        case=case,
        stage=stage,
        round=where.round,
        challenged=challenged,
        department=department,
        requested_on=requested_on,
        request=request,
        late_reason=late_reason.strip(),
        registered_at=now,
        registered_by_id=actor.user_id,
    )
    paper = issue_paper(
        "notice_review_received",
        case,
        actor=actor,
        now=now,
        stage=STAGE_WORDS[stage],
        article=term(_CLOCK[stage], case.law).article,
        requested_on=requested_on,
        request=request,
        unit=department.name,
        unit_phone=department.phone,
        review_due=due_fact(running) if running.due_on else None,
        **_challenged(challenged, body),
    )
    journal.record(
        actor,
        verb,
        case,
        before={"status": before},
        after={
            "status": case.status,
            "unit": department.name,
            "on": requested_on,
            "until": running.due_on,
            "article": term(_CLOCK[stage], case.law).article,
            "document": paper.number,
        },
        reason=review.late_reason,
        now=now,
    )
    to_reviewer, to_handler, _decided = _TOLD[stage]
    give_case(case, department, to_reviewer, once=str(review.pk), now=now)
    if case.first_handler:
        tell(
            case,
            readers_of(case, case.first_handler, now=now),
            to_handler,
            once=str(review.pk),
            unit=department.name,
            now=now,
        )
    return review


def _check_day(
    case: Case, stage: str, on: dt.date, late_reason: str, challenged: IssuedDocument, *, now: dt.datetime
) -> None:
    """Between service and today, and within the petitioner's period; later only for a good reason.

    What was posted as a public notice may be answered from that day on. Who accepted the answer in writing and asks
    all the same says why.
    """
    if on > timezone.localdate(now):
        raise Refused(_("收到申请的日期不能晚于今天。"), "input", field="requested_on")
    record = (
        ServiceRecord.objects.filter(case=case, document=challenged).exclude(outcome="failed").latest("id")
    )
    if on < known_on(record.method, record.served_on):
        raise Refused(_("收到申请的日期不能早于意见书的送达日期。"), "input", field="requested_on")
    if len(late_reason.strip()) >= MIN_LATE_REASON:
        return
    rule, window = term(_WINDOW[stage], case.law), _window(case, stage, record.served_on)
    lawful = clock.due(record.served_on, rule, calendar=statutory_calendar()).due
    last = window.due_on if window else lawful
    said = ""
    if last is not None and on > last:
        said = _(
            "申请期限已于%(day)s届满（%(article)s）。有正当理由的，请写明理由，至少%(n)s个字；没有的，不再受理。"
        )
    elif _was_accepted(case, window):
        said = _("信访人已书面表示接受，事项已办结。仍然申请的，请写明理由，至少%(n)s个字。")
    if said:
        words = {"day": say_day(last), "n": MIN_LATE_REASON, "article": cite(rule.article)}
        raise Refused(said % words, "input", field="late_reason", article=rule.article)


def _window(case: Case, stage: str, served_on: dt.date) -> Deadline | None:
    """The petitioner's period as it ran, whether it still runs or has ended."""
    ran = Deadline.objects.filter(case=case, kind=_WINDOW[stage], started_on__gte=served_on)
    return ran.order_by("-id").first()


def _was_accepted(case: Case, window: Deadline | None) -> bool:
    """Closed before the period had passed, which the petitioner's written word alone allows."""
    return bool(
        case.status == "closed"
        and window
        and window.void_at
        and window.due_at
        and window.void_at < window.due_at
    )


def _reviewer(case: Case, stage: str, department_id: int | None) -> Department:
    department = chosen_unit(case, department_id)
    if wrong := why_not_reviewer(case, stage, department.pk):
        article = term(_WINDOW[stage], case.law).article
        said = _("%(wrong)s（%(article)s）") % {"wrong": wrong, "article": cite(article)}
        raise Refused(said, "input", field="department", article=article)
    return department


def _challenged(paper: IssuedDocument, body: Department | None) -> dict[str, Any]:
    """The paper that is not agreed with, as the new one cites it."""
    return {
        "earlier_organ": body.name if body else paper.organ,
        "earlier_title": paper.title,
        "earlier_number": paper.number,
        "earlier_on": timezone.localdate(paper.issued_at),
    }


# -- deciding ----------------------------------------------------------------------------------------------------


@transaction.atomic
def issue_review(
    *, actor: Actor, case_id: int, outcome: str, findings: str, basis: str, conclusion: str, now: dt.datetime
) -> Review:
    """The reviewing body upholds, changes or revokes the opinion, in writing, and sees to its service (第三十五条)."""
    case = Case.objects.locked(case_id)
    rules.check_can_issue_review(actor, case, now=now)
    return _issue(
        case,
        "issue_review",
        outcome,
        actor=actor,
        findings=findings,
        basis=basis,
        conclusion=conclusion,
        now=now,
    )


@transaction.atomic
def issue_reexamination(
    *, actor: Actor, case_id: int, outcome: str, findings: str, basis: str, conclusion: str, now: dt.datetime
) -> Review:
    """The re-examination closes the matter for good: on the same facts and reasons no office accepts it again
    (第三十六条第三款). The opinion is still served, and that is what runs on.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_issue_reexamination(actor, case, now=now)
    return _issue(
        case, "issue_reexamination", outcome, actor=actor, findings=findings, basis=basis, conclusion=conclusion,
        now=now,
    )  # fmt: skip


@transaction.atomic
def order_redo(
    *, actor: Actor, case_id: int, findings: str, basis: str, conclusion: str, now: dt.datetime
) -> Review:
    """The first handler handles it again: a new round with its own 60 days from today, whose opinion may not repeat
    the old one on the same facts and reasons (第三十五条、第三十六条).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_order_redo(actor, case, now=now)
    return _issue(
        case,
        "order_redo",
        "redo",
        actor=actor,
        findings=findings,
        basis=basis,
        conclusion=conclusion,
        now=now,
    )


def _issue(
    case: Case,
    verb: str,
    outcome: str,
    *,
    actor: Actor,
    findings: str,
    basis: str,
    conclusion: str,
    now: dt.datetime,
) -> Review:
    review = (
        Review.objects.select_for_update(of=("self",))
        .select_related("department__jurisdiction", "challenged")
        .get(case=case, status="requested")
    )
    if verb != "order_redo" and outcome not in ("uphold", "change", "revoke"):
        raise Refused(_("请选择维持、变更或者撤销。"), "input", field="outcome")
    review.outcome = outcome
    review.findings = check_said(findings, "findings", _("请写明查明的事实。"))
    review.basis = check_said(basis, "basis", _("请写明依据的法律、法规、规章和政策。"))
    review.conclusion = check_said(conclusion, "conclusion", _("请写明意见。"))
    review.status, review.decided_at, review.decided_by_id = "decided", now, actor.user_id
    today, body = timezone.localdate(now), challenged_body(case, review.stage)
    # A matter that is handled again is no first-time matter, and so not a simple one.
    before = move_case(case, verb, now=now, **({"procedure": "ordinary"} if outcome == "redo" else {}))
    if outcome == "redo":
        end_holds(case, on=today, actor=actor, now=now)
    meet_deadline(case, _CLOCK[review.stage], actor=actor, now=now)
    # The paper of a former round that this body has not served yet gives way to the new one.
    void_deadline(case, "serve", reason=SERVED_ANEW, actor=actor, now=now, department_id=review.department_id)
    if outcome == "redo":
        _begin_again(case, actor=actor, now=now)
    elif review.stage == "reexamination":
        end_open_things(case, reason=gettext_noop("已作出复核意见，事项终结。"), actor=actor, now=now)
    start_deadline(case, "serve", department_id=review.department_id, started_on=today, now=now, actor=actor)
    review.document = issue_paper(
        _PAPER[review.stage],
        case,
        actor=actor,
        now=now,
        organ_name=review.department.name,
        requested_on=review.requested_on,
        request=review.request,
        findings=review.findings,
        basis=review.basis,
        conclusion=review.conclusion,
        decision=_DECISIONS[outcome].format(what=_CHALLENGED[review.stage]),
        hearing=hearing_lines(case, since=review.requested_on),
        **_challenged(review.challenged, body),
        **_what_follows(case, review),
    )
    review.save(
        update_fields=[
            "status",
            "outcome",
            "findings",
            "basis",
            "conclusion",
            "decided_at",
            "decided_by",
            "document",
        ]
    )
    journal.record(
        actor,
        verb,
        case,
        before={"status": before},
        after={
            "status": case.status,
            "unit": review.department.name,
            "outcome": outcome,
            "article": term(_CLOCK[review.stage], case.law).article,
            "document": review.document.number,
        },
        now=now,
    )
    _tell_decided(case, review, now=now)
    return review


def _begin_again(case: Case, *, actor: Actor, now: dt.datetime) -> None:
    """The new round has its own 60 days and no leftover: no pause, nobody drawn in. Who has a copy keeps it."""
    today = timezone.localdate(now)
    taking_part = case.referrals.filter(part="take_part", ended_at=None)
    owing = set(
        Instruction.objects.filter(OPEN_INSTRUCTION, case=case).values_list("department_id", flat=True)
    )
    for referral in taking_part.select_related("department__group"):
        if referral.department_id not in owing:  # it still answers the leader
            take_back(case, referral.department)
    taking_part.update(ended_at=now, end_reason=AGAIN)
    start_deadline(
        case, "handle", department_id=case.first_handler_id, started_on=today, now=now, actor=actor
    )


def _what_follows(case: Case, review: Review) -> dict[str, Any]:
    """What the paper says of the next step: the new handling, the right to re-examination, or that it is the end."""
    if review.outcome == "redo":
        unit = case.first_handler.name if case.first_handler else ""
        return {
            "redo": f"{unit}应当自本意见书作出之日起60日内重新办理并作出书面意见，不得以同一事实和理由作出相同的意见；"
            "您不服新的处理意见的，可以依法申请复查。"
        }
    if review.stage == "reexamination":
        return {"is_final": "本意见为该信访事项的终结意见。", "handle_due": None}
    names = [unit.name for unit in above(review.department, without=[case.first_handler_id])]
    return {
        "upper_organ": "或者".join(names) or f"{review.department.name}的上一级机关、单位",
        "handle_due": None,
    }


def _tell_decided(case: Case, review: Review, *, now: dt.datetime) -> None:
    kind = "redo_ordered" if review.outcome == "redo" else _TOLD[review.stage][2]
    people = readers_of(case, case.first_handler, now=now) if case.first_handler else []
    if review.outcome == "redo" and case.first_handler:
        people += readers_of(case, case.first_handler, "department_head", now=now)
    if review.stage == "reexamination":
        people += office_people(case, now=now)
    body, outcome = review.department.name, review.outcome
    tell(case, people, kind, once=str(review.pk), now=now, unit=body, outcome=outcome)
