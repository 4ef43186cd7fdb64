"""Places and people. Facts and constraints; the verbs are in `staffing.actions`."""

from staffing.models.personnel import (
    OVERLAP,
    Badge,
    Commitment,
    DutyStatement,
    HandoverNote,
    PeopleImport,
    PeopleImportRow,
    PersonnelFile,
    PostingEnd,
)
from staffing.models.attendance import Attendance, Leave, LeaveQuerySet
from staffing.models.courses import Course, CourseAttendance, CourseQuerySet
from staffing.models.leaflets import Leaflet, LeafletQuerySet
from staffing.models.participants import (
    ParticipantDuty,
    ParticipantDutyQuerySet,
    SocialParticipant,
    SocialParticipantQuerySet,
)
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
from staffing.models.planning import (
    Absence,
    AbsenceQuerySet,
    PlanProposal,
    PlanProposalQuerySet,
    RhythmRule,
)
from staffing.models.posts import Posting, PostingQuerySet
from staffing.models.receptions import LeaderReception, LeaderReceptionQuerySet
from staffing.models.rota import CallIn, Duty, DutyQuerySet, DutySwap, DutySwapQuerySet, DutyTemplate

__all__ = [
    "Absence",
    "AbsenceQuerySet",
    "OVERLAP",
    "Badge",
    "Commitment",
    "Course",
    "CourseAttendance",
    "CourseQuerySet",
    "Complaint",
    "ComplaintQuerySet",
    "Department",
    "DutyStatement",
    "Attendance",
    "CallIn",
    "Department",
    "Duty",
    "DutyQuerySet",
    "DutySwap",
    "DutySwapQuerySet",
    "DutyTemplate",
    "Hall",
    "HandoverNote",
    "IdRange",
    "Jurisdiction",
    "LeaderReception",
    "LeaderReceptionQuerySet",
    "Leave",
    "LeaveQuerySet",
    "OpeningHours",
    "PeopleImport",
    "PeopleImportRow",
    "Leaflet",
    "LeafletQuerySet",
    "OpeningHours",
    "ParticipantDuty",
    "ParticipantDutyQuerySet",
    "Period",
    "PlanProposal",
    "PlanProposalQuerySet",
    "PersonnelFile",
    "Posting",
    "PostingEnd",
    "PostingQuerySet",
    "RhythmRule",
    "PublicTry",
    "Room",
    "SocialParticipant",
    "SocialParticipantQuerySet",
    "Station",
    "Window",
]
