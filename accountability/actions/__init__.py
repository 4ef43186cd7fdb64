"""The verbs; each name here is one act, journalled under that name."""

from accountability.actions.indicators import check_months, count_months, recount_indicators

__all__ = [
    "check_months",
    "count_months",
    "recount_indicators",
]
