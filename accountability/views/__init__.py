"""The pages for people who are signed in."""

from accountability.views.analysis import analysis, repeated, topic
from accountability.views.boards import month, morning
from accountability.views.indicators import figure_page, indicators
from accountability.views.reports import ask_report, report, report_file

__all__ = [
    "analysis",
    "ask_report",
    "figure_page",
    "indicators",
    "month",
    "morning",
    "repeated",
    "report",
    "report_file",
    "topic",
from accountability.views.access import access_log, export_access_log, note_access_review, unusual_access
from accountability.views.verify import journal_checks

__all__ = [
    "access_log",
    "export_access_log",
    "journal_checks",
    "note_access_review",
    "unusual_access",
from accountability.views.stationing import (
    export_stationing_advice,
    request_stationing_advice,
    stationing,
    stationing_advice,
)

__all__ = [
    "export_stationing_advice",
    "request_stationing_advice",
    "stationing",
    "stationing_advice",
]
