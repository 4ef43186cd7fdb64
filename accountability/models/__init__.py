"""The facts of accounting and their constraints. The verbs are in `accountability.actions`."""

from accountability.models.findings import (
    CauseLink,
    Finding,
    FindingDecision,
    FindingPeriod,
    FindingQuerySet,
    FindingSpan,
    Statement,
)
from accountability.models.supervision import Supervision, SupervisionFeedback, SupervisionQuerySet

__all__ = [
    "CauseLink",
    "Finding",
    "FindingDecision",
    "FindingPeriod",
    "FindingQuerySet",
    "FindingSpan",
    "Statement",
    "Supervision",
    "SupervisionFeedback",
    "SupervisionQuerySet",
]
