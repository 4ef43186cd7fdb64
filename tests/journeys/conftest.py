"""A real browser before a real server: one Chromium for each file, a fresh profile for each visitor.

Every page that is walked through is watched: an exception in a script, an error in the console, a style or script
that does not come, and an answer of 500 or more fail the journey, whatever the story was about.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from hall.models import User
from tests.architecture.device_doors import devices
from tests.architecture.permissions_guidance import guided
from tests.architecture.world import World, world
from tests.cast import Cast
from tests.journeys.hands import Door

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 10_000
"""Milliseconds to wait for what should be there: a slow machine is not a fault."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=f"no Chromium here (looked for {', '.join(NAMES)})"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, and Django then takes every query in a test for one inside of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Watch:
    """Notes what goes wrong on any page of a context."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        context.on("console", self._console)
        context.on("response", self._response)
        context.on("weberror", lambda error: self.faults.append(f"exception: {error.error}"))

    def _console(self, message: ConsoleMessage) -> None:
        # A refusal is an answer of 4xx, which Chromium and htmx both report as an error of their own.
        refused = ("Failed to load resource", "Response Status Error Code 4")
        if message.type == "error" and not message.text.startswith(refused):
            self.faults.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        static = f"/{settings.STATIC_URL.strip('/')}/" in response.url
        if response.status >= 500 or (static and response.status >= 400):
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture
def door(browser: Browser, live_server: Any) -> Iterator[Door]:
    """`door()` opens a browser of somebody's own on the hall; `door(cast.clerk)` with that person signed in."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def enter(user: User | None = None, **options: Any) -> Page:
        options = {"viewport": {"width": 1366, "height": 900}, "locale": "zh-CN", **options}
        context = browser.new_context(
            base_url=live_server.url, timezone_id="Asia/Shanghai", reduced_motion="reduce", **options
        )
        context.set_default_timeout(PATIENCE)
        opened.append((context, Watch(context)))
        if user is not None:
            context.add_cookies([session_of(user, live_server.url)])
        return context.new_page()

    yield enter
    faults = [fault for _context, watch in opened for fault in watch.faults]
    for context, _watch in opened:
        context.close()
    assert faults == []


def session_of(user: User, url: str) -> Any:
    """The cookie of a session that is signed in already, for stories that are not about signing in."""
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


@pytest.fixture
def yunxi(live_server: Any, cast: Cast) -> Cast:
    """The cast of the hall, where the server sees it."""
    return cast


@pytest.fixture
def here(transactional_db: None) -> World:
    return guided(devices(world(timezone.now())))
