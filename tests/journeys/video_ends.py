"""Two ends of a video room on one machine: browsers with a camera that is not there, a server that can be cut off."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from cases import actions
from cases.actions.store import NewFile, keep_file
from cases.models import Material, VideoRoom
from tests.cast import Cast
from tests.journeys.conftest import CHROMIUM, FLAGS, PATIENCE
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


PAINTED = """() => {
    const img = document.querySelector("[data-evidence-shown] img");
    if (!img || !img.complete || img.naturalWidth !== 320 || img.getBoundingClientRect().width < 100) return false;
    const brush = Object.assign(document.createElement("canvas"), { width: 8, height: 8 }).getContext("2d");
    brush.drawImage(img, 0, 0, 8, 8);
    const [red, green, blue] = brush.getImageData(4, 4, 1, 1).data;
    return red === 200 && green === 60 && blue === 40;
}"""


def brick_red() -> bytes:
    """A photo of 320 by 240 pixels in one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 320, 240, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes((200, 60, 40)) * 320) * 240
    whole = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + whole


def photo(cast: Cast, room: VideoRoom) -> Material:
    now = timezone.now()
    kept = keep_file(NewFile(name="施工合同照片.png", media_type="image/png", file=io.BytesIO(brick_red())))
    return actions.add_material(
        actor=cast.act(cast.clerk, now), case_id=room.case_id or 0, file=kept, now=now
    )


def comes_true(true: Callable[[], bool], what: str) -> None:
    """In the database, where the browser's own waiting sees nothing."""
    deadline = time.monotonic() + MEDIA / 1000
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.3)
