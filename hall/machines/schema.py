"""The OpenAPI document: `/api/v1/openapi.json`, and what stands behind each `type` of a problem."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularJSONAPIView

from hall.machines.problems import KINDS

PREFIX = "/api/v1/"


def only_v1(endpoints: list[Any]) -> list[Any]:
    """What is versioned is promised; the feeds of our own pages are not."""
    return [one for one in endpoints if one[0].startswith(PREFIX)]


def closed_bodies(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """A body has the members that are named and no other (`arguments.Arguments`)."""
    for name, one in result["components"]["schemas"].items():
        if name.endswith("Request"):
            one["additionalProperties"] = False
    return result


@login_not_required
@require_safe
def problem_kind(request: HttpRequest, kind: str) -> JsonResponse:
    """`/api/v1/problems/<kind>/`: what it means and the way out, in the reader's language."""
    if kind not in KINDS:
        raise Http404
    status, title, way = KINDS[kind]
    return JsonResponse({"kind": kind, "status": status, "title": str(title), "detail": str(way)})


document = SpectacularJSONAPIView.as_view(
    authentication_classes=[], permission_classes=[], throttle_classes=[]
)
urlpatterns: list[URLPattern] = [
    path("openapi.json", login_not_required(document), name="api-document"),
    path("problems/<slug:kind>/", problem_kind, name="api-problem"),
]
