"""The verbs of this app, the only writers."""

from hearings.actions.announcements import announce_hearing
from hearings.actions.asking import (
    grant_by_silence,
    grant_hearing,
    grant_silent_requests,
    open_hearing,
    refuse_hearing,
    request_hearing,
    set_openness,
    withdraw_hearing,
)
from hearings.actions.audience import admit_public, cancel_seat, erase_audience, find_seat, take_seat
from hearings.actions.course import (
    end_hearing,
    lapse_hearings,
    postpone_hearing,
    resume_hearing,
    suspend_hearing,
)
from hearings.actions.deliberation import conclude_hearing, record_finding
from hearings.actions.local_rules import adopt_hearing_rules
from hearings.actions.notices import notify_parties, record_notice_service, waive_notice_period
from hearings.actions.panel import draw_panel, replace_member
from hearings.actions.parties import add_party, remove_party
from hearings.actions.pool import (
    add_to_pool,
    change_pool_member,
    export_pool,
    restore_pool_member,
    retire_pool_member,
)
from hearings.actions.recusals import decide_recusal, request_recusal
from hearings.actions.scheduling import schedule_hearing
from hearings.actions.session import begin_step, close_session, end_step, skip_step, start_hearing
from hearings.actions.transcript import correct_page, sign_page, write_page
from hearings.actions.video import invite_party_by_video, plan_hearing_video
from hearings.rules import NewParty, PoolFacts, When

__all__ = [
    "NewParty",
    "PoolFacts",
    "When",
    "add_party",
    "add_to_pool",
    "admit_public",
    "adopt_hearing_rules",
    "announce_hearing",
    "begin_step",
    "cancel_seat",
    "change_pool_member",
    "close_session",
    "conclude_hearing",
    "correct_page",
    "decide_recusal",
    "draw_panel",
    "end_hearing",
    "end_step",
    "erase_audience",
    "export_pool",
    "find_seat",
    "grant_by_silence",
    "grant_hearing",
    "grant_silent_requests",
    "invite_party_by_video",
    "lapse_hearings",
    "notify_parties",
    "open_hearing",
    "plan_hearing_video",
    "postpone_hearing",
    "record_finding",
    "record_notice_service",
    "refuse_hearing",
    "remove_party",
    "replace_member",
    "request_hearing",
    "request_recusal",
    "restore_pool_member",
    "resume_hearing",
    "retire_pool_member",
    "schedule_hearing",
    "set_openness",
    "sign_page",
    "skip_step",
    "start_hearing",
    "suspend_hearing",
    "take_seat",
    "waive_notice_period",
    "withdraw_hearing",
    "write_page",
]
