"""The worker's part: figures are counted, reports made, the journal walked, findings opened, dates watched."""

from __future__ import annotations

import datetime as dt
import io
import logging
from contextlib import suppress
from functools import partial

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone, translation

from accountability import actions, forms, queries
from accountability.actions.indicators import count_month
from accountability.models import MonthReport
from accountability.queries.moment import one_moment
from accountability.queries.month_report import MonthFacts, month_facts, paper, reports_due
from cases.actions.store import NewFile, keep_file
from hall.access import SYSTEM, Refused

log = logging.getLogger("accountability.tasks")
READS = 3
"""So often a report is read at most in one attempt."""
LANGUAGES = ("zh-hans", "en")
FOLDER = "reports"
"""Within the private root."""


@shared_task(name="accountability.count_months")
def count_months() -> int:
    """Count the months in which something has changed."""
    return actions.count_months(now=timezone.now())


@shared_task(name="accountability.check_months")
def check_months() -> int:
    """Count every month anew; what differs is put right and told."""
    return len(actions.check_months(now=timezone.now()))


@shared_task(name="accountability.make_reports")
def make_reports() -> int:
    """Make every report that is due; how many were made. A dead worker only delays: beat asks again."""
    return sum(_make(pk) for pk in reports_due(timezone.now()))


def _make(pk: int) -> bool:
    now = timezone.now()
    try:
        report = actions.start_report(actor=SYSTEM, report_id=pk, now=now)
    except Refused:
        log.info("report %s was taken by another worker", pk)
        return False
    if report.status != "making":
        return False
    try:
        as_of, files = _made(report, now)
        actions.finish_report(
            actor=SYSTEM, report_id=pk, attempt=report.attempt, as_of=as_of, files=files, now=timezone.now()
        )
    except Refused:
        log.info("report %s was taken over by another worker", pk)
        return False
    except Exception as fault:  # one report that fails in any way holds up no other
        log.exception("report %s was not made (attempt %s)", pk, report.attempt)
        _put_off(report, type(fault).__name__)
        return False
    return True


def _put_off(report: MonthReport, failure: str) -> None:
    now = timezone.now()
    try:
        actions.retry_report(
            actor=SYSTEM, report_id=report.pk, attempt=report.attempt, failure=failure, now=now
        )
    except Refused:
        log.info("report %s was taken over by another worker", report.pk)


def _made(report: MonthReport, now: dt.datetime) -> tuple[dt.datetime, list[actions.MadeFile]]:
    """Its month is counted anew first, so that the paper says what the boards say from now on; both at one moment.
    A worker that counts the same month at that time makes the count fail: it is tried again from a later moment.
    """

    def step(percent: int) -> None:
        actions.note_progress(report_id=report.pk, attempt=report.attempt, percent=percent)

    step(10)
    for left in range(READS - 1, -1, -1):
        try:
            with one_moment():
                count_month(report.hall_id, report.month, now=now)
                facts = month_facts(report, now=now)
            break
        except OperationalError:
            if not left:
                raise
            log.info("report %s is read again", report.pk)
    step(60)
    files: list[actions.MadeFile] = []
    for language in LANGUAGES:
        with translation.override(language):
            files += _files(facts, language, now)
        step(90 if len(files) > 2 else 75)
    return facts.as_of, files


def _files(facts: MonthFacts, language: str, now: dt.datetime) -> list[actions.MadeFile]:
    told = paper(facts)
    made = {"docx": forms.word_file(told, now), "xlsx": forms.excel_file(told)}
    return [
        actions.MadeFile(
            kind=kind,
            language=language,
            stored=keep_file(
                NewFile(
                    name=f"{told.title}.{kind}",
                    media_type=forms.MEDIA_TYPES[kind],
                    file=io.BytesIO(data),
                ),
                FOLDER,
            ),
        )
        for kind, data in made.items()
    ]


@shared_task(name="accountability.publish_digests")
def publish_digests() -> int:
    """Publish the digest of every day that is over and has none."""
    return actions.publish_due_digests(now=timezone.now())


@shared_task(name="accountability.verify_journal")
def verify_journal() -> bool:
    """Walk along the whole journal and keep what was found."""
    return actions.verify_journal(actor=SYSTEM, now=timezone.now()).is_whole


@shared_task(name="accountability.propose_supervisions")
def propose_supervisions() -> int:
    """Propose for supervision what the triggers see."""
    return actions.propose_supervisions(now=timezone.now())


@shared_task(name="accountability.open_findings")
def open_findings() -> int:
    """Open a finding for every late period."""
    return actions.open_findings(now=timezone.now())


@shared_task(name="accountability.lapse_statements")
def lapse_statements() -> int:
    """End the time of the units that said nothing."""
    return actions.lapse_statements(now=timezone.now())


@shared_task(name="accountability.trace_repeats")
def trace_repeats() -> int:
    """Trace every matter that came again."""
    return actions.trace_repeats(now=timezone.now())


@shared_task(name="accountability.redate_sanctions")
def redate_sanctions() -> int:
    """Let served advice and notices follow a changed calendar."""
    return actions.redate_sanctions(now=timezone.now())


@shared_task(name="accountability.remind_advices")
def remind_advices() -> int:
    """Take every due reminder of advice, and of criticism notices."""
    now = timezone.now()
    return actions.remind_advices(now=now) + actions.remind_criticisms(now=now)


@shared_task(name="accountability.work_out_stationing")
def work_out_stationing() -> int:
    """Answer all advice on stationing that was asked for. A dead worker only delays: beat asks again."""
    done = 0
    for advice in queries.asked_advices():
        try:
            begun = actions.start_stationing_advice(actor=SYSTEM, advice_id=advice.pk, now=timezone.now())
            if begun.answered_at:
                log.error("the advice %s was given up", advice.pk)
                continue
            result = queries.work_out(advice, partial(actions.show_progress, advice.pk))
            actions.answer_stationing_advice(
                actor=SYSTEM, advice_id=advice.pk, result=result, now=timezone.now()
            )
            done += 1
        except Refused:
            log.info("another worker has the advice %s", advice.pk)
        except Exception as fault:  # one hall that fails in any way holds up no other
            log.exception("the advice %s was not worked out", advice.pk)
            with suppress(Refused):  # another worker took it up meanwhile and answered
                actions.fail_stationing_advice(
                    actor=SYSTEM, advice_id=advice.pk, failure=type(fault).__name__, now=timezone.now()
                )
    return done


# assess
@shared_task(name="accountability.settle_assessments")
def settle_assessments() -> int:
    """End the units' days: for their statements, and for their appeals."""
    now = timezone.now()
    return actions.lapse_assessments(now=now) + actions.finalise_assessments(now=now)


@shared_task(name="accountability.sweep_retention")
def sweep_retention() -> int:
    """Erase all personal data that is past its time."""
    return sum(actions.sweep_retention(now=timezone.now()).values())
