"""The facts of accounting and their constraints. The verbs are in `accountability.actions`."""

from accountability.models.findings import Finding, FindingQuerySet, FindingSpan, Statement
from accountability.models.sanctions import (
    AdoptionStep,
    Advice,
    AdviceQuerySet,
    AdviceReply,
    AdvisedFinding,
    CriticisedFinding,
    CriticismAnswer,
    CriticismNotice,
    CriticismNoticeQuerySet,
    CriticismUnit,
)
from accountability.models.supervision import Supervision, SupervisionFeedback, SupervisionQuerySet

__all__ = [
    "AdoptionStep",
    "Advice",
    "AdviceQuerySet",
    "AdviceReply",
    "AdvisedFinding",
    "CriticisedFinding",
    "CriticismAnswer",
    "CriticismNotice",
    "CriticismNoticeQuerySet",
    "CriticismUnit",
    "Finding",
    "FindingQuerySet",
    "FindingSpan",
    "Statement",
    "Supervision",
    "SupervisionFeedback",
    "SupervisionQuerySet",
]
