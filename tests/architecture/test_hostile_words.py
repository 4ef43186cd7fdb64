"""What is typed stays words: in every form of the house, markup, templates, SQL and odd characters do nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test.client import Client

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


def send(here: World, walker: Client, route: str, word: str, which: Callable[[Any], bool]) -> str:
    """What went wrong when the form came with this word in its fields, and on the page after it; "" for nothing."""
    asked = asked_with(here, route)
    extra = {"query_params": asked["query"]} if asked["query"] else {}
    try:
        with transaction.atomic():
            response = walker.post(asked["address"], typed(asked["data"] or {}, word, which), **extra)
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


@pytest.mark.parametrize(("route", "method"), OPEN, ids=lambda part: part)
def test_words_stay_words(here: World, walkers: dict[str, Walker], route: str, method: str) -> None:
    name = next((name for name, found in ROWS[route, method].items() if found in DONE), "clerk")
    wrong = {}
    for what, word in {"mixed": MIXED, "nul": NUL, "long": LONG}.items():
        if fault := send(here, walkers[name], route, word, is_said):
            wrong[what] = fault
    # Codes, numbers and days too.
    if fault := send(here, walkers[name], route, NUL + MIXED, lambda value: isinstance(value, str)):
        wrong["everywhere"] = fault
    assert wrong == {}


FILTERS = re.compile(r'<form(?![^>]*method="post")[^>]*>(.*?)</form>', re.DOTALL | re.IGNORECASE)
NAMED = re.compile(r'<(?:input|select|textarea)\b[^>]*\sname="([\w-]+)"')


@pytest.mark.parametrize("route", [route for route, method in sorted(ROWS) if method == "GET"])
def test_a_filter_takes_any_words(here: World, walkers: dict[str, Walker], route: str) -> None:
    """Each filter that a page shows, and the usual names of paging, with what no page would send."""
    name = next((n for n, found in reversed(ROWS[route, "GET"].items()) if found in ("200", "302")), "clerk")
    asked = asked_with(here, route)
    page = walkers[name].get(asked["address"], query_params=asked["page"] or {})
    html = "" if page.streaming else page.content.decode(errors="replace")
    names = {one for form in FILTERS.findall(html) for one in NAMED.findall(form)} | {"after", "page", "next"}
    wrong = {}
    for what, word in {"words": NUL + MIXED, "number": "9" * 40, "digit": "²"}.items():
        try:
            with transaction.atomic():
                response = walkers[name].get(asked["address"], query_params=dict.fromkeys(names, word))
                said = "" if response.streaming else response.content.decode(errors="replace")
                transaction.set_rollback(True)
        except Exception as error:  # noqa: BLE001 - whatever it is, the door let it through
            wrong[what] = f"{type(error).__name__}: {str(error)[:200]}"
            continue
        counts = route == "/metrics"  # bytes of a disk may hold any figures
        if response.status_code >= 500 or (not counts and EXECUTED.search(said)):
            wrong[what] = str(response.status_code)
    assert wrong == {}
