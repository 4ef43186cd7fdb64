"""Figures lead to their cases, looks at people are on record, a receipt is checked, windows are worked out."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone
from playwright.sync_api import LocatorAssertions, Page, expect

from accountability.models import StationingAdvice
from accountability.tasks import publish_digests, work_out_stationing
from cases.models import Case
from hall.models import JournalEntry
from tests.accountability.stationing_steps import busy_days, plant, rare_days
from tests.cast import Cast, queues
from tests.journeys.hands import Door, heading, register_matter, typed
from tests.matters import accepted, registered

DAY = dt.timedelta(days=1)
WHY = "核对本人身份，回电说明办理情况。"


def main(page: Page) -> LocatorAssertions:
    return expect(page.locator("main"))


def tile(page: Page, name: str) -> None:
    """Follow the figure of that name on the board."""
    page.locator("main .stats a").filter(has_text=name).first.click()
    page.wait_for_load_state()


def test_a_figure_leads_to_the_case_behind_it(door: Door, yunxi: Cast) -> None:
    now = timezone.now()
    case = registered(yunxi, now, is_skip_level=True)
    accepted(yunxi, now - 40 * DAY)
    leader = door(yunxi.leader)
    leader.goto("/board/morning/")
    heading(leader, "早看板")
    tile(leader, "登记件数")
    main(leader).to_contain_text("算法")
    expect(leader.locator("main tbody tr")).to_have_count(1)
    expect(leader.locator(".figure-value")).to_contain_text("1")
    leader.locator("main tbody").get_by_role("link", name=re.compile(case.number)).click()
    heading(leader, case.title)

    # The month board leads there as well, and what is counted is said in words.
    leader.goto("/board/month/")
    leader.locator("main").get_by_role("link", name=re.compile("指标怎么算")).first.click()
    heading(leader, "指标")
    leader.goto("/board/month/")
    row = leader.locator("main tr").filter(has_text="登记件数").first
    row.get_by_role("link").first.click()
    heading(leader, "登记件数")


def test_who_looked_at_whom_is_seen_by_the_head(door: Door, yunxi: Cast) -> None:
    case = accepted(yunxi, timezone.now() - DAY)
    liaison = door(yunxi.liaison)
    liaison.goto(f"/cases/{case.pk}/")
    liaison.locator("main a[href*='/reveal/']").first.click()
    liaison.locator("main [name=reason]").fill(WHY)
    liaison.locator("main").get_by_role("button", name="查看").click()
    main(liaison).to_contain_text("13800010001")

    head = door(yunxi.head)
    head.goto("/access-log/")
    row = head.locator("main tbody tr").first
    expect(row).to_contain_text("陈志远")
    expect(row).to_contain_text(WHY)
    expect(row).to_contain_text(case.number)
    expect(row).not_to_contain_text("13800010001")
    head.locator("main").get_by_role("link", name="值得看一看的").click()
    heading(head, "值得看一看")
    # The head of another unit sees nothing of it.
    other = door(yunxi.head2)
    other.goto("/access-log/")
    main(other).not_to_contain_text("陈志远")


def checks(page: Page, value: str, day: dt.date) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("核对登记凭证")).first.click()
    page.locator("[name=value]").fill(value)
    page.locator("[name=day]").fill(day.isoformat())
    page.get_by_role("button", name="核对").click()


def test_a_petitioner_checks_the_receipt(door: Door, yunxi: Cast, categories: None) -> None:
    clerk = door(yunxi.clerk)
    clerk.goto("/register/")
    register_matter(clerk)
    clerk.wait_for_url("**/receipts/**")
    case, today = Case.objects.get(), timezone.localdate()
    printed = clerk.locator(".receipt-hash").inner_text().strip()
    assert len(printed) == 64

    # As it is copied from the paper; that day is not over, so that its digest is still to come.
    phone = door(viewport={"width": 390, "height": 800})
    checks(phone, f"{printed[:8]} {printed[8:16].upper()}", today)
    main(phone).to_contain_text("这条记录在，没有被改过；当天的摘要还没有公布")
    for secret in (case.number, case.title, "张秀英"):
        main(phone).not_to_contain_text(secret)
    assert printed[:16] not in phone.url

    # One sign wrong, then another day: nothing is found, and what was typed is kept.
    wrong = printed[:15] + ("0" if printed[15] != "0" else "1")
    checks(phone, wrong, today)
    main(phone).to_contain_text("这一天没有这个校验码")
    expect(phone.locator("[name=value]")).to_have_value(wrong)
    checks(phone, printed, today - DAY)
    main(phone).to_contain_text("这一天没有这个校验码")

    # A receipt of a day that is over, after the night's digest.
    old = registered(yunxi, timezone.now() - DAY, title="昨天的事项")
    assert publish_digests() >= 1
    held = JournalEntry.objects.get(stream=f"case:{old.pk}", verb="register_case").hash
    checks(phone, held, today - DAY)
    main(phone).to_contain_text("和登记时一样")
    main(phone).not_to_contain_text(old.number)
    phone.get_by_text("验算步骤").click()
    main(phone).to_contain_text("公布的摘要")


def test_advice_on_stationing_is_asked_for_and_shown(door: Door, yunxi: Cast) -> None:
    line, today = queues(yunxi), timezone.localdate()
    days = [day for n in range(56, 0, -1) if (day := today - n * DAY).weekday() < 5]
    plant(yunxi, busy_days(line["C"], [yunxi.windows[2]], days, every=20, service=12, seed=5))
    plant(yunxi, rare_days(line["D"], yunxi.windows[3], days))
    manager = door(yunxi.manager)
    typed(manager, "/stationing/", weeks=8, target_minutes=10, ninety_minutes=30)
    expect(manager.locator("main")).to_contain_text("正在测算")
    assert work_out_stationing() == 1
    advice = StationingAdvice.objects.get()
    assert advice.state == "ready", advice.failure
    # The page turns by itself.
    expect(manager.locator("main")).to_contain_text("模拟与上月实际相差多少")
    expect(manager.locator("main")).to_contain_text("常驻")
    expect(manager.locator("main")).to_contain_text("随叫随驻")
    expect(manager.locator("main")).to_contain_text("模拟所依据的假设")
    with manager.expect_download() as coming:
        manager.get_by_role("link", name="导出Excel").click()
    assert coming.value.suggested_filename.endswith(".xlsx")
    # Nothing that the advice says is done by itself, and nobody is named.
    expect(manager.locator("main")).not_to_contain_text("陈志远")
