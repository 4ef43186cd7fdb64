"""The facts of accounting and their constraints. The verbs are in `accountability.actions`."""

from accountability.models.assess import (
    AssessedEvent,
    Assessment,
    AssessmentCopy,
    AssessmentLine,
    AssessmentQuerySet,
    AssessmentStep,
)
from accountability.models.evidence import OWNERS, EvidenceFile, EvidenceFileQuerySet
from accountability.models.exemplary import ExemplaryCase, ExemplaryCaseQuerySet
from accountability.models.findings import (
    CauseLink,
    Finding,
    FindingDecision,
    FindingPeriod,
    FindingQuerySet,
    FindingSpan,
    FindingStart,
    Statement,
)
from accountability.models.indicators import CountedMonth, CountMark, IndicatorCount
from accountability.models.inspection import Inspection, InspectionCheck, InspectionQuerySet
from accountability.models.reports import MonthReport, MonthReportQuerySet, ReportFile
from accountability.models.retention import RetentionRule, RetentionRun
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
from accountability.models.schemes import AssessmentScheme, AssessmentSchemeQuerySet, SchemeItem
from accountability.models.stationing import StationingAdvice, StationingAdviceQuerySet
from accountability.models.supervision import (
    Supervision,
    SupervisionFeedback,
    SupervisionQuerySet,
    SupervisionRule,
)
from accountability.models.verify import AccessReview, JournalCheck, JournalDigest

__all__ = [
    "OWNERS",
    "AccessReview",
    "AdoptionStep",
    "Advice",
    "AdviceQuerySet",
    "AdviceReply",
    "AdvisedFinding",
    "AssessedEvent",
    "Assessment",
    "AssessmentCopy",
    "AssessmentLine",
    "AssessmentQuerySet",
    "AssessmentScheme",
    "AssessmentSchemeQuerySet",
    "AssessmentStep",
    "CauseLink",
    "CountMark",
    "CountedMonth",
    "CriticisedFinding",
    "CriticismAnswer",
    "CriticismNotice",
    "CriticismNoticeQuerySet",
    "CriticismUnit",
    "EvidenceFile",
    "EvidenceFileQuerySet",
    "ExemplaryCase",
    "ExemplaryCaseQuerySet",
    "Finding",
    "FindingDecision",
    "FindingPeriod",
    "FindingQuerySet",
    "FindingSpan",
    "FindingStart",
    "IndicatorCount",
    "Inspection",
    "InspectionCheck",
    "InspectionQuerySet",
    "JournalCheck",
    "JournalDigest",
    "MonthReport",
    "MonthReportQuerySet",
    "ReportFile",
    "RetentionRule",
    "RetentionRun",
    "SchemeItem",
    "Statement",
    "StationingAdvice",
    "StationingAdviceQuerySet",
    "Supervision",
    "SupervisionFeedback",
    "SupervisionQuerySet",
    "SupervisionRule",
]
