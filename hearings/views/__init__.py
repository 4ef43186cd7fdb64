"""The doors of the staff."""

from hearings.views.deliberation import conclude_hearing, conclusion, deliberation, record_finding
from hearings.views.notices import (
    admit_public,
    announce_hearing,
    audience,
    audiences,
    notices,
    notify_parties,
    print_audience,
    record_notice_service,
    waive_notice_period,
)
from hearings.views.session import begin_step, close_session, end_step, session, skip_step, start_hearing
from hearings.views.transcript import correct_page, sign_page, transcript, write_page

__all__ = [
    "admit_public",
    "announce_hearing",
    "audience",
    "audiences",
    "begin_step",
    "close_session",
    "conclude_hearing",
    "conclusion",
    "correct_page",
    "deliberation",
    "end_step",
    "notices",
    "notify_parties",
    "print_audience",
    "record_finding",
    "record_notice_service",
    "session",
    "sign_page",
    "skip_step",
    "start_hearing",
    "transcript",
    "waive_notice_period",
    "write_page",
]
