"""The doors for people without a login."""

from staffing.public.complaints import complain, complaint_answer
from staffing.public.pages import guide, hall, home, receptions

__all__ = ["complain", "complaint_answer", "guide", "hall", "home", "receptions"]
