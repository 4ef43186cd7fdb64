"""A security key in a real browser: Chromium's virtual authenticator stands in for the hand and the key."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect
from pytest_django import Settings

from tests.cast import Cast
from tests.journeys.hands import Door, give_password, heading, said, sign_in

IN = re.compile("/sign-in/")


@pytest.fixture(autouse=True)
def _site(live_server: Any, settings: Settings) -> None:
    settings.HALL_SITE_URL = live_server.url


def plugged_in(page: Page) -> tuple[CDPSession, str]:
    """A key in the port of this browser, with somebody's finger on it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return tools, tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_key_is_registered_and_opens_the_door_and_another_is_told_so(door: Door, yunxi: Cast) -> None:
    give_password(yunxi.manager)
    page = door()
    sign_in(page, yunxi.manager)
    expect(page).not_to_have_url(IN)
    plugged_in(page)
    page.goto("/security/")
    page.get_by_role("link", name="登记安全密钥").click()
    page.get_by_label("密钥名称").fill("钥匙串上的密钥")
    page.get_by_role("button", name="登记这把密钥").click()
    heading(page, "两步验证已启用")
    assert len(page.locator(".recovery-codes li").all()) == 10
    page.get_by_role("link", name="我已收好").click()
    expect(page.get_by_role("main")).to_contain_text("钥匙串上的密钥")

    page.goto("/security/keys/add/")
    page.get_by_label("密钥名称").fill("同一把")
    page.keyboard.press("Enter")
    expect(page.locator("[data-key-note]")).to_contain_text("已经登记过")
    expect(page.get_by_label("密钥名称")).to_have_value("同一把")

    page.context.clear_cookies()
    page.goto("/sign-in/")
    sign_in(page, yunxi.manager)
    heading(page, "两步验证")
    page.get_by_role("button", name="使用安全密钥").click()
    expect(page).not_to_have_url(IN)

    page.goto("/security/")
    page.get_by_role("button", name="移除").click()
    page.get_by_role("dialog").get_by_role("button", name="移除").click()
    said(page, "已移除")


def test_without_a_hand_on_the_key_the_page_says_so_and_the_code_still_opens(door: Door, yunxi: Cast) -> None:
    give_password(yunxi.manager)
    page = door()
    sign_in(page, yunxi.manager)
    expect(page).not_to_have_url(IN)
    tools, device = plugged_in(page)
    page.goto("/security/keys/add/")
    page.get_by_label("密钥名称").fill("钥匙串")
    page.keyboard.press("Enter")
    codes = page.locator(".recovery-codes li")
    expect(codes.first).to_be_visible()
    code = codes.first.inner_text()
    page.context.clear_cookies()
    tools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    plugged_in(page)  # another key
    page.goto("/sign-in/")
    sign_in(page, yunxi.manager)
    page.get_by_role("button", name="使用安全密钥").click()
    expect(page.locator("[data-key-note]")).to_contain_text(re.compile("已取消|没有收到"))
    page.get_by_label("恢复码").fill(code)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(IN)
