"""The pages for people without a login: the hall, its leaders' receptions, the guide.

They need no cookie and set none. Each carries an ETag of what it says, so that a reader (or a proxy) who has it
already gets 304; it differs by language and look, which are cookies where they were chosen.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from hall.access import get_visible
from staffing import queries
from staffing.models import Hall

MAX_AGE = 60
"""Seconds for which a page may be shown from a cache; a changed reception is public within a minute."""


def _fresh(
    request: HttpRequest, template: str, context: dict[str, Any], changed_at: dt.datetime | None = None
) -> HttpResponseBase:
    """The page with its ETag (and Last-Modified where the page follows from dated facts), or 304."""
    response = render(request, template, context)
    etag = f'"{hashlib.blake2s(response.content, digest_size=16).hexdigest()}"'
    modified = int(changed_at.timestamp()) if changed_at else None
    found = get_conditional_response(request, etag=etag, last_modified=modified, response=response)
    answer = found if found is not None else response
    answer.headers["ETag"] = etag
    if modified is not None:
        answer.headers["Last-Modified"] = http_date(modified)
    shared = settings.SESSION_COOKIE_NAME not in request.COOKIES
    patch_cache_control(answer, max_age=MAX_AGE, **{"public" if shared else "private": True})
    patch_vary_headers(answer, ["Cookie", "Accept-Language"])
    return answer


def _hall(code: str) -> Hall:
    return get_visible(queries.open_halls(), code=code)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """One hall: its page. Several: the choice. None yet: how to begin."""
    halls = list(queries.open_halls())
    if len(halls) == 1:
        return _hall_page(request, halls[0])
    return _fresh(request, "staffing/home.html", {"halls": halls})


@login_not_required
@require_safe
def hall(request: HttpRequest, code: str) -> HttpResponseBase:
    return _hall_page(request, _hall(code))


def _hall_page(request: HttpRequest, hall: Hall) -> HttpResponseBase:
    now = timezone.now()
    context = {
        "hall": hall,
        "opening": queries.open_now(hall, now),
        "hours": queries.hours_in_words(hall),
        "notices": queries.notices(queries.upcoming(hall, now, 4), now),
        "stations": queries.stations_of(hall),
        "now": now,
    }
    return _fresh(request, "staffing/hall.html", context)


@login_not_required
@require_safe
def receptions(request: HttpRequest, code: str) -> HttpResponseBase:
    """A month of leaders' receptions (国信发〔2015〕12号（二）); a change is marked with its time and its reason."""
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
    midnight = dt.datetime.combine(today, dt.time.min, timezone.get_current_timezone())
    return _fresh(request, "staffing/receptions.html", context, max([midnight, *stamps]))


@login_not_required
@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponseBase:
    """How to bring a matter: what is accepted, by whom, with what, in which time, and what happens then."""
    hall = _hall(code)
    context = {
        "hall": hall,
        "hours": queries.hours_in_words(hall),
        "rooms": hall.rooms.filter(step_free=True),
        "stations": queries.stations_of(hall),
    }
    return _fresh(request, "staffing/guide.html", context)
