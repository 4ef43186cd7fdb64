"""The doors for people without a login."""

from staffing.public.leaflets import leaflet, leaflet_print, leaflets
from staffing.public.pages import guide, hall, home, receptions

__all__ = ["guide", "hall", "home", "leaflet", "leaflet_print", "leaflets", "receptions"]
