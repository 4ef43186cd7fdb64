"""Hearings that are held in public, for everybody: what is coming, what was held and with what result."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.queries.work_list import Cursor
from hall.access import get_visible
from hall.fresh import fresh, kept
from hearings.queries import public as queries
from staffing.queries import open_halls


@login_not_required
@require_safe
def announcements(request: HttpRequest, code: str) -> HttpResponseBase:
    """`/halls/<code>/hearings/`: coming first, then past; a closed hearing is in neither."""
    version = partial(queries.announced_version, code)
    return kept(
        request,
        ("hearings", code),
        lambda asked: _announcements(asked, code),
        version=version,
        query=("after",),
    )


def _announcements(request: HttpRequest, code: str) -> HttpResponseBase:
    hall, now = get_visible(open_halls(), code=code), timezone.now()
    after = Cursor.parse(request.GET.get("after", ""))
    ahead = queries.coming(hall) if after is None else []
    behind, cursor = queries.past(hall, after=after)
    context = {
        "hall": hall,
        "ahead": ahead,
        "behind": behind,
        "after": str(cursor or ""),
        "is_front": after is None,
        "now": now,
    }
    return fresh(request, "hearings/announcements.html", context)


@login_not_required
@require_safe
def announcement(request: HttpRequest, code: str, hearing_id: int) -> HttpResponseBase:
    """`/halls/<code>/hearings/<id>/`: what, when, where, how to attend, what has changed. 404 for a closed one."""
    version = partial(queries.announced_version, code)
    return kept(
        request,
        ("hearing", code, hearing_id),
        lambda asked: _announcement(asked, code, hearing_id),
        version=version,
    )


def _announcement(request: HttpRequest, code: str, hearing_id: int) -> HttpResponseBase:
    hall, now = get_visible(open_halls(), code=code), timezone.now()
    one = queries.shown(get_visible(queries.announced(hall), pk=hearing_id))
    context = {"hall": hall, "one": one, "is_open": one.is_open(now), "is_today": one.is_today(now)}
    return fresh(request, "hearings/announcement.html", context, one.revised_at)
