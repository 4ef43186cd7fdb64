"""The verbs; each name here is one act, journalled under that name."""

from hearings.actions.deliberation import conclude_hearing, record_finding
from hearings.actions.session import begin_step, close_session, end_step, skip_step, start_hearing
from hearings.actions.transcript import correct_page, sign_page, write_page

__all__ = [
    "begin_step",
    "close_session",
    "conclude_hearing",
    "correct_page",
    "end_step",
    "record_finding",
    "sign_page",
    "skip_step",
    "start_hearing",
    "write_page",
]
