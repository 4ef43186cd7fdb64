"""The doors without a login: the line at the kiosk and on the display, and booking a place with a leader."""

from intake.public.booking import (
    accept_place,
    book_reception,
    booking,
    booking_ics,
    cancel_booking,
    confirm_booking,
)
from intake.public.line import (
    display,
    display_live,
    kiosk,
    kiosk_done,
    kiosk_paper,
    kiosk_print,
    ticket,
    ticket_live,
    ticket_print,
)
from intake.public.receipts import incident_receipt

__all__ = [
    "accept_place",
    "book_reception",
    "booking",
    "booking_ics",
    "cancel_booking",
    "confirm_booking",
    "display",
    "display_live",
    "incident_receipt",
    "kiosk",
    "kiosk_done",
    "kiosk_paper",
    "kiosk_print",
    "ticket",
    "ticket_live",
    "ticket_print",
]
