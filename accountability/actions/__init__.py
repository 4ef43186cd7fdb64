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
"""The verbs of accountability, the only writers."""

from accountability.actions.findings import (
    change_finding,
    confirm_finding,
    dismiss_finding,
    export_findings,
    reduce_finding,
    reopen_finding,
    request_finding_review,
    state_case,
    uphold_finding,
)
from accountability.actions.open_findings import lapse_statements, open_findings
from accountability.actions.traces import trace_repeat, trace_repeats

__all__ = [
    "change_finding",
    "confirm_finding",
    "dismiss_finding",
    "export_findings",
    "lapse_statements",
    "open_findings",
    "reduce_finding",
    "reopen_finding",
    "request_finding_review",
    "state_case",
    "trace_repeat",
    "trace_repeats",
    "uphold_finding",
from accountability.actions.advices import (
    AdviceWords,
    approve_advice,
    close_advice,
    draft_advice,
    edit_advice,
    export_advices,
    record_adoption,
    remind_advice,
    remind_advices,
    reply_advice,
    return_advice,
    serve_advice,
    withdraw_advice,
)
from accountability.actions.sanctions import (
    CriticismWords,
    acknowledge_criticism,
    answer_criticism,
    approve_criticism,
    close_criticism,
    draft_criticism,
    edit_criticism,
    export_criticisms,
    return_criticism,
    withdraw_criticism,
)

__all__ = [
    "AdviceWords",
    "CriticismWords",
    "acknowledge_criticism",
    "answer_criticism",
    "approve_advice",
    "approve_criticism",
    "close_advice",
    "close_criticism",
    "draft_advice",
    "draft_criticism",
    "edit_advice",
    "edit_criticism",
    "export_advices",
    "export_criticisms",
    "record_adoption",
    "remind_advice",
    "remind_advices",
    "reply_advice",
    "return_advice",
    "return_criticism",
    "serve_advice",
    "withdraw_advice",
    "withdraw_criticism",
from accountability.actions.stationing import (
    answer_stationing_advice,
    fail_stationing_advice,
    request_stationing_advice,
    show_progress,
    start_stationing_advice,
)

__all__ = [
    "answer_stationing_advice",
    "fail_stationing_advice",
    "request_stationing_advice",
    "show_progress",
    "start_stationing_advice",
]
