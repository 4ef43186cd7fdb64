"""What public pages follow from, told as a version: equal versions, equal pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable

from django.db.models import QuerySet

from hall.batch import planned
from staffing.models import Hall, LeaderReception

# xmin names the transaction that wrote a row last, so that a change shows in whatever order they committed.
_VERSION = """
SELECT h.id, h.xmin::text, count(r.id), bit_xor(hashtextextended(concat(r.id, '-', r.xmin), 0))
FROM staffing_hall h LEFT JOIN staffing_leaderreception r ON r.hall_id = h.id AND r.published_at IS NOT NULL
WHERE h.code = %(code)s AND h.is_open GROUP BY h.id
"""


def hall_version(code: str) -> Hashable:
    """Of an open hall and its published receptions; None when there is no such hall. One statement."""
    rows = planned(_VERSION, {"code": code})
    return tuple(rows[0]) if rows else None


def ahead(hall: Hall, now: dt.datetime, limit: int) -> QuerySet[LeaderReception]:
    """The next published receptions, cancelled ones too, those of today until they end."""
    return (
        LeaderReception.objects.public()
        .filter(hall=hall, ends_at__gt=now)
        .select_related("leader", "room")
        .order_by("starts_at", "id")[:limit]
    )
