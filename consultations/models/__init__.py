"""The consultation's facts and their constraints. The verbs are in `consultations.actions`."""

from consultations.models.calls import (
    Consultation,
    ConsultationQuerySet,
    ConsultedUnit,
    Question,
    UnitAnswer,
    UnitOpinion,
)
from consultations.models.minutes import (
    Commitment,
    CommitmentReport,
    Countersignature,
    IssuedMinutes,
    JointConference,
    MinutesReturn,
    MinutesVersion,
)
from consultations.models.sittings import Attendance, Sitting

__all__ = [
    "Attendance",
    "Commitment",
    "CommitmentReport",
    "Consultation",
    "ConsultationQuerySet",
    "ConsultedUnit",
    "Countersignature",
    "IssuedMinutes",
    "JointConference",
    "MinutesReturn",
    "MinutesVersion",
    "Question",
    "Sitting",
    "UnitAnswer",
    "UnitOpinion",
]
