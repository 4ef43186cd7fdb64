"""The doors for machines, each of them: who has not said who they are, who sees nothing, who may what the page lets.

The API goes through the same rules as the pages. So a person in a session is answered at a verb's address as the table
of the pages says, as far as a request without a body can tell: 404 for what they do not see, and never more than there.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import transaction

from hall.machines.acts import ActView
from tests.architecture.doorways import ROWS
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
PAGE_OF = {
    route: f"/cases/<pk>/{route.removeprefix(f'{VERSIONED}cases/<case_id>/')}"
    for route in ON_CASE
    if (f"/cases/<pk>/{route.removeprefix(f'{VERSIONED}cases/<case_id>/')}", "POST") in ROWS
}


def call(walker: Walker, route: str, pk: int) -> Any:
    """One request with an empty body, undone afterwards; every id in the address is `pk`."""
    address = "/".join(str(pk) if part.startswith("<") else part for part in route.split("/"))
    with transaction.atomic():
        if issubclass(DOORS[route], ActView):
            key = {"idempotency-key": str(uuid.uuid4())}
            response = walker.post(address, "{}", content_type="application/json", headers=key)
        else:
            response = walker.get(address)
        transaction.set_rollback(True)
    return response


def test_there_are_doors() -> None:
    assert len(ACTS) > 250 and len(ON_CASE) > 50 and len(PAGE_OF) > 30


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


@pytest.mark.parametrize("route", sorted(PAGE_OF))
def test_a_verb_lets_nobody_do_more_than_its_page(
    here: World, walkers: dict[str, Walker], route: str
) -> None:
    """Who gets 404 at the page gets 404, or 403 where they see the case itself; who gets 403 is never let through."""
    wrong = {}
    sees = {name for name, found in ROWS["/cases/<pk>/", "GET"].items() if found == "200"}
    pk = here.cases["accepted"].pk
    for name, expected in ROWS[PAGE_OF[route], "POST"].items():
        if name == "anon" or expected not in ("403", "404"):
            continue
        status = call(walkers[name], route, pk).status_code
        allowed = {403, 404, 409, 422} if expected == "403" else {403, 404} if name in sees else {404}
        if status not in allowed:
            wrong[name] = (expected, status)
    assert wrong == {}
