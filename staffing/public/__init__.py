"""The doors for people without a login."""

from staffing.public.pages import guide, hall, home, receptions

__all__ = ["guide", "hall", "home", "receptions"]
