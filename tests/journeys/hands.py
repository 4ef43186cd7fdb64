"""What people do again and again in the stories."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from hall.models import User

Door = Callable[..., Page]
"""Opens a browser of somebody's own on the hall; the fixture is in `conftest.py`."""
PASSWORD = "Yunxi-2026-hall"


def give_password(*users: User) -> None:
    """Accounts whose owners have chosen a password already."""
    for user in users:
        user.set_password(PASSWORD)
        user.password_changed_at = timezone.now()
        user.save(update_fields=["password", "password_changed_at"])


def sign_in(page: Page, user: User, password: str = PASSWORD) -> None:
    if "/sign-in/" not in page.url:
        page.goto("/sign-in/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(password)
    page.keyboard.press("Enter")


def choose(box: Locator, typed: str) -> None:
    """Type into a combobox, and take the first thing that it offers."""
    box.press_sequentially(typed)
    expect(box.page.locator("[role=option]:visible").first).to_be_visible()
    box.press("Enter")


def press(page: Page, key: str) -> None:
    """As a person presses it: on a page that has come whole. Before that its scripts hear no key."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def heading(page: Page, words: str) -> None:
    """The page with this heading is there."""
    expect(page.get_by_role("heading", name=re.compile(words)).first).to_be_visible()


def said(page: Page, words: str) -> None:
    """The page says so, politely."""
    expect(page.locator("#toasts, [role=status]").filter(has_text=words).first).to_be_visible()


def register_matter(page: Page) -> None:
    """The story of a visitor, typed on the registration page as a clerk types it."""
    page.get_by_label("证件号码").first.fill("53090119680512004X")
    page.get_by_label("姓名", exact=True).first.fill("张秀英")
    page.get_by_label("电话").first.fill("13800010001")
    page.get_by_label("求决").check()
    page.get_by_label("标题").fill("请求协调支付拖欠的工资")
    choose(page.get_by_role("combobox", name="内容分类"), "nmg")
    page.get_by_label("问题发生地").fill("云溪县城关镇")
    page.get_by_label("反映内容").fill("在某工地做工三个月，工资至今未付，请求协调支付。")
    page.locator("[name=claim-0-text]").fill("支付三个月工资")
    page.locator("[name=claim-1-text]").fill("补缴社会保险")
    press(page, "Control+Enter")


def typed(page: Page, url: str, **values: object) -> None:
    """Open a form, type what goes into its fields by their names, and send it with the keyboard."""
    page.goto(url)
    sent(page, **values)


def sent(page: Page, **values: object) -> None:
    """Type into the form that is open, by the names of its fields, and send it with the keyboard."""
    page.wait_for_load_state()
    here = page.url
    for name, value in values.items():
        field = page.locator(f"main [name={name}]").first
        kind = field.evaluate("e => e.type")
        if kind in ("radio", "checkbox"):
            page.locator(f"main [name={name}][value='{value}']").check(force=True)
        elif kind.startswith("select"):
            field.select_option(str(value), force=True)
        else:
            field.fill(str(value))
    press(page, "Control+Enter")
    expect(page).not_to_have_url(here)


def does(page: Page, verb: str, **values: object) -> None:
    """Follow the button of that name on the page that is open, and send the form behind it."""
    page.locator("main").get_by_role("link", name=verb, exact=True).click()
    sent(page, **values)
