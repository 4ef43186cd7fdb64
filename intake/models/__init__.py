"""A person in the hall, and one who has booked a place with a leader: facts and constraints, no verbs."""

from intake.models.booking import Booking, BookingQuerySet, BookingRule
from intake.models.visits import AT_WINDOW, Draft, Queue, Segment, Ticket, TicketQuerySet, Visit

__all__ = [
    "AT_WINDOW",
    "Booking",
    "BookingQuerySet",
    "BookingRule",
    "Draft",
    "Queue",
    "Segment",
    "Ticket",
    "TicketQuerySet",
    "Visit",
]
