"""The whole way of a matter: a number, a call, a registration, a decision, a clock, and what the petitioner reads."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from cases.models import Case
from tests.cast import Cast, queues
from tests.journeys.hands import Door, choose, give_password, heading, press, register_matter, said, sign_in
from tests.matters import ladder


@pytest.fixture
def hall(yunxi: Cast) -> Cast:
    """The hall as it opens in the morning."""
    queues(yunxi)
    ladder()
    call_command("load_categories", verbosity=0)
    give_password(yunxi.clerk, yunxi.liaison)
    return yunxi


def test_a_visitor_is_called_registered_and_sees_the_same_clock_as_the_office(door: Door, hall: Cast) -> None:
    kiosk, display, clerk = door(), door(), door()
    kiosk.goto("/kiosk/yunxi/")
    kiosk.get_by_role("button", name="信访登记").click()
    heading(kiosk, "您的号码是A001")
    display.goto("/display/yunxi/")

    sign_in(clerk, hall.clerk)
    heading(clerk, "1号窗口")
    press(clerk, "n")
    expect(clerk.locator(".huge")).to_have_text("A001")
    expect(display.get_by_role("list", name="正在叫号")).to_contain_text("A001", timeout=1000)
    press(clerk, "g")
    heading(clerk, "来访登记")
    register_matter(clerk)
    heading(clerk, "来访登记凭证")
    code = clerk.locator(".huge-code").inner_text()

    press(clerk, "t")
    heading(clerk, "甄别：请求协调支付拖欠的工资")
    choose(clerk.get_by_role("combobox", name="承办单位"), "人力")
    press(clerk, "Control+Enter")
    case = Case.objects.get()
    expect(clerk).to_have_url(re.compile(rf"/cases/{case.pk}/$"))
    said(clerk, "受理")

    liaison = door()
    sign_in(liaison, hall.liaison)
    heading(liaison, "办理清单")
    liaison.get_by_role("link", name="请求协调支付拖欠的工资").first.click()
    expect(liaison.get_by_role("heading", name="请求协调支付拖欠的工资", level=1)).to_be_visible()
    due = liaison.get_by_role("region", name="办理信访事项").locator("li.due")
    due.get_by_text("为何是这一天？").click()
    expect(due).to_contain_text("《信访工作条例》第三十四条")

    petitioner = door(viewport={"width": 390, "height": 844})
    petitioner.goto("/progress/")
    petitioner.get_by_label("查询码").fill(code.lower())
    petitioner.get_by_label("手机号后四位").fill("0001")
    petitioner.get_by_role("button", name="查询").click()
    letter = petitioner.get_by_role("article")
    expect(letter).to_contain_text("张**同志")
    expect(letter).to_contain_text("云溪县人力资源和社会保障局")
    deadline = case.deadlines.get(kind="handle")
    expect(letter.locator(f"time[datetime='{deadline.due_on}']").first).to_be_visible()
