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
"""What may be done to a hearing, by whom, in which state. A refusal carries the sentence that the person reads."""

from hearings.rules.panel import (
    check_can_decide_recusal,
    check_can_draw_panel,
    check_can_replace_member,
    check_can_request_recusal,
)
from hearings.rules.parties import NewParty, check_can_add_party, check_can_remove_party
from hearings.rules.pool import (
    PoolFacts,
    check_can_add_to_pool,
    check_can_change_pool_member,
    check_can_export_pool,
    check_can_restore_pool_member,
    check_can_retire_pool_member,
    check_reads_pool,
)
from hearings.rules.scheduling import When, check_can_schedule_hearing

__all__ = [
    "NewParty",
    "PoolFacts",
    "When",
    "check_can_add_party",
    "check_can_add_to_pool",
    "check_can_change_pool_member",
    "check_can_decide_recusal",
    "check_can_draw_panel",
    "check_can_export_pool",
    "check_can_remove_party",
    "check_can_replace_member",
    "check_can_request_recusal",
    "check_can_restore_pool_member",
    "check_can_retire_pool_member",
    "check_can_schedule_hearing",
    "check_reads_pool",
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
