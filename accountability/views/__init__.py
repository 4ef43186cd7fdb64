"""The pages for people who are signed in."""

from accountability.views.access import access_log, export_access_log, note_access_review, unusual_access
from accountability.views.verify import journal_checks

__all__ = [
    "access_log",
    "export_access_log",
    "journal_checks",
    "note_access_review",
    "unusual_access",
]
