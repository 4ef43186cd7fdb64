"""A machine with a token for tests: posted like a person, calling like a program."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from hall.access import SYSTEM
from hall.machines.acts import ActView
from hall.machines.rows import FetchedView, OneView, RowsView
from hall.models import User
from staffing.actions import issue_token, post_person, register_user
from staffing.lifecycle import CLERK
from tests.cast import FOUNDED, Cast

ROOMS = ("staffing", "intake", "consultations", "hearings", "accountability")
DOORS = (ActView, RowsView, OneView, FetchedView)
SCOPES = (
    "cases:read", "cases:handle", "cases:register", "exchange:read", "exchange:handle", "uploads:handle",
    *(f"{room}:{what}" for room in ROOMS for what in ("read", "handle")),
)  # fmt: skip


def machine_doors() -> dict[str, type[Any]]:
    """Address as Django writes it → view, of all that is promised below `/api/v1/`: acts, lists, things, files."""
    found = {}
    for include in get_resolver().url_patterns:
        for pattern in getattr(include, "url_patterns", ()):
            view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
            if isinstance(view, type) and issubclass(view, DOORS):
                found[f"/{include.pattern}{pattern.pattern}"] = view
    return found


@dataclass
class Machine:
    """Speaks JSON with a token; every POST has a key of its own unless one is given."""

    user: User
    secret: str

    def get(self, path: str, **headers: str) -> HttpResponse:
        return Client().get(f"/api/v1/{path}", headers=self._headers(headers))  # type: ignore[return-value]

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> HttpResponse:
        said = {"Idempotency-Key": key or uuid.uuid4().hex, **headers}
        return Client(raise_request_exception=False).post(  # type: ignore[return-value]
            f"/api/v1/{path}",
            body if isinstance(body, str) else json.dumps(body or {}, default=str),
            content_type="application/json",
            headers=self._headers(said),
        )

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        said = {name.replace("_", "-"): value for name, value in more.items() if value}
        return {"Authorization": f"Bearer {self.secret}", **said}


def machine(
    cast: Cast, now: dt.datetime, *, role: str = CLERK, scopes: Collection[str] = SCOPES, name: str = "exchange",
    **place: Any,
) -> Machine:  # fmt: skip
    """Of the hall, at that post."""
    user = register_user(actor=SYSTEM, username=name, name="数据交换", name_en="Exchange", now=FOUNDED)
    place = place or {"hall_id": cast.hall.pk}
    post_person(
        actor=SYSTEM, user_id=user.pk, role=role, title="系统", from_on=FOUNDED.date(), now=FOUNDED, **place
    )
    _token, secret = issue_token(
        actor=cast.act(cast.administrator, now), hall_id=cast.hall.pk, user_id=user.pk, name="城市数据交换平台",
        scopes=scopes, known=SCOPES, expires_at=now + dt.timedelta(days=90), now=now,
    )  # fmt: skip
    return Machine(User.objects.get(pk=user.pk), secret)
