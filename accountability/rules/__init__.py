"""Who may do what here, and why not. Each rule says the sentence that is shown."""

from accountability.rules.indicators import (
    HALL_READERS,
    check_can_recount_indicators,
    check_sees_indicators,
    check_sees_scope,
)

__all__ = [
    "HALL_READERS",
    "check_can_recount_indicators",
    "check_sees_indicators",
    "check_sees_scope",
]
