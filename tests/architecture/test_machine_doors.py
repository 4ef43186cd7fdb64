"""The doors for machines, each of them: who has not said who they are, and who sees nothing.

That they decide as the pages do, with the same body, is in `test_machine_bodies.py`.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import transaction

from hall.machines.acts import ActView
from tests.architecture.permissions import KEPT_OUT
from tests.architecture.test_doors import VERSIONED
from tests.architecture.walking import Walker, plain
from tests.architecture.world import World
from tests.machines import machine_doors

pytestmark = pytest.mark.django_db


DOORS = {plain(address): view for address, view in machine_doors().items()}
"""Address → view."""
ACTS = sorted(route for route, view in DOORS.items() if issubclass(view, ActView))
ON_CASE = sorted(route for route in DOORS if route.startswith(f"{VERSIONED}cases/<case_id>/"))


def call(walker: Walker, route: str, pk: int) -> Any:
    """One request with an empty body, undone afterwards; every id in the address is `pk`."""
    address = "/".join(str(pk) if part.startswith("<") else part for part in route.split("/"))
    with transaction.atomic():
        if issubclass(DOORS[route], ActView):
            key = {"idempotency-key": str(uuid.uuid4())}
            body = {} if DOORS[route].act.sent else "{}"
            kind = {} if DOORS[route].act.sent else {"content_type": "application/json"}
            response = walker.post(address, body, headers=key, **kind)
        else:
            response = walker.get(address)
        transaction.set_rollback(True)
    return response


def test_there_are_doors() -> None:
    assert len(ACTS) > 250 and len(ON_CASE) > 50


@pytest.mark.parametrize("route", sorted(DOORS))
def test_nobody_comes_in_unnamed(here: World, walkers: dict[str, Walker], route: str) -> None:
    """401 with how to say who one is; and an account without a post gets nothing done."""
    response = call(walkers["anon"], route, here.cases["accepted"].pk)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    if route in ACTS:
        assert call(walkers["idle"], route, here.cases["accepted"].pk).status_code in (403, 404, 409, 422)


@pytest.mark.parametrize("name", KEPT_OUT)
def test_a_case_has_no_door_for_machines_either(here: World, walkers: dict[str, Walker], name: str) -> None:
    secret = here.cases["secret"].pk
    found = {route: call(walkers[name], route, secret).status_code for route in ON_CASE}
    assert {route: status for route, status in found.items() if status != 404} == {}
