"""Accounting in the demo hall, in the order in which one thing leads to the next."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accountability.management.demo_assess import assess_demo
from accountability.management.demo_finding import findings
from accountability.management.demo_indicators import show_indicators
from accountability.management.demo_report import show_reports
from accountability.management.demo_sanctions import play_sanctions
from accountability.management.demo_stationing import stationing
from accountability.management.demo_supervise import supervise_demo
from accountability.management.demo_verify import verified
from accountability.models import Finding, JournalCheck
from intake.management.demo.house import House
from staffing.lifecycle import HALL_MANAGER
from staffing.queries import actor_of, holders


def accounting(house: House, now: dt.datetime) -> None:
    """The line of the last weeks comes first, since the figures count it; the journal's digests last, of all of it."""
    manager = holders(HALL_MANAGER, hall_id=house.hall.pk, day=timezone.localdate(now)).first()
    if manager is not None:
        stationing(house.hall, actor_of(manager, today=timezone.localdate(now)), now)
    supervise_demo(now=now)
    if not Finding.objects.filter(hall=house.hall).exists():
        findings(now)
        play_sanctions(house.hall, now=now)
    assess_demo(house.hall, now=now)
    show_indicators(now=now)
    show_reports(now=now)
    if not JournalCheck.objects.exists():
        verified(now)
