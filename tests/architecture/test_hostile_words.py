"""What is typed stays words: in every form of the house, markup, templates, SQL and odd characters do nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.test.client import Client, ClientHandler

from tests.architecture.doorways import ROWS, asked_with
from tests.architecture.test_doors import DONE
from tests.architecture.walking import Walker
from tests.architecture.world import World

pytestmark = pytest.mark.django_db

MARKUP = "\"'></textarea><script>alert(530957)</script><img src=x onerror=alert(530957)>"
TEMPLATE = "{{ 530|add:957 }}{% debug %}${530*957}#{530*957}%(name)s %s {0}"
SQL = "'; DROP TABLE cases_case; --\\' OR 1=1 /*"
ODD = "\u202e\u200b\ufeff😀\ud7ff"
MIXED = MARKUP + TEMPLATE + SQL + ODD
NUL, LONG = "a\x00b", "张" * 200_001
EXECUTED = re.compile(r"<script>alert\(530957|<img src=x|>1487<|\b1487\b|507210")
"""The markup as markup, or a template's or an expression's sum."""
OPEN = [(route, method) for route, method in sorted(ROWS) if method == "POST"]


def is_said(value: Any) -> bool:
    """Whether a person typed it freely: words, not a code, a number, a day or an address."""
    return isinstance(value, str) and bool(re.search(r"[\u4e00-\u9fff]", value))


def typed(data: Any, word: str, which: Callable[[Any], bool]) -> Any:
    if isinstance(data, dict):
        return {key: typed(value, word, which) for key, value in data.items()}
    if isinstance(data, list):
        return [typed(value, word, which) for value in data]
    return word if which(data) else data


def send(here: World, walker: Client, route: str, data: Any) -> str:
    """What went wrong when the form came with these words in its fields, and on the page after it; "" for nothing."""
    asked = asked_with(here, route)
    extra = {"query_params": asked["query"]} if asked["query"] else {}
    try:
        with transaction.atomic():
            response = walker.post(asked["address"], data, **extra)
            pages = [response.content.decode(errors="replace")] if not response.streaming else []
            if response.status_code == 302:
                after = walker.get(response.headers["Location"])
                pages += [after.content.decode(errors="replace")] if not after.streaming else []
            transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001 - whatever it is, the door let it through
        return f"{type(error).__name__}: {str(error)[:200]}"
    if response.status_code >= 500:
        return f"{response.status_code}"
    found = [found[0] for page in pages if (found := EXECUTED.search(page))]
    return f"executed: {found[0]}" if found else ""


def sendings(form: Any) -> Iterator[tuple[str, Any]]:
    """The form with each kind of word in it. What would be sent a second time, or as the table of the doors sends it
    already because nobody types anything there, is left out."""
    everywhere = typed(form, NUL + MIXED, lambda value: isinstance(value, str))  # codes, numbers and days too
    if typed(form, MIXED, is_said) != form:
        yield "mixed", typed(form, MIXED, is_said)
        yield "long", typed(form, LONG, is_said)
        if typed(form, NUL + MIXED, is_said) != everywhere:
            yield "nul", typed(form, NUL, is_said)
    if everywhere != form:
        yield "everywhere", everywhere


@pytest.mark.parametrize(("route", "method"), OPEN, ids=lambda part: part)
def test_words_stay_words(here: World, walkers: dict[str, Walker], route: str, method: str) -> None:
    name = next((name for name, found in ROWS[route, method].items() if found in DONE), "clerk")
    form = asked_with(here, route)["data"] or {}
    faults = {what: send(here, walkers[name], route, data) for what, data in sendings(form)}
    assert {what: fault for what, fault in faults.items() if fault} == {}


OF_THE_FRAME = {"size", "contrast", "theme"}
"""How the reader wants to see a page: each of them reads it. So does its box for searching, past `get`."""
USUAL = dict.fromkeys(("after", "page", "next", "q", *sorted(OF_THE_FRAME)), NUL + MIXED)


class Reading(QueryDict):
    """The query of an address that remembers which of its names a view asked for."""

    names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().getlist(key, default)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


class Watcher(ClientHandler):
    """A test client's handler whose requests tell what was read of their address."""

    def get_response(self, request: HttpRequest) -> Any:
        request.GET = Reading(request.META["QUERY_STRING"])
        Reading.names = set()  # what was looked up to fill it is no reading
        return super().get_response(request)


@pytest.fixture(scope="module")
def watched(walkers: dict[str, Walker]) -> dict[str, Walker]:
    """Everybody once more, with their addresses watched."""
    others = {name: Walker() for name in walkers}
    for name, other in others.items():
        other.cookies, other.handler = walkers[name].cookies, Watcher(enforce_csrf_checks=False)
    return others


@pytest.mark.parametrize("route", [route for route, method in sorted(ROWS) if method == "GET"])
def test_a_filter_takes_any_words(here: World, watched: dict[str, Walker], route: str) -> None:
    """Each name that a page reads of its address, and the usual ones of paging, with what no page would send."""
    name = next((n for n, found in reversed(ROWS[route, "GET"].items()) if found in ("200", "302")), "clerk")
    asked, wrong = asked_with(here, route), {}

    def fault(query: dict[str, str]) -> str:
        try:
            with transaction.atomic():
                response = watched[name].get(asked["address"], query_params=query)
                said = "" if response.streaming else response.content.decode(errors="replace")
                transaction.set_rollback(True)
        except Exception as error:  # noqa: BLE001 - whatever it is, the door let it through
            return f"{type(error).__name__}: {str(error)[:200]}"
        counts = route == "/metrics"  # bytes of a disk may hold any figures
        executed = not counts and EXECUTED.search(said)
        return str(response.status_code) if response.status_code >= 500 or executed else ""

    wrong["usual"] = fault({**(asked["page"] or {}), **USUAL})
    if read := Reading.names - OF_THE_FRAME:  # else any other words are the same request
        for word in (NUL + MIXED, "9" * 40, "²")[read <= set(USUAL) :]:
            wrong[word] = fault(dict.fromkeys({*read, *USUAL} - {"hall"}, word))
            if "hall" in read:  # by itself: of another hall the rest is not read
                wrong[f"hall: {word}"] = fault({"hall": word})
    assert {word: fault for word, fault in wrong.items() if fault} == {}
