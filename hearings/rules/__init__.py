"""Who may do what here, and why not. Each rule says the sentence that is shown."""

from hearings.rules.deliberation import check_can_conclude_hearing, check_can_record_finding
from hearings.rules.session import (
    check_can_begin_step,
    check_can_close_session,
    check_can_end_step,
    check_can_skip_step,
    check_can_start_hearing,
)
from hearings.rules.transcript import check_can_correct_page, check_can_sign_page, check_can_write_page

__all__ = [
    "check_can_begin_step",
    "check_can_close_session",
    "check_can_conclude_hearing",
    "check_can_correct_page",
    "check_can_end_step",
    "check_can_record_finding",
    "check_can_sign_page",
    "check_can_skip_step",
    "check_can_start_hearing",
    "check_can_write_page",
]
