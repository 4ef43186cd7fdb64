"""The facts of accounting and their constraints. The verbs are in `accountability.actions`."""

from accountability.models.findings import Finding, FindingQuerySet, FindingSpan, Statement
from accountability.models.stationing import StationingAdvice, StationingAdviceQuerySet
from accountability.models.supervision import Supervision, SupervisionFeedback, SupervisionQuerySet

__all__ = [
    "Finding",
    "FindingQuerySet",
    "FindingSpan",
    "Statement",
    "StationingAdvice",
    "StationingAdviceQuerySet",
    "Supervision",
    "SupervisionFeedback",
    "SupervisionQuerySet",
]
