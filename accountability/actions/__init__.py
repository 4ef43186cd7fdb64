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
from accountability.actions.inspect import (
    cancel_inspection,
    conclude_inspection,
    draw_sample,
    plan_inspection,
    publish_inspection,
    record_check,
    withdraw_inspection,
)
from accountability.actions.supervise import (
    answer_supervision,
    close_supervision,
    confirm_supervision,
    dismiss_supervision,
    export_supervisions,
    open_supervision,
    propose_supervisions,
    return_supervision,
    save_supervision_rules,
)

__all__ = [
    "answer_supervision",
    "cancel_inspection",
    "close_supervision",
    "conclude_inspection",
    "confirm_supervision",
    "dismiss_supervision",
    "draw_sample",
    "export_supervisions",
    "open_supervision",
    "plan_inspection",
    "propose_supervisions",
    "publish_inspection",
    "record_check",
    "return_supervision",
    "save_supervision_rules",
    "withdraw_inspection",
]
