"""For what meetings somebody is taken, as their own pages show it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from staffing.models import Engagement


def my_engagements(user_id: int, *, now: dt.datetime) -> QuerySet[Engagement]:
    """Consultations and hearings ahead, by the own account or as a participant from outside; the next first."""
    mine = Q(user=user_id) | Q(participant__user=user_id)
    return Engagement.objects.standing().filter(mine, ends_at__gt=now).order_by("starts_at", "pk")
