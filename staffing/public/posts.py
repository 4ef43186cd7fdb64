"""For everybody: what the hall promises, and whether a badge is valid today."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hall.access import Refused, get_visible
from hall.fresh import fresh
from staffing import queries
from staffing.models import Badge


@login_not_required
@require_safe
def commitments(request: HttpRequest, code: str) -> HttpResponseBase:
    """The promises in force, the hall's first; then those withdrawn, with the reason (国信发〔2015〕12号（十一）)."""
    hall = get_visible(queries.open_halls(), code=code)
    sides, behind = queries.commitments_of(hall)
    rows = [row for side in sides for row in side.rows] + behind
    stamps = [stamp for row in rows for stamp in (row.published_at, row.withdrawn_at) if stamp]
    context = {"hall": hall, "sides": sides, "behind": behind}
    return fresh(request, "staffing/commitments.html", context, max(stamps, default=None))


def _badge(token: uuid.UUID) -> Badge:
    found = queries.standing_badge(token)
    if found is None:
        raise Refused(_("没有这张工作证。"), "unseen")
    return found


@login_not_required
@require_safe
def badge(request: HttpRequest, token: uuid.UUID) -> HttpResponseBase:
    """Whether this badge is valid today. An old one says so and names nobody: who left is no longer shown."""
    found, today = _badge(token), timezone.localdate()
    valid = queries.is_valid(found, today)
    file = getattr(found.posting.user, "personnel_file", None)
    context = {
        "badge": found, "valid": valid, "today": today, "hall": found.posting.hall,
        "posting": found.posting if valid else None, "has_photo": valid and bool(file and file.photo),
        "duty": queries.duty_of(found.posting, today) if valid else None,
    }  # fmt: skip
    return fresh(request, "staffing/badge_public.html", context)


@login_not_required
@require_safe
def badge_photo(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The photo on a valid badge; of one that is not, nothing."""
    found = _badge(token)
    file = getattr(found.posting.user, "personnel_file", None)
    if not (file and file.photo and queries.is_valid(found, timezone.localdate())):
        raise Refused(_("没有照片。"), "unseen")
    response = HttpResponse(queries.photo_of(file), content_type=file.photo_type)
    response["Cache-Control"] = f"public, max-age={int(dt.timedelta(minutes=1).total_seconds())}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
