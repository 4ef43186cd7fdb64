"""Places and people. Facts and constraints; the verbs are in `staffing.actions`."""

from staffing.models.places import (
    Department,
    Hall,
    IdRange,
    Jurisdiction,
    OpeningHours,
    Period,
    Room,
    Station,
    Window,
)
from staffing.models.planning import (
    Absence,
    AbsenceQuerySet,
    PlanProposal,
    PlanProposalQuerySet,
    RhythmRule,
)
from staffing.models.posts import Posting, PostingQuerySet
from staffing.models.receptions import LeaderReception, LeaderReceptionQuerySet

__all__ = [
    "Absence",
    "AbsenceQuerySet",
    "Department",
    "Hall",
    "IdRange",
    "Jurisdiction",
    "LeaderReception",
    "LeaderReceptionQuerySet",
    "OpeningHours",
    "Period",
    "PlanProposal",
    "PlanProposalQuerySet",
    "Posting",
    "PostingQuerySet",
    "RhythmRule",
    "Room",
    "Station",
    "Window",
]
