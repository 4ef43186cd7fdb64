"""The doors of the staff."""

from hearings.views.notices import (
    admit_public,
    announce_hearing,
    audience,
    audiences,
    notices,
    notify_parties,
    print_audience,
    record_notice_service,
    waive_notice_period,
)

__all__ = [
    "admit_public",
    "announce_hearing",
    "audience",
    "audiences",
    "notices",
    "notify_parties",
    "print_audience",
    "record_notice_service",
    "waive_notice_period",
]
