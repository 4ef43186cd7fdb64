"""Who may do what here, and why not. Each rule says the sentence that is shown."""

from accountability.rules.stationing import (
    PERIODS,
    check_can_answer_stationing_advice,
    check_can_fail_stationing_advice,
    check_can_request_stationing_advice,
    check_can_start_stationing_advice,
)

__all__ = [
    "PERIODS",
    "check_can_answer_stationing_advice",
    "check_can_fail_stationing_advice",
    "check_can_request_stationing_advice",
    "check_can_start_stationing_advice",
]
