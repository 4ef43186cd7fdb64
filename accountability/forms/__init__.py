"""What people type here, checked and put in order; what is written for them in files."""

from accountability.forms.access import AccessLogFilter, ReviewForm, UnusualFilter
from accountability.forms.indicators import BoardForm, FigureForm
from accountability.forms.month_report import MEDIA_TYPES, excel_file, word_file
from accountability.forms.reports import ReportForm
from accountability.forms.stationing import (
    MODES,
    StationingForm,
    assumptions,
    lacking,
    mode_name,
    own_windows,
    reason,
    stationing_file,
)
from accountability.forms.verify import CheckReceiptForm

__all__ = [
    "MEDIA_TYPES",
    "MODES",
    "AccessLogFilter",
    "BoardForm",
    "CheckReceiptForm",
    "FigureForm",
    "ReportForm",
    "ReviewForm",
    "StationingForm",
    "UnusualFilter",
    "assumptions",
    "excel_file",
    "lacking",
    "mode_name",
    "own_windows",
    "reason",
    "stationing_file",
    "word_file",
]
