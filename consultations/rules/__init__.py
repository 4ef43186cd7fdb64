"""What is allowed in a consultation, and the reason where it is not."""

from consultations.rules.calls import (
    CALLED_IN,
    MOST_QUESTIONS,
    MOST_UNITS,
    Seat,
    check_can_call_consultation,
    check_can_change_consultation,
    check_can_end_consultation,
    check_can_export_consultations,
    check_can_lapse_consultations,
    check_can_release_unit,
    check_convenor,
    convenes,
)
from consultations.rules.opinions import (
    Answer,
    check_can_give_unit_opinion,
    check_can_record_silence,
)
from consultations.rules.sittings import (
    Came,
    Roll,
    SittingPlan,
    check_can_cancel_sitting,
    check_can_change_sitting,
    check_can_plan_sitting,
    check_can_record_sitting,
)

__all__ = [
    "CALLED_IN",
    "MOST_QUESTIONS",
    "MOST_UNITS",
    "Answer",
    "Came",
    "Roll",
    "Seat",
    "SittingPlan",
    "check_can_call_consultation",
    "check_can_cancel_sitting",
    "check_can_change_consultation",
    "check_can_change_sitting",
    "check_can_end_consultation",
    "check_can_export_consultations",
    "check_can_give_unit_opinion",
    "check_can_lapse_consultations",
    "check_can_plan_sitting",
    "check_can_record_silence",
    "check_can_record_sitting",
    "check_can_release_unit",
    "check_convenor",
    "convenes",
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
