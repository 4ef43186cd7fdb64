"""The verbs; each name here is one act, journalled under that name."""

from accountability.actions.access import export_access_log, note_access_review
from accountability.actions.verify import check_receipt, publish_digest, publish_due_digests, verify_journal

__all__ = [
    "check_receipt",
    "export_access_log",
    "note_access_review",
    "publish_digest",
    "publish_due_digests",
    "verify_journal",
]
