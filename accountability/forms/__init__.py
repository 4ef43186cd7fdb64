"""What pages ask for."""

from accountability.forms.access import AccessLogFilter, ReviewForm, UnusualFilter
from accountability.forms.verify import CheckReceiptForm

__all__ = [
    "AccessLogFilter",
    "CheckReceiptForm",
    "ReviewForm",
    "UnusualFilter",
]
