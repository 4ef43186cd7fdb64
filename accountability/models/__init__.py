"""The facts of accounting and their constraints. The verbs are in `accountability.actions`."""

from accountability.models.findings import Finding, FindingQuerySet, FindingSpan, Statement
from accountability.models.supervision import Supervision, SupervisionFeedback, SupervisionQuerySet
from accountability.models.verify import AccessReview, JournalCheck, JournalDigest

__all__ = [
    "AccessReview",
    "Finding",
    "FindingQuerySet",
    "FindingSpan",
    "JournalCheck",
    "JournalDigest",
    "Statement",
    "Supervision",
    "SupervisionFeedback",
    "SupervisionQuerySet",
]
