"""The settings of the web server that is measured: the application's own, with the floors beside its addresses."""

from hall.settings import *  # noqa: F403
from hall.settings import LOGGING

# Four hundred and seventy refusals are the point.
LOGGING = {**LOGGING, "loggers": {"django.request": {"level": "ERROR"}}}
ROOT_URLCONF = "benchmarks.urls"
