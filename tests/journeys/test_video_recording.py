"""A reception by video that is recorded: both ends agree, a line is cut meanwhile, nothing of it is lost, and it is
watched for a reason.
"""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import expect

from cases import actions
from cases.models import Recording
from tests.cast import Cast
from tests.journeys.hands import Door
from tests.journeys.video_ends import (  # noqa: F401 - fixtures with a camera and a server of their own
    MEDIA,
    PHONE,
    browser,
    comes_true,
    enter,
    live_server,
    sees_moving_pictures,
)
from tests.life_video import invited, room_open
from tests.waiting import until


def test_recorded_with_consent_through_a_lost_line(door: Door, yunxi: Cast) -> None:
    now = timezone.now()
    room = room_open(yunxi, now)
    _seat, secret = invited(yunxi, room, now)
    office, phone = door(yunxi.clerk), door(**PHONE)
    enter(office, f"/video/{room.token}/")
    enter(phone, f"/video/link/{secret}/")
    office.get_by_role("button", name="请进").click()
    sees_moving_pictures(office)

    office.get_by_role("button", name="录像：先征求各方同意").click()
    expect(office.get_by_role("button", name="开始录像")).to_be_disabled()
    phone.get_by_role("button", name="同意录像", exact=True).click()
    office.get_by_role("button", name="开始录像").click(timeout=MEDIA)
    expect(office.locator("[data-recording-on]")).to_be_visible(timeout=MEDIA)
    expect(phone.locator("[data-recording-on]")).to_be_visible(timeout=MEDIA)
    one = Recording.objects.get()
    comes_true(lambda: one.parts.exists(), "no part came")

    # The office's line is cut: what is recorded stays in the browser, and comes when the line is back.
    there = one.parts.count()
    office.context.set_offline(True)
    expect(office.get_by_text("录像留在这台电脑里")).to_be_visible(timeout=MEDIA)
    office.context.set_offline(False)
    comes_true(lambda: one.parts.count() > there + 1, "the parts of the cut did not come")

    expect(office.get_by_role("button", name="停止录像")).to_be_enabled(timeout=MEDIA)
    office.get_by_role("button", name="停止录像").click()
    comes_true(lambda: Recording.objects.get().parts_made is not None, "the end was not told")
    expect(phone.locator("[data-recording-on]")).to_have_count(0, timeout=MEDIA)
    comes_true(lambda: one.parts.count() == Recording.objects.get().parts_made, "not all parts have come")
    actions.settle_recordings(now=timezone.now())
    one.refresh_from_db()
    assert (one.status, one.case) == ("complete", room.case)
    assert {row.answer for row in one.consents.all()} == {"given"}

    office.goto(f"/cases/{one.case_id}/recordings/")
    office.get_by_role("link", name=room.title).click()
    office.get_by_label("用途").first.fill("核对接访记录")
    office.get_by_role("button", name="观看").click()
    plays = (
        "() => { const v = document.querySelector('video'); return v.readyState >= 2 && v.videoWidth > 0; }"
    )
    until(office, plays, timeout=MEDIA)
