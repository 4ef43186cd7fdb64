"""Findings: the unit has its say, a supervisor decides, a review confirms or changes.

A finding opens by itself; what follows from it never does: a person decides, with reasons, after the unit was heard.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accountability import rules
from accountability.actions.evidence import SentFile, put_evidence
from accountability.lifecycle import FAULTS, FINDING
from accountability.models import (
    Advice,
    AdvisedFinding,
    CriticisedFinding,
    CriticismNotice,
    Finding,
    FindingDecision,
    Statement,
)
from accountability.queries.findings import FindingFilter, every_finding, upheld_days
from accountability.rules.findings import REVIEW_DAYS, reviewed_by
from cases.actions.deadlines import meet_deadline, start_deadline, void_deadline
from cases.models import Case
from cases.queries.readers import readers_asked
from hall import journal, outbox
from hall.access import Actor
from hall.models import User, statutory_calendar
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LIAISON, SUPERVISOR

LAPSED = gettext_noop("责任单位逾期未说明。")


def about(finding: Finding) -> dict[str, str]:
    """What it is about, for the case's journal: the period, and a fault that is not lateness."""
    return (
        {"term": finding.term} if finding.is_late else {"term": finding.term, "fault": FAULTS[finding.fault]}
    )


def clock_item(finding: Finding) -> str:
    """Which of a case's statement clocks is this finding's."""
    return f"finding:{finding.pk}"


def unit_people(finding: Finding, now: dt.datetime) -> list[User]:
    """Who speaks for the unit: its liaisons and heads, the hall's managers where the period was the hall's."""
    day = timezone.localdate(now)
    people: list[User] = []
    if finding.department_id:
        roles = (LIAISON, DEPARTMENT_HEAD)
        asked = readers_asked(finding.case_id, roles, department_id=finding.department_id, day=day)
        people = asked.answer()
    if finding.is_hall or not people:
        people = [*people, *hall_people(finding, HALL_MANAGER, now=now)]
    return list({one.pk: one for one in people}.values())


def hall_people(finding: Finding, role: str, *, now: dt.datetime) -> list[User]:
    day = timezone.localdate(now)
    return readers_asked(finding.case_id, (role,), hall_id=finding.hall_id, day=day).answer()


def tell_of(
    finding: Finding, people: list[User], kind: str, *, once: str, now: dt.datetime, **facts: Any
) -> None:
    """A message that leads to the finding, which the unit may read also when the matter has left it."""
    context = {
        "number": finding.case.number,
        "term": finding.term,
        "fault": "" if finding.is_late else FAULTS[finding.fault],
        "due_on": finding.due_on.isoformat(),
        "days": finding.days_late,
        **facts,
    }
    outbox.post(
        kind,
        to=people,
        context=context,
        once=f"{kind}/{finding.pk}/{once}",
        url=reverse("accountability:finding", args=[finding.pk]),
        now=now,
    )


def start_say(case: Case, finding: Finding, *, now: dt.datetime, actor: Actor) -> None:
    """The clock of the unit's say begins; the caller saves `state_by_on` and `is_heard`."""
    clock = start_deadline(
        case,
        "statement",
        department_id=finding.department_id,
        started_on=timezone.localdate(now),
        now=now,
        actor=actor,
        item=clock_item(finding),
    )
    finding.state_by_on, finding.is_heard = clock.due_on or timezone.localdate(now), False


def follow_clock(finding: Finding) -> bool:
    """`state_by_on` as the clock of the say has it now, which a changed calendar moves; the caller saves it."""
    clocks = finding.case.deadlines.filter(kind="statement", item=clock_item(finding))
    day = clocks.order_by("-id").values_list("due_on", flat=True).first()
    if day is None or day == finding.state_by_on:
        return False
    finding.state_by_on = day
    return True


def _locked(finding_id: int) -> tuple[Case, Finding]:
    """The case first, then the finding, then what it is about."""
    case_id = Finding.objects.values_list("case_id", flat=True).get(pk=finding_id)
    case = Case.objects.locked(case_id)
    finding = Finding.objects.locked(finding_id)
    finding.case = case
    if follow_clock(finding):
        finding.save(update_fields=["state_by_on"])
    return case, finding


def _note(actor: Actor, verb: str, case: Case, finding: Finding, *, now: dt.datetime, **facts: Any) -> None:
    """What was done to it. The reasons stay with the finding: other units read the journal of the case."""
    after = {**about(finding), "finding_status": finding.status, **facts}
    journal.record(actor, verb, finding, stream=case, after=after, now=now)


@transaction.atomic
def state_case(
    *,
    actor: Actor,
    finding_id: int,
    text: str,
    files: Sequence[SentFile] = (),
    is_final: bool = False,
    now: dt.datetime,
) -> Statement:
    """The unit's side of it, with what proves it, as often as it likes until the decision; after the day it is kept as
    late, and read. Before its day the decision waits for more, unless the head says that this is all.
    """
    case, finding = _locked(finding_id)
    rules.check_can_state_case(actor, finding, now=now)
    said = rules.check_statement(text)
    is_final = rules.check_final(actor, finding, is_final)
    is_late = timezone.localdate(now) > finding.state_by_on
    one = Statement.objects.create(
        finding=finding, text=said, at=now, by_id=actor.user_id, is_late=is_late, is_final=is_final
    )
    is_first = finding.status != "stated"
    finding.status = FINDING.target("state_case", finding.status)
    finding.is_heard = finding.is_heard or is_final
    finding.save(update_fields=["status", "is_heard"])
    meet_deadline(case, "statement", actor=actor, now=now, item=clock_item(finding))
    kept = put_evidence(one, files, actor=actor, now=now)
    _note(actor, "state_case", case, finding, now=now, is_late=is_late, **kept)
    if is_first:
        tell_of(
            finding, hall_people(finding, SUPERVISOR, now=now), "finding_stated", once=f"{one.pk}", now=now
        )
    return one


def _days(finding: Finding, days: int) -> dict[str, int]:
    """Only a late period has days."""
    return {"days": days} if finding.is_late else {}


def _decide(
    actor: Actor, verb: str, case: Case, finding: Finding, days: int, reason: str, now: dt.datetime
) -> None:
    finding.status = FINDING.target(verb, finding.status)
    finding.decided_days, finding.decision = days, reason
    finding.decided_at, finding.decided_by_id = now, actor.user_id
    finding.review_by_on = None
    if FINDING.move("request_finding_review", finding.status):
        finding.review_by_on = statutory_calendar().add_workdays(timezone.localdate(now), REVIEW_DAYS)
    finding.save(
        update_fields=["status", "decided_days", "decision", "decided_at", "decided_by", "review_by_on"]
    )
    made = FindingDecision.objects.create(
        finding=finding,
        verb=verb,
        days=days if finding.is_late else None,
        text=reason,
        at=now,
        by_id=actor.user_id,
    )
    _note(actor, verb, case, finding, now=now, **_days(finding, days))
    review_by = finding.review_by_on.isoformat() if finding.review_by_on else ""
    tell_of(
        finding,
        unit_people(finding, now),
        "finding_decided",
        once=f"{made.pk}",
        now=now,
        outcome=finding.status,
        decided=days,
        review_by=review_by,
    )


@transaction.atomic
def uphold_finding(
    *, actor: Actor, finding_id: int, reason: str, days_read: int | None = None, now: dt.datetime
) -> Finding:
    """The unit answers for the late days that are left to it when those of others are given back; for a fault that has
    none, for the fault.
    """
    case, finding = _locked(finding_id)
    rules.check_can_uphold_finding(actor, finding, now=now)
    rules.check_days_read(finding, days_read)
    said = rules.check_grounds(reason)
    _decide(actor, "uphold_finding", case, finding, upheld_days(finding), said, now)
    return finding


@transaction.atomic
def reduce_finding(
    *,
    actor: Actor,
    finding_id: int,
    days: int | None,
    reason: str,
    days_read: int | None = None,
    now: dt.datetime,
) -> Finding:
    """It answers for another number than is proposed, never for days of others."""
    case, finding = _locked(finding_id)
    rules.check_can_reduce_finding(actor, finding, now=now)
    rules.check_days_read(finding, days_read)
    said, left = rules.check_grounds(reason), rules.check_reduced_days(finding, days)
    _decide(actor, "reduce_finding", case, finding, left, said, now)
    return finding


@transaction.atomic
def dismiss_finding(
    *, actor: Actor, finding_id: int, reason: str, days_read: int | None = None, now: dt.datetime
) -> Finding:
    """It answers for none."""
    case, finding = _locked(finding_id)
    rules.check_can_dismiss_finding(actor, finding, now=now)
    rules.check_days_read(finding, days_read)
    said = rules.check_grounds(reason)
    _decide(actor, "dismiss_finding", case, finding, 0, said, now)
    return finding


@transaction.atomic
def reopen_finding(
    *, actor: Actor, finding_id: int, entry: int | None, reason: str, now: dt.datetime
) -> Finding:
    """What was dismissed is looked at anew; the unit is heard again, with its whole time."""
    case, finding = _locked(finding_id)
    rules.check_can_reopen_finding(actor, finding, now=now)
    said, new = rules.check_grounds(reason), rules.check_new_entry(finding, entry)
    finding.status = FINDING.target("reopen_finding", finding.status)
    finding.decided_days, finding.decision = None, ""
    finding.decided_at = finding.decided_by_id = None
    start_say(case, finding, now=now, actor=actor)
    finding.save(
        update_fields=[
            "status", "decided_days", "decision", "decided_at", "decided_by", "state_by_on", "is_heard"
        ]
    )  # fmt: skip
    made = FindingDecision.objects.create(
        finding=finding, verb="reopen_finding", text=said, entry=new, at=now, by_id=actor.user_id
    )
    _note(actor, "reopen_finding", case, finding, now=now, until=finding.state_by_on)
    until = finding.state_by_on.isoformat()
    tell_of(finding, unit_people(finding, now), "finding_reopened", once=f"{made.pk}", now=now, until=until)
    return finding


@transaction.atomic
def request_finding_review(*, actor: Actor, finding_id: int, reason: str, now: dt.datetime) -> Finding:
    """The unit does not agree: the hall's manager looks at it, or a leader where it is about the hall."""
    case, finding = _locked(finding_id)
    rules.check_can_request_finding_review(actor, finding, now=now)
    said = rules.check_grounds(reason)
    finding.status = FINDING.target("request_finding_review", finding.status)
    finding.review_reason = said
    finding.save(update_fields=["status", "review_reason"])
    made = FindingDecision.objects.create(
        finding=finding, verb="request_finding_review", text=said, at=now, by_id=actor.user_id
    )
    _note(actor, "request_finding_review", case, finding, now=now)
    role = reviewed_by(finding, now=now)
    tell_of(finding, hall_people(finding, role, now=now), "finding_review_asked", once=f"{made.pk}", now=now)
    return finding


def _review(
    actor: Actor, verb: str, case: Case, finding: Finding, days: int, reason: str, now: dt.datetime
) -> None:
    finding.status = FINDING.target(verb, finding.status)
    finding.decided_days, finding.review_decision = days, reason
    finding.reviewed_at, finding.reviewed_by_id = now, actor.user_id
    finding.save(update_fields=["status", "decided_days", "review_decision", "reviewed_at", "reviewed_by"])
    made = FindingDecision.objects.create(
        finding=finding,
        verb=verb,
        days=days if finding.is_late else None,
        text=reason,
        at=now,
        by_id=actor.user_id,
    )
    _note(actor, verb, case, finding, now=now, **_days(finding, days))
    if verb == "change_finding":
        _tell_authors(finding, once=f"{made.pk}", now=now)
    people = [*unit_people(finding, now), *hall_people(finding, SUPERVISOR, now=now)]
    tell_of(
        finding,
        list({one.pk: one for one in people}.values()),
        "finding_decided",
        once=f"{made.pk}",
        now=now,
        outcome=finding.status,
        decided=days,
        review_by="",
    )


def _tell_authors(finding: Finding, *, once: str, now: dt.datetime) -> None:
    """Whoever wrote a notice or advice that rests on it: what is served stays as it was read, so a person must see to
    a correction; a draft cannot be approved any more.
    """
    criticisms = CriticisedFinding.objects.filter(finding=finding, is_live=True).exclude(
        notice__status="withdrawn"
    )
    advices = AdvisedFinding.objects.filter(finding=finding).exclude(advice__status="withdrawn")
    papers: list[tuple[CriticismNotice | Advice, str]] = []
    papers += [
        (one.notice, "notice") for one in criticisms.select_related("notice__drafted_by", "notice__document")
    ]
    papers += [
        (one.advice, "advice") for one in advices.select_related("advice__drafted_by", "advice__document")
    ]
    for paper, name in papers:
        outbox.post(
            "finding_under_paper_changed",
            to=[paper.drafted_by],
            context={
                "number": finding.case.number,
                "title": paper.title,
                "paper": paper.document.number if paper.document else "",
            },
            once=f"finding_under_paper_changed/{name}/{paper.pk}/{once}",
            url=reverse(f"accountability:{name}", args=[paper.pk]),
            now=now,
        )


@transaction.atomic
def confirm_finding(*, actor: Actor, finding_id: int, reason: str, now: dt.datetime) -> Finding:
    """The decision stands; nothing follows it."""
    case, finding = _locked(finding_id)
    rules.check_can_confirm_finding(actor, finding, now=now)
    said = rules.check_grounds(reason)
    _review(actor, "confirm_finding", case, finding, finding.decided_days or 0, said, now)
    return finding


@transaction.atomic
def change_finding(
    *, actor: Actor, finding_id: int, days: int | None, reason: str, now: dt.datetime
) -> Finding:
    """Another number of days, none included; a fault that has no days is not held against the unit any more."""
    case, finding = _locked(finding_id)
    rules.check_can_change_finding(actor, finding, now=now)
    said, left = rules.check_grounds(reason), rules.check_changed_days(finding, days)
    _review(actor, "change_finding", case, finding, left, said, now)
    return finding


def end_say(case: Case, finding: Finding, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The clock of the unit's say ends unused."""
    void_deadline(case, "statement", reason=reason, actor=actor, now=now, item=clock_item(finding))


@transaction.atomic
def export_findings(*, actor: Actor, asked: FindingFilter, now: dt.datetime) -> list[Finding]:
    """The rows of the list, for a file; who took it along, and when, is on record first."""
    rules.check_can_export_findings(actor, now=now)
    facts = {name: getattr(asked, name) for name in asked.__slots__ if getattr(asked, name)}
    journal.record(actor, "export_findings", User(pk=actor.user_id), after=facts, now=now)
    return every_finding(actor, asked)
