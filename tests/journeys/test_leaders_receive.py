"""The hall manager plans, publishes and changes a leader's reception; the public reads each of it on a phone."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.hands import Door, heading, press, said

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_reception_is_published_and_its_change_is_shown_with_the_reason(door: Door, yunxi: Cast) -> None:
    day = timezone.localdate() + dt.timedelta(days=3)
    month, phone, office = f"{day:%Y-%m}", door(**PHONE), door(yunxi.manager)
    address = f"/halls/yunxi/receptions/?month={month}"
    office.goto(f"/reception-plan/?month={month}")
    press(office, "n")
    office.get_by_label("接访领导").select_option("赵明德")
    office.get_by_label("日期").fill(day.isoformat())
    press(office, "Control+Enter")
    said(office, "尚未公布")
    phone.goto(address)
    expect(phone.get_by_text("赵明德")).to_have_count(0)

    row = office.get_by_role("row", name="赵明德")
    row.get_by_role("button", name="公布").click()
    said(office, "已公布")
    phone.reload()
    notice = phone.get_by_role("listitem").filter(has_text="赵明德")
    expect(notice).to_contain_text("县委副书记、县长")
    expect(notice).to_contain_text("分管工作：主持县政府全面工作")
    expect(notice).to_contain_text("09:00")
    expect(notice).not_to_contain_text("变更")

    row.get_by_role("link", name="变更").click()
    heading(office, "变更赵明德")
    office.get_by_label("接访领导").select_option("孙丽华")
    press(office, "Control+Enter")
    expect(office.get_by_role("alert")).to_contain_text("变更须写明原因")
    office.get_by_label("变更原因").fill("赵县长参加防汛会议")
    press(office, "Control+Enter")
    said(office, "已在公开页面标明")
    phone.reload()
    notice = phone.get_by_role("listitem").filter(has_text="孙丽华")
    expect(notice).to_contain_text("接访领导原为赵明德")
    expect(notice).to_contain_text("赵县长参加防汛会议")
    expect(notice).to_contain_text("有变动")
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
