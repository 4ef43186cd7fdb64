"""Going through the house: a person at a browser, one request, and what is wrong with the page that comes."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urljoin

from django.db import transaction
from django.http import HttpResponseBase
from django.test.client import Client

from tests.architecture.doorways import FRAGMENTS, PAGES, asked_with
from tests.architecture.world import World

SIGN_IN, CHANGE_PASSWORD = "/sign-in/", "/password/"


class Walker(Client):
    """A client that keeps nothing of what it saw: no copies of contexts, no cookies, so each request is the first."""

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))  # type: ignore[attr-defined]


def plain(route: str) -> str:
    """`people/<int:user_id>/` as `people/<user_id>/`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", route)


def ask(here: World, walker: Client, method: str, route: str, **extra: Any) -> Any:
    """One request, undone afterwards."""
    asked = asked_with(here, route)
    address, data = extra.pop("address", asked["address"]), asked["data"] if method == "POST" else None
    if query := asked["query"] if method == "POST" else PAGES.get(route) or asked["page"]:
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


def links_of(html: str, address: str) -> list[str]:
    """The addresses in our house that a page leads to."""
    found = [
        urljoin(address, unescape(link)).partition("#")[0]
        for link in re.findall(r'<a\b[^>]*\shref="([^"]*)"', html)
    ]
    return [link for link in found if link.startswith("/")]


BALANCED = (
    "div", "main", "section", "article", "aside", "header", "nav", "form", "fieldset", "details", "ul", "ol", "li",
    "dl", "table", "tr", "td", "th", "span", "button", "select", "template",
)  # fmt: skip
"""A browser mends what is not closed or closed twice, each in its own way."""


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
    for tag in BALANCED:
        opened, closed = len(re.findall(rf"<{tag}[\s>]", html)), html.count(f"</{tag}>")
        if opened != closed:
            faults.append(f"{opened} <{tag}>, {closed} </{tag}>")
    if "<html" not in html:
        return faults if route.endswith(FRAGMENTS) else [*faults, "no page"]
    if f'<html lang="{language}"' not in html:
        faults.append("wrong language")
    if html.count("<h1") != 1:
        faults.append(f"{html.count('<h1')} headings h1")
    return faults
