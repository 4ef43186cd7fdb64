"""Every address × person × method answers as the literal table in `permissions.py` says, and says it properly."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urljoin

import pytest
from django.contrib.admin import site
from django.db import transaction
from django.http import HttpResponseBase
from django.template import engines
from django.test.client import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from hall.models import IssuedDocument
from tests.architecture.doorways import ARGUMENTS, FORMS, PAGES
from tests.architecture.permissions import EVERYBODY, KEPT_OUT, PEOPLE, TABLE
from tests.architecture.world import World, world

pytestmark = pytest.mark.django_db
Row = tuple[str, str]
DONE = ("200", "204", "302", "422")
SIGN_IN, CHANGE_PASSWORD = "/sign-in/", "/password/"


def _rows() -> dict[Row, dict[str, str]]:
    rows = {}
    for line in TABLE.strip().splitlines():
        if line.strip() and not line.startswith("#"):
            route, method, *answers = line.split()
            assert (route, method) not in rows, f"twice in the table: {line}"
            if len(answers) == 1:
                rows[route, method] = dict.fromkeys(EVERYBODY, answers[0])
            else:
                rows[route, method] = dict(zip(PEOPLE, answers, strict=True))
    return rows


ROWS = _rows()
ROUTES = sorted({route for route, _method in ROWS})
METHODS = {route: {method for other, method in ROWS if other == route} for route in ROUTES}


def plain(route: str) -> str:
    """`people/<int:user_id>/` as `people/<user_id>/`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", route)


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


class Walker(Client):
    """A client that keeps nothing of what it saw: no copies of contexts, no cookies, so each request is the first."""

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for the whole module, in a transaction that is given up at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world(timezone.now())
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def walkers(here: World) -> dict[str, Walker]:
    """Everybody of the table at a browser of their own, signed in where they have an account."""
    walkers = {"anon": Walker()}
    for name in {*PEOPLE, *KEPT_OUT} - {"anon"}:
        walkers[name] = Walker()
        walkers[name].force_login(here.cast.people[name])
        session = walkers[name].session
        session["seen"] = int(timezone.now().timestamp())
        session.save()
    return walkers


def asked_with(here: World, route: str) -> dict[str, Any]:
    """What the door of this address is asked with: read once for all who ask."""
    if (known := here.asked.get(route)) is not None:
        return known
    own = FORMS[route](here) if route in FORMS else {}
    values = {**here.asked.setdefault("", ARGUMENTS(here)), **own.get("args", {})}
    here.asked[route] = asked = {
        "address": re.sub(r"<(\w+)>", lambda match: str(values[match[1]]), route),
        "data": own.get("data", {}),
        "query": own.get("query", {}),
    }
    return asked


def ask(here: World, walker: Client, method: str, route: str, **extra: Any) -> Any:
    """One request, undone afterwards."""
    asked = asked_with(here, route)
    address, data = extra.pop("address", asked["address"]), asked["data"] if method == "POST" else None
    if query := asked["query"] if method == "POST" else PAGES.get(route):
        extra["query_params"] = query
    with transaction.atomic():
        verb: Callable[..., Any] = getattr(walker, method.lower())
        response = verb(address, data, **extra) if data is not None else verb(address, **extra)
        if response.streaming:
            response.said = b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response


def reading(walker: Walker, language: str) -> Walker:
    """The same person, with the pages in another language."""
    other = Walker()
    other.cookies = SimpleCookie({name: morsel.value for name, morsel in walker.cookies.items()})
    other.cookies["django_language"] = language
    return other


def answer(response: HttpResponseBase) -> str:
    """The status; `in` for being sent to sign in."""
    to = response.headers.get("Location", "")
    if response.status_code == 302 and to.startswith((SIGN_IN, CHANGE_PASSWORD)) and "next=" in to:
        return "in"
    return str(response.status_code)


# -- the table -----------------------------------------------------------------------------------------------------


def test_every_address_stands_in_the_table_and_nothing_else() -> None:
    there, known = set(addresses()), set(ROUTES)
    assert (sorted(there - known), sorted(known - there)) == ([], [])


@pytest.mark.parametrize(("route", "method"), sorted(ROWS), ids=lambda part: part)
def test_a_door_answers_everybody_as_the_table_says(
    here: World, walkers: dict[str, Walker], route: str, method: str
) -> None:
    answers, faults = {}, []
    for name in ROWS[route, method]:
        # A refusal is asked for in words that a machine reads: the page around it is the same for all of them.
        curt = ROWS[route, method][name] in ("403", "404", "409")
        response = ask(
            here, walkers[name], method, route, headers={"accept": "application/json"} if curt else {}
        )
        answers[name] = answer(response)
        faults += [f"{name}: {fault}" for fault in faults_of(response, "zh-hans", route)]
    assert " ".join(answers.values()) == " ".join(ROWS[route, method].values())
    assert faults == []


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


# -- the page itself -----------------------------------------------------------------------------------------------

FRAGMENTS = ("/live/", "/board/", "/register/categories/", "/register/contact/", "/register/history/")
"""Endings of addresses that answer with a part of a page."""
PARTIALS = ("components/", "django/", "intake/move.html")
"""Templates that are filled in by others: what they are not given, they leave out."""


def faults_of(response: Any, language: str, route: str) -> list[str]:
    """What is wrong with a page: its language, its one heading, what a template left behind, what stands inline."""
    if not getattr(response, "content", b"") or "html" not in response.headers.get("Content-Type", ""):
        return []
    html = response.content.decode()
    words = re.sub(r"<script\b.*?</script>|<[^>]*>", " ", html, flags=re.DOTALL)
    faults = [f"left behind: {left}" for left in ("{{", "{%", "{#", "%}", "&lt;django") if left in html]
    if re.search(r"%\(\w+\)" if language == "en" else r"\bNone\b|%\(\w+\)", words):
        faults.append("left behind: None or a place-holder")
    if re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|<script(?![^>]*src=)", html):
        faults.append("inline style or script")
    ids = re.findall(r'\sid="([^"]+)"', html)
    faults += [f"id twice: {one}" for one in sorted({one for one in ids if ids.count(one) > 1})]
    if "<html" not in html:
        return faults if route.endswith(FRAGMENTS) else [*faults, "no page"]
    if f'<html lang="{language}"' not in html:
        faults.append("wrong language")
    if html.count("<h1") != 1:
        faults.append(f"{html.count('<h1')} headings h1")
    return faults


class Missed(str):
    """Stands for a variable that a template asked for and the view did not give; notes it and writes nothing."""

    __slots__ = ()
    seen: set[str] = set()

    def __contains__(self, part: object) -> bool:
        return part == "%s" or str.__contains__(self, part)  # type: ignore[operator]

    def __mod__(self, variable: object) -> str:
        told = sys._getframe(1).f_locals
        filters = {filter_.__name__ for filter_, _arguments in told["self"].filters}
        template = told["context"].render_context.template.name
        is_optional = filters & {"default", "default_if_none"} or str(variable).startswith("request.")
        if not is_optional and not template.startswith(PARTIALS):
            self.seen.add(f"{template}: {variable}")
        return ""


@pytest.mark.parametrize("route", [route for route, method in sorted(ROWS) if method == "GET"])
def test_a_page_is_whole_in_english(here: World, walkers: dict[str, Walker], route: str) -> None:
    """And every variable that its templates name was given."""
    name = next((name for name, found in reversed(ROWS[route, "GET"].items()) if found == "200"), "clerk")
    engine: Any = engines["django"]
    Missed.seen.clear()
    before, engine.engine.string_if_invalid = engine.engine.string_if_invalid, Missed("%s")
    try:
        faults = faults_of(ask(here, reading(walkers[name], "en"), "GET", route), "en", route)
    finally:
        engine.engine.string_if_invalid = before
    assert faults == []
    assert Missed.seen == set()


@pytest.mark.parametrize("name", PEOPLE)
def test_nothing_is_offered_that_is_then_refused(here: World, walkers: dict[str, Walker], name: str) -> None:
    """From a person's own first page on, every link leads to a page that is there and open to them."""
    ahead, seen, dead = ["/desk/" if name != "anon" else "/"], set(), {}
    while ahead:
        address = ahead.pop()
        path = address.partition("?")[0]
        try:
            kind = plain("/" + resolve(path).route)
        except Resolver404:
            dead[address] = 404
            continue
        # One page of each kind; the public ones are walked without a login.
        if kind in seen or (name != "anon" and ROWS.get((kind, "GET"), {}).get("anon") == "200"):
            continue
        seen.add(kind)
        response = ask(here, walkers[name], "GET", "/", address=address)
        if response.status_code >= 400 and not path.endswith("/file/"):  # the papers are not printed yet
            dead[address] = response.status_code
        if response.status_code == 302 and answer(response) != "in":
            ahead.append(response.headers["Location"])
        elif "html" in response.headers.get("Content-Type", "") and not path.startswith("/admin/"):
            ahead += links_of(response.content.decode(), address)
    assert dead == {}


def links_of(html: str, address: str) -> list[str]:
    """The addresses in our house that a page leads to."""
    found = [
        urljoin(address, unescape(link)).partition("#")[0]
        for link in re.findall(r'<a\b[^>]*\shref="([^"]*)"', html)
    ]
    return [link for link in found if link.startswith("/")]


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
        if route.startswith(("/cases/<pk>/", "/receipts/")):
            address = re.sub(r"<(\w+)>", lambda match: str(things[match[1]]), route)
            response = ask(
                here, walkers[name], method, route, address=address, headers={"accept": "application/json"}
            )
            found[route, method] = response.status_code
    assert {door: status for door, status in found.items() if status != 404} == {}
    told = []
    for address in (
        "/work/", "/work/?scope=hall", "/work/export.csv", "/messages/", "/desk/", "/hall-now/",
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
        for address in rooms if name in ("clerk", "manager", "administrator") else rooms[:2]:
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
