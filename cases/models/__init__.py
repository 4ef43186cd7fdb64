"""The case file's facts and their constraints. The verbs are in `cases.actions`, the clocks' rules in `hall.clock`."""

from cases.models.case import (
    Case,
    CaseGroupPermission,
    CaseParty,
    CaseQuerySet,
    Claim,
    Petitioner,
    Recusal,
    Respondent,
)
from cases.models.clocks import Days, Deadline, DeadlineQuerySet, DeadlineStep, Hold
from cases.models.docket import (
    OPEN_INSTRUCTION,
    DocketItem,
    DocketItemQuerySet,
    Instruction,
    InstructionReport,
    ReceptionRecord,
)
from cases.models.field import FieldVisit, FieldVisitQuerySet, VisitCase, VisitPhoto, VisitTask
from cases.models.figures import PublicFigure, PublicFigureQuerySet
from cases.models.handling import (
    CaseLink,
    Extension,
    Objection,
    Settlement,
    Supplement,
    UrgentReport,
    WorkNote,
)
from cases.models.opinions import OPEN_OPINION, Opinion, OpinionRow, ServiceRecord
from cases.models.papers import DuplicateDecision, Material, QueryAttempt, Referral, Triage
from cases.models.proceedings import Proceeding
from cases.models.ratings import FollowUp, Rating, RatingRule
from cases.models.reference import (
    APPEND_ONLY,
    ContentCategory,
    LadderRung,
    LightThreshold,
    OwnLimit,
    StatutoryRoute,
)
from cases.models.results import NoticeCase, PublicationConsent, ResultNotice, ResultNoticeQuerySet
from cases.models.reviews import Review
from cases.models.sponsorships import (
    SelectionRule,
    SponsoredCase,
    Sponsorship,
    SponsorshipExtension,
    SponsorshipProgress,
    SponsorshipQuerySet,
    SponsorshipUnit,
)

__all__ = [
    "APPEND_ONLY",
    "OPEN_INSTRUCTION",
    "OPEN_OPINION",
    "Case",
    "CaseGroupPermission",
    "CaseLink",
    "CaseParty",
    "CaseQuerySet",
    "Claim",
    "ContentCategory",
    "Days",
    "Deadline",
    "DeadlineQuerySet",
    "DeadlineStep",
    "DocketItem",
    "DocketItemQuerySet",
    "DuplicateDecision",
    "Extension",
    "FieldVisit",
    "FieldVisitQuerySet",
    "FollowUp",
    "Hold",
    "Instruction",
    "InstructionReport",
    "LadderRung",
    "LightThreshold",
    "Material",
    "NoticeCase",
    "Objection",
    "Opinion",
    "OpinionRow",
    "OwnLimit",
    "Petitioner",
    "Proceeding",
    "PublicFigure",
    "PublicFigureQuerySet",
    "PublicationConsent",
    "QueryAttempt",
    "Rating",
    "RatingRule",
    "ReceptionRecord",
    "Recusal",
    "Referral",
    "Respondent",
    "ResultNotice",
    "ResultNoticeQuerySet",
    "Review",
    "SelectionRule",
    "ServiceRecord",
    "Settlement",
    "SponsoredCase",
    "Sponsorship",
    "SponsorshipExtension",
    "SponsorshipProgress",
    "SponsorshipQuerySet",
    "SponsorshipUnit",
    "StatutoryRoute",
    "Supplement",
    "Triage",
    "UrgentReport",
    "VisitCase",
    "VisitPhoto",
    "VisitTask",
    "WorkNote",
]
