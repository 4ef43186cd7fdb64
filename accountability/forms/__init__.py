"""What pages ask for."""

from accountability.forms.indicators import FigureForm
from accountability.forms.month_report import MEDIA_TYPES, excel_file, word_file

__all__ = [
    "MEDIA_TYPES",
    "FigureForm",
    "excel_file",
    "word_file",
]
