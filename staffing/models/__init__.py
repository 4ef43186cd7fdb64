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
from staffing.models.posts import Posting, PostingQuerySet
from staffing.models.receptions import LeaderReception, LeaderReceptionQuerySet

__all__ = [
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
    "Room",
    "Station",
    "Window",
]
