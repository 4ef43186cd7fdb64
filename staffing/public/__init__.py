"""The doors for people without a login."""

from staffing.public.pages import guide, hall, home, receptions
from staffing.public.posts import badge, badge_photo, commitments

__all__ = ["badge", "badge_photo", "commitments", "guide", "hall", "home", "receptions"]
