"""Every page of the house in a real browser: axe finds nothing, and at 320 pixels nothing is wider than the screen."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from tests.architecture.doorways import FRAGMENTS, PAGES, ROWS, asked_with
from tests.architecture.world import World, world
from tests.journeys.hands import Door

AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AAA = [*AA, "wcag2aaa"]
"""The public's own pages are held to more (ui.md: AAA for public text)."""
LOOKS: tuple[dict[str, str], ...] = (
    {"theme": "dark"},
    {"contrast": "high"},
    {"theme": "dark", "contrast": "high"},
    {"size": "large"},
)
NARROW = {"width": 320, "height": 800}
WIDE = {"width": 1366, "height": 900}
TELEVISION = "/display/<hall>/"
"""Hangs on the wall, 1920 pixels wide; nobody carries it about."""


def whole_pages() -> list[tuple[str, str]]:
    """Address, and the first person of the table who gets the page; the public ones without a login."""
    return [
        (route, next(name for name, found in answers.items() if found == "200"))
        for (route, method), answers in ROWS.items()
        if method == "GET" and "200" in answers.values() and not route.endswith((*FRAGMENTS, "/healthz", ".csv"))
        and not route.startswith("/api/") and "material" not in route
    ]  # fmt: skip


def look(page: Page, looks: dict[str, str]) -> None:
    """As the server draws it for a reader who chose this look."""
    page.evaluate(
        "looks => { for (const name of ['theme', 'contrast', 'size']) {"
        " if (looks[name]) document.documentElement.dataset[name] = looks[name];"
        " else delete document.documentElement.dataset[name]; } }",
        looks,
    )


def found_by_axe(page: Page, what: dict[str, Any]) -> list[str]:
    answer = Axe().run(page, options={"resultTypes": ["violations"], **what}).response
    return [
        f"{one['id']} ({one['impact']}): {', '.join(str(node['target'][0]) for node in one['nodes'][:3])}"
        for one in answer["violations"]
    ]


def too_wide(page: Page) -> list[str]:
    """What sticks out, when the page can be scrolled sideways."""
    sticking_out: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
          [...document.querySelectorAll('main *, header *, footer *')]
            .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .slice(0, 3).map(e => `${e.tagName.toLowerCase()}.${e.className}`)
            .concat('too wide')"""
    )
    return sticking_out


def faults_of(page: Page, route: str, *, chinese: bool) -> list[str]:
    """Everything that is wrong with one page; the looks are tried once, they are the same in both languages."""
    is_public = page.evaluate("document.documentElement.dataset.site") == "public"
    # Colours take axe the longest, and they are the same in both languages.
    colours = {
        "color-contrast": {"enabled": chinese},
        "color-contrast-enhanced": {"enabled": chinese and is_public},
    }
    faults = found_by_axe(
        page, {"runOnly": {"type": "tag", "values": AAA if is_public else AA}, "rules": colours}
    )
    if route != TELEVISION:
        page.set_viewport_size(NARROW)
        faults += [f"at 320: {one}" for one in too_wide(page)]
    if chinese and is_public:
        for looks in LOOKS:
            look(page, looks)
            if "size" in looks:
                faults += [f"large at 320: {one}" for one in too_wide(page)]
            else:
                faults += [f"{looks}: {one}" for one in found_by_axe(page, {"runOnly": list(colours)})]
    page.set_viewport_size(WIDE)
    return faults


@pytest.fixture
def here(transactional_db: None) -> World:
    return world(timezone.now())


def by(here: World, door: Door, name: str) -> Page:
    return door(None if name == "anon" else here.cast.people[name], viewport=WIDE)


def report(faults: dict[str, list[str]]) -> str:
    return "\n".join(f"{route}: {one}" for route, found in faults.items() for one in found)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nobody_is_kept_out_by_how_a_page_is_made(
    door: Door, live_server: Any, here: World, language: str
) -> None:
    faults: dict[str, list[str]] = {}
    pages: dict[str, Page] = {}
    for route, name in whole_pages():
        if name not in pages:
            pages[name] = by(here, door, name)
            cookie: Any = {"name": "django_language", "value": language, "url": live_server.url}
            pages[name].context.add_cookies([cookie])
        page, query = pages[name], PAGES.get(route, {})
        page.goto(asked_with(here, route)["address"] + "".join(f"?{k}={v}" for k, v in query.items()))
        assert page.locator("html").get_attribute("lang") == language
        if found := faults_of(page, route, chinese=language == "zh-hans"):
            faults[route] = found
    assert not faults, report(faults)


ANSWERS: tuple[tuple[str, str, dict[str, str] | None], ...] = (
    # who, address, what is sent (None: rightly filled in, as the table does)
    ("anon", "/progress/", None),
    ("anon", "/progress/", {"code": "", "digits": ""}),
    ("anon", "/sign-in/", None),
    ("clerk", "/register/", {"who-id_number": "1", "with-TOTAL_FORMS": "1", "with-INITIAL_FORMS": "0"}),
    ("clerk", "/cases/<pk>/triage/", {"outcome": "guide_case", "ground": "sue"}),
    ("clerk", "/cases/<pk>/people/<petitioner_id>/reveal/", None),
    ("clerk", "/guide/<hall>/take-number/", None),
    ("clerk", "/tickets/<ticket>/leave/", {}),
    ("manager", "/people/<user_id>/password/", None),
    ("manager", "/reception-plan/<reception_id>/change/", {"day": "x"}),
)
REFUSALS = (("clerk", "/people/"), ("clerk", "/cases/999999/"), ("anon", "/nowhere/"))


def send(page: Page, address: str, data: dict[str, Any]) -> None:
    """Post a form from a page of the house, as its own form would."""
    page.goto("/sign-in/?next=/password/")  # a page with a form, for anybody
    with page.expect_navigation() as navigation:
        page.evaluate(
            """([address, data]) => {
              const form = Object.assign(document.createElement('form'), {method: 'post', action: address});
              const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
              for (const [name, value] of Object.entries({...data, csrfmiddlewaretoken: token})) {
                form.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
              }
              document.body.append(form);
              form.submit();
            }""",
            [address, {name: str(value) for name, value in data.items()}],
        )
    assert navigation.value and navigation.value.status in (200, 422), (address, navigation.value)


def test_nor_by_how_an_answer_is_made(door: Door, live_server: Any, here: World) -> None:
    """After a form was sent: errors at their fields, a letter, a secret shown once; and the pages of refusal."""
    faults: dict[str, list[str]] = {}
    pages: dict[str, Page] = {}
    for name, route, data in ANSWERS:
        page = pages.setdefault(name, pages.get(name) or by(here, door, name))
        asked = asked_with(here, route)
        send(page, asked["address"], asked["data"] if data is None else data)
        if found := faults_of(page, route, chinese=True):
            faults[f"POST {route} {data or ''}"] = found
    for name, address in REFUSALS:
        pages[name].goto(address)
        if found := faults_of(pages[name], address, chinese=True):
            faults[address] = found
    assert not faults, report(faults)
