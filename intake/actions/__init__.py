"""The verbs at the door of the hall, the only writers of visits and tickets."""

from intake.actions.queue import (
    call_next,
    call_ticket,
    close_day,
    finish_ticket,
    leave_hall,
    miss_ticket,
    park_ticket,
    recall_ticket,
    reinstate_ticket,
    serve_ticket,
    take_number,
    transfer_ticket,
)

__all__ = [
    "call_next", "call_ticket", "close_day", "finish_ticket", "leave_hall", "miss_ticket", "park_ticket",
    "recall_ticket", "reinstate_ticket", "serve_ticket", "take_number", "transfer_ticket",
]  # fmt: skip
