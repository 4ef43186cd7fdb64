"""Looking at a page as somebody may who sees little: what axe finds, in every look, and what is wider than a screen."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.architecture.doorways import FRAGMENTS, PAGES, ROWS, asked_with
from tests.architecture.world import World
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
FILES = (
    ".csv", ".ics", ".atom", ".json", ".docx", ".txt", ".xlsx", "/exports/<token>/file/", "/recordings/<token>/parts/",
)  # fmt: skip
"""Endings of addresses that answer with no page."""
TELEVISION = "/display/<hall>/"
"""Hangs on the wall, 1920 pixels wide; nobody carries it about."""


def whole_pages() -> list[tuple[str, str]]:
    """Address, and the first person of the table who gets the page; the public ones without a login."""
    return [
        (route, next(name for name, found in answers.items() if found == "200"))
        for (route, method), answers in ROWS.items()
        if method == "GET" and "200" in answers.values()
        and not route.endswith((*FRAGMENTS, "/healthz", "/readyz", "/metrics", "/photo/", *FILES))
        and not route.startswith(("/api/", "/evidence/")) and "material" not in route
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
    """Everything that is wrong with one page; dark and strong colours, the same in both languages, are tried in one."""
    is_public = page.evaluate("document.documentElement.dataset.site") == "public"
    # Colours take axe the longest; on the pages of the staff they are looked at in one language.
    colours = {
        "color-contrast": {"enabled": chinese or is_public},
        "color-contrast-enhanced": {"enabled": is_public},
    }
    rules = {"runOnly": {"type": "tag", "values": AAA if is_public else AA}, "rules": colours}
    faults = found_by_axe(page, rules)
    if route != TELEVISION:
        page.set_viewport_size(NARROW)
        faults += [f"at 320: {one}" for one in too_wide(page)]
    if is_public:
        for looks in LOOKS:
            look(page, looks)
            if "size" in looks:
                faults += [f"large at 320: {one}" for one in too_wide(page)]
                faults += [f"large: {one}" for one in found_by_axe(page, rules)]
            elif chinese:
                faults += [f"{looks}: {one}" for one in found_by_axe(page, {"runOnly": list(colours)})]
    page.set_viewport_size(WIDE)
    return faults


def by(here: World, door: Door, name: str) -> Page:
    return door(None if name == "anon" else here.cast.people[name], viewport=WIDE)


def report(faults: dict[str, list[str]]) -> str:
    return "\n".join(f"{route}: {one}" for route, found in faults.items() for one in found)


def walk(door: Door, server: str, here: World, language: str) -> None:
    """Every whole page of the house in that language."""
    faults: dict[str, list[str]] = {}
    pages: dict[str, Page] = {}
    for route, name in whole_pages():
        if name not in pages:
            pages[name] = by(here, door, name)
            cookie: Any = {"name": "django_language", "value": language, "url": server}
            pages[name].context.add_cookies([cookie])
        page, asked = pages[name], asked_with(here, route)
        query = PAGES.get(route) or asked["page"]
        page.goto(asked["address"] + "".join(f"?{k}={v}" for k, v in query.items()))
        assert page.locator("html").get_attribute("lang") == language
        if found := faults_of(page, route, chinese=language == "zh-hans"):
            faults[route] = found
    assert not faults, report(faults)
