"""Who may do what here, and why not. Each rule says the sentence that is shown."""

from accountability.rules.indicators import (
    HALL_READERS,
    check_can_recount_indicators,
    check_sees_indicators,
    check_sees_scope,
)
from accountability.rules.reports import (
    check_can_ask_report,
    check_can_finish_report,
    check_can_retry_report,
    check_can_start_report,
)

__all__ = [
    "HALL_READERS",
    "check_can_ask_report",
    "check_can_finish_report",
    "check_can_recount_indicators",
    "check_can_retry_report",
    "check_can_start_report",
    "check_sees_indicators",
    "check_sees_scope",
from accountability.rules.access import (
    check_can_export_access_log,
    check_can_note_access_review,
    check_sees_access_log,
)
from accountability.rules.verify import (
    check_can_publish_digest,
    check_can_verify_journal,
    check_sees_journal_checks,
)

__all__ = [
    "check_can_export_access_log",
    "check_can_note_access_review",
    "check_can_publish_digest",
    "check_can_verify_journal",
    "check_sees_access_log",
    "check_sees_journal_checks",
from accountability.rules.inspect import (
    check_can_cancel_inspection,
    check_can_conclude_inspection,
    check_can_draw_sample,
    check_can_plan_inspection,
    check_can_publish_inspection,
    check_can_record_check,
    check_can_withdraw_inspection,
    check_period,
    check_plans_inspections,
    check_sees_inspections,
    check_sizes,
    check_visit,
)
from accountability.rules.supervise import (
    check_answer,
    check_can_answer_supervision,
    check_can_close_supervision,
    check_can_confirm_supervision,
    check_can_dismiss_supervision,
    check_can_export_supervisions,
    check_can_open_supervision,
    check_can_return_supervision,
    check_can_save_supervision_rules,
    check_demand,
    check_ground,
    check_opens_supervisions,
    check_outcome,
    check_problem,
    check_sees_supervision_rules,
    check_sees_supervisions,
    check_threshold,
)

__all__ = [
    "check_answer",
    "check_can_answer_supervision",
    "check_can_cancel_inspection",
    "check_can_close_supervision",
    "check_can_conclude_inspection",
    "check_can_confirm_supervision",
    "check_can_dismiss_supervision",
    "check_can_draw_sample",
    "check_can_export_supervisions",
    "check_can_open_supervision",
    "check_can_plan_inspection",
    "check_can_publish_inspection",
    "check_can_record_check",
    "check_can_return_supervision",
    "check_can_save_supervision_rules",
    "check_can_withdraw_inspection",
    "check_demand",
    "check_ground",
    "check_opens_supervisions",
    "check_outcome",
    "check_period",
    "check_plans_inspections",
    "check_problem",
    "check_sees_inspections",
    "check_sees_supervision_rules",
    "check_sees_supervisions",
    "check_sizes",
    "check_threshold",
    "check_visit",
"""Rules of accountability: what may be done, by whom, with the reason a person is shown."""

from accountability.rules.findings import (
    check_can_change_finding,
    check_can_confirm_finding,
    check_can_dismiss_finding,
    check_can_export_findings,
    check_can_reduce_finding,
    check_can_reopen_finding,
    check_can_request_finding_review,
    check_can_state_case,
    check_can_uphold_finding,
    check_changed_days,
    check_grounds,
    check_reduced_days,
    check_sees_findings,
    check_statement,
)
from accountability.rules.traces import check_can_trace_repeat, check_cause

__all__ = [
    "check_can_change_finding",
    "check_can_confirm_finding",
    "check_can_dismiss_finding",
    "check_can_export_findings",
    "check_can_reduce_finding",
    "check_can_reopen_finding",
    "check_can_request_finding_review",
    "check_can_state_case",
    "check_can_trace_repeat",
    "check_can_uphold_finding",
    "check_cause",
    "check_changed_days",
    "check_grounds",
    "check_reduced_days",
    "check_sees_findings",
    "check_statement",
]
