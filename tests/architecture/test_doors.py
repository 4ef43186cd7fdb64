"""Every address × person × method answers as the literal table in `permissions.py` says, and says it properly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin import site
from django.urls import URLPattern, URLResolver, get_resolver

from hall.models import IssuedDocument
from tests.architecture.doorways import ROWS
from tests.architecture.permissions import KEPT_OUT, PEOPLE
from tests.architecture.walking import Walker, answer, ask, faults_of, links_of, plain
from tests.architecture.world import World

pytestmark = pytest.mark.django_db
DONE = ("200", "204", "302", "422")
VERSIONED = "/api/v1/"
"""Doors for machines have a table of their own: `test_machine_doors.py`."""


ROUTES = sorted({route for route, _method in ROWS})
METHODS = {route: {method for other, method in ROWS if other == route} for route in ROUTES}


def addresses(patterns: list[Any] | None = None, prefix: str = "/") -> Iterator[str]:
    """Every address of the house as `people/<user_id>/`, includes walked; the back room has a test of its own."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        where = plain(prefix + str(one.pattern))
        if isinstance(one, URLResolver):
            if one.app_name != "admin":
                yield from addresses(one.url_patterns, where)
        else:
            assert isinstance(one, URLPattern)
            yield where


# -- the table -----------------------------------------------------------------------------------------------------


def test_every_address_stands_in_the_table_and_nothing_else() -> None:
    there, known = {one for one in addresses() if not one.startswith(VERSIONED)}, set(ROUTES)
    assert (sorted(there - known), sorted(known - there)) == ([], [])


@pytest.mark.parametrize(("route", "method"), sorted(ROWS), ids=lambda part: part)
def test_a_door_answers_everybody_as_the_table_says(
    here: World, walkers: dict[str, Walker], route: str, method: str
) -> None:
    answers, pages = {}, {}
    for name in ROWS[route, method]:
        # A refusal is asked for in words that a machine reads: the page around it is the same for all of them.
        curt = ROWS[route, method][name] in ("403", "404", "409")
        response = ask(
            here, walkers[name], method, route, headers={"accept": "application/json"} if curt else {}
        )
        answers[name] = answer(response)
        if method == "GET" and response.status_code == 200:
            pages[name] = response
    assert " ".join(answers.values()) == " ".join(ROWS[route, method].values())
    for name in {*list(pages)[:1], *list(pages)[-1:]}:
        assert faults_of(pages[name], "zh-hans", route) == [], name


@pytest.mark.parametrize("route", ROUTES)
def test_a_door_offers_its_methods_and_no_others(here: World, walkers: dict[str, Walker], route: str) -> None:
    """Whoever may come in is told 405 for a method that is not offered; HEAD goes with GET or is refused."""
    offered = METHODS[route]
    name = next((n for m in sorted(offered) for n, found in ROWS[route, m].items() if found in DONE), "clerk")
    wrong = {}
    for method in {"GET", "POST", "PUT", "DELETE"} - offered:
        if (found := ask(here, walkers[name], method, route).status_code) != 405:
            wrong[method] = found
    head = ask(here, walkers[name], "HEAD", route)
    expected = {"405"} | ({ROWS[route, "GET"][name]} if "GET" in offered else set())
    if answer(head) not in expected:
        wrong["HEAD"] = answer(head)
    assert wrong == {}


@pytest.mark.parametrize("route", [route for route, method in sorted(ROWS) if method == "POST"])
def test_a_form_without_its_token_is_refused(here: World, walkers: dict[str, Walker], route: str) -> None:
    """Only changing the language needs no token: it changes words alone."""
    name = next((name for name, found in ROWS[route, "POST"].items() if found in DONE), "clerk")
    strict = Walker(enforce_csrf_checks=True)
    strict.cookies = walkers[name].cookies
    found = ask(here, strict, "POST", route).status_code
    assert found == (302 if route == "/i18n/setlang/" else 403)


# -- who is kept out -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KEPT_OUT)
def test_a_case_has_no_door_for_who_is_kept_out_of_it(
    here: World, walkers: dict[str, Walker], name: str
) -> None:
    """404 at each of its doors, in every method; nor does a list, a search, an export or a look-up name it."""
    secret = here.cases["secret"]
    paper = IssuedDocument.objects.filter(stream=f"case:{secret.pk}").latest("pk")
    person = secret.parties.get().petitioner
    things = {
        "pk": secret.pk, "case": secret.pk, "document_id": paper.pk, "material_id": secret.materials.get().pk,
        "petitioner_id": person.pk,
    }  # fmt: skip
    found = {}
    for route, method in ROWS:
        if route.startswith(("/cases/<pk>/", "/receipts/", "/docket/items/")):
            item = {"pk": here.docket["secret"].pk} if route.startswith("/docket/") else {}
            named = {**things, **item}
            address = re.sub(r"<(\w+)>", lambda match, named=named: str(named[match[1]]), route)
            response = ask(
                here, walkers[name], method, route, address=address, headers={"accept": "application/json"}
            )
            found[route, method] = response.status_code
    assert {door: status for door, status in found.items() if status != 404} == {}
    told = []
    for address in (
        "/work/", "/work/?scope=hall", "/work/export.csv", "/messages/", "/desk/", "/hall-now/",
        "/docket/", "/instructions/", "/ledger/",
        f"/search/?q={secret.number}", "/search/?q=工程款", f"/petitioners/{person.pk}/",
    ):  # fmt: skip
        response = ask(here, walkers[name], "GET", "/", address=address)
        said = getattr(response, "said", b"") or response.content
        if secret.title.encode() in said or (secret.number not in address and secret.number.encode() in said):
            told.append(address)
    assert told == []


# -- the back room -------------------------------------------------------------------------------------------------


def test_the_back_room_is_the_administrators(here: World, walkers: dict[str, Walker]) -> None:
    """Django's admin: every list and every form in it, for the administrator alone."""
    listed = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in site._registry]
    rooms = ["/admin/", *listed, *(f"{address}add/" for address in listed)]
    wrong = {}
    for name in PEOPLE:
        for address in rooms if name == "administrator" else rooms[:3]:
            found = answer(ask(here, walkers[name], "GET", "/", address=address))
            allowed = {"200", "403"} if name == "administrator" else {"in", "302", "403"}
            if found not in allowed:
                wrong[name, address] = found
    assert wrong == {}
    index = ask(here, walkers["administrator"], "GET", "/", address="/admin/").content.decode()
    offered = [address for address in links_of(index, "/admin/") if address in rooms]
    assert len(offered) > len(listed)
    for address in offered:
        assert ask(here, walkers["administrator"], "GET", "/", address=address).status_code == 200
