"""Who may do what, and why not: `check_can_<verb>` raises Refused with the reason that a person is shown."""

from hearings.rules.asking import (
    check_can_grant_by_silence,
    check_can_grant_hearing,
    check_can_open_hearing,
    check_can_refuse_hearing,
    check_can_request_hearing,
    check_can_set_openness,
    check_can_withdraw_hearing,
)
from hearings.rules.course import (
    check_can_end_hearing,
    check_can_lapse_hearings,
    check_can_postpone_hearing,
    check_can_resume_hearing,
    check_can_suspend_hearing,
)
from hearings.rules.local_rules import check_can_adopt_hearing_rules

__all__ = [
    "check_can_adopt_hearing_rules",
    "check_can_end_hearing",
    "check_can_grant_by_silence",
    "check_can_grant_hearing",
    "check_can_lapse_hearings",
    "check_can_open_hearing",
    "check_can_postpone_hearing",
    "check_can_refuse_hearing",
    "check_can_request_hearing",
    "check_can_resume_hearing",
    "check_can_set_openness",
    "check_can_suspend_hearing",
    "check_can_withdraw_hearing",
]
