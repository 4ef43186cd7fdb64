"""The same body at the page and at its door for machines: the same verdict for everybody, whatever they are to it.

The page's own form is watched (`observing`), so both doors get the same arguments. Of the people whom the table of the
pages answers alike, the first and the last are asked. Where only the words may differ:

- a refused one may be told 404 for 403, and 403 or 404 for a choice that the page's form does not offer them (422);
- who may not see what the body names is told 422 at that member, where a page has it in its address (404);
- a hall is no secret: 403 below its address, where a page shows only one's own halls (404).
"""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import transaction

from tests.architecture.doorways import ROWS
from tests.architecture.observing import NoWord, Seen, address_of, body_of, seen_at
from tests.architecture.test_doors import DONE
from tests.architecture.walking import Walker
from tests.architecture.world import World

pytestmark = pytest.mark.django_db

FORMS = sorted(
    route for route, method in ROWS if method == "POST" and ROWS[route, "POST"].get("anon") == "in"
)
REFUSED = ("403", "404", "422")
OF_STATE = frozenset({
    "answer-suggestion", "close-instruction", "end-simple-procedure", "hand-over-accusation", "issue-reexamination",
    "issue-review", "object-to-referral", "order-redo", "receive-supplement", "refuse-extension", "report-back",
    "report-urgent", "request-reexamination", "request-review", "reroute-case", "return-instruction", "return-opinion",
    "serve-document", "serve-opinion", "uphold-referral",
})  # fmt: skip
"""Verbs of a case that is further on than the one of the table: their page turns away before the form is read, and
they are asked with an empty body."""
ENOUGH = 230
"""Pages of which the form was compared; fewer means that the watching has broken."""


def sampled(row: dict[str, str]) -> list[str]:
    """The first and the last person of each answer."""
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for name, found in row.items():
        first.setdefault(found, name)
        last[found] = name
    return list(dict.fromkeys([*first.values(), *last.values()]))


def posted(walker: Walker, address: str, body: Any) -> Any:
    """One call, undone afterwards."""
    with transaction.atomic():
        response = walker.post(
            address, json.dumps(body), content_type="application/json",
            headers={"idempotency-key": uuid.uuid4().hex},
        )  # fmt: skip
        transaction.set_rollback(True)
    return response


def is_same(page: str, answer: Any, address: str) -> bool:
    """Whether the door for machines decides as the page does."""
    status = str(answer.status_code)
    if page in DONE[:3]:
        return status == "200"
    if page in ("in", "409"):
        return status == {"in": "401", "409": "409"}[page]
    if page == "422":
        return status in REFUSED
    unseen = status == "422" and "没有找到" in answer.content.decode()
    if page == "403":
        return status in ("403", "404") or unseen
    return status == "404" or unseen or (status == "403" and address.startswith("/api/v1/halls/"))


@pytest.fixture(scope="module")
def compared() -> set[str]:
    """Pages whose form a machine's door got as well."""
    return set()


@pytest.mark.parametrize("route", FORMS)
def test_a_machine_is_judged_as_the_page_judges(
    here: World, walkers: dict[str, Walker], compared: set[str], route: str
) -> None:
    row, seen = ROWS[route, "POST"], seen_at(here, walkers, route)
    verb = route.rstrip("/").rpartition("/")[2]
    if seen.view is None and verb in OF_STATE:
        compare_empty(here, walkers, verb, row)
        return
    if seen.view is None:
        return  # closed to machines, each with its reason: `closed_to_machines`
    wrong = {}
    for name in sampled(row):
        if not judged_alike(here, walkers, route, name, seen):
            wrong[name] = row[name]
    assert wrong == {}, seen.verb
    compared.add(route)


def judged_alike(here: World, walkers: dict[str, Walker], route: str, name: str, seen: Seen) -> bool:
    """With the body of the one who was watched; where the page says something else, with this person's own."""
    page = ROWS[route, "POST"][name]
    for own in ("", name):
        found = seen_at(here, walkers, route, own) if own else seen
        if found.view is None:
            return False
        try:
            body = body_of(found.view, found.given)
        except NoWord:
            return True
        address = address_of(found.view.act, found.given)
        if is_same(page, posted(walkers[name], address, body), address):
            return True
        if name == "anon":
            return False
    return False


def compare_empty(here: World, walkers: dict[str, Walker], verb: str, row: dict[str, str]) -> None:
    """Who gets 404 at the page gets 404, or 403 where they see the case itself; who gets 403 is never let through."""
    sees = {name for name, found in ROWS["/cases/<pk>/", "GET"].items() if found == "200"}
    address = f"/api/v1/cases/{here.cases['accepted'].pk}/{verb}/"
    wrong = {}
    for name in sampled(row):
        status = str(posted(walkers[name], address, {}).status_code)
        allowed = {"403": {"403", "404", "409", "422"}, "404": {"403", "404"} if name in sees else {"404"}}
        if status not in allowed.get(row[name], {status}):
            wrong[name] = (row[name], status)
    assert wrong == {}


def test_the_forms_were_compared(compared: set[str], request: pytest.FixtureRequest) -> None:
    """Runs after all of them; a part of the file alone says nothing."""
    whole = sum(item.name.startswith("test_a_machine") for item in request.session.items) == len(FORMS)
    assert not whole or len(compared) >= ENOUGH, len(compared)
