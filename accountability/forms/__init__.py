"""What pages ask for."""

from accountability.forms.indicators import FigureForm

__all__ = [
    "FigureForm",
]
