"""What goes wrong at one end of a video room: no camera, a way that loses every packet, a browser that is closed while
it records. Nobody is thrown out, nothing that came is lost, and the page says in words what is the matter.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cases import actions
from cases.models import Recording, VideoPresence
from cases.queries.recordings import missing_words
from tests.cast import Cast
from tests.journeys.conftest import CHROMIUM, FLAGS, PATIENCE
from tests.journeys.hands import Door
from tests.journeys.lossy import lossy
from tests.journeys.video_ends import (  # noqa: F401 - the fixture of a server of their own
    CAMERA,
    MEDIA,
    PHONE,
    comes_true,
    enter,
    frames,
    goes_on,
    live_server,
    sees_moving_pictures,
)
from tests.life_video import invited, room_open

ALLOWED: dict[str, Any] = {"permissions": ["camera", "microphone"]}
MENDED_WITHIN = 20.0
"""Seconds from the first packet that gets through until there is a picture, on a machine that does much else."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """With a camera that is not there, and nobody who allows its use unless the story says so."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    flags = [*FLAGS, *(flag for flag in CAMERA if "fake-ui" not in flag)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def unsteady(page: Page) -> Any:
    return page.locator("figure:not([data-own])").get_by_text("线路不稳，正在恢复")


def test_without_a_camera_one_sees_and_hears_the_others(door: Door, yunxi: Cast) -> None:
    now = timezone.now()
    room = room_open(yunxi, now)
    _seat, secret = invited(yunxi, room, now)
    office, phone = door(yunxi.clerk, **ALLOWED), door(**PHONE)
    enter(office, f"/video/{room.token}/")
    enter(phone, f"/video/link/{secret}/")
    office.get_by_role("button", name="请进").click()

    expect(phone.get_by_text("浏览器没有允许使用摄像头或麦克风")).to_be_visible()
    sees_moving_pictures(phone)
    hears = """async () => {
        const video = document.querySelector("figure:not([data-own]) video");
        const [track] = video.srcObject.getAudioTracks();
        return Boolean(track) && track.readyState === "live" && !track.muted && !video.muted && !video.paused;
    }"""
    assert phone.evaluate(hears)
    expect(phone.get_by_role("button", name="打开摄像头")).to_have_attribute("aria-pressed", "false")
    expect(office.locator("figure").filter(has_text="张秀英")).to_be_visible()
    assert frames(office) == 0

    # Allowed after all: one press, without a new page, and the office has a picture.
    phone.context.grant_permissions(["camera", "microphone"])
    phone.get_by_role("button", name="打开摄像头").click()
    expect(phone.get_by_text("浏览器没有允许使用摄像头或麦克风")).to_be_hidden()
    sees_moving_pictures(office)


def test_a_way_that_loses_every_packet_is_found_again(door: Door, yunxi: Cast) -> None:
    now = timezone.now()
    room = room_open(yunxi, now)
    seat, secret = invited(yunxi, room, now)
    office, phone = door(yunxi.clerk, **ALLOWED), door(**PHONE, **ALLOWED)
    lose = lossy(phone)
    enter(office, f"/video/{room.token}/")
    enter(phone, f"/video/link/{secret}/")
    office.get_by_role("button", name="请进").click()
    sees_moving_pictures(phone)
    sees_moving_pictures(office)

    lose(100)
    expect(unsteady(phone)).to_be_visible(timeout=MEDIA)
    expect(unsteady(office)).to_be_visible(timeout=MEDIA)
    phone.wait_for_timeout(8000)  # longer than a round of looking for another way
    expect(phone.locator("[data-video-line]")).to_be_hidden()  # the house is heard all the time
    stopped = frames(office)
    office.wait_for_timeout(2500)
    assert frames(office) == stopped

    lose(0)
    whole = time.monotonic()
    expect(unsteady(phone)).to_have_count(0, timeout=MEDIA)
    goes_on(phone)
    goes_on(office)
    assert time.monotonic() - whole < MENDED_WITHIN
    print(f"pictures {time.monotonic() - whole:.1f} s after the way was whole")
    seat.refresh_from_db()
    assert seat.status == "admitted"
    assert not VideoPresence.objects.filter(kind__in=("dropped", "left")).exists()


def test_closed_in_the_middle_of_a_recording_what_came_is_kept(door: Door, yunxi: Cast) -> None:
    now = timezone.now()
    room = room_open(yunxi, now)
    _seat, secret = invited(yunxi, room, now)
    office, phone = door(yunxi.clerk, **ALLOWED), door(**PHONE, **ALLOWED)
    enter(office, f"/video/{room.token}/")
    enter(phone, f"/video/link/{secret}/")
    office.get_by_role("button", name="请进").click()
    sees_moving_pictures(office)
    office.get_by_role("button", name="录像：先征求各方同意").click()
    phone.get_by_role("button", name="同意录像", exact=True).click()
    office.get_by_role("button", name="开始录像").click(timeout=MEDIA)
    expect(office.locator("[data-recording-on]")).to_be_visible(timeout=MEDIA)
    one = Recording.objects.get()
    comes_true(lambda: one.parts.count() >= 2, "no parts came")

    # The whole browser is gone, and with it what it kept: nobody brings the rest.
    office.context.close()
    there = one.parts.count()
    assert actions.settle_recordings(now=timezone.now() + dt.timedelta(minutes=9)) == 0
    gone = timezone.now() + dt.timedelta(minutes=11)
    assert actions.settle_recordings(now=gone) == 1
    one.refresh_from_db()
    assert (one.status, one.stop_reason) == ("finishing", "interrupted")
    expect(phone.locator("[data-recording-on]")).to_have_count(0, timeout=MEDIA)
    assert actions.settle_recordings(now=gone + dt.timedelta(hours=24)) == 1
    one.refresh_from_db()
    assert (one.status, one.parts.count(), one.case) == ("incomplete", there, room.case)
    assert one.is_there and one.size > 0 and len(one.sha256) == 64
    assert missing_words(one)[-1].startswith("录像的浏览器中断")
