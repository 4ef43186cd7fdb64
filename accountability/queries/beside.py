"""What belongs together in accounting: a matter's supervisions and findings, and what followed from a finding.

Each list has what the reader may see, by the rule of its own kind; nothing is told of the rest.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from accountability.lifecycle import HEARD
from accountability.models import Advice, CriticismNotice, Finding, Supervision
from accountability.queries.periods import Scope
from hall.access import Actor

MOST = 20


def supervisions_of_case(actor: Actor, case_id: int) -> list[Supervision]:
    """The latest first."""
    rows = Supervision.objects.visible_to(actor).filter(case=case_id).select_related("department", "clock")
    return list(rows.order_by("-opened_at", "-id")[:MOST])


def findings_beside(actor: Actor, case_id: int) -> list[Finding]:
    rows = (
        Finding.objects.visible_to(actor)
        .filter(case=case_id)
        .select_related("deadline", "department", "case")
    )
    return list(rows.defer("case__search", "case__content").order_by("-opened_at", "-id")[:MOST])


def notices_of(actor: Actor, finding_id: int) -> list[CriticismNotice]:
    """The criticism notices that rest on a finding; a draft that was withdrawn is none."""
    rows = (
        CriticismNotice.objects.visible_to(actor)
        .filter(links__finding=finding_id)
        .exclude(status="withdrawn")
    )
    return list(rows.select_related("document").distinct().order_by("-id")[:MOST])


def advices_of_finding(actor: Actor, finding_id: int) -> list[Advice]:
    rows = Advice.objects.visible_to(actor).filter(links__finding=finding_id).exclude(status="withdrawn")
    return list(rows.select_related("document", "department").distinct().order_by("-id")[:MOST])


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody now: proposals for a word, feedback over its day, findings for a decision."""

    proposed: int
    late: int
    undecided: int
    in_review: int


def waiting(actor: Actor, scope: Scope, *, now: dt.datetime) -> Waiting:
    """As many as the lists behind them show to this reader. Two statements."""
    supervisions = Supervision.objects.visible_to(actor).filter(hall__in=scope.hall_ids)
    findings = Finding.objects.visible_to(actor).filter(hall__in=scope.hall_ids)
    if scope.department_id is not None:
        supervisions = supervisions.filter(department=scope.department_id)
        findings = findings.filter(department=scope.department_id)
    one = supervisions.order_by().aggregate(
        proposed=Count("pk", filter=Q(status="proposed")),
        late=Count("pk", filter=Q(status="open", clock__due_at__lte=now)),
    )
    two = findings.order_by().aggregate(
        undecided=Count("pk", filter=Q(status__in=HEARD)), in_review=Count("pk", filter=Q(status="in_review"))
    )
    return Waiting(**one, **two)
