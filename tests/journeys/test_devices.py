"""A card is read into the registration: by the agent, by a reader that types, and not at all; a kiosk is enrolled."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from intake.management.simulation.reader import CARDS, Agent, enrol, numbered
from staffing.actions import revoke_device
from tests.cast import Cast, queues
from tests.devices import registered

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = numbered("53090119751103001")
LINE = f"欧阳明|男|汉|19751103|云岭省滇南市云溪县青石镇河口村3组12号|{NUMBER}|云溪县公安局|20150101-20350101"


@pytest.fixture
def agent(yunxi: Cast, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:
    _device, code = registered(yunxi, "reader", "一号窗口阅读器", timezone.now())
    one = Agent(enrol(live_server.url, code), port=0, cards=list(CARDS[:1]))
    server = one.serve()
    monkeypatch.setattr(settings, "HALL_READER_URL", f"http://127.0.0.1:{one.port}")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield one
    server.shutdown()
    server.server_close()


@pytest.fixture
def desk(yunxi: Cast, door: Any) -> Page:
    call_command("load_categories", verbosity=0)
    page: Page = door(yunxi.clerk)
    return page


def test_the_button_reads_the_card_beside_the_browser(agent: Agent, desk: Page) -> None:
    desk.goto("/register/")
    button = desk.get_by_role("button", name="读身份证").first
    button.click()
    expect(desk.get_by_text("已读取，请核对。")).to_be_visible()
    expect(desk.locator("#id_who-id_number")).to_have_value(CARDS[0]["id_number"])
    expect(desk.locator("#id_who-name")).to_have_value("王秀兰")
    expect(desk.locator("#id_who-address")).to_have_value(CARDS[0]["address"])
    expect(desk.locator("#paper-facts")).to_contain_text("1968-05-12")
    button.click()
    expect(desk.get_by_text("阅读器上没有身份证，请放好再读。")).to_be_visible()
    expect(desk.locator("#id_who-name")).to_have_value("王秀兰")


def test_without_an_agent_the_page_says_so_and_typing_works(
    desk: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HALL_READER_URL", "http://127.0.0.1:9")
    desk.goto("/register/")
    desk.get_by_role("button", name="读身份证").first.click()
    expect(desk.get_by_text("这台电脑上没有阅读器程序，请手工输入。")).to_be_visible()
    desk.locator("#id_who-name").fill("张秀英")
    expect(desk.locator("#id_who-name")).to_have_value("张秀英")


@pytest.mark.parametrize("separator", ["|", "^", "\t"])
def test_a_reader_that_types_fills_the_fields(desk: Page, separator: str) -> None:
    desk.goto("/register/")
    field = desk.locator("#id_who-id_number")
    expect(field).to_be_focused()
    desk.keyboard.type(LINE.replace("|", separator), delay=1)
    desk.keyboard.press("Enter")
    expect(field).to_have_value(NUMBER)
    expect(desk.locator("#id_who-name")).to_have_value("欧阳明")
    expect(desk.locator("#id_who-address")).to_have_value("云岭省滇南市云溪县青石镇河口村3组12号")
    expect(desk.locator("#id_who-sex")).to_have_value("male")
    expect(desk.locator("#id_who-phone")).to_be_focused()
    assert "公安局" not in desk.locator("#registration").inner_text(), "what is not asked for is thrown away"


def test_a_kiosk_is_enrolled_and_a_stopped_screen_says_why(yunxi: Cast, door: Any) -> None:
    queues(yunxi)
    admin: Page = door(yunxi.administrator)
    admin.goto("/devices/")
    admin.get_by_role("link", name="登记设备").click()
    admin.get_by_label("种类").select_option("display")
    admin.get_by_label("名称").fill("一楼大屏")
    admin.get_by_role("button", name="保存").click()
    code = admin.locator("[data-device-code]").inner_text()
    screen: Page = door(viewport={"width": 1920, "height": 1080})
    screen.goto("/device/enrol/")
    screen.get_by_label("登记码").fill(code)
    screen.get_by_role("button", name="登记").click()
    expect(screen.locator("#live")).to_be_visible()
    device = yunxi.hall.devices.get()
    now = timezone.now()
    revoke_device(actor=yunxi.act(yunxi.administrator, now), device_id=device.pk, reason="换了新屏", now=now)
    expect(screen.get_by_text("换了新屏")).to_be_visible()
    expect(screen.get_by_role("link", name="输入登记码")).to_be_visible()
