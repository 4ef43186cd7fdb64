"""The doors for people without a login."""

from hearings.public.announcements import announcement, announcements
from hearings.public.feeds import announcement_ics, announcements_atom, announcements_json
from hearings.public.seats import cancel_seat, seat, take_seat

__all__ = [
    "announcement",
    "announcement_ics",
    "announcements",
    "announcements_atom",
    "announcements_json",
    "cancel_seat",
    "seat",
    "take_seat",
]
