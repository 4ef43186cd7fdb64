"""The pages for people without a login: the hall, its leaders' receptions, the guide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from hall.access import get_visible
from hall.fresh import fresh, kept
from staffing import queries
from staffing.models import Hall

NEXT, AHEAD = 4, 12
"""So many of the next receptions stand on the home page, and changes among so many."""


def _hall(code: str) -> Hall:
    return get_visible(queries.open_halls(), code=code)


def _kept(
    request: HttpRequest,
    name: str,
    code: str,
    make: Callable[[HttpRequest, str], HttpResponseBase],
    *query: str,
) -> HttpResponseBase:
    """A page of one hall from the shelf, as long as the hall and its published receptions are what they were."""
    version = partial(queries.hall_version, code)
    return kept(request, (name, code), lambda asked: make(asked, code), version=version, query=query)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """One hall: its page. Several: the choice. None yet: how to begin."""
    return kept(request, "home", _home)


def _home(request: HttpRequest) -> HttpResponseBase:
    halls = list(queries.open_halls())
    if len(halls) == 1:
        return _hall_page(request, halls[0])
    return fresh(request, "staffing/home.html", {"halls": halls})


@login_not_required
@require_safe
def hall(request: HttpRequest, code: str) -> HttpResponseBase:
    return _kept(request, "hall", code, lambda asked, code: _hall_page(asked, _hall(code)))


def _hall_page(request: HttpRequest, hall: Hall) -> HttpResponseBase:
    now = timezone.now()
    ahead = queries.notices(queries.ahead(hall, now, AHEAD), now)
    context = {
        "hall": hall,
        "opening": queries.open_now(hall, now),
        "hours": queries.hours_in_words(hall),
        "notices": [row for row in ahead if row.state != "cancelled"][:NEXT],
        "moved": [row for row in ahead if row.state in ("cancelled", "changed")][:NEXT],
        "stations": queries.stations_of(hall),
        "here": queries.participants_here(hall, timezone.localdate(now), now=now),
        "now": now,
    }
    return fresh(request, "staffing/hall.html", context)


@login_not_required
@require_safe
def receptions(request: HttpRequest, code: str) -> HttpResponseBase:
    """A month of leaders' receptions (国信发〔2015〕12号（二）); a change is marked with its time and its reason."""
    return _kept(request, "receptions", code, _receptions, "month")


def _receptions(request: HttpRequest, code: str) -> HttpResponseBase:
    now, hall = timezone.now(), _hall(code)
    today = timezone.localdate(now)
    span = queries.months_published(hall)
    first = queries.month_named(request.GET.get("month", ""), today)
    rows = queries.notices(queries.receptions_of(hall, first).public(), now)  # type: ignore[attr-defined]
    before, after = first - dt.timedelta(days=1), first + dt.timedelta(days=31)
    context = {
        "hall": hall,
        "ahead": [row for row in rows if not row.is_over or row.is_today],
        "behind": [row for row in rows if row.is_over and not row.is_today],
        "entries": [row.entry for row in rows],
        "next_one": next((row for row in rows if not row.is_over and row.state != "cancelled"), None),
        "first": first,
        "today": today,
        "previous": before if span and before >= span[0] else None,
        "next": after if span and after.replace(day=1) <= span[1] else None,
    }
    stamps = [
        stamp for row in rows for stamp in (row.reception.published_at, row.reception.changed_at) if stamp
    ]
    context["published_at"] = max(stamps, default=None)
    midnight = dt.datetime.combine(today, dt.time.min, timezone.get_current_timezone())
    return fresh(request, "staffing/receptions.html", context, max([midnight, *stamps]))


@login_not_required
@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponseBase:
    """How to bring a matter: what is accepted, by whom, with what, in which time, and what happens then."""
    return _kept(request, "guide", code, _guide)


def _guide(request: HttpRequest, code: str) -> HttpResponseBase:
    hall = _hall(code)
    context = {
        "hall": hall,
        "hours": queries.hours_in_words(hall),
        "rooms": hall.rooms.filter(step_free=True),
        "stations": queries.stations_of(hall),
    }
    return fresh(request, "staffing/guide.html", context)
