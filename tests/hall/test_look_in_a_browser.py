"""The components in a real browser: nothing for axe to find, nothing wider than the screen, all by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.waiting import until

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH"),
    pytest.mark.django_db(transaction=True),
]
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, sync_api.sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this very thread
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def chromium(browser: Any, settings: Any) -> Iterator[Any]:
    """The browser on the gallery, with a visitor of its own for each visit."""
    settings.ROOT_URLCONF = "tests.hall.look_urls"
    yield browser
    for context in browser.contexts:
        context.close()


def visit(chromium: Any, url: str, width: int, **looks: str) -> Any:
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    origin = "/".join(url.split("/")[:3])
    context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in looks.items()])
    page = context.new_page()
    answer = page.goto(url)
    assert answer.status == 200
    return page


def test_axe_finds_nothing_and_nothing_is_too_wide(chromium: Any, live_server: Any) -> None:
    views: list[tuple[str, int, dict[str, str]]] = [
        ("", 1440, {}),
        ("", 320, {"size": "large"}),
        ("", 768, {"theme": "dark"}),
        ("public/", 390, {}),
        ("public/", 320, {"size": "large", "contrast": "high"}),
        ("display/", 1920, {}),
        ("print/", 390, {}),
    ]
    found = []
    for name, width, looks in views:
        page = visit(chromium, f"{live_server.url}/_gallery/{name}", width, **looks)
        # People of the public read without choosing anything: their pages are held to AAA.
        tags = [*AA, "wcag2aaa"] if name == "public/" else AA
        answer = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response
        found += [f"{name}@{width} {v['id']}: {v['nodes'][0]['target']}" for v in answer["violations"]]
        inside = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        found += [] if inside else [f"{name}@{width} is wider than the screen"]
        page.context.close()
    assert found == []


def test_a_form_is_filled_by_keyboard_and_its_draft_survives(chromium: Any, live_server: Any) -> None:
    page = visit(chromium, f"{live_server.url}/_gallery/", 1280)
    page.wait_for_selector(".combobox")
    page.locator("#good_id_number").focus()
    page.keyboard.type("110101195403070011")
    page.keyboard.press("Enter")
    page.keyboard.type("王秀兰")
    assert page.locator("#good_name").input_value() == "王秀兰"

    page.locator("#good_category").focus()
    page.keyboard.type("土地")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("#good_category").input_value() == "农村农业 · 土地承包"
    assert page.evaluate("document.activeElement.name") == "people"

    page.context.set_offline(True)
    page.keyboard.type("3")
    until(page, "document.querySelector('[data-autosave-status]').textContent.includes('本机')")
    page.context.set_offline(False)
    page.reload()
    until(page, "document.querySelector('#good_name').value === '王秀兰'")


def test_an_act_with_consequences_asks_first(chromium: Any, live_server: Any) -> None:
    page = visit(chromium, f"{live_server.url}/_gallery/", 1280)
    page.wait_for_selector(".combobox")
    page.get_by_role("button", name="办结并归档").click()
    dialog = page.get_by_role("dialog")
    assert "诉求和意见不能再改" in dialog.inner_text()
    assert dialog.get_by_role("button", name="取消").evaluate("button => button === document.activeElement")
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_large_letters_are_remembered_and_come_from_the_server(chromium: Any, live_server: Any) -> None:
    page = visit(chromium, f"{live_server.url}/_gallery/public/", 390)
    until(page, "document.querySelector('[data-read-aloud]') !== null")
    page.get_by_role("button", name="大字").click()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.size") == "large"
