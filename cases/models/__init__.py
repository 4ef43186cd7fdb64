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
from cases.models.ratings import FollowUp, Rating, RatingRule
from cases.models.reference import (
    APPEND_ONLY,
    ContentCategory,
    LadderRung,
    LightThreshold,
    OwnLimit,
    StatutoryRoute,
)
from cases.models.reviews import Review

__all__ = [
    "APPEND_ONLY",
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
    "DuplicateDecision",
    "Extension",
    "FollowUp",
    "Hold",
    "LadderRung",
    "LightThreshold",
    "Material",
    "Objection",
    "Opinion",
    "OpinionRow",
    "OwnLimit",
    "Petitioner",
    "PublicFigure",
    "PublicFigureQuerySet",
    "QueryAttempt",
    "Rating",
    "RatingRule",
    "Recusal",
    "Referral",
    "Respondent",
    "Review",
    "ServiceRecord",
    "Settlement",
    "StatutoryRoute",
    "Supplement",
    "Triage",
    "UrgentReport",
    "WorkNote",
]
