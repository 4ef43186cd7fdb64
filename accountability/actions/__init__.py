"""The verbs; each name here is one act, journalled under that name."""

from accountability.actions.indicators import check_months, count_months, recount_indicators
from accountability.actions.reports import (
    MadeFile,
    ask_report,
    finish_report,
    note_progress,
    retry_report,
    start_report,
)

__all__ = [
    "MadeFile",
    "ask_report",
    "check_months",
    "count_months",
    "finish_report",
    "note_progress",
    "recount_indicators",
    "retry_report",
    "start_report",
from accountability.actions.access import export_access_log, note_access_review
from accountability.actions.verify import check_receipt, publish_digest, publish_due_digests, verify_journal

__all__ = [
    "check_receipt",
    "export_access_log",
    "note_access_review",
    "publish_digest",
    "publish_due_digests",
    "verify_journal",
]
