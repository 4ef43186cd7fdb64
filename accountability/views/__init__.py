"""The pages for people who are signed in."""

from accountability.views.stationing import (
    export_stationing_advice,
    request_stationing_advice,
    stationing,
    stationing_advice,
)

__all__ = [
    "export_stationing_advice",
    "request_stationing_advice",
    "stationing",
    "stationing_advice",
]
