"""What the page of a hearing shows of its notices, announcement and public (templates/hearings/_notice.html)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from hall.access import Actor, Verdict
from hearings.models import Announcement, Hearing, PublicSeat
from hearings.queries.notices import WITH_LEAD_TIME, Addressee, notices_state


def notice_of(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> dict[str, Any]:
    """The context of the partial. Six statements, however many people take part."""
    state, today = notices_state(hearing), timezone.localdate(now)
    seats = PublicSeat.objects.filter(hearing=hearing).aggregate(
        taken=Count("pk", filter=~Q(status="cancelled")), came=Count("pk", filter=Q(status="came"))
    )
    return {
        "hearing": hearing,
        "state": state,
        "told": sum(row.is_told for row in state.rows),
        "announcement": Announcement.objects.filter(hearing=hearing).first(),
        "seats": seats,
        "today": today,
        "is_late": state.last_day is not None and today > state.last_day,
        "is_dated": hearing.status == "scheduled",
    }


def row_of(
    actor: Actor, row: Addressee, hearing: Hearing, may_record: Verdict, *, now: dt.datetime
) -> dict[str, Any]:
    """The light of one line and its doors; a door that the person may not use is not drawn."""
    level, word = row.light(timezone.localdate(now))
    open_now = bool(may_record) and hearing.status == "scheduled" and row.notice is not None
    return {
        "level": level,
        "word": word,
        "may_record": open_now,
        "may_waive": open_now
        and row.kind in WITH_LEAD_TIME
        and row.notice is not None
        and not row.notice.waived
        and (row.is_late or row.notice.served_on is None),
    }
