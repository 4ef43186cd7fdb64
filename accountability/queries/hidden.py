"""The cases that are kept from a reader of figures: those that complain of them or of their unit, and those that they
stay out of (《信访工作条例》第二十八条、第三十条).
"""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from accountability.queries.periods import NOTHING, Hidden
from cases.models import Recusal, Respondent
from hall.access import Actor


def hidden_from(actor: Actor) -> Hidden:
    """One statement; of all halls, since a matter may come again in another one."""
    if actor.kind != "person" or actor.user_id is None:
        return NOTHING
    columns = ("case_id", "case__received_on", "case__registered_at")
    accused = Q(user=actor.user_id) | Q(department__in=actor.departments())
    rows = list(
        Respondent.objects.filter(accused)
        .values_list(*columns)
        .union(Recusal.objects.filter(user=actor.user_id).values_list(*columns))
    )
    if not rows:
        return NOTHING
    first = min(min(received, timezone.localdate(registered)) for _pk, received, registered in rows)
    return Hidden.since_day(first, (pk for pk, _received, _registered in rows))
