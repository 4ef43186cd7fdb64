"""The period of a rating: reminded a few times while it is open, recorded as not rated when it has passed.

`next_step_at` is the next reminder, or the end. Both sweeps take whatever is due by now, so an outage only delays;
what somebody holds at that moment is taken the next time.
"""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from cases.models import CaseParty, Rating
from cases.queries.ratings import last_day
from hall import outbox
from hall.outbox import address_of
from staffing.models import Hall
from staffing.queries import in_working_hours

BATCH = 500

_EXPIRE = """
WITH past AS MATERIALIZED (
    SELECT r.id, r.case_id, r.target
    FROM cases_rating r JOIN cases_case c ON c.id = r.case_id
    WHERE r.status = 'pending' AND r.next_step_at <= %(now)s AND r.closes_at <= %(now)s
    ORDER BY r.case_id, r.id LIMIT %(limit)s
    FOR NO KEY UPDATE OF r, c SKIP LOCKED
), noted AS (
    INSERT INTO hall_journalentry (stream, seq, at, actor_name, verb, object, before, after, reason, previous, hash)
    SELECT 'case:' || case_id, 0, %(now)s, 'system', 'expire_ratings', 'cases.case:' || case_id, '{}',
        jsonb_build_object('targets', jsonb_agg(target ORDER BY target)), '', '', ''
    FROM past GROUP BY case_id ORDER BY case_id
)
UPDATE cases_rating r SET status = 'expired', next_step_at = NULL FROM past WHERE r.id = past.id
"""


def expire_ratings(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Every rating whose period has passed unused is recorded as not rated; returns how many.

    In batches of one transaction each: stopped in the middle, the next run goes on where it was.
    """
    ended = 0
    while taken := _expire(now, limit):
        ended += taken
    return ended


@transaction.atomic
def _expire(now: dt.datetime, limit: int) -> int:
    facts: dict[str, Any] = {"now": now, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, facts)
        return int(cursor.rowcount)


def remind_ratings(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Remind who has not rated yet, in the hall's hours; returns how many messages went out.

    Each moment of the rule is passed once. Several that an outage let pass together are one message, and so are the
    two ratings of one matter.
    """
    told = 0
    working = list(in_working_hours(Hall.objects.values_list("pk", flat=True), now))
    while working:
        taken, sent = _remind(now, working, limit)
        told += sent
        if taken < limit:
            break
    return told


@transaction.atomic
def _remind(now: dt.datetime, halls: list[int], limit: int) -> tuple[int, int]:
    due = (
        Rating.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(status="pending", next_step_at__lte=now, closes_at__gt=now, case__hall__in=halls)
        .select_related("case__hall")
        .defer("case__content", "case__search")
    )
    rows = sorted(due.order_by("next_step_at", "pk")[:limit], key=lambda one: one.case_id)
    principals = CaseParty.objects.filter(case__in={one.case_id for one in rows}, role="principal")
    phones = dict(principals.values_list("case_id", "petitioner__phone"))
    sent = 0
    for case_id, group in groupby(rows, key=lambda one: one.case_id):
        ratings = list(group)
        if phone := phones.get(case_id):
            sent += _tell(ratings, str(phone), now)
        for one in ratings:
            one.next_step_at = next((at for at in one.reminders if at > now), one.closes_at)
    Rating.objects.bulk_update(rows, ["next_step_at"])
    return len(rows), sent


def _tell(ratings: list[Rating], phone: str, now: dt.datetime) -> int:
    case, first = ratings[0].case, min(ratings, key=lambda one: one.closes_at)
    passed = max((at for one in ratings for at in one.reminders if at <= now), default=now)
    facts = {
        "hall": case.hall.name,
        "number": case.number,
        "page": address_of("cases:rate"),
        "until": last_day(first.closes_at).isoformat(),
    }
    once = f"rating_reminder/{case.pk}/{timezone.localdate(passed)}"
    return outbox.post("rating_reminder", to=outbox.Phone(phone), context=facts, once=once, now=now)
