"""The verbs of this app, the only writers."""

from hearings.actions.announcements import announce_hearing
from hearings.actions.audience import admit_public, cancel_seat, erase_audience, find_seat, take_seat
from hearings.actions.notices import notify_parties, record_notice_service, waive_notice_period

__all__ = [
    "admit_public",
    "announce_hearing",
    "cancel_seat",
    "erase_audience",
    "find_seat",
    "notify_parties",
    "record_notice_service",
    "take_seat",
    "waive_notice_period",
]
