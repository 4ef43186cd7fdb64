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
]
