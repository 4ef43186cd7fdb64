"""What may be done at the door of the hall, by whom, in which state."""

from intake.rules.queue import (
    FROM_STAFF_ONLY,
    RECALLS,
    ago,
    at_window,
    check_can_assign_windows,
    check_can_call,
    check_can_call_next,
    check_can_call_ticket,
    check_can_close_day,
    check_can_finish_ticket,
    check_can_leave_hall,
    check_can_miss_ticket,
    check_can_park_ticket,
    check_can_recall_ticket,
    check_can_reinstate_ticket,
    check_can_serve_ticket,
    check_can_take_number,
    check_can_transfer_ticket,
    check_sees_figures,
    check_works_at_desk,
    check_works_at_windows,
    turn_question,
    what_happened,
)

__all__ = [
    "FROM_STAFF_ONLY", "RECALLS", "ago", "at_window", "check_can_assign_windows", "check_can_call",
    "check_can_call_next", "check_can_call_ticket", "check_can_close_day", "check_can_finish_ticket",
    "check_can_leave_hall", "check_can_miss_ticket", "check_can_park_ticket", "check_can_recall_ticket",
    "check_can_reinstate_ticket", "check_can_serve_ticket", "check_can_take_number", "check_can_transfer_ticket",
    "check_sees_figures", "check_works_at_desk", "check_works_at_windows", "turn_question", "what_happened",
]  # fmt: skip
