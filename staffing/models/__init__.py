"""Places and people. Facts and constraints; the verbs are in `staffing.actions`."""

from staffing.models.courses import Course, CourseAttendance, CourseQuerySet
from staffing.models.leaflets import Leaflet, LeafletQuerySet
from staffing.models.participants import (
    ParticipantDuty,
    ParticipantDutyQuerySet,
    SocialParticipant,
    SocialParticipantQuerySet,
)
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
    "Course",
    "CourseAttendance",
    "CourseQuerySet",
    "Department",
    "Hall",
    "IdRange",
    "Jurisdiction",
    "LeaderReception",
    "LeaderReceptionQuerySet",
    "Leaflet",
    "LeafletQuerySet",
    "OpeningHours",
    "ParticipantDuty",
    "ParticipantDutyQuerySet",
    "Period",
    "Posting",
    "PostingQuerySet",
    "Room",
    "SocialParticipant",
    "SocialParticipantQuerySet",
    "Station",
    "Window",
]
