"""Who may do what here, and why not. Each rule says the sentence that is shown."""

from consultations.rules.commitments import (
    check_can_confirm_commitment,
    check_can_drop_commitment,
    check_can_extend_commitment,
    check_can_report_commitment,
    check_can_return_commitment,
)
from consultations.rules.conference import (
    check_can_decide_conference,
    check_can_refer_to_conference,
)
from consultations.rules.minutes import (
    CommitmentLine,
    check_can_circulate_minutes,
    check_can_countersign_minutes,
    check_can_draft_minutes,
    check_can_issue_minutes,
    check_can_pass_over_unit,
    check_can_return_minutes,
)

__all__ = [
    "CommitmentLine",
    "check_can_circulate_minutes",
    "check_can_confirm_commitment",
    "check_can_countersign_minutes",
    "check_can_decide_conference",
    "check_can_draft_minutes",
    "check_can_drop_commitment",
    "check_can_extend_commitment",
    "check_can_issue_minutes",
    "check_can_pass_over_unit",
    "check_can_refer_to_conference",
    "check_can_report_commitment",
    "check_can_return_commitment",
    "check_can_return_minutes",
]
