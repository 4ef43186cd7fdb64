"""Lists and single things for machines: GET with filters, keyset pages, an ETag where a file has a version."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hall.access import Actor, get_visible, whole_number
from hall.machines.acts import Subject, actor_of, check_scope
from hall.machines.arguments import Arguments
from hall.machines.base import MachineView

MOST, USUAL = 200, 50


@dataclass(frozen=True, slots=True)
class Page:
    """The rows, and the text that leads to the next ones ("" for no more)."""

    rows: Iterable[Any]
    after: str = ""


Read = Callable[..., Page]


def by_key(found: QuerySet[Any], after: str, size: int, *, newest: bool = True) -> Page:
    """A page by id, the newest first unless told otherwise; a cursor that is none starts from the front."""
    if (key := whole_number(after)) is not None:
        found = found.filter(**{"pk__lt" if newest else "pk__gt": key})
    rows = list(found.order_by("-pk" if newest else "pk")[: size + 1])
    return Page(rows[:size], str(rows[size - 1].pk) if len(rows) > size else "")


def shape_of(model: type[Model], *names: str, doc: str = "") -> type[serializers.ModelSerializer[Any]]:
    """What a list says of a row: these columns, a relation as its id."""
    meta = type("Meta", (), {"model": model, "fields": ("id", *names)})
    name = model.__module__.partition(".")[0].title() + model.__name__ + "Shape"
    return type(name, (serializers.ModelSerializer,), {"Meta": meta, "__doc__": doc})


@dataclass(frozen=True, slots=True)
class Rows:
    """A list below `/api/v1/`. `read(actor, asked, now, after, size)` is the page's own query; `asked` its filters."""

    path: str
    name: str
    read: Read
    shape: type[serializers.Serializer[Any]]
    scope: str
    asked: type[Arguments] | None = None
    doc: str = ""


@dataclass(frozen=True, slots=True)
class One:
    """One thing, with its version as ETag."""

    path: str
    name: str
    subject: Subject
    shape: type[serializers.Serializer[Any]]
    scope: str
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is taken along, of one of `kinds`. `fetch(actor, thing, now)` asks its rule and gives the bytes."""

    path: str
    name: str
    subject: Subject
    fetch: Callable[..., HttpResponse]
    kinds: tuple[str, ...]
    scope: str
    doc: str = ""


class Paging(Arguments):
    """Beside the filters: how many, and behind which row."""

    size = serializers.IntegerField(min_value=1, max_value=MOST, required=False)
    after = serializers.CharField(required=False, allow_blank=True, max_length=200)


class RowsView(MachineView):
    rows: Rows
    http_method_names = ["get", "head", "options"]

    def get(self, request: Request) -> Response:
        rows, now = self.rows, timezone.now()
        check_scope(request, rows.scope)
        given = request.query_params.dict()
        paging = Paging(data={key: given.pop(key) for key in ("size", "after") if key in given})
        paging.is_valid(raise_exception=True)
        asked = (rows.asked or Arguments)(data=given)
        asked.is_valid(raise_exception=True)
        page = rows.read(
            actor_of(request),
            asked.validated_data,
            now=now,
            after=paging.validated_data.get("after", ""),
            size=paging.validated_data.get("size", USUAL),
        )
        told = rows.shape(list(page.rows), many=True, context={"now": now, "request": request}).data
        answer = Response({"results": told, "after": page.after})
        if page.after:
            query = request.query_params.copy()
            query["after"] = page.after
            answer["Link"] = f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'
        return answer


class OneView(MachineView):
    one: One
    http_method_names = ["get", "head", "options"]

    def get(self, request: Request, **ids: int) -> Response:
        one, now = self.one, timezone.now()
        check_scope(request, one.scope)
        actor: Actor = actor_of(request)
        thing = get_visible(one.subject.visible(actor), pk=ids[one.subject.param])
        headers = {}
        if one.subject.stream:
            headers["ETag"] = one.subject.version(thing.pk)
            if headers["ETag"] in [
                part.strip() for part in request.headers.get("If-None-Match", "").split(",")
            ]:
                return Response(status=304, headers=headers)
        told = one.shape(thing, context={"now": now, "request": request, "actor": actor}).data
        return Response(told, headers=headers)


class FetchedView(MachineView):
    """Whatever the caller says that it accepts: a file has one form, only what goes wrong is JSON."""

    fetched: Fetched
    http_method_names = ["get", "head", "options"]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, **ids: int) -> HttpResponse:
        fetched, now, actor = self.fetched, timezone.now(), actor_of(request)
        check_scope(request, fetched.scope)
        thing = get_visible(fetched.subject.visible(actor), pk=ids[fetched.subject.param])
        return fetched.fetch(actor, thing, now)
