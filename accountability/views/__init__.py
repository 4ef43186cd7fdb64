"""The pages for people who are signed in."""

from accountability.views.boards import month, morning
from accountability.views.indicators import figure_page, indicators

__all__ = [
    "figure_page",
    "indicators",
    "month",
    "morning",
]
