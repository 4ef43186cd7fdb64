"""A reception by video between real browsers: planned, waited for, let in, moving pictures at both ends; and what goes
on when a page is lost or the web process is restarted in the middle.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from cases.models import ReceptionRecord, VideoPresence, VideoRoom, VideoSeat
from tests.cast import Cast
from tests.journeys.conftest import CHROMIUM, FLAGS, PATIENCE
from tests.journeys.hands import Door, said
from tests.life_video import by_video, invited, joined, room_open, secret_of
from tests.waiting import until

PHONE = {"viewport": {"width": 390, "height": 844}}
CAMERA = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
]
MEDIA = 30_000
"""Milliseconds for a picture on a machine that does much else."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """As everywhere, with a camera and a microphone that are not there."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *CAMERA])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class _Cuttable(ThreadedWSGIServer):
    """A server whose connections end with it, as those of a process do."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.lines: list[socket.socket] = []
        super().__init__(*args, **{**options, "allow_reuse_address": True})

    def get_request(self) -> Any:
        line, address = super().get_request()
        self.lines.append(line)
        return line, address

    def server_close(self) -> None:
        super().server_close()
        for line in self.lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class House(LiveServer):
    def __init__(self, port: int = 0) -> None:
        super().__init__(f"localhost:{port}", start=False)
        self.thread.server_class = _Cuttable  # type: ignore[misc]
        self.start()


@pytest.fixture
def live_server() -> Iterator[House]:
    house = House()
    yield house
    if house.thread.is_alive():
        house.stop()


def frames(page: Page) -> int:
    """Decoded frames of the other end, as the browser counts them."""
    return int(page.locator("figure:not([data-own])").first.get_attribute("data-frames") or 0)


def sees_moving_pictures(page: Page) -> None:
    """The picture of the other end is painted, and what is painted changes."""
    expect(page.locator("figure:not([data-own])[data-frames]").first).to_be_attached(timeout=MEDIA)
    moves = """() => {
        const video = document.querySelector("figure:not([data-own]) video");
        if (!video || !video.videoWidth) return false;
        const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
        const brush = canvas.getContext("2d");
        brush.drawImage(video, 0, 0, 64, 36);
        const now = brush.getImageData(0, 0, 64, 36).data.join();
        const before = window.paintedBefore;
        window.paintedBefore = now;
        return before !== undefined && before !== now;
    }"""
    until(page, moves, timeout=MEDIA)


def goes_on(page: Page) -> None:
    before = frames(page)
    deadline = time.monotonic() + MEDIA / 1000
    while frames(page) <= before:
        assert time.monotonic() < deadline, "no further frame was decoded"
        page.wait_for_timeout(300)


def enter(page: Page, where: str) -> None:
    page.goto(where)
    page.get_by_role("button", name="进入视频接访室").click()
    expect(page.locator("[data-video]")).to_be_visible()


def test_planned_waited_for_let_in_seen_and_recorded(door: Door, yunxi: Cast) -> None:
    item = by_video(yunxi, timezone.now())
    office, mayor, phone = door(yunxi.clerk), door(yunxi.leader), door(**PHONE)
    office.goto("/docket/")
    office.get_by_role("link", name="安排视频").click()
    office.get_by_role("button", name="安排并通知").click()
    said(office, "视频接访室已安排")
    room = VideoRoom.objects.get(docket_item=item)
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
    expect.set_options(timeout=PATIENCE)
    assert VideoPresence.objects.filter(kind="connected").exists()

    type(item.reception).objects.filter(pk=item.reception_id).update(starts_at=timezone.now())
    office.get_by_text("结束视频接访", exact=True).click()
    office.get_by_label("反映的主要问题").fill("三个月工资没有付，多次找施工单位无果。")
    office.get_by_label("领导处理意见").fill("请人社局牵头，月底前督促付清。")
    office.get_by_role("button", name="结束，请各方离开").click()
    said(office, "视频接访已结束")
    expect(phone.get_by_text("视频接访室： 已结束")).to_be_visible()
    assert ReceptionRecord.objects.get().item == item
    office.goto("/ledger/")
    expect(office.get_by_text("请人社局牵头").first).to_be_visible()


def test_a_lost_page_a_cut_line_and_a_restart_of_the_house(door: Door, yunxi: Cast, live_server: Any) -> None:
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
