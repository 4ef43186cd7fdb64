"""A month is planned and published, a citizen books, a leader hears and instructs; and a substitute takes over."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case
from intake.models import Booking
from staffing.actions import save_rhythm_rule
from staffing.models import LeaderReception
from staffing.rules import Rhythm
from staffing.tasks import solve_proposals
from tests.cast import FOUNDED, Cast, queues
from tests.intake.booking import code_of
from tests.journeys.hands import Door, choose, heading, press, register_matter, said
from tests.matters import ladder

PHONE = {"viewport": {"width": 390, "height": 844}}
SLOW = 4_500
"""Milliseconds that a person takes for the form at least; a machine is refused before."""
DIGITS = {word: n for n, word in enumerate("零一二三四五六七八九")}


@pytest.fixture
def hall(yunxi: Cast) -> Cast:
    """A rule: each working day one leader; the lines at the windows; the ladder of reminders."""
    queues(yunxi)
    ladder()
    call_command("load_categories", verbosity=0)
    rule = Rhythm(name="每个工作日一名县领导", rhythm="daily", who="one", from_on=FOUNDED.date())
    save_rhythm_rule(actor=yunxi.act(yunxi.manager, FOUNDED), hall_id=yunxi.hall.pk, rule=rule, now=FOUNDED)
    return yunxi


def next_month() -> str:
    return f"{timezone.localdate().replace(day=1) + dt.timedelta(days=32):%Y-%m}"


def plan_and_publish(office: Page, month: str) -> None:
    """The rules propose, a worker answers, the manager takes it over and publishes."""
    office.goto(f"/reception-plan/?month={month}")
    office.get_by_role("button", name="按规则提出安排建议").click()
    expect(office.get_by_text("正在计算安排建议")).to_be_visible()
    assert solve_proposals() == 1
    heading(office, "建议\\d+场")
    press(office, "Control+Enter")
    office.get_by_role("button", name=re.compile("公布本月")).click()
    office.get_by_role("dialog").get_by_role("button", name=re.compile("公布")).click()
    said(office, "已公布")


def sum_of(question: str) -> str:
    """What a person answers to “十三加八等于几？”."""

    def number(words: str) -> int:
        tens, ten, ones = words.rpartition("十")
        return (10 * DIGITS.get(tens, 1) if ten else 0) + DIGITS.get(ones, 0)

    found = re.search(r"([零一二三四五六七八九十]+)加([零一二三四五六七八九十]+)等于几", question)
    assert found, question
    return str(number(found[1]) + number(found[2]))


def book(phone: Page, month: str) -> Booking:
    """From the public schedule, with the code that comes by SMS."""
    phone.goto(f"/halls/yunxi/receptions/?month={month}")
    phone.get_by_role("link", name="预约", exact=True).first.click()
    phone.get_by_label("姓名").fill("张秀英")
    phone.get_by_label("手机号").fill("13800010001")
    phone.get_by_label("反映什么问题").fill("做工三个月的工资没有付")
    riddle = phone.get_by_label(re.compile("等于几"))
    riddle.fill(sum_of(phone.locator("main").inner_text()))
    phone.wait_for_timeout(SLOW)
    phone.get_by_role("button", name="获取验证码").click()
    expect(phone.get_by_role("button", name="确认预约")).to_be_visible()
    booking = Booking.objects.get()
    phone.get_by_label("验证码").fill(code_of(booking))
    phone.get_by_role("button", name="确认预约").click()
    expect(phone.get_by_text("预约成功")).to_be_visible()
    booking.refresh_from_db()
    return booking


def the_day_comes(reception_id: int) -> None:
    """What was booked for next month is now: it began ten minutes ago, or at midnight."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = max(now - dt.timedelta(minutes=10), midnight)
    LeaderReception.objects.filter(pk=reception_id).update(
        starts_at=starts, ends_at=now + dt.timedelta(hours=2)
    )


def comes_and_is_registered(clerk: Page, booking: Booking) -> Case:
    """Checked in with the booking, called first, registered, and given to the unit."""
    clerk.goto(f"/receptions/{booking.reception_id}/bookings/")
    clerk.get_by_role("row", name="张秀英").get_by_role("link", name="报到").click()
    clerk.get_by_role("button", name="信访登记").click()
    heading(clerk, "号票A001")
    clerk.goto("/console/")
    press(clerk, "n")
    expect(clerk.locator(".huge")).to_have_text("A001")
    press(clerk, "g")
    heading(clerk, "来访登记")
    register_matter(clerk)
    heading(clerk, "来访登记凭证")
    press(clerk, "t")
    heading(clerk, "甄别：请求协调支付拖欠的工资")
    choose(clerk.get_by_role("combobox", name="承办单位"), "人力")
    press(clerk, "Control+Enter")
    case = Case.objects.get()
    expect(clerk).to_have_url(re.compile(rf"/cases/{case.pk}/$"))
    return case


def receives(leader: Page, case: Case, day: str) -> None:
    """The leader reads the brief, notes what was said, and says who does what by when."""
    leader.goto("/docket/")
    leader.get_by_role("link", name=case.title).click()
    expect(leader.get_by_role("article")).to_contain_text("支付三个月工资")
    leader.get_by_role("link", name="记录接访").click()
    leader.get_by_label("反映的主要问题").fill("三个月工资没有付，多次找施工单位无果。")
    leader.get_by_label("领导处理意见").fill("请人社局牵头，月底前督促付清。")
    press(leader, "Control+Enter")
    leader.get_by_role("link", name="领导批示").click()
    leader.get_by_label("批示内容").fill("牵头督促施工单位付清工资，并当面答复信访人。")
    leader.get_by_label("责任人").fill("陈志远")
    leader.get_by_label("办理时限").fill(day)
    press(leader, "Control+Enter")
    said(leader, "期限已开始计算")


def test_from_the_plan_of_a_month_to_a_closed_line_of_the_ledger(door: Door, hall: Cast) -> None:
    month = next_month()
    office, phone, clerk, unit = door(hall.manager), door(**PHONE), door(hall.clerk), door(hall.liaison)
    plan_and_publish(office, month)
    booking = book(phone, month)
    the_day_comes(booking.reception_id)
    case = comes_and_is_registered(clerk, booking)

    leader = door(LeaderReception.objects.get(pk=booking.reception_id).leader)
    receives(leader, case, (timezone.localdate() + dt.timedelta(days=10)).isoformat())

    unit.goto(f"/cases/{case.pk}/")
    law = unit.get_by_role("complementary", name="法律还要求什么")
    law.get_by_role("link", name="反馈", exact=True).click()
    unit.get_by_label("办理情况和结果").fill("已督促施工单位付清全部工资，信访人已签收并表示满意。")
    press(unit, "Control+Enter")
    said(unit, "请等待领导审阅")
    leader.goto("/docket/")
    leader.get_by_role("link", name="审阅", exact=True).click()
    press(leader, "Control+Enter")
    said(leader, "已了结")

    office.goto("/ledger/")
    line = office.get_by_role("row", name="请求协调支付拖欠的工资")
    expect(line).to_contain_text("请人社局牵头，月底前督促付清。")
    expect(line).to_contain_text("云溪县人力资源和社会保障局")
    expect(line).to_contain_text("已了结")
    expect(line).to_contain_text("已督促施工单位付清全部工资")


def test_a_substitute_takes_over_and_the_public_page_says_so(door: Door, hall: Cast) -> None:
    month = next_month()
    office, phone = door(hall.manager), door(**PHONE)
    plan_and_publish(office, month)
    booking = book(phone, month)
    absent, other = (hall.leader, hall.leader2)
    if booking.reception.leader_id != absent.pk:
        absent, other = other, absent
    office.goto(f"/reception-plan/{booking.reception_id}/substitute/")
    office.get_by_label(re.compile(other.name)).check()
    press(office, "Control+Enter")
    expect(office.get_by_role("alert").first).to_be_visible()
    office.get_by_label("原因").fill("参加省里的防汛会议")
    press(office, "Control+Enter")
    expect(office).to_have_url(re.compile("/reception-plan/"))
    phone.goto(f"/halls/yunxi/receptions/?month={month}")
    notice = phone.locator(f"#r{booking.reception_id}")
    expect(notice).to_contain_text(f"接访领导原为{absent.name}")
    expect(notice).to_contain_text("参加省里的防汛会议")
    expect(notice.locator(".who-name")).to_have_text(other.name)
    phone.goto(f"/bookings/{booking.token}/")
    expect(phone.get_by_text("预约仍然有效")).to_be_visible()
