"""Coming in, being shut out, being sent out, and reading in the other language."""

from __future__ import annotations

import datetime as dt
import re

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.hands import PASSWORD, Door, give_password, heading, sign_in

SEARCH = re.compile(re.escape("/search/?q="))


def test_five_wrong_passwords_close_the_account_for_a_while(door: Door, yunxi: Cast) -> None:
    """And say until when; the right password does not open it either."""
    give_password(yunxi.guide)
    page = door()
    for _try in range(settings.AXES_FAILURE_LIMIT - 1):
        sign_in(page, yunxi.guide, "not-the-password")
        expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    sign_in(page, yunxi.guide, "not-the-password")
    heading(page, "账户已锁定")
    page.get_by_role("link", name="返回登录").click()
    sign_in(page, yunxi.guide, PASSWORD)
    heading(page, "账户已锁定")
    until = timezone.localtime(timezone.now() + dt.timedelta(hours=settings.AXES_COOLOFF_TIME))
    expect(page.get_by_role("main")).to_contain_text(f"{until.month}月{until.day}日")


def test_who_was_idle_signs_in_again_and_is_back_where_they_were(door: Door, yunxi: Cast) -> None:
    give_password(yunxi.clerk)
    page = door()
    sign_in(page, yunxi.clerk)
    heading(page, "窗口")
    page.goto("/search/?q=工资")
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))  # half an hour later
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("长时间没有操作")
    sign_in(page, yunxi.clerk)
    expect(page).to_have_url(SEARCH)
    expect(page.get_by_role("searchbox").last).to_have_value("工资")


def test_the_other_language_keeps_the_page_and_is_remembered(door: Door, yunxi: Cast) -> None:
    page = door(yunxi.clerk)
    page.goto("/search/?q=工资")
    page.get_by_role("button", name="English").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(SEARCH)
    yunxi.clerk.refresh_from_db()
    assert yunxi.clerk.language == "en"
    page.get_by_role("button", name="中文").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    public = door()
    public.goto("/halls/yunxi/guide/")
    public.get_by_role("button", name="English").click()
    expect(public.locator("html")).to_have_attribute("lang", "en")
    assert "/halls/yunxi/guide/" in public.url
