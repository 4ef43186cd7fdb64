"""A month report that is ready, for the doors that fetch it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accountability.actions import ask_report
from accountability.tasks import make_reports
from tests.cast import Cast


def ready_report(cast: Cast, now: dt.datetime) -> int:
    """Its id; of this month, so that who asks for it again finds it."""
    report = ask_report(
        actor=cast.act(cast.manager, now), hall_id=cast.hall.pk, month=timezone.localdate(now), now=now
    )
    make_reports()
    return report.pk
