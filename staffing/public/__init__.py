"""The doors for people without a login."""

from staffing.public.on_duty import on_duty
from staffing.public.pages import guide, hall, home, receptions

__all__ = ["guide", "hall", "home", "on_duty", "receptions"]
