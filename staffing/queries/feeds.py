"""What every feed of a hall has in common: its head as a calendar (RFC 5545), its Atom (RFC 4287), its times."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

MINTED = 2026
"""The year in the tag of a feed (RFC 4151): never changed, else every reader takes each entry for a new one."""


def host() -> str:
    return urlsplit(settings.HALL_SITE_URL).hostname or "localhost"


def tag_of(path: str) -> str:
    """The name of a feed for good."""
    return f"tag:{host()},{MINTED}:{path}"


def iso(moment: dt.datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def calendar_named(name: str) -> icalendar.Calendar:
    """A calendar to subscribe to, without its events yet."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{host()}//reception hall//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


class Feed(Atom1Feed):
    """Updated when something in it was, not when somebody looked."""

    def latest_post_date(self) -> dt.datetime:
        stamps = [item["updateddate"] for item in self.items]
        return max(stamps, default=dt.datetime(MINTED, 1, 1, tzinfo=dt.UTC))
