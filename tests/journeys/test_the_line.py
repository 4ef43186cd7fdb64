"""A day at the windows: the guide gives numbers, the windows call them, the display says so."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from tests.cast import Cast, queues
from tests.journeys.hands import Door, heading, press, said


def pushed(page: Page, key: str, then: str) -> None:
    """A key of the console, and the words that the page shows when the server has done it."""
    press(page, key)
    heading(page, then)


def test_a_guide_and_a_window_bring_everybody_to_their_turn(door: Door, yunxi: Cast) -> None:
    """Priority first; missed, reinstated, parked and back, transferred, finished: with the keys of the pages alone."""
    queues(yunxi)
    desk, window, display = door(yunxi.guide), door(yunxi.clerk), door()
    desk.goto("/guide/yunxi/")
    for keys in ("a", "a", "1a"):  # the third is seventy years old, and goes before
        for key in keys:
            press(desk, key)
        expect(desk.get_by_role("status", name="刚取的号")).to_be_visible()
        desk.get_by_role("heading", name="引导台").click()
    expect(desk.get_by_role("status", name="刚取的号")).to_contain_text("A003")
    expect(desk.get_by_role("row", name="A003")).to_contain_text("年满七十周岁")
    display.goto("/display/yunxi/")
    window.goto("/console/")
    huge = window.locator(".huge")

    pushed(window, "n", "已呼叫1次")
    called_at = time.monotonic()
    expect(huge).to_have_text("A003")
    expect(display.get_by_role("list", name="正在叫号")).to_contain_text("A003", timeout=1000)
    assert time.monotonic() - called_at < 2
    pushed(window, "r", "已呼叫2次")
    pushed(window, "m", "窗口空闲")
    expect(desk.get_by_role("table", name="过号")).to_contain_text("A003")

    pushed(window, "n", "已呼叫1次")
    expect(huge).to_have_text("A001")
    pushed(window, "s", "正在接待")
    pushed(window, "p", "窗口空闲")
    expect(window.get_by_role("region", name="暂离")).to_contain_text("A001")

    desk.get_by_role("table", name="过号").get_by_role("button", name="重新排队").click()
    expect(desk.get_by_role("table", name="等候")).to_contain_text("A003")
    for number in ("A002", "A003"):  # whoever missed a call is behind the next ones, but not at the end
        pushed(window, "n", "已呼叫1次")
        expect(huge).to_have_text(number)
        pushed(window, "s", "正在接待")
        pushed(window, "d", "窗口空闲")

    window.get_by_role("region", name="暂离").get_by_role("button", name="叫回").click()
    expect(huge).to_have_text("A001")
    press(window, "t")
    window.get_by_role("button", name="C 人社窗口").click()
    expect(window.get_by_role("heading", name="窗口空闲")).to_be_visible()
    expect(desk.get_by_role("row", name="A001")).to_contain_text("人社窗口")


def test_a_page_from_before_calls_nobody_and_says_what_happened(door: Door, yunxi: Cast) -> None:
    """Two people have the same window's page open; one of them has lost the connection for a while."""
    queues(yunxi)
    desk, first, second = door(yunxi.guide), door(yunxi.clerk), door(yunxi.manager)
    desk.goto("/guide/yunxi/")
    for number in ("A001", "A002"):
        press(desk, "a")
        expect(desk.get_by_role("row", name=number)).to_be_visible()
    second.route("**/board/", lambda route: route.abort())
    for page in (first, second):
        page.goto(f"/console/{yunxi.windows[0].pk}/")
    pushed(first, "n", "已呼叫1次")
    press(second, "n")
    said(second, "已呼叫A001")
    expect(desk.get_by_role("row", name="A002")).to_be_visible()
