"""The verbs at the door of the hall, the only writers of visits and tickets."""

from intake.actions.assign_windows import assign_windows
from intake.actions.call import call_next, call_ticket, recall_ticket
from intake.actions.close_day import close_day
from intake.actions.queue import (
    finish_ticket,
    leave_hall,
    miss_ticket,
    park_ticket,
    reinstate_ticket,
    serve_ticket,
    transfer_ticket,
)
from intake.actions.take_number import take_number

__all__ = [
    "assign_windows", "call_next", "call_ticket", "close_day", "finish_ticket", "leave_hall", "miss_ticket",
    "park_ticket", "recall_ticket", "reinstate_ticket", "serve_ticket", "take_number", "transfer_ticket",
]  # fmt: skip
