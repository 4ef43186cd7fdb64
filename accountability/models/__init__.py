"""The facts of accounting and their constraints. The verbs are in `accountability.actions`."""

from accountability.models.findings import Finding, FindingQuerySet, FindingSpan, Statement
from accountability.models.indicators import CountedMonth, CountMark, IndicatorCount
from accountability.models.reports import MonthReport, MonthReportQuerySet, ReportFile
from accountability.models.findings import (
    CauseLink,
    Finding,
    FindingDecision,
    FindingPeriod,
    FindingQuerySet,
    FindingSpan,
    Statement,
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
from accountability.models.stationing import StationingAdvice, StationingAdviceQuerySet
from accountability.models.supervision import Supervision, SupervisionFeedback, SupervisionQuerySet
from accountability.models.verify import AccessReview, JournalCheck, JournalDigest
from accountability.models.inspection import Inspection, InspectionCheck, InspectionQuerySet
from accountability.models.supervision import (
    Supervision,
    SupervisionFeedback,
    SupervisionQuerySet,
    SupervisionRule,
)

__all__ = [
    "CountMark",
    "CountedMonth",
    "CauseLink",
    "Finding",
    "FindingDecision",
    "FindingPeriod",
    "FindingQuerySet",
    "FindingSpan",
    "IndicatorCount",
    "MonthReport",
    "MonthReportQuerySet",
    "ReportFile",
    "AccessReview",
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
    "JournalCheck",
    "JournalDigest",
    "Inspection",
    "InspectionCheck",
    "InspectionQuerySet",
    "Statement",
    "StationingAdvice",
    "StationingAdviceQuerySet",
    "Supervision",
    "SupervisionFeedback",
    "SupervisionQuerySet",
    "SupervisionRule",
]
