"""The OpenAPI document: `/api/v1/openapi.json`, and what stands behind each `type` of a problem."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request

from hall.machines.arguments import ById
from hall.machines.problems import KINDS

PREFIX = "/api/v1/"


def only_v1(endpoints: list[Any]) -> list[Any]:
    """What is versioned is promised; the feeds of our own pages are not."""
    return [one for one in endpoints if one[0].startswith(PREFIX)]


class _ById(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """JSON Schema says of an object's names what they look like."""

    target_class = ById

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        said = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        return {**said, "propertyNames": {"pattern": "^[0-9]{1,18}$"}}


def closed_bodies(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """A body has the members that are named and no other (`arguments.Arguments`); decimals and times are ours."""
    for name, one in result["components"]["schemas"].items():
        for member in one.get("properties", {}).values():
            if member.get("format") == "time":
                # RFC 3339, which the format means, wants an offset; ours are times on the hall's clock.
                del member["format"]
                member["pattern"] = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
        if name.endswith("Request"):
            one["additionalProperties"] = False
            for member in one.get("properties", {}).values():
                if member.get("format") == "decimal" and "pattern" in member:
                    # Python's \d is a digit of any script, and nothing before or behind a point is no number.
                    member["pattern"] = r"^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$"
                if member.get("format") == "binary":
                    member["minLength"] = 1  # an empty file is no file
    return result


@login_not_required
@require_safe
def problem_kind(request: HttpRequest, kind: str) -> JsonResponse:
    """`/api/v1/problems/<kind>/`: what it means and the way out, in the reader's language."""
    if kind not in KINDS:
        raise Http404
    status, title, way = KINDS[kind]
    return JsonResponse({"kind": kind, "status": status, "title": str(title), "detail": str(way)})


@cache
def _written(language: str | None) -> bytes:
    """The same for everybody who reads that language, and a second's work: once in a process."""
    with translation.override(language):
        said = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return bytes(OpenApiJsonRenderer().render(said))


class Document(SpectacularJSONAPIView):
    """Public, so that nobody may make us work by asking for it."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        name = self._get_filename(request, "")  # type: ignore[no-untyped-call]
        media_type = request.accepted_renderer.media_type
        return HttpResponse(
            _written(translation.get_language()), content_type=media_type,
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )  # fmt: skip


document = Document.as_view(authentication_classes=[], permission_classes=[], throttle_classes=[])
urlpatterns: list[URLPattern] = [
    path("openapi.json", login_not_required(document), name="api-document"),
    path("problems/<slug:kind>/", problem_kind, name="api-problem"),
]
