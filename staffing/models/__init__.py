"""Places and people. Facts and constraints; the verbs are in `staffing.actions`."""

from staffing.models.attendance import Attendance, Leave, LeaveQuerySet
from staffing.models.complaints import Complaint, ComplaintQuerySet, PublicTry
from staffing.models.courses import Course, CourseAttendance, CourseQuerySet
from staffing.models.devices import Device, DeviceQuerySet
from staffing.models.engagements import Engagement, EngagementQuerySet
from staffing.models.keys import KeyChallenge, SecurityKey, SecurityKeyQuerySet
from staffing.models.leaflets import Leaflet, LeafletQuerySet
from staffing.models.machines import MachineToken, MachineTokenQuerySet
from staffing.models.participants import (
    ParticipantDuty,
    ParticipantDutyQuerySet,
    SocialParticipant,
    SocialParticipantQuerySet,
)
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
from staffing.models.planning import Absence, AbsenceQuerySet, PlanProposal, PlanProposalQuerySet, RhythmRule
from staffing.models.posts import Posting, PostingQuerySet
from staffing.models.receptions import LeaderReception, LeaderReceptionQuerySet
from staffing.models.rota import CallIn, Duty, DutyQuerySet, DutySwap, DutySwapQuerySet, DutyTemplate
from staffing.models.signin import (
    Authenticator,
    FactorDemand,
    KeptForm,
    RecoveryCode,
    SignInTry,
    StaffSession,
    StaffSessionQuerySet,
)
from staffing.models.webhooks import Delivery, DeliveryQuerySet, Webhook, WebhookQuerySet

__all__ = [
    "OVERLAP",
    "Absence",
    "AbsenceQuerySet",
    "Attendance",
    "Authenticator",
    "Badge",
    "CallIn",
    "Commitment",
    "Complaint",
    "ComplaintQuerySet",
    "Course",
    "CourseAttendance",
    "CourseQuerySet",
    "Delivery",
    "DeliveryQuerySet",
    "Department",
    "Device",
    "DeviceQuerySet",
    "Duty",
    "DutyQuerySet",
    "DutyStatement",
    "DutySwap",
    "DutySwapQuerySet",
    "DutyTemplate",
    "Engagement",
    "EngagementQuerySet",
    "FactorDemand",
    "Hall",
    "HandoverNote",
    "IdRange",
    "Jurisdiction",
    "KeptForm",
    "KeyChallenge",
    "LeaderReception",
    "LeaderReceptionQuerySet",
    "Leaflet",
    "LeafletQuerySet",
    "Leave",
    "LeaveQuerySet",
    "MachineToken",
    "MachineTokenQuerySet",
    "OpeningHours",
    "ParticipantDuty",
    "ParticipantDutyQuerySet",
    "PeopleImport",
    "PeopleImportRow",
    "Period",
    "PersonnelFile",
    "PlanProposal",
    "PlanProposalQuerySet",
    "Posting",
    "PostingEnd",
    "PostingQuerySet",
    "PublicTry",
    "RecoveryCode",
    "RhythmRule",
    "Room",
    "SecurityKey",
    "SecurityKeyQuerySet",
    "SignInTry",
    "SocialParticipant",
    "SocialParticipantQuerySet",
    "StaffSession",
    "StaffSessionQuerySet",
    "Station",
    "Webhook",
    "WebhookQuerySet",
    "Window",
]
