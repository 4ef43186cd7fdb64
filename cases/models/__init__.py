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
from cases.models.papers import DuplicateDecision, Material, QueryAttempt, Referral, Triage
from cases.models.reference import (
    APPEND_ONLY,
    ContentCategory,
    LadderRung,
    LightThreshold,
    OwnLimit,
    StatutoryRoute,
)

__all__ = [
    "APPEND_ONLY",
    "Case",
    "CaseGroupPermission",
    "CaseParty",
    "CaseQuerySet",
    "Claim",
    "ContentCategory",
    "Days",
    "Deadline",
    "DeadlineQuerySet",
    "DeadlineStep",
    "DuplicateDecision",
    "Hold",
    "LadderRung",
    "LightThreshold",
    "Material",
    "OwnLimit",
    "Petitioner",
    "QueryAttempt",
    "Recusal",
    "Referral",
    "Respondent",
    "StatutoryRoute",
    "Triage",
]
