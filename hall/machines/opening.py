"""The addresses of a room's endpoints, and what its part of the OpenAPI document says."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.views import APIView

from hall.machines.acts import Act, Done, view_of
from hall.machines.arguments import NO_CODES, Codes
from hall.machines.files import FORM
from hall.machines.rows import Fetched, FetchedView, One, OneView, Paging, Rows, RowsView

Endpoint = Act | Rows | One | Fetched
KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True,
    description="A new one for each request, the same one for a retry; known for 48 hours.",
)  # fmt: skip
MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag that was read; 412 when the file has moved since.",
)


SCOPES: set[str] = set()
"""What the house's doors ask for; filled while they are opened."""


class Problem(serializers.Serializer[Any]):
    """RFC 9457 problem details, with the reason that a person would read."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(allow_blank=True)
    kind = serializers.CharField()
    field = serializers.CharField(required=False)
    article = serializers.CharField(required=False)
    reason = serializers.CharField(required=False)
    errors: Any = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()), required=False
    )


def _problems(*codes: int) -> dict[Any, Any]:
    return {(code, "application/problem+json"): Problem for code in codes}


def opened(
    endpoints: Iterable[Endpoint], *, codes: Codes = NO_CODES, examples: Mapping[str, Any] | None = None
) -> list[URLPattern]:
    """One address for each, open to whoever shows who they are; what they may do the rules say.

    `codes`: what a `str` may be (`arguments`); `examples`: verb → a body as a careful client sends it.
    """
    found = []
    for one in endpoints:
        SCOPES.add(one.scope)
        view = _view(one, codes, examples or {})
        found.append(path(one.path, login_not_required(view.as_view()), name=one.name))
    return found


def _view(one: Endpoint, codes: Codes, examples: Mapping[str, Any]) -> type[APIView]:
    if isinstance(one, Act):
        return _of_act(one, codes, examples.get(one.verb))
    room = one.path.partition("/")[0]
    if isinstance(one, Rows):
        rows_view = type(f"{one.name.title()}Rows", (RowsView,), {"rows": one, "__doc__": one.doc})
        page = inline_serializer(
            f"{one.shape.__name__}Page",
            {"results": one.shape(many=True), "after": serializers.CharField(allow_blank=True)},
        )
        asked: list[Any] = [Paging] + ([one.asked] if one.asked else [])
        schema = extend_schema(
            operation_id=one.name, tags=[room], parameters=asked, description=one.doc,
            responses={200: page, **_problems(401, 403, 404, 422, 429)},
        )  # fmt: skip
        rows_view.get = schema(_read(RowsView.get))  # type: ignore[attr-defined]
        return rows_view
    if isinstance(one, Fetched):
        return _of_file(one)
    one_view = type(f"{one.name.title()}One", (OneView,), {"one": one, "__doc__": one.doc})
    schema = extend_schema(
        operation_id=one.name, tags=[room], description=one.doc,
        responses={200: one.shape, 304: None, **_problems(401, 403, 404, 429)},
    )  # fmt: skip
    one_view.get = schema(_read(OneView.get))  # type: ignore[attr-defined]
    return one_view


def _of_file(one: Fetched) -> type[APIView]:
    view = type(f"{one.name.title()}Fetched", (FetchedView,), {"fetched": one, "__doc__": one.doc})
    files = {(200, kind): OpenApiTypes.BINARY for kind in one.kinds}
    schema = extend_schema(
        operation_id=one.name, tags=[one.path.partition("/")[0]], description=one.doc,
        responses={**files, **_problems(401, 403, 404, 409, 429)},
    )  # fmt: skip
    view.get = schema(_read(FetchedView.get))  # type: ignore[attr-defined]
    return view


def _of_act(act: Act, codes: Codes, example: Any) -> type[APIView]:
    view = view_of(act, codes)
    said = inspect.cleandoc(act.action.__doc__ or "")
    if view.signature.withheld:
        said += f"\n\nNot for machines: {', '.join(view.signature.withheld)}."
    shown = [] if example is None else [OpenApiExample(act.verb, value=example, request_only=True)]
    parameters = [KEY] + ([MATCH] if act.subject and act.subject.stream else [])
    schema = extend_schema(
        operation_id=act.verb, tags=[act.scope.partition(":")[0]], parameters=parameters,
        description=said, request={FORM: view.signature.serializer} if act.sent else view.signature.serializer,
        examples=shown,
        responses={200: Done, **_problems(400, 401, 403, 404, 409, 412, *([413] if act.sent else []), 422, 429)},
    )  # fmt: skip
    view.post = schema(_own(view.post))  # type: ignore[method-assign]
    return view


def _own(method: Any) -> Any:
    """A function of the subclass's own: the schema is written on the function, which all would share."""

    def post(self: Any, request: Any, **ids: int) -> Any:
        return method(self, request, **ids)

    return post


def _read(method: Any) -> Any:
    def get(self: Any, request: Any, **ids: int) -> Any:
        return method(self, request, **ids)

    return get
