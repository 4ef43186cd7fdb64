"""Take the pictures of the README from a running demo hall: `python docs/pictures/take.py http://127.0.0.1:8000`.

Goes the README's way as a clerk, a liaison and a petitioner would, and photographs each page. Needs Chromium at
/usr/bin/chromium and the demo logins of the same HALL_STATE_DIR.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from hall import embedded

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
HALL_TIME = dt.timezone(dt.timedelta(hours=8))
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
CLERK, LIAISON, MANAGER, LEADER = "linxiaowen", "chenzhiyuan", "wangshouxin", "zhaomingde"
SUPERVISOR, GUIDE = "lizheng", "heyulan"
STORY = {
    "who-id_number": "530999198803150020",
    "who-name": "韦秋兰",
    "who-phone": "13900000088",
    "who-address": "云溪县青河镇河东路6号",
    "title": "工地拖欠三个月工资",
    "content": "在青河桥工地做钢筋工三个月，约定的工资一直没有发，多次催问没有结果。",
    "claim-0-text": "支付三个月工资",
    "claim-1-text": "补缴社会保险",
    "place": "云溪县青河镇",
}


class Visitor:
    """One person at one browser, and the camera."""

    def __init__(self, browser: Browser, base: str, *, height: int = 860, width: int = 1280) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", base_url=base
        )
        self.page: Page = context.new_page()

    def sign_in(self, name: str) -> Visitor:
        logins = json.loads((embedded.state_dir() / "demo-logins.json").read_text("utf-8"))
        self.page.goto("/sign-in/")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", logins[name]["password"])
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "sign-in" not in url)
        return self

    def see(self, path: str) -> Visitor:
        self.page.goto(path)
        self.page.wait_for_timeout(1500)  # the page's scripts have taken over
        return self

    def shoot(self, name: str) -> None:
        self.page.wait_for_timeout(800)
        self.page.screenshot(path=str(HERE / f"{name}.png"), animations="disabled")


def story(browser: Browser, base: str) -> None:
    """Registers one matter, so that the later pages have it; run it on a demo hall only."""
    Visitor(browser, base).see("/kiosk/yunxi/").shoot("kiosk")
    clerk = Visitor(browser, base).sign_in(CLERK)
    clerk.see("/console/1/").shoot("console")
    Visitor(browser, base, width=1920, height=1080).see("/display/yunxi/").shoot("display")

    page = clerk.see("/register/").page
    for name, text in STORY.items():
        page.fill(f"[name={name}]", text)
    page.check("[name=purpose][value=request]")
    page.locator("[name=category_text]").press_sequentially("gongzi", delay=60)
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.evaluate("window.scrollTo(0, 0)")
    clerk.shoot("register")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipts/**")
    clerk.shoot("receipt")
    case = page.url.rstrip("/").rsplit("/", 1)[1].split("?")[0]
    code = page.locator(".huge-code").first.inner_text().replace(" ", "")

    clerk.see(f"/cases/{case}/triage/")
    clerk.shoot("triage")  # the page proposes the unit
    page.locator("textarea[name=reason]").press("Control+Enter")
    page.wait_for_url(lambda url: "triage" not in url)

    liaison = Visitor(browser, base).sign_in(LIAISON)
    liaison.see("/work/").shoot("work-list")
    liaison.see(f"/cases/{case}/").shoot("case")

    petitioner = Visitor(browser, base).see("/progress/")
    petitioner.page.fill("input[name=code]", code)
    petitioner.page.fill("input[name=digits]", STORY["who-phone"][-4:])
    petitioner.page.press("input[name=digits]", "Enter")
    petitioner.page.wait_for_load_state()
    petitioner.shoot("progress")
    public = Visitor(browser, base).see("/halls/yunxi/")
    public.shoot("home")
    public.see("/halls/yunxi/receptions/").shoot("receptions")
    leaders(browser, base)


def leaders(browser: Browser, base: str) -> None:
    """Next month's receptions, one booking page, the leader's docket with a brief, the rota."""
    phone = Visitor(browser, base, width=430, height=860)
    month = phone.see("/halls/yunxi/receptions/").page.locator("a[rel=next]")
    if month.count():
        month.first.click()
    phone.page.get_by_role("link", name="预约", exact=True).first.click()
    phone.shoot("booking")
    manager = Visitor(browser, base).sign_in(MANAGER)
    page = manager.see("/reception-plan/").page
    page.locator("a[rel=next]").first.click()
    manager.shoot("plan")
    manager.see("/rota/").shoot("rota")
    manager.see("/ledger/").shoot("ledger")
    leader = Visitor(browser, base).sign_in(LEADER)
    leader.see("/docket/").shoot("docket")
    leader.page.locator("a[href*='/docket/items/']").first.click()
    leader.shoot("brief")
    accounts(browser, base)


def accounts(browser: Browser, base: str) -> None:
    """The month board, and what was found in a late matter."""
    manager = Visitor(browser, base).sign_in(MANAGER)
    manager.see("/board/month/").shoot("month")
    supervisor = Visitor(browser, base, height=1180).sign_in(SUPERVISOR)
    page = supervisor.see("/findings/").page
    page.locator("#rows th a").first.click()
    supervisor.shoot("finding")


def near_home(browser: Browser, base: str) -> None:
    """A room between the hall and a unit: planned, confirmed, opened, both in, the note half typed; the guide desk."""
    clerk, liaison = (Visitor(browser, base, height=1100).sign_in(name) for name in (CLERK, LIAISON))
    page, now = clerk.see("/video/new/").page, dt.datetime.now(HALL_TIME)
    page.select_option("[name=kind]", "consultation")
    page.fill("[name=title]", "青河桥工地拖欠工资：与县人社局会商")
    page.fill("[name=day]", f"{now:%Y-%m-%d}")
    page.fill("[name=starts]", f"{now + dt.timedelta(minutes=1):%H:%M}")
    page.fill("[name=ends]", f"{now + dt.timedelta(minutes=45):%H:%M}")
    page.locator("[name=department_1]").evaluate(
        "(box) => { box.value = [...box.options].find((one) => one.text.includes('人力资源')).value; }"
    )
    page.get_by_role("button", name="安排并通知").click()
    page.wait_for_url("**/video/rooms/**")
    room = page.url.split("?")[0]
    liaison.see(room).page.get_by_role("button", name="确认参加").click()
    clerk.see(room).page.get_by_role("button", name="打开视频接访室").click()
    for one in (clerk, liaison):
        one.see(room).page.get_by_role("link", name="进入", exact=True).click()
        one.page.get_by_role("button", name="进入视频接访室").click()
    page.get_by_role("button", name="请进").click()
    page.get_by_label("记录（各方同时看到）").fill(
        "县人社局：已到工地核对考勤表，拖欠工资的事实成立。\n大厅：请于本周五前把督促支付的方案报来。"
    )
    page.wait_for_timeout(6000)  # the pictures have come
    clerk.shoot("video")
    Visitor(browser, base).sign_in(GUIDE).see("/guidance/").shoot("guidance")


def main(base: str) -> None:
    with sync_playwright() as play:
        for part, flags in ((story, FLAGS), (near_home, [*FLAGS, *CAMERA])):
            browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
            part(browser, base)
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
