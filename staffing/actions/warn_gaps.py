"""The hall manager hears of empty windows before the day comes, and in the morning of who has not come."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from hall import outbox
from staffing import queries
from staffing.lifecycle import HALL_MANAGER
from staffing.models import Hall
from staffing.queries import Gap

NOT_COME_AFTER = dt.timedelta(minutes=15)
"""So long after a duty began its person counts as not come."""


@transaction.atomic
def warn_gaps(*, hall_id: int, now: dt.datetime) -> int:
    """One message for each day ahead that has windows without staff; said once a day, again when the gaps changed."""
    hall = Hall.objects.get(pk=hall_id)
    today = timezone.localdate(now)
    by_day: dict[dt.date, list[Gap]] = defaultdict(list)
    for gap in queries.gaps_ahead(hall, now, hall.warn_days):
        by_day[gap.day].append(gap)
    managers = list(queries.holders(HALL_MANAGER, hall_id=hall.pk, day=today))
    new = 0
    for day, gaps in by_day.items():
        # Of the whole day: that the morning passes is no news.
        facts = repr([(gap.half, gap.window.number if gap.window else 0) for gap in gaps])
        digest = hashlib.blake2s(facts.encode(), digest_size=6).hexdigest()
        ahead = [gap for gap in gaps if not gap.is_over]
        if not ahead:
            continue
        halves = [
            {
                "half": half,
                "windows": [str(gap.window.number) for gap in ahead if gap.half == half and gap.window],
            }
            for half in dict.fromkeys(gap.half for gap in ahead)
        ]
        new += outbox.post(
            "rota_gaps", to=managers, context={"day": day.isoformat(), "halves": halves}, now=now,
            url=f"/rota/?hall={hall.code}&week={day.isoformat()}",
            once=f"rota-gaps/{hall.pk}/{today}/{day}/{digest}",
        )  # fmt: skip
    return new


@transaction.atomic
def warn_not_come(*, hall_id: int, now: dt.datetime) -> int:
    """Whoever is on duty and was not seen a quarter of an hour after it began: once a half-day."""
    hall = Hall.objects.get(pk=hall_id)
    duties = queries.not_come(hall, now, NOT_COME_AFTER)
    if not duties:
        return 0
    today, half = timezone.localdate(now), queries.half_of(now)
    people = [
        {
            "name": duty.sitter.name if duty.sitter else "",
            "name_en": duty.sitter.name_en if duty.sitter else "",
            "window": duty.window.number if duty.window else None,
        }
        for duty in duties
    ]
    return outbox.post(
        "rota_not_come", to=list(queries.holders(HALL_MANAGER, hall_id=hall.pk, day=today)),
        context={"day": today.isoformat(), "half": half, "people": people}, now=now,
        url=f"/attendance/?hall={hall.code}", once=f"rota-not-come/{hall.pk}/{today}/{half}",
    )  # fmt: skip
