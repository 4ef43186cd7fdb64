"""A reception by video between real browsers: planned, waited for, let in, moving pictures at both ends, a photo shown,
the note signed, all of it recorded; and what goes on when a page is lost or the web process is restarted in the middle.
"""

from __future__ import annotations

import re
import time
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import actions
from cases.models import ReceptionRecord, Recording, VideoNote, VideoPresence, VideoRoom, VideoSeat
from tests.cast import Cast
from tests.journeys.hands import Door, said
from tests.journeys.video_ends import (  # noqa: F401 - fixtures with a camera and a server of their own
    MEDIA,
    PAINTED,
    PHONE,
    House,
    browser,
    comes_true,
    enter,
    goes_on,
    live_server,
    photo,
    sees_moving_pictures,
)
from tests.life_video import by_video, invited, joined, room_open, secret_of
from tests.waiting import until


def shows_a_photo(office: Page, phone: Page) -> None:
    office.get_by_text("出示材料", exact=True).click()
    office.get_by_role("button", name="给各方看").click()
    expect(office.get_by_text("请核对材料里没有")).to_be_visible(timeout=MEDIA)
    office.get_by_label("已核对").check()
    office.get_by_role("button", name="给各方看").click()
    until(phone, PAINTED, timeout=MEDIA)
    office.get_by_role("button", name="收起材料").click()
    expect(phone.locator("[data-evidence-shown]")).to_have_count(0, timeout=MEDIA)


def sign_what_was_read(office: Page, phone: Page) -> None:
    office.get_by_label("记录（各方同时看到）").fill("张秀英：三个月工资没有付。领导：月底前督促付清。")
    office.get_by_role("button", name="宣读，请各方核对签名").click()
    for page, name in ((phone, "张秀英"), (office, "林晓雯")):
        page.get_by_label("输入姓名").fill(name, timeout=MEDIA)
        page.get_by_role("button", name="签名", exact=True).click()
    office.get_by_role("button", name="定稿，生成笔录").click(timeout=MEDIA)
    expect(phone.get_by_text("笔录文件正在生成")).to_be_visible(timeout=MEDIA)


def begin_recording(office: Page, phone: Page) -> Recording:
    office.get_by_role("button", name="录像：先征求各方同意").click()
    phone.get_by_role("button", name="同意录像", exact=True).click(timeout=MEDIA)
    office.get_by_role("button", name="开始录像").click(timeout=MEDIA)
    expect(phone.locator("[data-recording-on]")).to_be_visible(timeout=MEDIA)
    one = Recording.objects.get()
    comes_true(lambda: one.parts.exists(), "no part came")
    return one


def end_recording(office: Page, one: Recording) -> None:
    office.get_by_role("button", name="停止录像").click(timeout=MEDIA)
    comes_true(lambda: Recording.objects.get().parts_made is not None, "the end was not told")
    comes_true(lambda: one.parts.count() == Recording.objects.get().parts_made, "not all parts have come")


def test_planned_waited_for_let_in_seen_signed_and_recorded(door: Door, yunxi: Cast) -> None:
    item = by_video(yunxi, timezone.now())
    office, mayor, phone = door(yunxi.clerk), door(yunxi.leader), door(**PHONE)
    office.goto("/docket/")
    office.get_by_role("link", name="安排视频").click()
    office.get_by_role("button", name="安排并通知").click()
    said(office, "视频接访室已安排")
    room = VideoRoom.objects.get(docket_item=item)
    photo(yunxi, room)
    office.get_by_text("再邀请一方").click()
    office.get_by_label("身份").select_option("petitioner")
    office.get_by_label("姓名").fill("张秀英")
    office.get_by_label("手机号").fill("13800010001")
    office.get_by_role("button", name="发出邀请").click()
    said(office, "已发出邀请")
    link = f"/video/link/{secret_of(VideoSeat.objects.get(role='petitioner'))}/"

    mayor.goto("/messages/")
    mayor.goto(f"/video/rooms/{room.pk}/")
    mayor.get_by_role("button", name="确认参加").click()
    said(mayor, "已确认参加")

    # The house's hour: half an hour before it begins.
    VideoRoom.objects.filter(pk=room.pk).update(starts_at=timezone.now())
    enter(phone, link)
    expect(phone.get_by_text("还没有打开")).to_be_visible()
    office.reload()
    office.get_by_role("button", name="打开视频接访室").click()
    said(office, "已打开")
    office.get_by_role("link", name="进入", exact=True).click()
    office.get_by_role("button", name="进入视频接访室").click()
    expect(phone.get_by_text("主持人会请您进来")).to_be_visible()
    expect(phone.get_by_text("林晓雯")).to_have_count(0)
    office.get_by_role("button", name=re.compile("请进.*张秀英")).click()

    sees_moving_pictures(phone)
    sees_moving_pictures(office)
    expect(phone.locator("figure").filter(has_text="林晓雯")).to_be_visible()
    phone.get_by_role("button", name="关闭摄像头").click()
    expect(phone.get_by_role("button", name="打开摄像头")).to_be_visible()
    phone.get_by_role("button", name="打开摄像头").click()
    goes_on(office)
    recording = begin_recording(office, phone)
    shows_a_photo(office, phone)
    sign_what_was_read(office, phone)
    end_recording(office, recording)
    assert VideoPresence.objects.filter(kind="connected").exists()

    type(item.reception).objects.filter(pk=item.reception_id).update(starts_at=timezone.now())
    office.get_by_text("结束视频接访", exact=True).click()
    office.get_by_label("反映的主要问题").fill("三个月工资没有付，多次找施工单位无果。")
    office.get_by_label("领导处理意见").fill("请人社局牵头，月底前督促付清。")
    office.get_by_role("button", name="结束，请各方离开").click()
    said(office, "视频接访已结束")
    expect(phone.get_by_text("视频接访室： 已结束")).to_be_visible()
    assert ReceptionRecord.objects.get().item == item
    actions.settle_recordings(now=timezone.now())
    recording.refresh_from_db()
    assert (recording.status, recording.case) == ("complete", item.case)
    assert {row.answer for row in recording.consents.all()} == {"given"}
    note = VideoNote.objects.get(status="closed")
    assert (note.signatures.filter(answer="signed").count(), note.document is not None) == (2, True)
    office.goto("/ledger/")
    expect(office.get_by_text("请人社局牵头").first).to_be_visible()


def test_a_lost_page_a_cut_line_and_a_restart_of_the_house(
    door: Door, yunxi: Cast, live_server: Any  # noqa: F811
) -> None:
    now = timezone.now()
    room = room_open(yunxi, now)
    seat, secret = invited(yunxi, room, now)
    office, phone = door(yunxi.clerk), door(**PHONE)
    enter(office, f"/video/{room.token}/")
    enter(phone, f"/video/link/{secret}/")
    office.get_by_role("button", name=re.compile("请进.*张秀英")).click()
    sees_moving_pictures(phone)
    sees_moving_pictures(office)

    # The telephone's page is gone, and comes back to the same seat without anybody's leave.
    context = phone.context
    phone.close()
    phone = context.new_page()
    began = time.monotonic()
    phone.goto(f"/video/link/{secret}/")
    phone.get_by_role("button", name="进入视频接访室").click()
    sees_moving_pictures(phone)
    print(f"back in the seat after {time.monotonic() - began:.1f} s")
    sees_moving_pictures(office)
    seat.refresh_from_db()
    assert seat.status == "admitted"

    # The house is restarted: the pictures go on, the signals mend.
    port = int(live_server.url.rpartition(":")[2])
    live_server.stop()
    expect(phone.get_by_text("正在重新连接")).to_be_visible(timeout=MEDIA)
    goes_on(phone)
    began = time.monotonic()
    again = House(port)
    try:
        expect(phone.get_by_text("正在重新连接")).to_be_hidden(timeout=MEDIA)
        print(f"signals mended {time.monotonic() - began:.1f} s after the restart")
        goes_on(phone)
        joined(yunxi, room, yunxi.leader, now=timezone.now())
        expect(office.get_by_role("button", name=re.compile("请进.*赵明德"))).to_be_visible(timeout=MEDIA)
        phone.get_by_role("button", name="离开").click()
        expect(phone.get_by_text("您已离开视频接访室")).to_be_visible()
        expect(office.locator("figure:not([data-own])")).to_have_count(0)
    finally:
        again.stop()
