"""The facts of accounting and their constraints. The verbs are in `accountability.actions`."""

from accountability.models.findings import Finding, FindingQuerySet, FindingSpan, Statement
from accountability.models.inspection import Inspection, InspectionCheck, InspectionQuerySet
from accountability.models.supervision import (
    Supervision,
    SupervisionFeedback,
    SupervisionQuerySet,
    SupervisionRule,
)

__all__ = [
    "Finding",
    "FindingQuerySet",
    "FindingSpan",
    "Inspection",
    "InspectionCheck",
    "InspectionQuerySet",
    "Statement",
    "Supervision",
    "SupervisionFeedback",
    "SupervisionQuerySet",
    "SupervisionRule",
]
