"""What a machine reads of accounting: which unit, which kind, which state and which days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accountability import rules
from accountability.api.codes import CODES
from accountability.api.verbs import READ
from accountability.models import (
    Advice,
    Assessment,
    AssessmentScheme,
    CriticismNotice,
    ExemplaryCase,
    Finding,
    Inspection,
    MonthReport,
    Supervision,
)
from accountability.queries import sanctions
from accountability.queries.assess import AssessmentFilter, assessments
from accountability.queries.exemplary import rows_of
from accountability.queries.findings import FindingFilter, finding_list
from accountability.queries.inspections import inspections
from accountability.queries.supervisions import SupervisionFilter, supervisions
from cases.queries.work_list import Cursor
from hall.access import Actor, whole_number
from hall.machines import Rows
from hall.machines.arguments import Arguments, filter_of
from hall.machines.rows import Page, by_key, shape_of


class OfStatus(Arguments):
    """`status`: its state."""

    status = serializers.CharField(max_length=16, required=False, allow_blank=True)


def _said(after: Any) -> str:
    return str(after or "")


def _findings(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_findings(actor)
    page = finding_list(actor, FindingFilter(**asked), after=Cursor.parse(after), size=size)
    return Page(page.rows, _said(page.after))


def _supervisions(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_supervisions(actor)
    page = supervisions(actor, SupervisionFilter(**asked), now=now, after=Cursor.parse(after), size=size)
    return Page(page.rows, _said(page.after))


def _inspections(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_inspections(actor)
    page = inspections(actor, status=asked.get("status", ""), after=whole_number(after), size=size)
    return Page(page.rows, page.after)


def _sanctions(query: Callable[..., Any]) -> Callable[..., Page]:
    def read(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
        rules.check_sees_sanctions(actor)
        wanted, today = sanctions.SanctionFilter(**asked), timezone.localdate(now)
        page = query(actor, wanted, today=today, after=whole_number(after), size=size)
        return Page(page.rows, _said(page.after))

    return read


def _assessments(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_assessments(actor)
    page = assessments(actor, AssessmentFilter(**asked), after=whole_number(after), size=size)
    return Page(page.rows, _said(page.after))


def _schemes(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_assessments(actor)
    return by_key(AssessmentScheme.objects.visible_to(actor), after, size)


def _exemplary(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_exemplary(actor)
    return by_key(rows_of(actor).filter(**asked), after, size)


def _reports(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_indicators(actor)
    return by_key(MonthReport.objects.visible_to(actor).filter(**asked), after, size)


LISTS = (
    Rows(
        "findings/", "list_findings", _findings,
        shape_of(Finding, "hall", "case", "deadline", "department", "fault", "kind", "started_on", "due_on", "met_on",
                 "days_late", "status", "opened_at", "state_by_on", "review_by_on", "decided_days", "decided_at"),
        READ, filter_of(FindingFilter, CODES), "Findings, the newest first.",
    ),
    Rows(
        "supervisions/", "list_supervisions", _supervisions,
        shape_of(Supervision, "hall", "case", "department", "trigger", "status", "feedback_due_on", "opened_at",
                 "confirmed_at", "closed_at", "outcome"),
        READ, filter_of(SupervisionFilter, CODES), "Supervisions, the latest first.",
    ),
    Rows(
        "inspections/", "list_inspections", _inspections,
        shape_of(Inspection, "hall", "title", "from_on", "to_on", "status", "planned_at", "drawn_at", "published_at"),
        READ, OfStatus, "Inspections, the latest first.",
    ),
    Rows(
        "criticisms/", "list_criticisms", _sanctions(sanctions.criticisms),
        shape_of(CriticismNotice, "hall", "from_on", "until_on", "answer_by_on", "due_on", "revision", "status",
                 "drafted_at", "served_at", "closed_at"),
        READ, filter_of(sanctions.SanctionFilter, CODES), "Notices of criticism, the latest first.",
    ),
    Rows(
        "advices/", "list_advices", _sanctions(sanctions.advices),
        shape_of(Advice, "hall", "kind", "department", "reply_days", "revision", "status", "drafted_at", "approved_at",
                 "served_on", "due_on", "adopted", "replied_on", "outcome", "closed_at"),
        READ, filter_of(sanctions.SanctionFilter, CODES), "Advice to units, the latest first.",
    ),
    Rows(
        "assessments/", "list_assessments", _assessments,
        shape_of(Assessment, "hall", "scheme", "department", "from_on", "to_on", "status", "points", "sent_at",
                 "state_by_on", "appeal_by_on", "final_at"),
        READ, filter_of(AssessmentFilter, CODES), "Assessments of units, the latest first.",
    ),
    Rows(
        "schemes/", "list_schemes", _schemes,
        shape_of(AssessmentScheme, "hall", "title", "from_on", "to_on", "status", "revision"), READ, None,
        "Schemes of assessment.",
    ),
    Rows(
        "exemplary-cases/", "list_exemplary_cases", _exemplary,
        shape_of(ExemplaryCase, "case", "title", "status"), READ, OfStatus, "Matters that were handled well.",
    ),
    Rows(
        "reports/", "list_reports", _reports,
        shape_of(MonthReport, "hall", "month", "department", "status"), READ, OfStatus, "Monthly reports.",
    ),
)  # fmt: skip
