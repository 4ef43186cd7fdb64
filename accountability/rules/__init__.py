"""Who may do what here, and why not. Each rule says the sentence that is shown."""

from accountability.rules.access import (
    check_can_export_access_log,
    check_can_note_access_review,
    check_sees_access_log,
)
from accountability.rules.verify import (
    check_can_publish_digest,
    check_can_verify_journal,
    check_sees_journal_checks,
)

__all__ = [
    "check_can_export_access_log",
    "check_can_note_access_review",
    "check_can_publish_digest",
    "check_can_verify_journal",
    "check_sees_access_log",
    "check_sees_journal_checks",
]
