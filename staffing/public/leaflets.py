"""Leaflets on the law of petitions, for everybody; and as a sheet to print."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from hall.access import get_visible
from hall.fresh import fresh
from hall.models import worded
from hall.outbox import address_of
from staffing import queries
from staffing.models import Hall, Leaflet


def _hall(code: str) -> Hall:
    return get_visible(queries.open_halls(), code=code)


def _leaflet(hall: Hall, slug: str) -> Leaflet:
    return get_visible(queries.public_leaflets(hall), slug=slug)


@login_not_required
@require_safe
def leaflets(request: HttpRequest, code: str) -> HttpResponseBase:
    """All of them, by topic in their order."""
    hall = _hall(code)
    topics: dict[str, list[Leaflet]] = {}
    for one in queries.public_leaflets(hall):
        topics.setdefault(worded(one, "topic"), []).append(one)
    return fresh(request, "staffing/leaflets.html", {"hall": hall, "topics": list(topics.items())})


@login_not_required
@require_safe
def leaflet(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    hall = _hall(code)
    one = _leaflet(hall, slug)
    others = [other for other in queries.public_leaflets(hall) if other.pk != one.pk]
    context = {"hall": hall, "leaflet": one, "blocks": queries.blocks(worded(one, "body")), "others": others}
    return fresh(request, "staffing/leaflet.html", context)


@login_not_required
@require_safe
def leaflet_print(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """`?size=a5` for the small sheet; the code on it leads to the page."""
    hall = _hall(code)
    one = _leaflet(hall, slug)
    where = address_of("staffing:leaflet", hall.code, one.slug)
    context = {
        "hall": hall, "leaflet": one, "blocks": queries.blocks(worded(one, "body")), "where": where,
        "is_small": request.GET.get("size") == "a5",
    }  # fmt: skip
    return fresh(request, "staffing/leaflet_print.html", context)
