"""Places and people. Facts and constraints; the verbs are in `staffing.actions`."""

from staffing.models.attendance import Attendance, Leave, LeaveQuerySet
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
from staffing.models.rota import CallIn, Duty, DutyQuerySet, DutySwap, DutySwapQuerySet, DutyTemplate

__all__ = [
    "Attendance",
    "CallIn",
    "Department",
    "Duty",
    "DutyQuerySet",
    "DutySwap",
    "DutySwapQuerySet",
    "DutyTemplate",
    "Hall",
    "IdRange",
    "Jurisdiction",
    "LeaderReception",
    "LeaderReceptionQuerySet",
    "Leave",
    "LeaveQuerySet",
    "OpeningHours",
    "Period",
    "Posting",
    "PostingQuerySet",
    "Room",
    "Station",
    "Window",
]
