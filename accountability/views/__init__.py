"""The pages for people who are signed in."""

from accountability.views.access import (
    access_log,
    export_access_log,
    export_unusual_access,
    note_access_review,
    unusual_access,
)
from accountability.views.analysis import analysis, export_repeated, export_topic, repeated, topic, traced
from accountability.views.boards import month, morning
from accountability.views.indicators import export_figure, figure_page, indicators
from accountability.views.reports import ask_report, report, report_file
from accountability.views.standing import board_list
from accountability.views.stationing import (
    export_stationing_advice,
    request_stationing_advice,
    stationing,
    stationing_advice,
)
from accountability.views.verify import journal_checks

__all__ = [
    "access_log",
    "analysis",
    "ask_report",
    "board_list",
    "export_access_log",
    "export_figure",
    "export_repeated",
    "export_stationing_advice",
    "export_topic",
    "export_unusual_access",
    "figure_page",
    "indicators",
    "journal_checks",
    "month",
    "morning",
    "note_access_review",
    "repeated",
    "report",
    "report_file",
    "request_stationing_advice",
    "stationing",
    "stationing_advice",
    "topic",
    "traced",
    "unusual_access",
]
