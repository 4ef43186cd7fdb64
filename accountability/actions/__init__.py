"""The verbs; each name here is one act, journalled under that name."""

from accountability.actions.stationing import (
    answer_stationing_advice,
    fail_stationing_advice,
    request_stationing_advice,
    show_progress,
    start_stationing_advice,
)

__all__ = [
    "answer_stationing_advice",
    "fail_stationing_advice",
    "request_stationing_advice",
    "show_progress",
    "start_stationing_advice",
]
