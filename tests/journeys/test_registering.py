"""A clerk at the keyboard: registering without the mouse, and what was typed outlives the page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from cases.models import Case
from intake.models import Draft
from tests.cast import Cast
from tests.journeys.hands import choose, press

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "53090119680512004X"
MOST_KEYS = (
    34  # beyond the characters of what is said: Enter from field to field, one arrow key or two, Ctrl+Enter
)


@pytest.fixture
def desk(yunxi: Cast, door: Any) -> Page:
    call_command("load_categories", verbosity=0)
    page: Page = door(yunxi.clerk)
    page.goto("/register/")
    return page


class Keys:
    """Types, and counts the keys that are not part of what is said."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def say(self, text: str) -> Keys:
        self.page.keyboard.type(text)
        return self

    def press(self, *keys: str) -> Keys:
        for key in keys:
            press(self.page, key)
            self.pressed += 1
        return self

    def on(self, label: str) -> Keys:
        """Enter until the field with that label has the focus."""
        field = self.page.get_by_label(label, exact=False).first
        for _n in range(12):
            if field.evaluate("field => field === document.activeElement"):
                return self
            self.press("Enter")
        raise AssertionError(f"Enter does not lead to {label}")


def test_a_matter_is_registered_by_keyboard_alone(desk: Page) -> None:
    keys = Keys(desk)
    expect(desk.get_by_label("证件号码").first).to_be_focused()
    keys.say(NUMBER).press("Enter")
    expect(desk.locator("#paper-facts")).to_contain_text("女 · 1968-05-12")
    expect(desk.get_by_label("性别")).to_have_value("female")
    expect(desk.get_by_label("姓名").first).to_be_focused()
    keys.say("张秀英").press("Enter").say("13800010001").on("意见建议")
    keys.press("ArrowRight", "ArrowRight", "Enter").say("请求协调支付拖欠的农民工工资").press("Enter").say(
        "nmg"
    )
    expect(desk.get_by_role("option", name=re.compile("农民工权益"))).to_be_visible()
    keys.press("Enter").on("反映内容").say("在某工地做工三个月，工资至今未付。").press("Control+Enter")
    desk.wait_for_url("**/receipts/**")
    case = Case.objects.get()
    assert (case.purpose, case.category.name) == ("request", "农民工权益")  # type: ignore[union-attr]
    expect(desk.get_by_text(f"{case.query_code[:5]}-{case.query_code[5:]}")).to_be_visible()
    assert keys.pressed <= MOST_KEYS, keys.pressed
    assert not Draft.objects.exists()


def test_what_was_typed_is_there_after_a_reload_rows_and_all(desk: Page) -> None:
    desk.get_by_label("姓名").first.fill("赵大山")
    desk.get_by_role("button", name="加一位").click()
    desk.locator("#id_with-0-name").fill("同来的人")
    desk.get_by_label("标题").fill("反映小区停水")
    expect(desk.locator("[data-autosave-status]")).to_contain_text("草稿已保存")
    desk.wait_for_url("**/register/?draft=*")
    desk.reload()
    expect(desk.get_by_label("标题")).to_have_value("反映小区停水")
    expect(desk.locator("#id_with-0-name")).to_have_value("同来的人")
    expect(desk.locator(".error-summary")).to_have_count(0)


def test_earlier_matters_appear_beside_the_form_and_the_focus_stays(desk: Page) -> None:
    for _n in range(2):
        desk.goto("/register/")
        desk.get_by_label("证件号码").first.fill(NUMBER)
        desk.get_by_label("姓名").first.fill("张秀英")
        desk.get_by_label("求决").check()
        desk.get_by_label("标题").fill("反映小区停水")
        choose(desk.get_by_role("combobox", name="内容分类"), "990000")
        desk.get_by_label("反映内容").fill("小区停水三天。")
        desk.get_by_label("问题发生地").focus()
        if _n == 0:
            press(desk, "Control+Enter")
            desk.wait_for_url("**/receipts/**")
    expect(desk.locator("#history")).to_contain_text("证件号码相同")
    expect(desk.get_by_label("问题发生地")).to_be_focused()
    desk.get_by_label("的重复件").check()
    press(desk, "Control+Enter")
    desk.wait_for_url("**/receipts/**")
    first, second = Case.objects.order_by("pk")
    assert second.repeat_of == first
