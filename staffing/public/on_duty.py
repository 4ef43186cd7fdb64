"""Who is on duty, for the public: unit, name, post and window, today and the next open day, and who receives."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from hall.access import get_visible
from hall.fresh import fresh
from staffing import queries


@login_not_required
@require_safe
def on_duty(request: HttpRequest, code: str) -> HttpResponseBase:
    """No telephone numbers of persons, no reasons of absence: who is away is simply not there."""
    now, hall = timezone.now(), get_visible(queries.open_halls(), code=code)
    today = timezone.localdate(now)
    tomorrow = today + dt.timedelta(days=1)
    context = {"hall": hall, "days": queries.on_duty(hall, now), "today": today, "tomorrow": tomorrow}
    return fresh(request, "staffing/on_duty.html", context)
