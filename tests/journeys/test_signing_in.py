"""Coming in, being shut out, being sent out, and reading in the other language."""

from __future__ import annotations

import datetime as dt
import re

import pyotp
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.hands import PASSWORD, Door, give_password, heading, sign_in

IN = re.compile("/sign-in/")
SEARCH = re.compile(re.escape("/search/?q="))


def test_five_wrong_passwords_close_one_way_in_but_not_the_owners_computer(door: Door, yunxi: Cast) -> None:
    """The stranger is told until when; the guide, at the usual computer, comes in as every day."""
    give_password(yunxi.guide)
    own = door()
    sign_in(own, yunxi.guide)
    expect(own).not_to_have_url(IN)
    own.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    own.goto(
        "about:blank"
    )  # else the page left open asks for news, finds itself signed out, and moves on by itself
    page = door()
    for _try in range(settings.HALL_SIGN_IN_TRIES - 1):
        sign_in(page, yunxi.guide, "not-the-password")
        expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    sign_in(page, yunxi.guide, "not-the-password")
    heading(page, "请稍后再试")
    page.get_by_role("link", name="返回登录").click()
    sign_in(page, yunxi.guide, PASSWORD)
    heading(page, "请稍后再试")
    until = timezone.localtime(timezone.now() + dt.timedelta(minutes=settings.HALL_LOCK_OUT_MINUTES))
    expect(page.get_by_role("main")).to_contain_text(f"{until.month}月{until.day}日")
    own.goto("/sign-in/")
    sign_in(own, yunxi.guide)
    expect(own).not_to_have_url(IN)


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


def test_signing_out_leaves_nothing_typed_in_the_browser(door: Door, yunxi: Cast) -> None:
    page = door(yunxi.clerk)
    page.goto("/desk/")
    page.evaluate("localStorage.setItem('draft:/register/', '{}'); localStorage.setItem('other', '1')")
    page.locator("details.me > summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(IN)
    expect(page.get_by_text("您已退出登录")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == ["other"]


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


def test_a_second_step_a_lost_phone_and_a_form_that_survives(door: Door, yunxi: Cast) -> None:
    """Set up with the phone, sign in with a code, be idle in the middle of a form, and find it again."""
    give_password(yunxi.manager)
    page = door()
    sign_in(page, yunxi.manager)
    expect(page).not_to_have_url(IN)
    page.goto("/security/")
    page.get_by_role("button", name="开始设置").click()
    phone = pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", ""))
    page.get_by_label("验证码").fill(phone.now())
    page.keyboard.press("Enter")
    heading(page, "两步验证已启用")
    codes = page.locator(".recovery-codes li").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="我已收好").click()
    expect(page.get_by_role("main")).to_contain_text("本次登录")

    elsewhere = door()
    sign_in(elsewhere, yunxi.manager)
    heading(elsewhere, "两步验证")
    elsewhere.get_by_label("验证码").fill(codes[0].lower())
    elsewhere.keyboard.press("Enter")
    expect(elsewhere).not_to_have_url(IN)

    elsewhere.goto("/people/register/")
    elsewhere.get_by_label("姓名", exact=True).fill("刘洋")
    elsewhere.get_by_label("用户名").fill("liuyang")
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))  # half an hour later
    elsewhere.get_by_role("main").get_by_role("button", name="登记").click()
    sign_in(elsewhere, yunxi.manager)
    elsewhere.get_by_label("验证码").fill(codes[1])
    elsewhere.keyboard.press("Enter")
    heading(elsewhere, "您填写的内容还在")
    elsewhere.get_by_role("button", name="继续办理").click()
    heading(elsewhere, "已登记刘洋")
