"""Places and people. Facts and constraints; the verbs are in `staffing.actions`."""

from staffing.models.complaints import Complaint, ComplaintQuerySet, PublicTry
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
from staffing.models.posts import Posting, PostingQuerySet
from staffing.models.receptions import LeaderReception, LeaderReceptionQuerySet

__all__ = [
    "Complaint",
    "ComplaintQuerySet",
    "Department",
    "Hall",
    "IdRange",
    "Jurisdiction",
    "LeaderReception",
    "LeaderReceptionQuerySet",
    "OpeningHours",
    "Period",
    "Posting",
    "PostingQuerySet",
    "PublicTry",
    "Room",
    "Station",
    "Window",
]
