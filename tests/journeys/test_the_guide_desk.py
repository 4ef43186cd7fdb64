"""A guide talks with a visitor and sends them on; somebody shouts, the police room takes over, the person answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from hall.models import JournalEntry
from intake.models import GuidanceTalk, ServiceReferral
from intake.models.incidents import Incident
from tests.cast import Cast, queues
from tests.guidance import DID, NEED, OWN_WORDS, SHOUTED, TOLD
from tests.journeys.hands import Door, does, heading, said, sent, typed
from tests.journeys.looking import faults_of
from tests.social import lawyer

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def number(yunxi: Cast, door: Door) -> str:
    """A visitor took a number at the desk, as everybody does."""
    queues(yunxi)
    desk = door(yunxi.guide)
    desk.goto(f"/guide/{yunxi.hall.code}/", timeout=60_000)  # the first page of the server is the slowest
    desk.get_by_role("button", name=re.compile("^信访登记|^登记|来访登记")).first.click()
    taken = desk.locator(".taken .num")
    expect(taken).to_be_visible()
    return taken.inner_text()


def clean(page: Page, route: str) -> None:
    assert faults_of(page, route, chinese=True) == []


def test_a_talk_and_a_referral_with_its_result(yunxi: Cast, door: Door, number: str) -> None:
    one = lawyer(yunxi)
    guide = door(yunxi.guide)
    guide.goto("/guidance/")
    does(guide, "记录谈话 N", ticket_number=number, topic="law", explained=TOLD, outcome="referred")
    said(guide, "谈话已记录")
    assert GuidanceTalk.objects.get().explained == TOLD

    guide.get_by_role("link", name=re.compile("^转介帮助")).click()
    guide.get_by_label("已告诉本人").check()
    sent(guide, ticket_number=number, kind="lawyer", participant=one.pk, need=NEED, contact="张女士")
    said(guide, "已转介")
    clean(guide, "/service-referrals/<pk>/")

    helper = door(yunxi.lawyer)
    helper.goto("/service-referrals/")
    heading(helper, "转介给我的")
    helper.locator("#rows a").click()
    expect(helper.get_by_text(NEED)).to_be_visible()
    helper.get_by_label("答复").fill("下午两点，律师室")
    helper.get_by_role("button", name=re.compile("^接受")).click()
    said(helper, "已接受")
    _reports(helper)

    guide.goto("/guidance/")
    expect(guide.get_by_text("没有等待答复的转介")).to_be_visible()
    clean(guide, "/guidance/<hall>/")
    guide.goto(f"/service-referrals/{ServiceReferral.objects.get().pk}/")
    expect(guide.get_by_text("已看合同，代写仲裁申请")).to_be_visible()


def _reports(helper: Page) -> None:
    """On the same page, which stays."""
    helper.locator("[name=outcome]").select_option("helped")
    helper.locator("[name=result]").fill("已看合同，代写仲裁申请")
    helper.get_by_role("button", name=re.compile("^记录结果")).click()
    said(helper, "结果已记录")


def test_an_incident_is_handed_over_answered_and_changes_nothing(
    yunxi: Cast, door: Door, number: str
) -> None:
    guide = door(yunxi.guide)
    typed(
        guide, "/incidents/new/", ticket_number=number, place="2号窗口前", kind="noise", what_happened=SHOUTED,
        measures="persuade", staff_did=DID,
    )  # fmt: skip
    said(guide, "已记录")
    clean(guide, "/incidents/<pk>/")
    does(guide, "移交警务室")
    said(guide, "已移交")
    one = Incident.objects.get()

    guide.get_by_role("link", name="打印移交单").click()
    expect(guide.locator("main svg").first).to_be_visible()
    assert SHOUTED not in guide.content()
    police = door(None, **PHONE)
    police.goto(f"/incident-receipts/{one.receipt_token}/")
    clean(police, "/incident-receipts/<token>/")
    police.get_by_label("接收民警").fill("民警甲")
    police.get_by_label("接收单号").fill("接2026-11")
    police.get_by_role("button", name="确认接收").click()
    expect(police.get_by_text("已确认接收")).to_be_visible()

    typed(guide, f"/incidents/{one.pk}/account/", words=OWN_WORDS)
    said(guide, "本人的说法已附上")
    manager = door(yunxi.manager)
    manager.goto(f"/incidents/{one.pk}/")
    expect(manager.get_by_text(SHOUTED)).to_have_count(0)
    manager.get_by_label("用途").fill("核查处置是否得当")
    manager.get_by_role("button", name="查看").click()
    for words in (SHOUTED, DID, OWN_WORDS):
        expect(manager.get_by_text(words)).to_be_visible()
    assert JournalEntry.objects.filter(verb="read_incident", actor=yunxi.manager).count() == 1

    window = door(yunxi.clerk)
    window.goto("/console/")
    window.goto("/register/")
    assert "现场情况" not in window.locator("main").inner_text()
