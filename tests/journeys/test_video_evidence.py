"""A photo of the case before both ends: the host shows it, the telephone sees it painted, and put away it is gone."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import VideoEvidence, VideoEvidenceLook
from tests.cast import Cast
from tests.journeys.hands import Door
from tests.journeys.video_ends import (  # noqa: F401 - fixtures with a camera and a server of their own
    MEDIA,
    PAINTED,
    PHONE,
    browser,
    enter,
    live_server,
    photo,
)
from tests.life_video import invited, room_open
from tests.waiting import until


def status_of(page: Page, address: str) -> int:
    found: int = page.evaluate("async (address) => (await fetch(address)).status", address)
    return found


def test_a_photo_is_shown_to_both_ends_and_put_away(door: Door, yunxi: Cast) -> None:
    now = timezone.now()
    room = room_open(yunxi, now)
    photo(yunxi, room)
    _seat, secret = invited(yunxi, room, now)
    office, phone = door(yunxi.clerk), door(**PHONE)
    enter(office, f"/video/{room.token}/")
    enter(phone, f"/video/link/{secret}/")
    office.get_by_role("button", name="请进").click()
    expect(office.get_by_text("出示材料", exact=True)).to_be_visible(timeout=MEDIA)
    office.get_by_text("出示材料", exact=True).click()
    office.get_by_role("button", name="给各方看").click()
    expect(office.get_by_text("请核对材料里没有")).to_be_visible(timeout=MEDIA)
    office.get_by_label("已核对").check()
    office.get_by_role("button", name="给各方看").click()

    until(phone, PAINTED, timeout=MEDIA)
    until(office, PAINTED, timeout=MEDIA)
    expect(phone.get_by_text("林晓雯正在出示材料")).to_be_visible()
    expect(phone.get_by_text("施工合同照片.png")).to_be_visible()
    assert VideoEvidenceLook.objects.count() == 2
    address = f"/video/{room.token}/evidence/{VideoEvidence.objects.get().token}/"
    assert status_of(phone, address) == 200
    phone.get_by_role("button", name="放大").click()
    expect(phone.get_by_role("button", name="缩小")).to_have_attribute("aria-pressed", "true")
    wide = phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert wide, "the page is wider than the telephone"

    office.get_by_role("button", name="收起材料").click()
    expect(phone.locator("[data-evidence-shown]")).to_have_count(0, timeout=MEDIA)
    assert status_of(phone, address) == 404
    assert status_of(office, address) == 404
