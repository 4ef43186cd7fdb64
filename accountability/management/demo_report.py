"""The demo's month reports: last month's, made, of every hall; this month's waits for the click of who tries it out."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accountability.actions import ask_report
from accountability.queries import Period
from accountability.tasks import make_reports
from staffing.lifecycle import HALL_MANAGER
from staffing.models import Hall
from staffing.queries import actor_of, holders


def show_reports(*, now: dt.datetime) -> int:
    """Call it last, after `show_indicators`. How many were made."""
    today = timezone.localdate(now)
    for hall in Hall.objects.order_by("code"):
        manager = holders(HALL_MANAGER, hall_id=hall.pk, day=today).first()
        if manager is not None:
            month = Period.month(today).previous().start
            ask_report(actor=actor_of(manager, today=today), hall_id=hall.pk, month=month, now=now)
    return make_reports()
