"""A month report: asked for by a person, made by a worker, kept; made again when it did not work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from accountability import rules
from accountability.models import MonthReport, ReportFile
from cases.actions.materials import StoredFile
from hall import journal, outbox
from hall.access import Actor
from hall.models import User
from staffing.models import Hall

MAKE = "accountability.make_reports"
"""The worker's task."""
BACK_OFF = (dt.timedelta(minutes=1), dt.timedelta(minutes=5))
"""Waits after the first and the second attempt that failed; after the third it has failed."""
LEASE = dt.timedelta(minutes=20)
"""So long a worker has the report to itself; then another one may take it for dead."""
UNKNOWN = "Interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A file of a report that is already kept."""

    kind: str
    language: str
    stored: StoredFile


@transaction.atomic
def ask_report(
    *,
    actor: Actor,
    hall_id: int,
    month: dt.date,
    department_id: int | None = None,
    again: bool = False,
    now: dt.datetime,
) -> MonthReport:
    """The report of that month: the one under way, else the one that is there, else a new one. `again`: a new one
    even where one is there; those made before are kept.
    """
    first = month.replace(day=1)
    # Two people at once get one: the row of the hall lets them through one by one.
    hall = Hall.objects.select_for_update(no_key=True, of=("self",)).get(pk=hall_id)
    rules.check_can_ask_report(actor, hall.pk, department_id=department_id, month=first, now=now)
    known = MonthReport.objects.filter(hall=hall, department=department_id, month=first)
    there = known.under_way().first() or (None if again else known.filter(status="ready").first())
    if there is not None:
        return there
    report = MonthReport.objects.create(
        hall=hall, department_id=department_id, month=first, asked_by_id=actor.user_id, asked_at=now,
        next_attempt_at=now,
    )  # fmt: skip
    after = {"month": f"{first:%Y-%m}", "department": department_id, "again": again}
    journal.record(actor, "ask_report", report, after=after, now=now)
    transaction.on_commit(partial(outbox.nudge, MAKE))
    return report


@transaction.atomic
def start_report(*, actor: Actor, report_id: int, now: dt.datetime) -> MonthReport:
    """A worker takes it; for the length of the lease nobody else does. One that dies under a worker for the third
    time has failed: it would kill the fourth as well.
    """
    report = MonthReport.objects.locked(report_id)
    rules.check_can_start_report(actor, report, now=now)
    if report.attempt > len(BACK_OFF):
        return _fail(actor, report, UNKNOWN, now=now)
    report.status, report.progress, report.attempt = "making", 0, report.attempt + 1
    report.next_attempt_at = now + LEASE
    report.save(update_fields=["status", "progress", "attempt", "next_attempt_at"])
    journal.record(actor, "start_report", report, after={"attempt": report.attempt}, now=now)
    return report


def note_progress(*, report_id: int, attempt: int, percent: int) -> None:
    """How far it has come; no act, so no entry."""
    MonthReport.objects.filter(pk=report_id, status="making", attempt=attempt).update(progress=percent)


@transaction.atomic
def finish_report(
    *,
    actor: Actor,
    report_id: int,
    attempt: int,
    as_of: dt.datetime,
    files: Sequence[MadeFile],
    now: dt.datetime,
) -> MonthReport:
    """Its files are kept, and whoever asked is told."""
    report = MonthReport.objects.locked(report_id)
    rules.check_can_finish_report(actor, report, attempt=attempt, now=now)
    ReportFile.objects.bulk_create(
        ReportFile(
            report=report, kind=one.kind, language=one.language, name=one.stored.name,
            media_type=one.stored.media_type, size=one.stored.size, sha256=one.stored.sha256, file=one.stored.file,
        )
        for one in files
    )  # fmt: skip
    report.status, report.progress, report.as_of = "ready", 100, as_of
    report.ended_at, report.failure, report.next_attempt_at = now, "", None
    report.save(update_fields=["status", "progress", "as_of", "ended_at", "failure", "next_attempt_at"])
    after = {"as_of": as_of, "files": {f"{one.kind}/{one.language}": one.stored.sha256 for one in files}}
    journal.record(actor, "finish_report", report, after=after, now=now)
    _tell(report, "report_ready", now=now)
    return report


@transaction.atomic
def retry_report(
    *, actor: Actor, report_id: int, attempt: int, failure: str, now: dt.datetime
) -> MonthReport:
    """It could not be made this time: tried again after a while, and failed after the last attempt."""
    report = MonthReport.objects.locked(report_id)
    rules.check_can_retry_report(actor, report, attempt=attempt, now=now)
    if attempt > len(BACK_OFF):
        return _fail(actor, report, failure, now=now)
    report.status, report.progress, report.failure = "queued", 0, failure[:200] or UNKNOWN
    report.next_attempt_at = now + BACK_OFF[attempt - 1]
    report.save(update_fields=["status", "progress", "failure", "next_attempt_at"])
    journal.record(actor, "retry_report", report, after={"failure": report.failure}, now=now)
    return report


def _fail(actor: Actor, report: MonthReport, failure: str, *, now: dt.datetime) -> MonthReport:
    report.status, report.failure = "failed", failure[:200] or UNKNOWN
    report.ended_at, report.next_attempt_at = now, None
    report.save(update_fields=["status", "failure", "ended_at", "next_attempt_at"])
    journal.record(actor, "fail_report", report, after={"failure": report.failure}, now=now)
    _tell(report, "report_failed", now=now)
    return report


def _tell(report: MonthReport, kind: str, *, now: dt.datetime) -> None:
    if report.asked_by_id is None:
        return
    outbox.post(
        kind,
        to=User.objects.get(pk=report.asked_by_id),
        context={"hall": report.hall.name, "month": f"{report.month:%Y-%m}"},
        url="/reports/",
        once=f"{kind}/{report.pk}",
        now=now,
    )
