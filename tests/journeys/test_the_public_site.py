"""A person with a phone: finds the way, says what was wrong, and reads the answer."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.architecture.doorways import ROWS
from tests.architecture.world import World
from tests.journeys.hands import Door

PHONE = {"width": 390, "height": 844}
PAGES = ("/", "/halls/yunxi/receptions/", "/halls/yunxi/guide/", "/halls/yunxi/figures/", "/halls/yunxi/complaint/",
         "/complaint-answer/", "/routes/", "/privacy/", "/accessibility/", "/progress/", "/rate/")  # fmt: skip
SLOW = 4_500
"""Milliseconds that a person takes for the form at least; a machine is refused before."""


def test_from_the_home_page_to_an_answer(door: Door, here: World) -> None:
    page = door(viewport=PHONE)
    page.goto(f"/halls/{here.hall.code}/")
    page.get_by_role("link", name=re.compile("这件事该找谁")).first.click()
    page.get_by_label("您的事").fill("老板不给工钱")
    page.get_by_role("button", name="查找途径").click()
    expect(page.get_by_text("劳动争议仲裁").first).to_be_visible()
    page.get_by_role("link", name="本页有错？告诉我们").click()
    expect(page.get_by_role("radio", name="网站内容有误或者不好用")).to_be_checked()
    page.get_by_label("发生了什么").fill("电话号码写错了，打过去是空号。")
    page.wait_for_timeout(SLOW)
    page.get_by_role("button", name="提交").click()
    code = page.locator(".code").inner_text()
    office = door(here.cast.supervisor)
    office.goto("/complaints/")
    office.get_by_role("link", name="网站内容有误或者不好用").first.click()
    office.locator("#answer_answer").fill("号码已经更正，谢谢您的提醒。")
    office.get_by_role("button", name="答复", exact=True).click()
    expect(office.get_by_text("答复已记录")).to_be_visible()
    page.get_by_role("link", name="凭受理码查看答复").click()
    page.get_by_label("受理码").fill(code)
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_text("号码已经更正")).to_be_visible()


def test_every_public_page_can_be_read_aloud(door: Door, here: World) -> None:
    """The button is offered wherever the browser has a voice, and what it reads is the page's own text."""
    page = door(viewport=PHONE)
    said = _listening(page)
    for address in PAGES:
        assert ROWS[re.sub("yunxi", "<code>", address), "GET"]["anon"] == "200"
        page.goto(address)
        button = page.get_by_role("button", name="朗读")
        expect(button).to_be_visible()
        button.click()
        heading = page.locator("h1").inner_text()
        assert any(heading[:6] in one for one in said(page)), address


def _listening(page: Page) -> Any:
    """What is spoken, written down: the browser of the tests has no loudspeaker."""
    page.add_init_script(
        "window.spoken = []; speechSynthesis.speak = (one) => { window.spoken.push(one.text); };"
    )
    return lambda where: where.evaluate("window.spoken")


def test_nothing_is_kept_in_the_readers_browser(door: Door, here: World) -> None:
    page = door(viewport=PHONE)
    for address in PAGES[:4] + PAGES[6:9]:
        page.goto(address)
        assert page.context.cookies() == [], address
