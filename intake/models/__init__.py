"""A person in the hall, and one who has booked a place with a leader: facts and constraints, no verbs."""

import intake.models.incidents  # noqa: F401 - its tables are known; only the incident files read them
from intake.models.booking import Booking, BookingQuerySet, BookingRule
from intake.models.guidance import GuidanceRule, GuidanceTalk, ServiceReferral
from intake.models.printing import PrintJob
from intake.models.services import (
    ServiceContent,
    ServiceContentQuerySet,
    ServiceNote,
    ServiceNoteQuerySet,
    ServiceTakeover,
)
from intake.models.visits import AT_WINDOW, Draft, Queue, Segment, Ticket, TicketQuerySet, Visit

__all__ = [
    "AT_WINDOW",
    "Booking",
    "BookingQuerySet",
    "BookingRule",
    "Draft",
    "GuidanceRule",
    "GuidanceTalk",
    "PrintJob",
    "Queue",
    "Segment",
    "ServiceContent",
    "ServiceContentQuerySet",
    "ServiceNote",
    "ServiceNoteQuerySet",
    "ServiceReferral",
    "ServiceTakeover",
    "Ticket",
    "TicketQuerySet",
    "Visit",
]
