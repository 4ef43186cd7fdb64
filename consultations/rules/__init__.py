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
]
