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
]
