"""The whole way of a matter: a number, a call, a registration, a decision, a clock, and what the petitioner reads."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from cases.models import Case
from tests.cast import Cast, queues
from tests.journeys.hands import Door, choose, give_password, heading, press, said, sign_in
from tests.matters import ladder


@pytest.fixture
def hall(yunxi: Cast) -> Cast:
    """The hall as it opens in the morning."""
    queues(yunxi)
    ladder()
    call_command("load_categories", verbosity=0)
    give_password(yunxi.clerk, yunxi.liaison)
    return yunxi


def register(page: Page) -> None:
    """The story of a visitor, typed as a clerk types it."""
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
    register(clerk)
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
