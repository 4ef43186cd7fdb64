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
