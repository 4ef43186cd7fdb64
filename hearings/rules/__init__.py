"""Who may do what here, and why not. Each rule says the sentence that is shown."""

from hearings.rules.audience import (
    SeatWish,
    check_can_admit_public,
    check_can_cancel_seat,
    check_can_take_seat,
    check_keeps_doors,
    check_seat_wish,
    check_sees_audience,
)
from hearings.rules.notices import (
    Proof,
    PublicWords,
    check_can_announce_hearing,
    check_can_notify_parties,
    check_can_record_notice_service,
    check_can_waive_notice_period,
    check_late_is_known,
    check_organises,
    check_proof,
    check_public_words,
    check_waiver,
    counts_from,
)

__all__ = [
    "Proof",
    "PublicWords",
    "SeatWish",
    "check_can_admit_public",
    "check_can_announce_hearing",
    "check_can_cancel_seat",
    "check_can_notify_parties",
    "check_can_record_notice_service",
    "check_can_take_seat",
    "check_can_waive_notice_period",
    "check_keeps_doors",
    "check_late_is_known",
    "check_organises",
    "check_proof",
    "check_public_words",
    "check_seat_wish",
    "check_sees_audience",
    "check_waiver",
    "counts_from",
]
