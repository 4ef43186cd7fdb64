"""Somebody who came past the body that is competent: registered all the same, told the rule and the right door."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case
from hall.access import SYSTEM
from hall.models import IssuedDocument, stream_of
from staffing.actions import post_person, register_user
from staffing.lifecycle import CLERK
from staffing.models import Hall, Window
from tests.cast import FOUNDED, Cast, save
from tests.journeys.hands import Door, choose, heading, press, said

BODY = "云溪县住房和城乡建设局"
RULE = "《信访工作条例》第二十条"


@pytest.fixture
def provincial(yunxi: Cast) -> Cast:
    """The province has a hall of its own, two levels above the county, with a clerk: `cast.above`."""
    hall = save(
        Hall(
            code="yunling", jurisdiction=yunxi.province, name="云岭省联合接访大厅", name_en="Yunling Province Hall",
            organ="云岭信", organ_name="云岭省信访局", organ_name_en="Yunling Petition Office", phone="0871-1234567",
        ),
        FOUNDED,
    )  # fmt: skip
    save(Window(hall=hall, number=1, name="1号窗口", name_en="Window 1"), FOUNDED)
    clerk = register_user(actor=SYSTEM, username="above", name="段省厅", now=FOUNDED)
    post_person(
        actor=SYSTEM,
        user_id=clerk.pk,
        role=CLERK,
        title="登记员",
        hall_id=hall.pk,
        from_on=FOUNDED.date(),
        now=FOUNDED,
    )
    clerk.refresh_from_db()
    yunxi.people["above"] = clerk
    call_command("load_categories", verbosity=0)
    return yunxi


def register(page: Page) -> str:
    """As the clerk types it, with the unit that it is about; returns the query code."""
    page.goto("/register/")
    page.get_by_label("证件号码").first.fill("53090119680512004X")
    page.get_by_label("姓名", exact=True).first.fill("张秀英")
    page.get_by_label("电话").first.fill("13800010001")
    page.get_by_label("求决").check()
    page.get_by_label("标题").fill("楼房交付后漏水，无人维修")
    choose(page.get_by_role("combobox", name="内容分类"), "wyf")
    page.get_by_label("反映内容").fill("去年交付的楼房屋面漏水，开发企业和物业互相推，县里没有去反映过。")
    page.get_by_role("button", name="再加一个").click()
    choose(page.locator("#id_against-0-department_field").get_by_role("combobox"), "住房")
    press(page, "Control+Enter")
    heading(page, "来访登记凭证")
    return page.locator(".huge-code").inner_text()


def test_a_visitor_two_levels_too_high_is_guided_to_the_competent_body(door: Door, provincial: Cast) -> None:
    clerk = door(provincial.above)
    code = register(clerk)
    press(clerk, "t")
    heading(clerk, "甄别：楼房交付后漏水")
    finding = clerk.get_by_role("region", name="供您判断").get_by_role("listitem").filter(has_text="越级走访")
    expect(finding).to_contain_text(BODY)
    expect(finding).to_contain_text(RULE)
    finding.get_by_role("link", name="引导到有权机关").click()
    expect(clerk.locator("[name=competent_body]")).to_have_value(BODY)
    clerk.get_by_role("button", name="看文书草稿").click()
    expect(clerk.get_by_role("region", name="将要出具的文书")).to_contain_text(BODY)
    press(clerk, "Control+Enter")
    case = Case.objects.get()
    expect(clerk).to_have_url(re.compile(rf"/cases/{case.pk}/$"))
    said(clerk, "引导")
    assert Case.objects.get().status == "guided"
    paper = IssuedDocument.objects.get(stream=stream_of(case), kind="notice_guided")
    assert paper.year == timezone.localdate().year
    expect(clerk.get_by_role("complementary").get_by_text(paper.number).first).to_be_visible()
    clerk.get_by_role("link", name=re.compile("引导告知书")).first.click()
    expect(clerk.get_by_role("article")).to_contain_text(BODY)
    expect(clerk.get_by_role("article")).to_contain_text("第二十条")

    phone = door(viewport={"width": 390, "height": 844})
    phone.goto("/progress/")
    phone.get_by_label("查询码").fill(code)
    phone.get_by_label("手机号后四位").fill("0001")
    phone.keyboard.press("Enter")
    letter = phone.get_by_role("article")
    expect(letter).to_contain_text(BODY)
    expect(letter).to_contain_text(RULE)
    expect(letter).to_contain_text("信访事项引导告知书")
