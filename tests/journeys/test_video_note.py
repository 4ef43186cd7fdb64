"""The shared note between real browsers: typed at one end and seen at the other, read back, sent back once, signed
with a finger and with a typed name, closed as a paper.
"""

from __future__ import annotations

import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import VideoNote
from hall import documents
from tests.cast import Cast
from tests.journeys.hands import Door
from tests.journeys.video_ends import (  # noqa: F401 - fixtures with a camera and a server of their own
    MEDIA,
    PHONE,
    browser,
    enter,
    live_server,
)
from tests.life_video import invited, room_open


def draws(page: Page) -> None:
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    for left in (0.1, 0.4, 0.7):
        page.mouse.move(box["x"] + box["width"] * left, box["y"] + box["height"] * 0.2)
        page.mouse.down()
        for step in range(1, 8):
            across = left + 0.03 * step
            page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * (0.2 + 0.08 * step))
        page.mouse.up()


def test_typed_seen_live_read_back_signed_by_both_and_closed(door: Door, yunxi: Cast) -> None:
    now = timezone.now()
    room = room_open(yunxi, now)
    _seat, secret = invited(yunxi, room, now)
    office, phone = door(yunxi.clerk), door(**PHONE)
    enter(office, f"/video/{room.token}/")
    enter(phone, f"/video/link/{secret}/")
    office.get_by_role("button", name=re.compile("请进.*张秀英")).click()
    expect(phone.get_by_text("记录的内容会显示在这里")).to_be_visible(timeout=MEDIA)

    field = office.get_by_label("记录（各方同时看到）")
    field.press_sequentially("张秀英：三个月工资没有付。", delay=20)
    expect(phone.locator("[data-note-live]")).to_contain_text("三个月工资没有付。", timeout=MEDIA)
    expect(office.get_by_text("已保存，各方都能看到")).to_be_visible()

    # A second window of the host: what it saved is never overwritten, and stands beside what is typed here.
    second = office.context.new_page()
    second.goto(f"/video/{room.token}/note/")
    second.get_by_label("记录（各方同时看到）").fill("另一个窗口的内容。")
    office.route("**/note/now/", lambda route: route.abort())
    field.press_sequentially("请督促。", delay=20)
    expect(phone.locator("[data-note-live]")).to_contain_text("请督促。", timeout=MEDIA)
    second.get_by_role("button", name="保存").click()
    expect(second.get_by_role("heading", name="那边保存的内容")).to_be_visible()
    expect(second.locator(".note-text")).to_have_text("张秀英：三个月工资没有付。请督促。")
    expect(second.get_by_label("记录（各方同时看到）")).to_have_value("另一个窗口的内容。")
    second.get_by_role("button", name="保存").click()
    expect(second.get_by_role("heading", name="那边保存的内容")).to_be_hidden()
    second.close()
    field.press_sequentially("以上属实。", delay=20)
    expect(office.get_by_role("heading", name="那边保存的内容")).to_be_visible(timeout=MEDIA)
    expect(field).to_have_value("张秀英：三个月工资没有付。请督促。以上属实。")
    office.unroute("**/note/now/")
    office.get_by_role("button", name="宣读，请各方核对签名").click()

    # The petitioner has it corrected, in her own words.
    expect(phone.get_by_text("核对无误的，请签名")).to_be_visible(timeout=MEDIA)
    phone.get_by_text("记得不对，要求更正").click()
    phone.get_by_label("哪里不对、应当怎么记").fill("是四个月，不是三个月。")
    phone.get_by_role("button", name="请大厅更正").click()
    expect(field).to_be_visible(timeout=MEDIA)
    field.fill("张秀英：四个月工资没有付。请督促。以上属实。")
    office.get_by_role("button", name="宣读，请各方核对签名").click()

    # A name half typed and half drawn stays while the other end signs.
    expect(phone.get_by_text("核对无误的，请签名")).to_be_visible(timeout=MEDIA)
    draws(phone)
    phone.get_by_label("输入姓名").fill("张秀")
    office.get_by_label("输入姓名").fill("林晓雯")
    office.get_by_role("button", name="签名", exact=True).click()
    expect(phone.locator(".note-answers")).to_contain_text("林晓雯", timeout=MEDIA)
    expect(phone.get_by_label("输入姓名")).to_have_value("张秀")
    phone.get_by_label("输入姓名").fill("张秀英")
    phone.get_by_role("button", name="签名", exact=True).click()
    expect(phone.locator("polyline").first).to_be_visible()
    office.get_by_role("button", name="定稿，生成笔录").click(timeout=MEDIA)
    expect(phone.get_by_text("笔录文件正在生成")).to_be_visible(timeout=MEDIA)

    note = VideoNote.objects.get(status="closed")
    assert (note.number, note.text) == (2, "张秀英：四个月工资没有付。请督促。以上属实。")
    assert note.document is not None
    said = documents.facts(note.document)
    assert any("屏幕手写签名“张秀英”" in line for line in said["signatures"])
    assert any("输入姓名签名“林晓雯”" in line for line in said["signatures"])
    assert len(said["corrections"]) == 1
