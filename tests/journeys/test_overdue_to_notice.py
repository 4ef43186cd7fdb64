"""A matter falls overdue: supervision, feedback, finding with the unit's statement, review, notice, advice.

The worker's rounds run as it runs them; everything that a person does is done in a browser.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import LocatorAssertions, Page, expect

from accountability.models import Advice, CriticismNotice, Finding, Supervision
from accountability.tasks import open_findings, propose_supervisions
from cases.actions import report_back
from cases.models import Case
from hall.tasks import render_documents
from tests.cast import Cast
from tests.journeys.hands import Door, does, said, sent
from tests.life_opinions import answered
from tests.life_referrals import REPORT, involved
from tests.matters import accepted

BEGAN = 80
"""Days ago; the sixty days of the lead unit are over for a week or more, whatever holidays lie between."""
PROBLEM = "期限已经届满，仍然没有作出处理意见，也没有告知信访人。"
DEMAND = "三日内作出处理意见。\n当面向信访人说明逾期的原因。"
DONE = "已经约谈信访人和施工单位，查明拖欠三个月工资。"
MORE = "没有写明什么时候作出处理意见，请补充。"
DONE_WELL = "处理意见已经拟定，今日报签，本周内送达信访人。"
VERIFIED = "查阅流转记录，并电话核实信访人，属实。"
STATED = "房屋施工情况须由住建部门核实，该局迟延回复，其间本单位已经两次催办。"
REDUCED = "住建部门迟延回复的日数有记录为证，予以扣除，其余由承办单位造成。"
UNHAPPY = "鉴定报告迟延出具的日子也应当扣除，请求复核。"
CHANGED = "鉴定机构的延误有函件为证，再扣除一日，其余维持。"


@pytest.fixture
def case(yunxi: Cast) -> Case:
    """With the labour bureau, which asked the housing bureau for its part and got it late."""
    began = timezone.now() - dt.timedelta(days=BEGAN)
    case = accepted(yunxi, began)
    involved(yunxi, case, began + dt.timedelta(days=30))
    late = began + dt.timedelta(days=55)
    report_back(actor=yunxi.act(yunxi.liaison2, late), case_id=case.pk, text=REPORT, now=late)
    return case


def in_english(page: Page, url: str) -> Page:
    cookie: Any = {"name": "django_language", "value": "en", "url": url}
    page.context.add_cookies([cookie])
    return page


def from_the_rail(page: Page, place: str, row: str = "") -> None:
    """To a place by its name in the rail, where it may be folded away, then to the row that is meant."""
    page.goto("/messages/")
    while page.locator(".rail details:not([open])").count():
        page.locator(".rail details:not([open]) > summary").first.click()
    page.locator(".rail").get_by_role("link", name=re.compile(f"^{place}")).first.click()
    if row:
        page.locator("main tbody").get_by_role("link", name=row).first.click()
    page.wait_for_load_state()


def told(page: Page, words: str) -> None:
    """Open the latest message whose subject says so."""
    page.goto("/messages/")
    page.locator("main li").filter(has_text=re.compile(words)).first.get_by_role("button").click()
    page.wait_for_load_state()


def picks(page: Page, verb: str, finding: Finding) -> None:
    """From the list to the findings that may be used, and with this one to the draft."""
    page.locator("main").get_by_role("link", name=verb).first.click()
    page.locator(f"#finding_{finding.pk}").check(force=True)
    page.get_by_role("button", name="用选中的认定起草").click()
    page.wait_for_load_state()


def main(page: Page) -> LocatorAssertions:
    return expect(page.locator("main"))


def supervised(door: Door, yunxi: Cast, case: Case) -> Page:
    """The system proposes, the supervisor decides, the unit answers twice."""
    assert propose_supervisions() >= 1
    supervisor = door(yunxi.supervisor)
    one = Supervision.objects.get(case=case, trigger="overdue", department=yunxi.units["labour"])
    from_the_rail(supervisor, "督办")
    supervisor.locator(f"main a[href='/supervisions/{one.pk}/']").click()
    main(supervisor).to_contain_text("系统提出，待督查确认")
    does(supervisor, "确认督办", problem=PROBLEM, demand=DEMAND)
    said(supervisor, "通知书已出具")
    one.refresh_from_db()
    assert one.document is not None
    main(supervisor).to_contain_text(one.document.number)

    # The unit hears of it by its message, and answers.
    liaison = door(yunxi.liaison)
    told(liaison, "督办通知")
    main(liaison).to_contain_text(DEMAND.split("\n")[0])
    does(liaison, "反馈督办", text=DONE)
    main(liaison).to_contain_text(DONE)

    # Not enough: once more.
    supervisor.reload()
    main(supervisor).to_contain_text(DONE)
    does(supervisor, "退回反馈", reason=MORE)
    liaison.reload()
    main(liaison).to_contain_text(MORE)
    does(liaison, "反馈督办", text=DONE_WELL)
    supervisor.reload()
    does(supervisor, "核实办结", outcome="done", result=VERIFIED)
    main(supervisor).to_contain_text(VERIFIED)
    one.refresh_from_db()
    assert (one.status, one.outcome, one.feedback.count()) == ("closed", "done", 3)
    return supervisor


def found(door: Door, yunxi: Cast, case: Case, supervisor: Page, url: str) -> Finding:
    """The finding, what the unit says to it, the decision, and another person's review."""
    finding = Finding.objects.get(case=case, deadline__kind="handle")
    words = f"/findings/{finding.pk}/"
    from_the_rail(supervisor, "责任认定")
    supervisor.locator(f"main a[href='{words}']").click()
    main(supervisor).to_contain_text("协办、会商单位")
    main(supervisor).to_contain_text("陈志远")
    main(supervisor).to_contain_text("杨柳")
    main(supervisor).to_contain_text(f"逾期{finding.days_late}日")
    # Nobody decides before the unit was heard, and the page says why.
    main(supervisor).to_contain_text("最终说明的，再作认定")

    head = door(yunxi.head)
    told(head, "请说明情况.*办理")
    expect(head).to_have_url(re.compile(words))
    head.locator("main").get_by_role("link", name="说明情况", exact=True).click()
    head.locator("main [name=is_final]").check(
        force=True
    )  # nothing is added, so nobody waits for the last day
    sent(head, text=STATED)
    main(head).to_contain_text(STATED)

    supervisor.reload()
    main(supervisor).to_contain_text(STATED)
    supervisor.locator("main").get_by_role("link", name="认定", exact=True).click()
    # What is left without the days of the others is what is upheld; any other number has a door of its own.
    words = supervisor.locator("main form").inner_text()
    left = int(re.search(r"将认定(\d+)日", words)[1])  # type: ignore[index]
    assert 0 < left < finding.days_late
    sent(supervisor, reason=REDUCED)
    main(supervisor).to_contain_text(f"{left}日")

    head.reload()
    main(head).to_contain_text(REDUCED)
    does(head, "申请复核", reason=UNHAPPY)
    # Who decided does not review.
    supervisor.reload()
    expect(supervisor.locator("main").get_by_role("link", name="复核变更")).to_have_count(0)
    manager = in_english(door(yunxi.manager), url)
    told(manager, "[Rr]eview")
    main(manager).to_contain_text("The unit's statement")
    does(manager, "Change on review", days=left - 1, reason=CHANGED)
    finding.refresh_from_db()
    assert (finding.status, finding.decided_days) == ("changed", left - 1)
    assert finding.reviewed_by == yunxi.manager and finding.decided_by == yunxi.supervisor
    return finding


def test_overdue_supervised_found_and_noticed(door: Door, yunxi: Cast, case: Case, live_server: Any) -> None:
    supervisor = supervised(door, yunxi, case)

    # The opinion comes, late; the worker finds it.
    answered(yunxi, timezone.now() - dt.timedelta(minutes=2), case)
    assert open_findings() >= 2
    finding = found(door, yunxi, case, supervisor, live_server.url)

    # What the unit answers for may be criticised: a person picks it, the words begin with what was found.
    from_the_rail(supervisor, "通报")
    picks(supervisor, "起草通报", finding)
    facts = supervisor.locator("[name=facts]").input_value()
    assert f"{finding.decided_days}日" in facts or f"{finding.decided_days}天" in facts
    assert "张秀英" not in facts
    sent(supervisor, title="信访事项超期办理")
    notice = CriticismNotice.objects.get()
    main(supervisor).to_contain_text("待审批")

    # A leader, in English, approves; nobody approves their own words.
    expect(supervisor.locator("main").get_by_role("link", name="批准", exact=True)).to_have_count(0)
    leader = in_english(door(yunxi.leader), live_server.url)
    told(leader, "criticism|Criticism")
    main(leader).to_contain_text("Facts")
    does(leader, "Approve")
    notice.refresh_from_db()
    assert notice.status == "served" and notice.document is not None
    main(leader).to_contain_text(notice.document.number)

    # Read, received and answered by the unit in its window.
    head = door(yunxi.head)
    from_the_rail(head, "通报", "信访事项超期办理")
    main(head).to_contain_text(notice.document.number)
    does(head, "签收")
    does(head, "反馈整改情况", text="已经明确责任岗位，对在办事项逐件核对期限。")
    main(head).to_contain_text("已反馈")
    assert notice.units.get().status == "answered"
    assert not notice.units.get().answers.get().is_late
    assert render_documents() >= 0
    supervisor.reload()
    main(supervisor).to_contain_text("对在办事项逐件核对期限")
    does(supervisor, "了结", result="整改属实，予以了结。")

    # In one notice and no other; but advice may rest on it as well.
    supervisor.goto("/criticism-notices/new/")
    expect(supervisor.locator(f"#finding_{finding.pk}")).to_have_count(0)
    from_the_rail(supervisor, "建议")
    picks(supervisor, "起草建议", finding)
    sent(
        supervisor, kind="improve", department=yunxi.units["labour"].pk, title="信访事项期限管理",
        proposal="建立来件当日登记、当日分办的制度。",
    )  # fmt: skip
    advice = Advice.objects.get()
    leader.goto(f"/advices/{advice.pk}/")
    does(leader, "Approve")
    advice.refresh_from_db()
    assert advice.status == "served" and advice.document is not None
    told(head, "建议")
    main(head).to_contain_text(advice.document.number)
    does(head, "答复", adopted="adopted", text="已经研究，将建立当日登记的制度。")
    main(head).to_contain_text("将建立当日登记的制度")
