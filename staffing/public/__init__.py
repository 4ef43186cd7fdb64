"""The doors for people without a login."""

from staffing.public.boards import (
    press_docx,
    press_xlsx,
    receptions_print,
    receptions_slide,
    receptions_slide_live,
)
from staffing.public.complaints import complain, complaint_answer
from staffing.public.devices import device_self, enrol_device
from staffing.public.feeds import receptions_atom, receptions_ics, receptions_json
from staffing.public.leaflets import leaflet, leaflet_print, leaflets
from staffing.public.on_duty import on_duty
from staffing.public.pages import guide, hall, home, receptions
from staffing.public.posts import badge, badge_photo, commitments

__all__ = [
    "badge",
    "badge_photo",
    "commitments",
    "complain",
    "complaint_answer",
    "device_self",
    "enrol_device",
    "guide",
    "hall",
    "home",
    "leaflet",
    "leaflet_print",
    "leaflets",
    "on_duty",
    "press_docx",
    "press_xlsx",
    "receptions",
    "receptions_atom",
    "receptions_ics",
    "receptions_json",
    "receptions_print",
    "receptions_slide",
    "receptions_slide_live",
]
